import { expect, test } from 'vitest';
import { checkCustomer } from '../../src/sandbox/rules.js';
import { address, person } from './start.js';

const NAME = ['Must be 2 to 50 letters, spaces or apostrophes and start with a letter.'];
const inAddress = (errors: object) => ({ addresses: { 0: errors } });

test.each<[string, object]>([
  ['the documented example', {}],
  ['nothing optional', { ssn: undefined, phone: undefined, email: undefined, brand_person_id: undefined }],
  ['a bare ssn', { ssn: '000000000' }],
  ['accents', { first_name: 'José María', last_name: 'Łukasz' }],
  [
    'a non-US address',
    { addresses: [address({ country: 'GB', state: 'Greater London', zip_code: 'SW1A 1AA' })] },
  ],
  ['a leap day', { dob: '2000-02-29' }],
  ['two addresses', { addresses: [address(), address({ address_type: 'MAILING', is_primary: false })] }],
])('takes %s', (_name, changes) => {
  const body: unknown = JSON.parse(JSON.stringify(person(1, changes)));
  expect(checkCustomer(body)).toEqual({ customer: body });
});

test.each<[string, unknown, object]>([
  ['a short name', person(1, { first_name: 'J' }), { first_name: NAME }],
  ['a hyphen', person(1, { middle_name: 'Anna-Lena' }), { middle_name: NAME }],
  ['a long name', person(1, { last_name: 'x'.repeat(51) }), { last_name: NAME }],
  ['null', person(1, { dob: null }), { dob: ['Field may not be null.'] }],
  ['a number', person(1, { dob: 1997 }), { dob: ['Not a valid string.'] }],
  ['no such day', person(1, { dob: '2001-02-29' }), { dob: ['Not a valid date.'] }],
  ['a masked ssn', person(1, { ssn: 'XXX-XX-1234' }), { ssn: ['Not a valid ssn.'] }],
  ['a phone with a plus', person(1, { phone: '+1555' }), { phone: ['Not a valid phone number.'] }],
  [
    'a country code',
    person(1, { phone_country_code: '+1' }),
    { phone_country_code: ['Not a valid phone country code.'] },
  ],
  ['an email', person(1, { email: 'zoe@example' }), { email: ['Not a valid email address.'] }],
  ['a key', person(1, { brand_person_id: '17' }), { brand_person_id: ['Not a valid UUID.'] }],
  ['a field too many', person(1, { external_id: '17' }), { external_id: ['Unknown field.'] }],
  ['no address', person(1, { addresses: [] }), { addresses: ['At least one primary address is required.'] }],
  ['no list', person(1, { addresses: {} }), { addresses: ['Not a valid list.'] }],
  ['no object', [], { _schema: ['Invalid input type.'] }],
  ['no body', null, { _schema: ['Invalid input type.'] }],
  [
    'a bad address',
    person(1, { addresses: [address(), 'x'] }),
    { addresses: { 1: { _schema: ['Invalid input type.'] } } },
  ],
])('refuses %s', (_name, body, errors) => {
  expect(checkCustomer(body)).toEqual({ errors });
});

test.each<[object, object]>([
  [{ address_type: 'HOME' }, { address_type: ['Must be one of: MAILING, PHYSICAL.'] }],
  [{ street: "12 O'Neill St" }, { street: ['Must be 1 to 40 letters, digits, spaces or any of . , _ - #'] }],
  [{ street2: 'x'.repeat(41) }, { street2: ['Longer than maximum length 40.'] }],
  [{ city: 'X' }, { city: ['Length must be between 2 and 40.'] }],
  [{ state: 'ZZ' }, { state: ['Not a valid state.'] }],
  [{ zip_code: '1234' }, { zip_code: ['Not a valid zip code.'] }],
  [{ zip_code: 'x'.repeat(21), country: 'CA' }, { zip_code: ['Not a valid zip code.'] }],
  [{ country: 'UK' }, { country: ['Not a valid country code.'] }],
])('refuses an address with %j', (changes, errors) => {
  expect(checkCustomer(person(1, { addresses: [address(changes)] }))).toEqual({ errors: inAddress(errors) });
});

test('all errors come at once, nested where they belong', () => {
  const broken = { first_name: 'J', addresses: [{ is_primary: 'yes', zip: '1' }] };
  const missing = ['Missing data for required field.'];
  expect(checkCustomer(broken)).toEqual({
    errors: {
      first_name: NAME,
      last_name: missing,
      dob: missing,
      addresses: {
        0: {
          address_type: missing,
          street: missing,
          city: missing,
          state: missing,
          zip_code: missing,
          country: missing,
          zip: ['Unknown field.'],
          is_primary: ['Not a valid boolean.'],
        },
        _schema: ['At least one primary address is required.'],
      },
    },
  });
});
