import type { Address } from './customer.js';

/** White space, and the invisible marks that come along when text is copied from a web page or a phone. */
const BLANK = '\\s\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u2069';
const UNTIDY = new RegExp(`^['=${BLANK}]|[${BLANK}]$|\\s\\s|[^\\S ]`);
const EDGES = new RegExp(`^[${BLANK}]+|[${BLANK}]+$`, 'g');
/** An apostrophe is a guard only before what a spreadsheet would take for a formula or a number: `'O'Brien` keeps its own. */
const GUARD_APOSTROPHE = /^'(?=[=+\-@\d\t\r＝＋－＠])/;
const GUARD_FORMULA = /^="((?:[^"]|"")*)"$/;
const DASHES = '\\-\\u2010-\\u2015\\u2212';

/** The text of a cell: trimmed, runs of white space made one space, formula guards (`="02134"`, `'02134`) taken off. */
export function cleanText(cell: string): string {
  if (!UNTIDY.test(cell)) return cell;
  let text = cell;
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replace(EDGES, '').replace(GUARD_APOSTROPHE, '').replace(GUARD_FORMULA, unquote);
  }
  return text.replace(/\s+/g, ' ');
}

function unquote(_guarded: string, inner: string): string {
  return inner.replaceAll('""', '"');
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'y', 't', '1', 'x'].map((word) => [word, true] as const),
  ...['false', 'no', 'n', 'f', '0'].map((word) => [word, false] as const),
]);

/** true or false in their usual spellings; any other text comes back as it is. */
export function readBoolean(text: string): boolean | string {
  return BOOLEANS.get(text.toLowerCase()) ?? text;
}

const ADDRESS_TYPES: ReadonlyMap<string, Address['address_type']> = new Map([
  ...['physical', 'home', 'residential', 'residence'].map((word) => [word, 'PHYSICAL'] as const),
  ...['mailing', 'mail', 'postal'].map((word) => [word, 'MAILING'] as const),
]);

/** `MAILING` or `PHYSICAL` from their usual spellings; any other text comes back as it is. */
export function readAddressType(text: string): string {
  if (text === 'PHYSICAL' || text === 'MAILING') return text;
  return ADDRESS_TYPES.get(text.toLowerCase().replace(/ address$/, '')) ?? text;
}

/** The written form that Bond takes. */
export const IS_SSN = /^\d{3}-\d{2}-\d{4}$/;
const SSN = new RegExp(`^(\\d{3})[ ./_${DASHES}]*(\\d{2})[ ./_${DASHES}]*(\\d{4})$`);

/** `mailto:a@b.com`, as web pages and address books write it, without its scheme; any other text comes back as it is. */
export function readEmail(text: string): string {
  return text.replace(/^mailto:(?=[^\s@]+@[^\s@]+$)/i, '');
}

/** Nine digits, in the groups of an SSN or in none, as `###-##-####`; any other text comes back as it is. */
export function readSsn(text: string): string {
  return IS_SSN.test(text) ? text : text.replace(SSN, '$1-$2-$3');
}

/** The written forms that Bond takes. */
export const IS_US_ZIP = /^\d{5}(?:-\d{4})?$/;
const ZIP_PLUS_4 = new RegExp(`^(\\d{5})[ ${DASHES}]*(\\d{4})$`);

/** A US ZIP+4 as `#####-####`; any other text comes back as it is. */
export function readUsZip(text: string): string {
  return IS_US_ZIP.test(text) ? text : text.replace(ZIP_PLUS_4, '$1-$2');
}

/** A UUID in lower case and without braces; any other text comes back as it is. */
export function readUuid(text: string): string {
  const bare = text.replace(/^\{(.*)\}$/, '$1').toLowerCase();
  return UUID.test(bare) ? bare : text;
}

/** The form of a UUID, of whatever version, in lower case. */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A pattern for the text itself. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
