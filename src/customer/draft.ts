import type { SourceRow } from '../csv/source-row.js';
import { finding } from '../issues/codes.js';
import type { Finding, Repair } from '../issues/issue.js';
import { isDateForNothing, mendDate, type Dates } from './dates.js';
import { damageIn, isSpreadsheetError, isWordForNothing, wordForNothing } from './cell.js';
import { cleanText, readAddressType, readBoolean, readEmail, readSsn, readUsZip } from './normalise.js';
import { mendPhone, readCallingCode, readPhone } from './phone.js';
import { hasUsPost, isCountry, readCountry, readState } from './places.js';
import {
  placesOf,
  textOf,
  type AddressField,
  type AddressPlan,
  type ColumnPlan,
  type Origin,
  type PersonField,
} from '../columns/plan.js';
import { mendSsn, mendUsZip } from './repair.js';

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

/** Fields without which Bond takes a customer. */
export const OPTIONAL: ReadonlySet<string> = new Set([
  'middle_name',
  'ssn',
  'phone',
  'phone_country_code',
  'email',
  'street2',
  'is_primary',
]);

/** Where the values of a person or of one address are put, and what is wrong with them. */
interface Target {
  readonly values: Values;
  readonly findings: Finding[];
  /** Of the paths, e.g. `addresses.0.` */
  readonly prefix: string;
  /** Whether all of it may be left empty. */
  readonly optional: boolean;
}

/** A repair, and what it makes of a text; a text without that damage comes back as it is. */
interface Repairing {
  readonly as: Repair;
  readonly mend: (text: string) => string;
}

