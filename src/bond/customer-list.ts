import { isMap } from './problems.js';
import { parseJson } from './reply.js';

/** A customer as Bond's list shows it; what a key may lack is ''. */
export interface ListedCustomer {
  readonly customerId: string;
  /** Lower case; '' when Bond keeps none. */
  readonly brandPersonId: string;
  readonly brandId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly dob: string;
  /** The last four digits; '' when none are shown. */
  readonly ssnLast4: string;
  readonly phone: string;
  readonly email: string;
  /** Epoch ms; null when absent or unreadable. */
  readonly createdAtMs: number | null;
}

/** The customers of one page: a bare array, or the paged envelope of other lists of this API; undefined when it is neither. */
export function parseCustomerPage(body: string): ListedCustomer[] | undefined {
  const parsed = parseJson(body);
  const items = isMap(parsed) ? parsed['data'] : parsed;
  return Array.isArray(items) ? items.filter(isMap).map(listed) : undefined;
}

function listed(item: Record<string, unknown>): ListedCustomer {
  const text = (name: string): string => {
    const value = item[name];
    return typeof value === 'string' && value !== 'null' ? value : '';
  };
  const createdAtMs = Date.parse(text('date_created'));
  return {
    customerId: text('customer_id').toLowerCase(),
    brandPersonId: text('brand_person_id').toLowerCase(),
    brandId: text('bond_brand_id').toLowerCase(),
    firstName: text('first_name'),
    lastName: text('last_name'),
    dob: text('dob').slice(0, 10),
    ssnLast4: /(\d{4})$/.exec(text('ssn'))?.[1] ?? '',
    phone: text('phone'),
    email: text('email'),
    createdAtMs: Number.isNaN(createdAtMs) ? null : createdAtMs,
  };
}
