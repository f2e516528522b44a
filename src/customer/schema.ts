import { z } from 'zod';
import type { Address, Customer, Issue, Repair } from './customer.js';
import type { Dates } from './dates.js';
import { isIsoDay } from './dates.js';
import { quote } from './mask.js';
import { IS_SSN, IS_US_ZIP } from './normalise.js';
import { SCIENTIFIC } from './phone.js';
import { isCountry, isUsState } from './places.js';
import { REPAIR } from './repair.js';

/** `documented`: every documented limit; `minimal`: only what is certain, Bond decides the rest. */
export type Rules = 'documented' | 'minimal';

type Person = Omit<Customer, 'addresses'>;
type Raw = Readonly<Record<string, unknown>>;
type Checked<T> = { readonly value: T } | { readonly problems: readonly Problem[] };

/** An issue whose column is not known yet. */
export type Problem = Omit<Issue, 'column'>;

/** The rules of one run, on values that are normalised already. */
export interface CustomerRules {
  readonly person: (raw: Raw) => Checked<Person>;
  /** @param prefix of the paths, e.g. `addresses.0.` */
  readonly address: (raw: Raw, prefix: string) => Checked<Address>;
}

/** Which repair may mend a field. */
const REPAIR_OF: Readonly<Partial<Record<string, Repair>>> = {
  dob: 'date',
  ssn: 'ssn',
  phone: 'phone',
  phone_country_code: 'phone',
  zip_code: 'zip',
};
const REQUIRED = 'is empty; a value is required';
const NAME = /^\p{L}[\p{L}\p{M} '’]*$/u;
const STREET = /^[\p{L}\p{M}\p{N} .,_#-]+$/u;
const EMAIL = /^[^\s@,;<>()"]+@[^\s@,;<>()"]+\.[^\s@,;<>()".]+$/;
const MASKED_SSN = /^[x*#•\d]{3}[- ]?[x*#•\d]{2}[- ]?\d{4}$/i;

/** The field rules of `POST /customers/` (bond-api.md, "Create a customer"), compiled once for a run. */
export function customerRules(rules: Rules, dates: Dates): CustomerRules {
  // Under `minimal` a field need only be there: `limited` is what Bond is left to decide.
  const only = (limited: z.ZodString): z.ZodString => (rules === 'documented' ? limited : text());
  const name = only(length(2, 50).regex(NAME, says(explainName)));
  const person = z.object({
    first_name: name,
    middle_name: name.exactOptional(),
    last_name: name,
    dob: text().refine(isIsoDay, says(dates.explain)),
    ssn: text().regex(IS_SSN, says(explainSsn)).exactOptional(),
    phone: only(text().regex(/^\d+$/, says(explainPhone))).exactOptional(),
    phone_country_code: only(text().regex(/^\d{1,3}$/, says(explainCallingCode))).exactOptional(),
    email: only(text().regex(EMAIL, expects('one e-mail address like name@example.com'))).exactOptional(),
  });
  const common = {
    address_type: z.enum(['MAILING', 'PHYSICAL'], expects('MAILING or PHYSICAL')),
    street: only(length(1, 40).regex(STREET, says(explainStreet))),
    street2: only(length(1, 40)).exactOptional(),
    city: only(length(2, 40)),
    country: text().refine(isCountry, expects('a two-letter country code (ISO 3166-1)')),
    is_primary: z.boolean(expects('true or false')),
  };
  const usAddress = z.object({
    ...common,
    state: only(text().refine(isUsState, expects('a two-letter US state code'))),
    zip_code: only(text().regex(IS_US_ZIP, says(explainUsZip))),
  });
  const otherAddress = z.object({ ...common, state: only(length(1, 20)), zip_code: only(length(2, 20)) });
  return {
    person: (raw) => check(person, raw, ''),
    address: (raw, prefix) => check(raw['country'] === 'US' ? usAddress : otherAddress, raw, prefix),
  };
}

function check<T>(schema: z.ZodType<T>, raw: Raw, prefix: string): Checked<T> {
  const result = schema.safeParse(raw);
  return result.success
    ? { value: result.data }
    : { problems: result.error.issues.map((issue) => problemOf(issue, raw, prefix)) };
}

function problemOf(issue: z.core.$ZodIssue, raw: Raw, prefix: string): Problem {
  const field = issue.path.join('.');
  const kind = issue.code === 'too_small' || issue.code === 'too_big' ? 'length' : 'format';
  const value = raw[field];
  const repair = typeof value === 'string' ? REPAIR_OF[field] : undefined;
  return {
    path: prefix + field,
    code: issue.message === REQUIRED ? 'required' : `${field}_${kind}`,
    message: issue.message,
    ...(repair !== undefined && typeof value === 'string' && mends(repair, value) && { repair }),
  };
}

function mends(repair: Repair, value: string): boolean {
  return REPAIR[repair](value) !== value;
}

function says(explain: (value: string) => string): {
  error: (issue: { readonly input?: unknown }) => string;
} {
  return { error: ({ input }) => (typeof input === 'string' ? explain(input) : REQUIRED) };
}

function text(): z.ZodString {
  return z.string(says(() => REQUIRED));
}

function expects(what: string): { error: (issue: { readonly input?: unknown }) => string } {
  return says((value) => `must be ${what}, is ${quote(value)}`);
}

function length(least: number, most: number): z.ZodString {
  const range = (value: string) => `must have ${least} to ${most} characters, has ${value.length}`;
  return text().min(least, says(range)).max(most, says(range));
}

function explainName(value: string): string {
  const wrong = /[^\p{L}\p{M} '’]/u.exec(value)?.[0];
  return wrong === undefined
    ? `must begin with a letter, is ${quote(value)}`
    : `must contain only letters, spaces and apostrophes, has "${wrong}"`;
}

function explainStreet(value: string): string {
  const wrong = /[^\p{L}\p{M}\p{N} .,_#-]/u.exec(value)?.[0] ?? '';
  return `must contain only letters, digits, spaces and . , _ - #, has "${wrong}"`;
}

/** The value itself is never told. */
function explainSsn(value: string): string {
  const digits = value.replace(/\D/g, '').length;
  if (MASKED_SSN.test(value) && digits < 9) return 'is masked; Bond needs the nine digits, or leave it empty';
  const damage = digits < 9 ? 'Excel drops leading zeros' : 'a spreadsheet made it a decimal';
  const cure = mends('ssn', value) ? `; ${damage}: --repair ssn` : '';
  return `must be nine digits, with or without dashes, has ${digits}${cure}`;
}

function explainUsZip(value: string): string {
  const damage = value.includes('.') ? 'a spreadsheet made it a decimal' : 'Excel drops leading zeros';
  const cure = mends('zip', value) ? `; ${damage}: --repair zip` : '';
  return `must be 5 digits or ZIP+4, is ${quote(value)}${cure}`;
}

function explainCallingCode(value: string): string {
  const cure = mends('phone', value) ? '; a spreadsheet made it a decimal: --repair phone' : '';
  return `must be 1 to 3 digits, is ${quote(value)}${cure}`;
}

function explainPhone(value: string): string {
  const is = `is ${quote(value)}`;
  if (SCIENTIFIC.test(value)) {
    return `${is}: a spreadsheet dropped its last digits, which cannot be repaired; export the column as text`;
  }
  if (REPAIR.phone(value) !== value)
    return `must be digits, ${is}; a spreadsheet made it a decimal: --repair phone`;
  if (value.startsWith('+')) return `must be a number that can exist under its country code, ${is}`;
  return `must be digits, ${/\d.*\p{L}/u.test(value) ? 'without an extension, ' : ''}${is}`;
}
