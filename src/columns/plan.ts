import type { Issue } from '../customer/customer.js';

/** Fields of the person, as the contract names them. `external_id` is the operator's own id and is not sent. */
export const PERSON_FIELDS = [
  'first_name',
  'middle_name',
  'last_name',
  'dob',
  'ssn',
  'phone',
  'phone_country_code',
  'email',
  'brand_person_id',
  'external_id',
] as const;

export const ADDRESS_FIELDS = [
  'address_type',
  'street',
  'street2',
  'city',
  'state',
  'zip_code',
  'country',
  'is_primary',
] as const;

export type PersonField = (typeof PERSON_FIELDS)[number];
export type AddressField = (typeof ADDRESS_FIELDS)[number];

/** Where a field's text comes from: a column of the file, or a constant of the mapping file. */
export type Origin =
  | { readonly from: 'column'; readonly index: number; readonly header: string }
  | { readonly from: 'constant'; readonly value: string };

/** One address that a row may have; its columns share a number (`address2_city`) or a type (`mailing_city`). */
export interface AddressPlan {
  /** Set when the headers say the type (`physical_city`); the address needs no `address_type` cell then. */
  readonly type?: 'MAILING' | 'PHYSICAL';
  readonly origins: Readonly<Partial<Record<AddressField, Origin>>>;
}

/** How a row's key is made (contract, "Identity"). */
export type KeyPlan =
  | { readonly by: 'brand_person_id' | 'external_id'; readonly index: number; readonly header: string }
  | { readonly by: 'name_dob' };

/** What each column of the file means: compiled once from the header, applied by index to every row. */
export interface ColumnPlan {
  /** The operator's own headers, untouched. */
  readonly headers: readonly string[];
  readonly person: Readonly<Partial<Record<PersonField, Origin>>>;
  /** In payload order: numbered ones by number, then typed ones in the order of the file. */
  readonly addresses: readonly AddressPlan[];
  readonly key: KeyPlan;
  /** Indexes of the columns that hold an SSN: masked wherever rows are shown or written. */
  readonly ssnColumns: readonly number[];
  /** Headers that map to no field, in file order (those the mapping file ignores are not among them). */
  readonly unmapped: readonly string[];
  /** How dates are written, as date-fns tokens, e.g. `MM/dd/yyyy`; undefined means ISO `yyyy-MM-dd`. */
  readonly dateFormat?: string;
}

/**
 * The operator's own header for a payload path, e.g. `addresses.0.zip_code` → `Zip`; '' when no column is behind it.
 * @param groups payload address index → index into `plan.addresses`, for this row
 */
export function columnOf(plan: ColumnPlan, groups: readonly number[], path: Issue['path']): string {
  const [head = '', index = '', field = ''] = path.split('.');
  const origins: Readonly<Partial<Record<string, Origin>>> =
    head === 'addresses' ? (plan.addresses[groups[Number(index)] ?? -1]?.origins ?? {}) : plan.person;
  const origin = origins[head === 'addresses' ? field : head];
  if (origin?.from === 'column') return origin.header;
  return head === 'brand_person_id' && plan.key.by !== 'name_dob' ? plan.key.header : '';
}
