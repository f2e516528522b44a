import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js/min';
import { finding } from '../issues/codes.js';
import type { Finding } from '../issues/issue.js';
import { wholeNumber } from './repair.js';

/** A telephone number as Bond takes it: the digits without and beside the country's calling code. */
export interface Phone {
  readonly phone: string;
  readonly code?: string;
  /** The calling code that the number itself begins with, when the cell for it says another. */
  readonly contradicts?: string;
  /** Why it is no one number, whatever Bond's rules are. */
  readonly flaw?: Finding;
}

const PUNCTUATION = /[\s().\-\u2010-\u2015\u2212\u200e\u200f\u202a-\u202e\u2060-\u2069]/g;
/** What a spreadsheet makes of a long number: digits are lost for good. */
export const SCIENTIFIC = /^\+?\d(?:[.,]\d+)?E\+?\d+$/i;
/** Words that say whose number it is, and nothing of the number. */
const KIND = '(?:cell(?:ular)?|mobile|home|work|office|main|day|evening)';
const LABEL_BEFORE = new RegExp(`^(?:tel:|(?:tel|phone|ph|${KIND})\\.?[: ]\\s*)(?=[+(\\d])`, 'i');
const LABEL_BEHIND = new RegExp(`(?<=\\d)\\s*(?:\\(${KIND}\\)|[ -]\\s*${KIND})$`, 'i');
const MOST_DIGITS = 15;

/**
 * Takes punctuation and words such as `(cell)` off and splits `+cc` off; a number that cannot be read so comes back as it is.
 * @param given the calling code that the row says, normalised, or undefined
 * @param country alpha-2 code of the customer's country: it tells what an 11-digit number with 1 before it is, and 011
 */
export function readPhone(given: string, code: string | undefined, country: string | undefined): Phone {
  const text = given.replace(LABEL_BEFORE, '').replace(LABEL_BEHIND, '');
  if (holdsTwo(text)) return { phone: given, flaw: finding('phone', 'phone_two', { is: given }) };
  const isPlain = /^\d+$/.test(text) || FLOAT_TAIL.test(text);
  const bare = isPlain ? text : text.replace(PUNCTUATION, '');
  if (!/^\+?\d+$/.test(bare)) return { phone: given };
  if (bare.replace('+', '').length > MOST_DIGITS)
    return { phone: given, flaw: finding('phone', 'phone_long', { is: given }) };
  const home = callingCode(country);
  const dialled = abroad(bare, code ?? home);
  if (dialled !== undefined) {
    const read = international(dialled);
    return read
      ? split(read.phone, code, read.code)
      : { phone: given, flaw: finding('phone', 'phone_prefix', { is: given }) };
  }
  if (bare.startsWith('+')) {
    const read = international(bare);
    if (!read) return { phone: given };
    if (
      country !== undefined &&
      home !== undefined &&
      read.code !== (code ?? home) &&
      isOfHome(bare, country)
    ) {
      const args = { code: read.code, country, is: given };
      return { phone: given, flaw: finding('phone', 'phone_plus', args) };
    }
    return split(read.phone, code, read.code);
  }
  const own = /^1\d{10}$/.test(bare) && (code ?? home) === '1' ? '1' : undefined;
  const number = own === undefined ? bare : bare.slice(1);
  const flaw = canBe(number, code ?? home, country)
    ? undefined
    : finding('phone', 'phone_country', { is: given });
  return { ...split(number, code, own), ...(flaw && { flaw }) };
}

/** No number anywhere has fewer digits. */
const LEAST_DIGITS = 4;

/** Whether there can be a number of this length in the country; its area code goes with one of North America. */
function canBe(number: string, code: string | undefined, country: string | undefined): boolean {
  if (code === '1') return /^[2-9]\d{9}$/.test(number);
  if (number.length < LEAST_DIGITS) return false;
  if (country === undefined || code !== callingCode(country) || !isSupported(country)) return true;
  return parsePhoneNumberFromString(number, country)?.isPossible() === true;
}

function split(phone: string, given: string | undefined, own: string | undefined): Phone {
  const code = given ?? own;
  const contradicts = own === code ? undefined : own;
  return { phone, ...(code && { code }), ...(contradicts && { contradicts }) };
}

/** The number as it would be written with a +, when it begins with the prefix of a call abroad. */
function abroad(bare: string, home: string | undefined): string | undefined {
  if (bare.startsWith('00')) return `+${bare.replace(/^0+/, '')}`;
  return home === '1' && /^011\d{8,}$/.test(bare) ? `+${bare.slice(3)}` : undefined;
}

function international(bare: string): { phone: string; code: string } | undefined {
  if (/^\+1\d{10}$/.test(bare)) return { phone: bare.slice(2), code: '1' };
  const read = parsePhoneNumberFromString(bare);
  return read?.isPossible() === true
    ? { phone: read.nationalNumber, code: read.countryCallingCode }
    : undefined;
}

/** Whether a number with a + is none of its own country, and would be one of the customer's without it. */
function isOfHome(bare: string, country: string): boolean {
  if (!isSupported(country) || parsePhoneNumberFromString(bare)?.isValid() === true) return false;
  return parsePhoneNumberFromString(bare.slice(1), country)?.isPossible() === true;
}

/** A local number without its area. */
const LEAST_OF_TWO = 7;

function holdsTwo(text: string): boolean {
  const digits = (part: string): number => part.replace(/\D/g, '').length;
  if (digits(text) < 2 * LEAST_OF_TWO) return false;
  const long = (part: string): boolean => digits(part) >= LEAST_OF_TWO;
  return [/\s+/, /[,;/|&]|\s(?:or|and|oder|o|ou|e|y)\s/i].some(
    (between) => text.split(between).filter(long).length > 1,
  );
}

/** `+1`, `001`, `(1)` → `1`; any other text comes back as it is. */
export function readCallingCode(text: string): string {
  return /^\d{1,2}$/.test(text) ? text : text.replace(/^\(?(?:\+|00)? ?(\d{1,3})\)?$/, '$1');
}

const FLOAT_TAIL = /^\+?\d{1,15}[.,]0+$/;

/** A number that a spreadsheet or a program made a decimal one, `5551112222.0` or `5.551112222E9`, as it was; any other text as it is. */
export function mendPhone(text: string): string {
  return FLOAT_TAIL.test(text) ? text.replace(/[.,]0+$/, '') : wholeNumber(text);
}

function callingCode(country: string | undefined): string | undefined {
  return country !== undefined && isSupported(country) ? getCountryCallingCode(country) : undefined;
}

function isSupported(country: string): country is CountryCode {
  return isSupportedCountry(country);
}
