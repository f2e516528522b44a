import { ADDRESS_FIELDS, PERSON_FIELDS } from '../../src/columns/plan.js';
import type { AddressPlan, ColumnPlan, KeyPlan, Origin } from '../../src/columns/plan.js';
import type { CustomerOptions, Reading } from '../../src/customer/payload.js';
import { compileReader } from '../../src/customer/payload.js';
import type { Malformed, SourceRow } from '../../src/csv/source-row.js';
import { sentence } from '../../src/issues/words.js';

/** What a test says of a plan: headers are field names, `2.city` the city of the second address. */
export interface PlanWish {
  readonly headers: readonly string[];
  readonly constants?: Readonly<Record<string, string>>;
  readonly types?: readonly ('MAILING' | 'PHYSICAL')[];
  readonly key?: KeyPlan['by'];
  readonly dateFormat?: string;
}

/** A plan as the header compiler would make it, with `My <name>` as the operator's own headers. */
export function planOf(wish: PlanWish): ColumnPlan {
  const origins = new Map<string, Origin>([
    ...Object.entries(wish.constants ?? {}).map(([name, value]): [string, Origin] => [
      name,
      { from: 'constant', value },
    ]),
    ...wish.headers.map((name, index): [string, Origin] => [
      name,
      { from: 'column', index, header: `My ${name}` },
    ]),
  ]);
  const pick = (fields: readonly string[], prefix = ''): Partial<Record<string, Origin>> =>
    Object.fromEntries(
      fields.flatMap((field) => {
        const origin = origins.get(prefix + field);
        return origin === undefined ? [] : [[field, origin]];
      }),
    );
  const addresses = ['', '2.', '3.']
    .map((prefix, index): AddressPlan => {
      const type = wish.types?.[index];
      return { origins: pick(ADDRESS_FIELDS, prefix), ...(type !== undefined && { type }) };
    })
    .filter((address) => Object.keys(address.origins).length > 0);
  const by = wish.key ?? 'external_id';
  const index = wish.headers.indexOf(by);
  const ssn = wish.headers.indexOf('ssn');
  return {
    headers: wish.headers.map((name) => `My ${name}`),
    person: pick(PERSON_FIELDS),
    addresses,
    key: by === 'name_dob' ? { by } : { by, index, header: `My ${by}` },
    ssnColumns: ssn === -1 ? [] : [ssn],
    fieldless: [],
    ignored: [],
    unmapped: [],
    accept: new Set(),
    values: {},
    warnings: [],
    ...(wish.dateFormat !== undefined && { dateFormat: wish.dateFormat }),
  };
}

/** The day on which the tests take place. */
export const TODAY = '2026-11-25';

/** A complete and valid person with one address. */
export const JAMES = {
  external_id: '007',
  first_name: 'James',
  last_name: 'Bond',
  dob: '1997-12-25',
  ssn: '333-52-7584',
  phone: '5551112222',
  phone_country_code: '1',
  email: 'james@example.com',
  address_type: 'PHYSICAL',
  street: '345 California Ave.',
  street2: 'Suite 600',
  city: 'San Francisco',
  state: 'CA',
  zip_code: '12345-1234',
  country: 'US',
  is_primary: 'true',
};

export function rowOf(cells: readonly string[], malformed?: Malformed): SourceRow {
  return { row: 1, line: 2, cells, ...(malformed !== undefined && { malformed }) };
}

/** Reads one row, given by its fields; the plan has exactly their columns. */
export function readRow(
  fields: Readonly<Record<string, string>>,
  options: Partial<CustomerOptions> & Omit<PlanWish, 'headers'> = {},
): Reading {
  const plan = planOf({ ...options, headers: Object.keys(fields) });
  const { rules = 'documented', repair = new Set() } = options;
  return compileReader(plan, { ...options, rules, repair, today: TODAY })(
    rowOf(Object.values(fields)),
  ).reading();
}

/** The issues of a row in words. */
export function complaints(reading: Reading): string[] {
  return reading.kind === 'customer' ? [] : reading.issues.map(sentence);
}
