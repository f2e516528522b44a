import type { Finding } from '../issues/issue.js';
import type { Customer } from './customer.js';
import type { ColumnPlan } from '../columns/plan.js';
import type { SourceRow } from '../csv/source-row.js';

const HIDDEN = 'XXX-XX-XXXX';
/** Nine digits and no more, written as an SSN or plain. */
const LIKE_SSN = /(?<!\d)\d{3}[-\s.]?\d{2}[-\s.]?\d{4}(?!\d)/g;
/** As above, or with up to two leading zeros dropped. */
const LIKE_DAMAGED_SSN = /(?<!\d)(?:\d{3}[-\s.]?\d{2}[-\s.]?\d{4}|\d{7,8})(?!\d)/g;
/** A cell of nine digits and nothing else, in one piece or grouped as an SSN; not a ZIP+4. */
const NINE_DIGITS = /^[\s'"=]*(\d{9}|\d{3}[^\p{L}\p{N}]{1,3}\d{2}[^\p{L}\p{N}]{1,3}\d{4})(?:\.0)?[\s'"]*$/u;
/** What may stand between two digits of a written number. */
const BETWEEN = '[^0-9A-Za-z]{0,3}';

/** `XXX-XX-6789`: the last four of at least seven digits, else nothing of it; an empty text stays empty. */
export function maskSsn(text: string): string {
  if (text.trim() === '') return text;
  const digits = digitsOf(text);
  return digits.length < 7 ? HIDDEN : `XXX-XX-${digits.slice(-4)}`;
}

/** Masks everything in the text that is written like an SSN. */
export function maskLikeSsn(text: string): string {
  return text.replace(LIKE_SSN, maskSsn);
}

/** The cells of a row as they may be shown and written: its SSN masked, in whichever cell and form it stands. */
export function maskCells(plan: ColumnPlan, row: SourceRow): string[] {
  const ssns = ownSsns(plan, row);
  const fieldless = new Set(plan.fieldless);
  return row.cells.map((cell, index) => {
    if (cell === '') return cell;
    if (plan.ssnColumns.includes(index)) return maskSsn(cell);
    // Not a name, but the cells may tell: nine digits alone are masked.
    const [, number] = fieldless.has(index) ? (NINE_DIGITS.exec(cell) ?? []) : [];
    if (number !== undefined) return maskSsn(number);
    let masked = cell;
    for (const digits of ssns) masked = maskDigits(masked, digits);
    // The cells of a malformed row may have shifted: which of them is the SSN is not known.
    return row.malformed === undefined ? masked : masked.replace(LIKE_DAMAGED_SSN, maskSsn);
  });
}

/** A function that masks the row's own SSN in a text, in any written form. */
export function compileOwnMask(plan: ColumnPlan, row: SourceRow): (text: string) => string {
  const ssns = ownSsns(plan, row);
  return (text) => ssns.reduce(maskDigits, text);
}

/** The digits of every SSN that stands in the row's SSN columns. */
function ownSsns({ ssnColumns }: ColumnPlan, { cells }: SourceRow): string[] {
  const ssns: string[] = [];
  for (const index of ssnColumns) {
    const cell = cells[index] ?? '';
    const digits = digitsOf(cell);
    if (digits.length >= 7 && digits.length <= 9) ssns.push(digits);
    else if (digits.length > 9) ssns.push(...(cell.match(LIKE_SSN) ?? []).map(digitsOf));
  }
  return ssns;
}

/** Masks one SSN, given by its digits, in any written form and also where a spreadsheet dropped its leading zeros. */
function maskDigits(text: string, digits: string): string {
  // The cheap question first: nearly no cell has so many digits, and a pattern for each row is dear.
  if (!hasDigits(text, digits.length - 2)) return text;
  const core = digits.replace(/^0{1,2}/, '');
  if (!digitsOf(text).includes(core)) return text;
  const form = new RegExp(`(?:0${BETWEEN}){0,2}${loosely(core)}`, 'g');
  return text.replace(form, `XXX-XX-${digits.slice(-4)}`);
}

function hasDigits(text: string, least: number): boolean {
  let left = least;
  for (let at = 0; at < text.length && left > 0; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) left--;
  }
  return left <= 0;
}

const LONGEST_MESSAGE = 300;

/** A finding of Bond's as the ledger and the screen may have it. Cleaned before it is cut: half a number would not be known for one. */
export function cleanFinding(found: Finding, customer: Customer): Finding {
  const { message } = found.args;
  if (typeof message !== 'string') return found;
  const cleaned = cleanMessage(message, customer);
  return { ...found, args: { ...found.args, message: cleaned.slice(0, LONGEST_MESSAGE) } };
}

/** A message of Bond's as the ledger and the screen may have it: this customer's SSN masked, other data of theirs named instead of told. */
export function cleanMessage(message: string, customer: Customer): string {
  const ssn = digitsOf(customer.ssn ?? '');
  const masked = maskLikeSsn(ssn.length < 7 ? message : maskDigits(message, ssn));
  const phone = loosely(digitsOf(customer.phone ?? ''));
  const names = new Map(
    tellingValues(customer)
      .filter(([, value]) => /[\p{L}\p{N}]/u.test(value))
      .map(([field, value]) => [value.toLowerCase(), field]),
  );
  // The longest first: a street may begin with the customer's name.
  const words = [...names.keys()].sort((a, b) => b.length - a.length).map(escape);
  const whole = new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{M}\\p{N}])`, 'giu');
  const unphoned = phone === '' ? masked : masked.replace(new RegExp(phone, 'g'), '[phone]');
  return unphoned.replace(whole, (word) => `[${names.get(word.toLowerCase()) ?? 'value'}]`);
}

function tellingValues(customer: Customer): [string, string][] {
  const { first_name, middle_name = '', last_name, email = '', dob } = customer;
  return [
    ...Object.entries({ first_name, middle_name, last_name, email, dob }),
    ...customer.addresses.flatMap(({ street, street2 = '', city }) =>
      Object.entries({ street, street2, city }),
    ),
  ];
}

/** A pattern for the digits, whatever punctuation stands between them. */
function loosely(digits: string): string {
  return digits === '' ? '' : digits.replace(/\B/g, BETWEEN);
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
