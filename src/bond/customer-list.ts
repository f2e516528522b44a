import { z } from 'zod';
import { parseJson } from './refusal.js';

/** A customer as Bond's list shows it; what it does not show, or shows in a form that cannot be relied on, is ''. */
export interface ListedCustomer {
  readonly customerId: string;
  /** Lower case. */
  readonly brandPersonId: string;
  readonly brandId: string;
  readonly firstName: string;
  readonly lastName: string;
  /** YYYY-MM-DD. Any other form leaves open which number is the month. */
  readonly dob: string;
  /** The last four digits. */
  readonly ssnLast4: string;
  readonly phone: string;
  readonly phoneCountryCode: string;
  readonly email: string;
  /** Epoch ms; null when absent or unreadable. */
  readonly createdAtMs: number | null;
}

/** Bond writes `"null"` for a `business_id` that is not there. */
const text = z
  .string()
  .transform((value) => (value === 'null' ? '' : value.trim()))
  .catch('');
const names = { first_name: text, last_name: text };
const customerSchema = z.object({
  customer_id: text,
  brand_person_id: text,
  bond_brand_id: text,
  ...names,
  /** Errors of this API nest the names so (Bond's reference, "Errors"); a list may as well. */
  names: z.object(names).catch({ first_name: '', last_name: '' }),
  dob: text,
  ssn: text,
  phone: text,
  phone_country_code: text,
  email: text,
  date_created: text,
});
const itemsSchema = z.array(z.unknown());
const pageSchema = z.union([itemsSchema, z.object({ data: itemsSchema }).transform(({ data }) => data)]);

/** The customers of one page: a bare array, or the paged envelope of other lists of this API; undefined when it is neither. */
export function parseCustomerPage(body: string): ListedCustomer[] | undefined {
  const page = pageSchema.safeParse(parseJson(body));
  return page.data?.flatMap((item) => {
    const { data } = customerSchema.safeParse(item);
    return data ? [listed(data)] : [];
  });
}

function listed(item: z.infer<typeof customerSchema>): ListedCustomer {
  const createdAtMs = Date.parse(item.date_created);
  return {
    customerId: item.customer_id,
    brandPersonId: item.brand_person_id.toLowerCase(),
    brandId: item.bond_brand_id,
    firstName: item.first_name || item.names.first_name,
    lastName: item.last_name || item.names.last_name,
    dob: /^\d{4}-\d\d-\d\d(?=$|T| )/.exec(item.dob)?.[0] ?? '',
    ssnLast4: /(\d{4})$/.exec(item.ssn)?.[1] ?? '',
    phone: item.phone,
    phoneCountryCode: item.phone_country_code,
    email: item.email,
    createdAtMs: Number.isNaN(createdAtMs) ? null : createdAtMs,
  };
}
