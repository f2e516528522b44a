import { z } from 'zod';
import type { Address, Customer } from './customer.js';
import type { Dates } from './dates.js';
import { finding } from '../issues/codes.js';
import type { Finding } from '../issues/issue.js';
import { IS_SSN, IS_US_ZIP } from './normalise.js';
import { mendPhone, SCIENTIFIC } from './phone.js';
import { hasUsPost, isCountry, isUsState } from './places.js';
import { mendSsn, mendUsZip } from './repair.js';

/** `documented`: every documented limit; `minimal`: only what is certain, Bond decides the rest. */
type Rules = 'documented' | 'minimal';

/** The rules of all fields, and perhaps others for names. */
export interface RuleChoice {
  readonly rules: Rules;
  readonly names?: Rules;
}

type Person = Omit<Customer, 'addresses'>;
type Raw = Readonly<Record<string, unknown>>;
type Checked<T> = { readonly value: T } | { readonly findings: readonly Finding[] };

/** What is wrong with a value that is there; undefined when nothing is. */
type Judge = (value: string, raw: Raw) => Finding | undefined;
type Judges = Readonly<Record<string, Judge>>;

/** The rules of one run, on values that are normalised already. */
export interface CustomerRules {
  readonly person: (raw: Raw) => Checked<Person>;
  /** @param prefix of the paths, e.g. `addresses.0.` */
  readonly address: (raw: Raw, prefix: string) => Checked<Address>;
}

const NOT_OF_NAMES = /[^\p{L}\p{M} '’]/u;
const NOT_OF_STREETS = /[^\p{L}\p{M}\p{N} .,_#-]/u;
const EMAIL = /^[^\s@,;:<>()[\]"]+@[^\s@,;:<>()[\]"]+\.[^\s@,;:<>()[\]".]+$/;
const MASKED_SSN = /^[x*#•\d]{3}[- ]?[x*#•\d]{2}[- ]?\d{4}$/i;

/** The field rules of `POST /customers/` (Bond's reference, "Create a customer"), compiled once for a run. */
export function customerRules({ rules, names = rules }: RuleChoice, dates: Dates): CustomerRules {
  // Under `minimal` a field need only be there: `only` is what Bond is left to decide.
  const only = (judge: Judge): Judge => (rules === 'documented' ? judge : () => undefined);
  const name = (field: NameField): Judge => (names === 'documented' ? judgeName(field) : () => undefined);
  const person: Judges = {
    first_name: name('first_name'),
    middle_name: name('middle_name'),
    last_name: name('last_name'),
    dob: dates.judge,
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
  const usPost: Judges = { ...elsewhere, zip_code: only(judgeUsZip) };
  const personSchema = personOf(person);
  const [usSchema, postSchema, otherSchema] = [addressOf(us), addressOf(usPost), addressOf(elsewhere)];
  return {
    person: (raw) => check(personSchema, person, raw, ''),
    address(raw, prefix) {
      const { country } = raw;
      if (country === 'US') return check(usSchema, us, raw, prefix);
      return typeof country === 'string' && hasUsPost(country)
        ? check(postSchema, usPost, raw, prefix)
        : check(otherSchema, elsewhere, raw, prefix);
    },
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
  return (field) => z.string().refine((value) => judges[field]?.(value, {}) === undefined);
}

function check<T>(schema: z.ZodType<T>, judges: Judges, raw: Raw, prefix: string): Checked<T> {
  const result = schema.safeParse(raw);
  if (result.success) return { value: result.data };
  return {
    findings: result.error.issues.map(({ path }) => {
      const field = path.join('.');
      const value = raw[field];
      const found = typeof value === 'string' ? judges[field]?.(value, raw) : undefined;
      return { ...(found ?? missing(field, raw)), path: prefix + field };
    }),
  };
}

function missing(field: string, { country }: Raw): Finding {
  const isAbroad = field === 'state' && typeof country === 'string' && country !== 'US';
  return finding(field, isAbroad ? 'state_required_abroad' : 'required', {});
}

function judgeLength(field: 'street2' | 'city' | 'state' | 'zip_code', min: number, max: number): Judge {
  return (value) => {
    const is = value.length;
    return is < min || is > max ? finding(field, `${field}_length`, { min, max, is }) : undefined;
  };
}

type NameField = 'first_name' | 'middle_name' | 'last_name';

function judgeName(field: NameField): Judge {
  return (value) => {
    const is = value.length;
    if (field === 'middle_name' && /^\p{L}\.?$/u.test(value))
      return finding(field, 'middle_name_initial', { is: value });
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
  const mended = mendSsn(value);
  if (mended !== value && has < 9) return finding('ssn', 'ssn_lost_zeros', { has }, 'ssn');
  if (mended !== value) return finding('ssn', 'ssn_decimal', {}, 'ssn');
  if (SCIENTIFIC.test(value)) return finding('ssn', 'ssn_shortened', {});
  return has === 9 ? finding('ssn', 'ssn_signs', {}) : finding('ssn', 'ssn_format', { has });
}

function judgeUsZip(value: string, { state, country }: Raw): Finding | undefined {
  if (IS_US_ZIP.test(value)) return undefined;
  const args = { is: value };
  const place = country === 'US' ? state : country;
  if (mendUsZip(value, typeof place === 'string' ? place : undefined) === value)
    return finding('zip_code', 'zip_code_format', args);
  return finding('zip_code', /[.,]/.test(value) ? 'zip_code_decimal' : 'zip_code_lost_zeros', args, 'zip');
}

function judgeCallingCode(value: string): Finding | undefined {
  if (/^\d{1,3}$/.test(value)) return undefined;
  const args = { is: value };
  return mendPhone(value) === value
    ? finding('phone_country_code', 'phone_country_code_format', args)
    : finding('phone_country_code', 'phone_country_code_decimal', args, 'phone');
}

function judgePhone(value: string): Finding | undefined {
  if (/^\d+$/.test(value)) return undefined;
  const args = { is: value };
  if (mendPhone(value) !== value) return finding('phone', 'phone_decimal', args, 'phone');
  if (SCIENTIFIC.test(value)) return finding('phone', 'phone_shortened', args);
  if (value.startsWith('+')) return finding('phone', 'phone_country', args);
  return finding('phone', /\d.*(?:\p{L}|#)/u.test(value) ? 'phone_extension' : 'phone_format', args);
}
