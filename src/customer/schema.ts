import { z } from 'zod';
import type { Address, Customer } from './customer.js';
import type { Dates } from './dates.js';
import { isIsoDay } from './dates.js';
import { finding } from '../issues/codes.js';
import type { Finding } from '../issues/issue.js';
import { IS_SSN, IS_US_ZIP } from './normalise.js';
import { SCIENTIFIC } from './phone.js';
import { isCountry, isUsState } from './places.js';
import { REPAIR } from './repair.js';

/** `documented`: every documented limit; `minimal`: only what is certain, Bond decides the rest. */
export type Rules = 'documented' | 'minimal';

type Person = Omit<Customer, 'addresses'>;
type Raw = Readonly<Record<string, unknown>>;
type Checked<T> = { readonly value: T } | { readonly findings: readonly Finding[] };

/** What is wrong with a value that is there; undefined when nothing is. */
type Judge = (value: string) => Finding | undefined;
type Judges = Readonly<Record<string, Judge>>;

/** The rules of one run, on values that are normalised already. */
export interface CustomerRules {
  readonly person: (raw: Raw) => Checked<Person>;
  /** @param prefix of the paths, e.g. `addresses.0.` */
  readonly address: (raw: Raw, prefix: string) => Checked<Address>;
}

const NOT_OF_NAMES = /[^\p{L}\p{M} '’]/u;
const NOT_OF_STREETS = /[^\p{L}\p{M}\p{N} .,_#-]/u;
const EMAIL = /^[^\s@,;<>()"]+@[^\s@,;<>()"]+\.[^\s@,;<>()".]+$/;
const MASKED_SSN = /^[x*#•\d]{3}[- ]?[x*#•\d]{2}[- ]?\d{4}$/i;

/** The field rules of `POST /customers/` (bond-api.md, "Create a customer"), compiled once for a run. */
export function customerRules(rules: Rules, dates: Dates): CustomerRules {
  // Under `minimal` a field need only be there: `only` is what Bond is left to decide.
  const only = (judge: Judge): Judge => (rules === 'documented' ? judge : () => undefined);
  const person: Judges = {
    first_name: only(judgeName('first_name')),
    middle_name: only(judgeName('middle_name')),
    last_name: only(judgeName('last_name')),
    dob: (value) => (isIsoDay(value) ? undefined : dates.explain(value)),
    ssn: judgeSsn,
    phone: only(judgePhone),
    phone_country_code: only(judgeCallingCode),
    email: only((value) => (EMAIL.test(value) ? undefined : finding('email', 'email_format', { is: value }))),
  };
  const address: Judges = {
    // Their values are checked by type; the judges only say what is wrong with one that did not pass.
    address_type: (value) => finding('address_type', 'address_type_format', { is: value }),
    is_primary: (value) => finding('is_primary', 'is_primary_format', { is: value }),
    street: only(judgeStreet),
    street2: only(judgeLength('street2', 1, 40)),
    city: only(judgeLength('city', 2, 40)),
    country: (value) => (isCountry(value) ? undefined : finding('country', 'country_format', { is: value })),
  };
  const us: Judges = {
    ...address,
    state: only((value) => (isUsState(value) ? undefined : finding('state', 'state_format', { is: value }))),
    zip_code: only(judgeUsZip),
  };
  const elsewhere: Judges = {
    ...address,
    state: only(judgeLength('state', 1, 20)),
    zip_code: only(judgeLength('zip_code', 2, 20)),
  };
  const personSchema = personOf(person);
  const usSchema = addressOf(us);
  const otherSchema = addressOf(elsewhere);
  return {
    person: (raw) => check(personSchema, person, raw, ''),
    address: (raw, prefix) =>
      raw['country'] === 'US' ? check(usSchema, us, raw, prefix) : check(otherSchema, elsewhere, raw, prefix),
  };
}

function personOf(judges: Judges) {
  const text = textBy(judges);
  return z.object({
    first_name: text('first_name'),
    middle_name: text('middle_name').exactOptional(),
    last_name: text('last_name'),
    dob: text('dob'),
    ssn: text('ssn').exactOptional(),
    phone: text('phone').exactOptional(),
    phone_country_code: text('phone_country_code').exactOptional(),
    email: text('email').exactOptional(),
  });
}

function addressOf(judges: Judges) {
  const text = textBy(judges);
  return z.object({
    address_type: z.enum(['MAILING', 'PHYSICAL']),
    street: text('street'),
    street2: text('street2').exactOptional(),
    city: text('city'),
    state: text('state'),
    zip_code: text('zip_code'),
    country: text('country'),
    is_primary: z.boolean(),
  });
}

function textBy(judges: Judges): (field: string) => z.ZodString {
  return (field) => z.string().refine((value) => judges[field]?.(value) === undefined);
}

function check<T>(schema: z.ZodType<T>, judges: Judges, raw: Raw, prefix: string): Checked<T> {
  const result = schema.safeParse(raw);
  if (result.success) return { value: result.data };
  return {
    findings: result.error.issues.map(({ path }) => {
      const field = path.join('.');
      const value = raw[field];
      const found = typeof value === 'string' ? judges[field]?.(value) : undefined;
      return { ...(found ?? finding(field, 'required', {})), path: prefix + field };
    }),
  };
}

function judgeLength(field: 'street2' | 'city' | 'state' | 'zip_code', min: number, max: number): Judge {
  return (value) => {
    const is = value.length;
    return is < min || is > max ? finding(field, `${field}_length`, { min, max, is }) : undefined;
  };
}

function judgeName(field: 'first_name' | 'middle_name' | 'last_name'): Judge {
  return (value) => {
    const is = value.length;
    if (is < 2 || is > 50) return finding(field, `${field}_length`, { min: 2, max: 50, is });
    const wrong = NOT_OF_NAMES.exec(value)?.[0];
    if (wrong !== undefined) return finding(field, `${field}_format`, { has: wrong });
    return /^\p{L}/u.test(value) ? undefined : finding(field, `${field}_start`, { is: value });
  };
}

function judgeStreet(value: string): Finding | undefined {
  const is = value.length;
  if (is > 40) return finding('street', 'street_length', { min: 1, max: 40, is });
  const wrong = NOT_OF_STREETS.exec(value)?.[0];
  return wrong === undefined ? undefined : finding('street', 'street_format', { has: wrong });
}

/** The value itself is never told. */
function judgeSsn(value: string): Finding | undefined {
  if (IS_SSN.test(value)) return undefined;
  const has = value.replace(/\D/g, '').length;
  if (MASKED_SSN.test(value) && has < 9) return finding('ssn', 'ssn_masked', {});
  if (REPAIR.ssn(value) === value) return finding('ssn', 'ssn_format', { has });
  return has < 9
    ? finding('ssn', 'ssn_lost_zeros', { has }, 'ssn')
    : finding('ssn', 'ssn_decimal', {}, 'ssn');
}

function judgeUsZip(value: string): Finding | undefined {
  if (IS_US_ZIP.test(value)) return undefined;
  const args = { is: value };
  if (REPAIR.zip(value) === value) return finding('zip_code', 'zip_code_format', args);
  return finding('zip_code', value.includes('.') ? 'zip_code_decimal' : 'zip_code_lost_zeros', args, 'zip');
}

function judgeCallingCode(value: string): Finding | undefined {
  if (/^\d{1,3}$/.test(value)) return undefined;
  const args = { is: value };
  return REPAIR.phone(value) === value
    ? finding('phone_country_code', 'phone_country_code_format', args)
    : finding('phone_country_code', 'phone_country_code_decimal', args, 'phone');
}

function judgePhone(value: string): Finding | undefined {
  if (/^\d+$/.test(value)) return undefined;
  const args = { is: value };
  if (SCIENTIFIC.test(value)) return finding('phone', 'phone_shortened', args);
  if (REPAIR.phone(value) !== value) return finding('phone', 'phone_decimal', args, 'phone');
  if (value.startsWith('+')) return finding('phone', 'phone_country', args);
  return finding('phone', /\d.*\p{L}/u.test(value) ? 'phone_extension' : 'phone_format', args);
}
