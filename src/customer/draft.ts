import type { SourceRow } from '../csv/source-row.js';
import { finding } from '../issues/codes.js';
import type { Finding, Repair } from '../issues/issue.js';
import type { Dates } from './dates.js';
import { cleanText, readAddressType, readBoolean, readSsn, readUsZip } from './normalise.js';
import { readCallingCode, readPhone } from './phone.js';
import { readCountry, readUsState } from './places.js';
import {
  placesOf,
  textOf,
  type AddressField,
  type AddressPlan,
  type ColumnPlan,
  type Origin,
} from '../columns/plan.js';
import { REPAIR } from './repair.js';

/** Normalised values by field; a field that the row leaves empty is not there. */
type Values = Partial<Record<string, string | boolean>>;

/** A row normalised and repaired, put together as a customer is, but not yet judged. */
export interface Draft {
  readonly person: Values;
  readonly addresses: readonly Values[];
  /** Index into `addresses` → index into `plan.addresses`. */
  readonly groups: readonly number[];
  /** What only shows while the cells are read: cells that contradict each other. */
  readonly findings: Finding[];
}

/** One cell that came out other than it went in. */
export interface Change {
  readonly field: string;
  readonly column: string;
  readonly kind: 'normalised' | Repair;
}

/** Cells that make an address exist; its type, country and `is_primary` are often filled in for every row. */
const TELLING: readonly AddressField[] = ['street', 'street2', 'city', 'state', 'zip_code'];

/** Compiles a function from row to draft; `observe` is told each cell that normalisation or repair changed. */
export function compileDraft(
  plan: ColumnPlan,
  repairs: ReadonlySet<Repair>,
  dates: Dates,
  observe?: (change: Change) => void,
): (row: SourceRow) => Draft {
  const addressPlans = plan.addresses.map((address) => ({ ...address, exists: compileExists(address) }));

  /** Puts a cell's value, normalised and, with consent, repaired, under its field. */
  function put(
    values: Values,
    row: SourceRow,
    field: string,
    origin: Origin | undefined,
    convert?: (text: string) => string | boolean,
    repair?: Repair,
  ): void {
    if (origin === undefined) return;
    const raw = textOf(origin, row.cells);
    const text = raw === '' ? '' : cleanText(raw);
    if (text === '') return;
    const mended = repair !== undefined && repairs.has(repair) ? REPAIR[repair](text) : text;
    const value = convert === undefined ? mended : convert(mended);
    values[field] = value;
    if (observe === undefined || origin.from === 'constant') return;
    if (repair !== undefined && mended !== text) observe({ field, column: origin.header, kind: repair });
    else if (String(value) !== raw) observe({ field, column: origin.header, kind: 'normalised' });
  }

  function addressOf(row: SourceRow, { origins, type }: AddressPlan): Values {
    const values: Values = type === undefined ? {} : { address_type: type };
    put(values, row, 'country', origins.country, readCountry);
    const us = values['country'] === 'US';
    put(values, row, 'address_type', origins.address_type, readAddressType);
    put(values, row, 'street', origins.street);
    put(values, row, 'street2', origins.street2);
    put(values, row, 'city', origins.city);
    put(values, row, 'state', origins.state, us ? readUsState : undefined);
    put(values, row, 'zip_code', origins.zip_code, us ? readUsZip : undefined, us ? 'zip' : undefined);
    put(values, row, 'is_primary', origins.is_primary, readBoolean);
    return values;
  }

  function personOf(row: SourceRow): Values {
    const values: Values = {};
    put(values, row, 'first_name', plan.person.first_name);
    put(values, row, 'middle_name', plan.person.middle_name);
    put(values, row, 'last_name', plan.person.last_name);
    put(values, row, 'dob', plan.person.dob, dates.read, 'date');
    put(values, row, 'ssn', plan.person.ssn, readSsn, 'ssn');
    put(values, row, 'email', plan.person.email);
    return values;
  }

  function putPhone(values: Values, row: SourceRow, country: Values[string], findings: Finding[]): void {
    const cell: Values = {};
    put(cell, row, 'phone_country_code', plan.person.phone_country_code, readCallingCode, 'phone');
    const given = cell['phone_country_code']?.toString();
    const split = (text: string): string => {
      const { phone, code, contradicts } = readPhone(text, given, country?.toString());
      // A calling code says nothing without a number, so it is not sent alone.
      if (code !== undefined) values['phone_country_code'] = code;
      if (contradicts !== undefined) {
        const args = { is: given ?? '', phone: contradicts };
        findings.push(finding('phone_country_code', 'phone_country_code_contradicts', args));
      }
      return phone;
    };
    put(values, row, 'phone', plan.person.phone, split, 'phone');
  }

  return (row) => {
    const addresses: Values[] = [];
    const groups: number[] = [];
    for (const [index, address] of addressPlans.entries()) {
      if (!address.exists(row)) continue;
      addresses.push(addressOf(row, address));
      groups.push(index);
    }
    choosePrimary(addresses);
    const person = personOf(row);
    const findings: Finding[] = [];
    putPhone(person, row, addresses[0]?.['country'], findings);
    return { person, addresses, groups, findings };
  };
}

/** Whether the row has the address: constants, and the type that headers give, do not make one. */
function compileExists({ origins }: AddressPlan): (row: SourceRow) => boolean {
  const indexes = TELLING.flatMap((field) => {
    const origin = origins[field];
    return origin === undefined ? [] : placesOf(origin).map(({ index }) => index);
  });
  return (row) => indexes.some((index) => cleanText(row.cells[index] ?? '') !== '');
}

/** The first address that does not say is primary, unless another says that it is; the others that do not say are not. */
function choosePrimary(addresses: readonly Values[]): void {
  let wanted = addresses.every((address) => address['is_primary'] !== true);
  for (const address of addresses) {
    if (address['is_primary'] !== undefined) continue;
    address['is_primary'] = wanted;
    wanted = false;
  }
}
