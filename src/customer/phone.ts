import { getCountryCallingCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/** A telephone number as Bond takes it: the digits without and beside the country's calling code. */
export interface Phone {
  readonly phone: string;
  readonly code?: string;
  /** The calling code that the number itself begins with, when the cell for it says another. */
  readonly contradicts?: string;
}

const PUNCTUATION = /[\s().\-\u2010-\u2015\u2212\u200e\u200f\u202a-\u202e\u2060-\u2069]/g;
/** What a spreadsheet makes of a long number: digits are lost for good. */
export const SCIENTIFIC = /^\+?\d(?:[.,]\d+)?E\+?\d+$/i;

/**
 * Takes punctuation off and splits `+cc` off; a number that cannot be read so comes back as it is.
 * @param given the calling code that the row says, normalised, or undefined
 * @param country alpha-2 code of the customer's country: an 11-digit number with 1 before it is then known for one of +1
 */
export function readPhone(text: string, given: string | undefined, country: string | undefined): Phone {
  const phone = (national: string, own?: string): Phone => {
    const code = given ?? own;
    const contradicts = own === code ? undefined : own;
    return { phone: national, ...(code && { code }), ...(contradicts && { contradicts }) };
  };
  const bare = /^\d+$/.test(text) || FLOAT_TAIL.test(text) ? text : text.replace(PUNCTUATION, '');
  if (!/^\+?\d+$/.test(bare)) return phone(text);
  if (bare.startsWith('+')) {
    if (/^\+1\d{10}$/.test(bare)) return phone(bare.slice(2), '1');
    const read = parsePhoneNumberFromString(text);
    return read?.isPossible() === true ? phone(read.nationalNumber, read.countryCallingCode) : phone(text);
  }
  if (/^1\d{10}$/.test(bare) && (given ?? callingCode(country)) === '1') return phone(bare.slice(1), '1');
  return phone(bare);
}

/** `+1`, `001`, `(1)` → `1`; any other text comes back as it is. */
export function readCallingCode(text: string): string {
  return /^\d{1,2}$/.test(text) ? text : text.replace(/^\(?(?:\+|00)? ?(\d{1,3})\)?$/, '$1');
}

const FLOAT_TAIL = /^\+?\d{1,15}[.,]0+$/;

/** A number that a spreadsheet made a decimal one, `5551112222.0`, without its tail; any other text as it is. */
export function mendPhone(text: string): string {
  return FLOAT_TAIL.test(text) ? text.replace(/[.,]0+$/, '') : text;
}

function callingCode(country: string | undefined): string | undefined {
  return country !== undefined && isSupportedCountry(country) ? getCountryCallingCode(country) : undefined;
}
