import { OperatorError } from '../errors.js';
import type { AddressField, ColumnPlan, Origin, PersonField } from '../columns/plan.js';
import { readAddressType, readBoolean, IS_US_ZIP, readUsZip } from './normalise.js';
import { isCountry, isUsState, readCountry, readUsState } from './places.js';

type Check = (value: string, country: string | undefined) => string | undefined;

/** What Bond would refuse in every row: undefined, or what was expected. The state and ZIP of a constant country only. */
const CHECKS: Readonly<Partial<Record<PersonField | AddressField, Check>>> = {
  country: (value) =>
    isCountry(readCountry(value)) ? undefined : 'a country, such as US, USA or United States',
  address_type: (value) =>
    ['PHYSICAL', 'MAILING'].includes(readAddressType(value)) ? undefined : 'PHYSICAL or MAILING',
  is_primary: (value) => (typeof readBoolean(value) === 'boolean' ? undefined : 'true or false'),
  phone_country_code: (value) => (/^\+?\d{1,3}$/.test(value) ? undefined : 'one to three digits'),
  state(value, country) {
    if (country === 'US')
      return isUsState(readUsState(value)) ? undefined : 'a US state, such as OR or Oregon';
    return value.length <= 20 ? undefined : 'at most 20 characters';
  },
  zip_code: (value, country) =>
    country !== 'US' || IS_US_ZIP.test(readUsZip(value)) ? undefined : 'five digits or ZIP+4',
};

/**
 * Looks at what the operator gives for many rows at once: constants, and the meanings of `values`.
 * @throws OperatorError for the first that Bond would refuse
 */
export function checkConstants(plan: ColumnPlan): void {
  for (const [field, origin] of Object.entries(plan.person)) check(field, constantOf(origin), undefined);
  for (const { origins } of plan.addresses) {
    const country = origins.country?.from === 'constant' ? readCountry(origins.country.value) : undefined;
    for (const [field, origin] of Object.entries(origins)) check(field, constantOf(origin), country);
  }
  for (const [field, meanings] of Object.entries(plan.values)) {
    for (const meaning of meanings.values()) if (meaning !== '') check(field, meaning, undefined);
  }
}

function check(field: string, value: string | undefined, country: string | undefined): void {
  const expected =
    value === undefined
      ? undefined
      : Object.entries(CHECKS).find(([name]) => name === field)?.[1](value, country);
  if (expected === undefined) return;
  throw new OperatorError(
    `The constant for ${field} is ${JSON.stringify(value)}, which Bond would refuse in every row: expected ${expected}`,
  );
}

function constantOf(origin: Origin): string | undefined {
  return origin.from === 'constant' ? origin.value : origin.fallback;
}
