import { createHmac, hash, hkdfSync } from 'node:crypto';
import type { Customer } from './customer.js';
import { UUID } from './normalise.js';
import type { KeyPlan } from './plan.js';

/** What a row has to say about who the person is; '' for what it does not say. */
export interface IdentityParts {
  /** The text of the key cell, normalised. */
  readonly id: string;
  readonly first_name: string;
  readonly last_name: string;
  /** YYYY-MM-DD */
  readonly dob: string;
}

/** Namespaces of this product, fixed for ever: another one would make every person new. */
const EXTERNAL_ID_NAMESPACE = '5d0a3b9e-6f0c-4c58-9a41-2f8e7b1c6d34';
const NAME_DOB_NAMESPACE = 'b7c1f2a8-93d4-4e6b-8f05-c4a6d19e2b70';

const namespaces = { external_id: bytes(EXTERNAL_ID_NAMESPACE), name_dob: bytes(NAME_DOB_NAMESPACE) };

/** The person's key, a lower-case UUID (contract, "Identity"), or null when the row does not tell it. */
export function keyOf(by: KeyPlan['by'], parts: IdentityParts): string | null {
  switch (by) {
    case 'brand_person_id':
      return UUID.test(parts.id) ? parts.id : null;
    case 'external_id':
      return parts.id === '' ? null : uuidV5(namespaces.external_id, parts.id);
    case 'name_dob': {
      const names = [foldName(parts.first_name), foldName(parts.last_name)];
      if (names.includes('') || parts.dob === '') return null;
      return uuidV5(namespaces.name_dob, [...names, parts.dob].join('|'));
    }
  }
}

/** Names that differ in case, accents, spaces or punctuation alone are one: a second customer costs more than a `duplicate`. */
function foldName(name: string): string {
  const lower = name.normalize('NFKD').toLowerCase();
  return lower.replace(/[^\p{L}\p{N}]/gu, '') || lower;
}

function uuidV5(namespace: Buffer, name: string): string {
  const hex = hash('sha1', Buffer.concat([namespace, Buffer.from(name)]), 'hex');
  const variant = ((parseInt(hex.charAt(16), 16) & 0b0011) | 0b1000).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function bytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/** 16 hex digits that change when anything of the payload but the SSN does. */
export function payloadHash(customer: Customer): string {
  const { first_name, middle_name, last_name, dob, phone, phone_country_code, email } = customer;
  // By position, so that neither the order of the keys nor the SSN comes in.
  const addresses = customer.addresses.map((a) => [
    a.address_type,
    a.street,
    a.street2,
    a.city,
    a.state,
    a.zip_code,
    a.country,
    a.is_primary,
  ]);
  const canonical = [first_name, middle_name, last_name, dob, phone, phone_country_code, email, addresses];
  return hash('sha256', JSON.stringify(canonical), 'hex').slice(0, 16);
}

/**
 * A function that seals an SSN into 12 hex digits: 4 that name the credential, 8 of a keyed tag.
 * Keyed, because a plain hash of an SSN could be found by trying them all.
 * @param secret the brand's credential, from which the key is derived
 */
export function ssnSeal(secret: string): (key: string, ssn: string) => string {
  const derive = (use: string, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, 'bond-import', use, length));
  const name = derive('credential name', 2).toString('hex');
  const sealKey = derive('ssn seal', 32);
  return (key, ssn) =>
    name +
    createHmac('sha256', sealKey)
      .update(`${key}|${ssn.replace(/\D/g, '')}`)
      .digest('hex')
      .slice(0, 8);
}

/**
 * Whether two stored payloads, `<hash>` or `<hash>.<seal>`, are the same.
 * Seals count only where both have one of the same credential: others cannot be compared.
 */
export function samePayload(a: string, b: string): boolean {
  const [hashA, sealA = ''] = a.split('.');
  const [hashB, sealB = ''] = b.split('.');
  const comparable = sealA !== '' && sealA.slice(0, 4) === sealB.slice(0, 4);
  return hashA === hashB && (!comparable || sealA === sealB);
}
