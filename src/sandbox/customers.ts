import { createHash, randomUUID } from 'node:crypto';
import { inItsOwnWords, type Traits } from './traits.js';

interface SentAddress {
  readonly address_type: string;
  readonly street: string;
  readonly street2?: string;
  readonly city: string;
  readonly state: string;
  readonly zip_code: string;
  readonly country: string;
  readonly is_primary: boolean;
}

/** The body of a create, once it has passed the rules. */
export interface SentCustomer {
  readonly first_name: string;
  readonly middle_name?: string;
  readonly last_name: string;
  readonly dob: string;
  readonly ssn?: string;
  readonly phone?: string;
  readonly phone_country_code?: string;
  readonly email?: string;
  readonly brand_person_id?: string | undefined;
  readonly addresses: readonly SentAddress[];
}

/** A customer as the sandbox keeps it: everything sent, unmasked, and what Bond adds. */
export interface StoredCustomer extends Omit<SentCustomer, 'brand_person_id'> {
  readonly customer_id: string;
  readonly brand_person_id: string | null;
  readonly date_created: string;
}

/** Which part of the list to show; `shift` is a fault of it. */
export interface Page {
  readonly page: number;
  readonly perPage: number;
  readonly shift?: number | undefined;
}

export interface CustomerStore {
  readonly all: readonly StoredCustomer[];
  /** Stores a new customer, or says which unique field another customer already has. */
  readonly add: (sent: SentCustomer, traits: Traits) => StoredCustomer | 'brand_person_id' | 'ssn';
  readonly find: (customerId: string) => StoredCustomer | undefined;
  /** One page of the list, oldest customer first. */
  readonly page: (page: Page, traits: Traits) => { customers: readonly StoredCustomer[]; pages: number };
  /** The customer as an answer shows it: masked SSN, address ids, the brand. */
  readonly show: (customer: StoredCustomer, traits: Traits) => object;
}

/** SSNs that steer verification in Bond's own sandbox; any number of customers may have them. */
const MAGIC_SSN = /^([0-4])\1{8}$/;

/** An empty store for the brand behind these credentials. */
export function createStore(identity: string, now: () => number): CustomerStore {
  const all: StoredCustomer[] = [];
  const byId = new Map<string, StoredCustomer>();
  const persons = new Set<string>();
  const ssns = new Set<string>();
  const bondBrandId = uuidOf(identity);

  return {
    all,
    add: (sent, { keys, ids }) => {
      const brand_person_id = keys === 'dropped' ? null : (sent.brand_person_id ?? null);
      const ssn = sent.ssn?.replaceAll('-', '');
      const isKnown = brand_person_id !== null && persons.has(brand_person_id);
      if (isKnown && keys !== 'unguarded') return 'brand_person_id';
      if (ssn !== undefined && ssns.has(ssn)) return 'ssn';
      if (brand_person_id !== null) persons.add(brand_person_id);
      if (ssn !== undefined && !MAGIC_SSN.test(ssn)) ssns.add(ssn);
      const date_created = new Date(now()).toISOString();
      // In this order: spreading first would cost seven times as much.
      const customer = { customer_id: newId(ids, all.length), date_created, ...sent, brand_person_id };
      all.push(customer);
      byId.set(customer.customer_id, customer);
      return customer;
    },
    find: (customerId) => byId.get(customerId),
    page: ({ page, perPage, shift = 0 }, { listEnd, listedAfterMs = 0 }) => {
      const listed = listedAfterMs === 0 ? all : all.filter(createdBefore(now() - listedAfterMs));
      const pages = Math.max(1, Math.ceil(listed.length / perPage));
      const shown = listEnd === 'repeats' ? Math.min(page, pages) : page;
      const start = Math.max(0, (shown - 1) * perPage + shift);
      return { customers: listed.slice(start, start + perPage), pages };
    },
    show: (customer, traits) => {
      const { customer_id, date_created, ssn, email, phone_country_code, addresses } = customer;
      return {
        customer_id,
        brand_person_id: customer.brand_person_id,
        bond_brand_id: bondBrandId,
        business_id: 'null',
        date_created,
        ...inItsOwnWords(customer, traits),
        phone_country_code,
        email,
        ...(ssn !== undefined && { ssn: `XXX-XX-${ssn.slice(-4)}` }),
        addresses: addresses.map((address, index) => ({
          // Derived rather than kept: the same in every answer, and a million customers stay cheap.
          address_id: customer_id.slice(0, -4) + index.toString(16).padStart(4, '0'),
          ...address,
          date_created,
          deliverability: 'deliverable',
        })),
      };
    },
  };
}

function newId(ids: Traits['ids'], index: number): string {
  switch (ids) {
    case 'upper':
      return randomUUID().toUpperCase();
    case 'text':
      return `cus_${index}_${randomUUID().slice(0, 8)}`;
    case undefined:
      return randomUUID();
  }
}

function createdBefore(atMs: number): (customer: StoredCustomer) => boolean {
  return ({ date_created }) => Date.parse(date_created) <= atMs;
}

/** A UUID that is always the same for the same text. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
