import type { Customer } from './customer.js';
import type { ColumnPlan } from '../columns/plan.js';
import type { SourceRow } from '../csv/source-row.js';
import { escapePattern } from './normalise.js';

const HIDDEN = 'XXX-XX-XXXX';
/** Nine digits and no more, written as an SSN or plain. */
const LIKE_SSN = /(?<!\d)\d{3}[^\p{L}\p{N}]{0,3}\d{2}[^\p{L}\p{N}]{0,3}\d{4}(?!\d)/gu;
/** As above, and not the decimals of `5.551112222E9`. */
const NO_EXPONENT = new RegExp(`${LIKE_SSN.source}(?!E\\d)`, 'giu');
/** Like an SSN, or with up to two leading zeros dropped. */
const LIKE_DAMAGED_SSN = /(?<!\d)(?:\d{3}[^\p{L}\p{N}]{0,3}\d{2}[^\p{L}\p{N}]{0,3}\d{4}|\d{7,8})(?!\d)/gu;
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
function maskLikeSsn(text: string): string {
  return text.replace(LIKE_SSN, maskSsn);
}

/** Leaves the last four of everything in the text that is written like an SSN: in a cell of another field `XXX-XX-` would be read as its text. */
export function shortenLikeSsn(text: string): string {
  return text.replace(NO_EXPONENT, (number) => `…${digitsOf(number).slice(-4)}`);
}

/** A function that gives the cells of a row as they may be shown and written: its SSN masked, in whichever cell and form it stands. */
export function compileMask(plan: ColumnPlan): (row: SourceRow) => string[] {
  const fieldless = new Set(plan.fieldless);
  return (row) => {
    const ssns = ownSsns(plan, row);
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
  };
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

/** A message of Bond's as the ledger and the screen may have it: this customer's SSN masked, other data of theirs named instead of told. Cleaned before it is cut: half a number would not be known for one. */
export function cleanMessage(message: string, customer: Customer): string {
  const { ssn = '', phone = '' } = customer;
  const plain = unescaped(message);
  const digits = digitsOf(ssn);
  const masked = maskLikeSsn(digits.length < 7 ? plain : maskDigits(plain, digits));
  const dated = masked.replace(dateForms(customer.dob), '[dob]');
  const number = digitsOf(phone);
  // Its tail too: a number is often told without its area.
  const forms = [number, number.slice(-7)].filter((form) => form.length >= 7).map(loosely);
  const unphoned = forms.reduce((text, form) => text.replace(new RegExp(form, 'g'), '[phone]'), dated);
  const names = new Map(
    tellingValues(customer)
      .filter(([, value]) => /[\p{L}\p{N}]/u.test(value))
      .map(([field, value]) => [foldWords(value), field]),
  );
  // The longest first: a street may begin with the customer's name.
  const words = [...names.keys()].sort((a, b) => b.length - a.length).map(wordForms);
  const whole = new RegExp(`(?<![\\p{L}\\p{M}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{M}\\p{N}])`, 'giu');
  return unphoned
    .normalize('NFD')
    .replace(whole, (word) => `[${names.get(foldWords(word)) ?? 'value'}]`)
    .normalize('NFC')
    .slice(0, LONGEST_MESSAGE);
}

/** The text without the escapes of URLs, HTML, JSON and Python, in which a service may quote what it was sent. */
function unescaped(text: string): string {
  const char = (escaped: string, code: number): string => {
    const plain = code <= 0x10ffff ? String.fromCodePoint(code) : escaped;
    return /\p{C}/u.test(plain) ? escaped : plain;
  };
  return text
    .replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
      try {
        const plain = decodeURIComponent(escaped);
        return /\p{C}/u.test(plain) ? escaped : plain;
      } catch {
        return escaped;
      }
    })
    .replace(/&#x([0-9a-f]{1,6});/gi, (escaped, hex: string) => char(escaped, parseInt(hex, 16)))
    .replace(/&#(\d{1,7});/g, (escaped, code: string) => char(escaped, Number(code)))
    .replace(/&(?:apos|quot|amp);/g, (escaped) => ENTITIES.get(escaped) ?? escaped)
    .replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2}))/gi, (escaped, long?: string, short?: string) =>
      char(escaped, parseInt(long ?? short ?? '', 16)),
    )
    .replace(/\\(['"/])/g, '$1');
}

const ENTITIES = new Map([
  ['&apos;', "'"],
  ['&quot;', '"'],
  ['&amp;', '&'],
]);

const ACCENTS = '[\\u0300-\\u036f]*';
const APOSTROPHES = "['’‘ʼ`´]";
const ANY_ACCENTS = new RegExp(ACCENTS, 'g');
const ANY_APOSTROPHE = new RegExp(APOSTROPHES, 'g');

/** One form of all that differ in case, accents, apostrophes and the kind of space alone. */
function foldWords(text: string): string {
  return text
    .normalize('NFD')
    .replace(ANY_ACCENTS, '')
    .replace(ANY_APOSTROPHE, "'")
    .replace(/[\s+]+/g, ' ')
    .trim()
    .toLowerCase();
}

/** A pattern for all texts, in NFD, that fold to this one. */
function wordForms(folded: string): string {
  return Array.from(folded)
    .map((char) => {
      if (char === ' ') return '[\\s+]+';
      return (char === "'" ? APOSTROPHES : escapePattern(char)) + ACCENTS;
    })
    .join('');
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

/** A birth date in the usual orders and spellings. */
function dateForms(dob: string): RegExp {
  const [year = '', month = '', day = ''] = dob.split('-');
  const name = MONTHS[Number(month) - 1] ?? '';
  const [d, m, y] = [`0?${Number(day)}`, `0?${Number(month)}`, `(?:${year}|${year.slice(2)})`];
  const word = `${name.slice(0, 3)}(?:${name.slice(3)})?\\.?`;
  const apart = '[-/. ,]{1,2}';
  const orders = [
    [y, m, d],
    [m, d, y],
    [d, m, y],
    [d, word, y],
    [word, d, y],
  ];
  const forms = [...orders.map((order) => order.join(apart)), `${year}${month}${day}`];
  return new RegExp(`(?<!\\d)(?:${forms.join('|')})(?!\\d)`, 'gi');
}

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'],
  ...['November', 'December'],
];

/** A pattern for the digits, whatever punctuation stands between them. */
function loosely(digits: string): string {
  return digits === '' ? '' : digits.replace(/\B/g, BETWEEN);
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
