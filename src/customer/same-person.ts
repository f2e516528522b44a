import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { ListedCustomer } from '../bond/customer-list.js';
import type { Customer } from './customer.js';
import { foldName } from './identity.js';

/** What a row and a customer of Bond's list say of the same person: true where they agree, false where they differ, undefined where one of them says nothing that can be read. */
export interface Likeness {
  readonly name: boolean | undefined;
  readonly dob: boolean | undefined;
  readonly ssn: boolean | undefined;
  readonly email: boolean | undefined;
  readonly phone: boolean | undefined;
}

/** Compares as people would: names without accents, apostrophes, case and punctuation, phones by their number, SSNs by the last four digits, which are all that the list shows. */
export function likeness(customer: Customer, listed: ListedCustomer): Likeness {
  return {
    name: both(
      agree(foldName(customer.first_name), foldName(listed.firstName)),
      agree(foldName(customer.last_name), foldName(listed.lastName)),
    ),
    dob: agree(customer.dob, listed.dob),
    ssn: agree((customer.ssn ?? '').slice(-4), listed.ssnLast4),
    email: agree((customer.email ?? '').trim().toLowerCase(), listed.email.trim().toLowerCase()),
    phone: agreeByEnd(
      numberOf(customer.phone ?? '', customer.phone_country_code ?? ''),
      numberOf(listed.phone, listed.phoneCountryCode),
    ),
  };
}

function agree(ours: string, theirs: string): boolean | undefined {
  return ours === '' || theirs === '' ? undefined : ours === theirs;
}

function both(first: boolean | undefined, last: boolean | undefined): boolean | undefined {
  if (first === false || last === false) return false;
  return first === undefined || last === undefined ? undefined : true;
}

/** A country code may stand before one of them without a sign that it is one. */
function agreeByEnd(ours: string, theirs: string): boolean | undefined {
  if (ours === '' || theirs === '') return undefined;
  const [short, long] = ours.length < theirs.length ? [ours, theirs] : [theirs, ours];
  return short === long || (short.length >= 7 && long.endsWith(short));
}

/** The number within its country: whether a country code stands before it, and where, differs between a row and the list. */
function numberOf(phone: string, countryCode: string): string {
  const digits = phone.replace(/\D/g, '');
  if (digits === '') return '';
  const plus = phone.trim().startsWith('+') ? `+${digits}` : `+${countryCode || '1'}${digits}`;
  return parsePhoneNumberFromString(plus)?.nationalNumber ?? digits;
}