/** Compiles a function from row to draft; `observe` is told each cell that normalisation or repair changed. */
export function compileDraft(
  plan: ColumnPlan,
  repairs: ReadonlySet<Repair>,
  dates: Dates,
  observe?: (change: Change) => void,
): (row: SourceRow) => Draft {
  const addressPlans = plan.addresses.map((address) => ({ ...address, cells: compileTelling(address) }));
  const accepts = (text: string): boolean => plan.accept.has(text.toLowerCase());
  const saysNothing = (text: string): boolean => isWordForNothing(text) && !accepts(text);
  const emptiesWords = repairs.has('empty');

  /** What makes the text no value of the field, if anything does. */
  function flawOf(to: Target, field: PersonField | AddressField, text: string): Finding | undefined {
    const path = to.prefix + field;
    if (isSpreadsheetError(text)) return finding(path, 'spreadsheet_error', { is: text });
    if (saysNothing(text) || isForNothing(field, text)) {
      return to.optional || OPTIONAL.has(field)
        ? finding(path, 'empty_word', { is: text }, 'empty')
        : wordForNothing(path, text, canBeMeant(field, text, to.values['country']));
    }
    return damageIn(path, text);
  }

  /** The text of a cell, cleaned; undefined when it is empty, or flawed, which is told then. */
  function textIn(
    to: Target,
    row: SourceRow,
    field: PersonField | AddressField,
    origin: Origin,
  ): string | undefined {
    const cells = origin.from === 'joined' ? cleanedParts(origin, row.cells) : row.cells;
    const raw = textOf(origin, cells);
    const meant = plan.values[field]?.get(raw.trim().toLowerCase());
    // What the operator wrote in the mapping file means itself.
    if (meant !== undefined) return meant || undefined;
    const text = raw === '' ? '' : cleanText(raw);
    if (text === '') return undefined;
    if (origin.from === 'constant' || raw === origin.fallback) return text;
    if (origin.from === 'joined') {
      const parts = origin.parts.flatMap(({ index }) => cells[index] || []);
      const [first] = parts.flatMap((part) => flawOf(to, field, part) ?? []);
      if (first) {
        to.findings.push(first);
        return undefined;
      }
    }
    const flaw = flawOf(to, field, text);
    if (flaw && !(flaw.repair === 'empty' && emptiesWords)) to.findings.push(flaw);
    return flaw ? undefined : text;
  }

  /** Cells are cleaned before they are joined: in the middle of a text a guard is none any more. */
  function cleanedParts(
    { parts }: Extract<Origin, { from: 'joined' }>,
    cells: readonly string[],
  ): readonly string[] {
    const cleaned = [...cells];
    for (const { index } of parts) {
      const part = cleanText(cells[index] ?? '');
      cleaned[index] = emptiesWords && saysNothing(part) ? '' : part;
    }
    return cleaned;
  }

  /** Puts a cell's value, normalised and, with consent, repaired, under its field. */
  function put(
    to: Target,
    row: SourceRow,
    field: PersonField | AddressField,
    origin: Origin | undefined,
    convert?: (text: string) => string | boolean,
    repair?: Repairing,
  ): void {
    if (origin === undefined) return;
    const text = textIn(to, row, field, origin);
    if (text === undefined) return;
    const mended = repair !== undefined && repairs.has(repair.as) ? repair.mend(text) : text;
    const value = convert === undefined ? mended : convert(mended);
    to.values[field] = value;
    if (observe === undefined || origin.from === 'constant') return;
    if (mended !== text && repair) observe({ field, column: origin.header, kind: repair.as });
    else if (String(value) !== textOf(origin, row.cells))
      observe({ field, column: origin.header, kind: 'normalised' });
  }

  function addressOf(row: SourceRow, { origins, type }: AddressPlan, to: Target): void {
    const { values } = to;
    if (type !== undefined) values['address_type'] = type;
    put(to, row, 'country', origins.country, readCountry);
    const country = values['country']?.toString();
    put(to, row, 'address_type', origins.address_type, readAddressType);
    put(to, row, 'street', origins.street);
    put(to, row, 'street2', origins.street2);
    put(to, row, 'city', origins.city);
    put(to, row, 'state', origins.state, (text) => readState(text, country));
    if (hasUsPost(country)) {
      const place = country === 'US' ? values['state']?.toString() : country;
      const mend = (text: string): string => mendUsZip(text, place);
      put(to, row, 'zip_code', origins.zip_code, readUsZip, { as: 'zip', mend });
    } else put(to, row, 'zip_code', origins.zip_code);
    put(to, row, 'is_primary', origins.is_primary, readBoolean);
  }

  function personOf(row: SourceRow, to: Target): void {
    const { person } = plan;
    put(to, row, 'first_name', person.first_name);
    put(to, row, 'middle_name', person.middle_name);
    put(to, row, 'last_name', person.last_name);
    put(to, row, 'dob', person.dob, dates.read, { as: 'date', mend: mendDate });
    put(to, row, 'ssn', person.ssn, readSsn, { as: 'ssn', mend: mendSsn });
    put(to, row, 'email', person.email, readEmail);
  }

  function putPhone(row: SourceRow, to: Target, country: string | undefined): void {
    const { values, findings } = to;
    const cell: Target = { ...to, values: {} };
    const repair: Repairing = { as: 'phone', mend: mendPhone };
    put(cell, row, 'phone_country_code', plan.person.phone_country_code, readCallingCode, repair);
    const given = cell.values['phone_country_code']?.toString();
    const split = (text: string): string => {
      const { phone, code, contradicts, flaw } = readPhone(text, given, country);
      if (flaw) findings.push(flaw);
      // A calling code says nothing without a number, so it is not sent alone.
      if (code !== undefined) values['phone_country_code'] = code;
      if (contradicts !== undefined) {
        const args = { is: given ?? '', phone: contradicts };
        findings.push(finding('phone_country_code', 'phone_country_code_contradicts', args));
      }
      return phone;
    };
    put(to, row, 'phone', plan.person.phone, split, repair);
  }

  return (row) => {
    const findings: Finding[] = [];
    const addresses: Values[] = [];
    const groups: number[] = [];
    for (const [index, address] of addressPlans.entries()) {
      const texts = address.cells.map((at) => cleanText(row.cells[at] ?? '')).filter((text) => text !== '');
      if (texts.length === 0) continue;
      // An address of words for nothing alone is none.
      const optional = texts.every(saysNothing);
      if (optional && emptiesWords) continue;
      const values: Values = {};
      addressOf(row, address, { values, findings, prefix: `addresses.${addresses.length}.`, optional });
      addresses.push(values);
      groups.push(index);
    }
    choosePrimary(addresses);
    const person: Values = {};
    const to: Target = { values: person, findings, prefix: '', optional: false };
    personOf(row, to);
    putPhone(row, to, addresses[0]?.['country']?.toString());
    return { person, addresses, groups, findings };
  };
}

/** Whether the field could have this value, if a person says that it means itself. */
function canBeMeant(field: PersonField | AddressField, text: string, country: Values[string]): boolean {
  if (field === 'country') return isCountry(readCountry(text));
  if (field === 'state') return country !== 'US';
  if (field === 'zip_code') return !hasUsPost(country?.toString());
  return field !== 'dob' && field !== 'address_type';
}

const NOBODY = '(?:no|none|na|n[.]a|null|nobody|noemail|nomail|unknown)';
const NOBODYS_EMAIL = new RegExp(`^${NOBODY}@(?:${NOBODY}|e?mail|test)[.]\\w+$`, 'i');

/** What forms and mainframes write where there is no date, e-mail, ZIP or number. An SSN of zeros is one of Bond's sandbox. */
function isForNothing(field: PersonField | AddressField, text: string): boolean {
  if (field === 'dob') return isDateForNothing(text);
  if (field === 'email' && NOBODYS_EMAIL.test(text)) return true;
  if (field === 'phone' && /^(\d)\1{6,}$/.test(text.replace(/\D/g, ''))) return true;
  return field !== 'ssn' && /^(?:[()./\s-]*0){5,}$/.test(text);
}

/** Indexes of the cells that make the address exist: constants, and the type that headers give, do not. */
function compileTelling({ origins }: AddressPlan): readonly number[] {
  return TELLING.flatMap((field) => {
    const origin = origins[field];
    return origin === undefined ? [] : placesOf(origin).map(({ index }) => index);
  });
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
