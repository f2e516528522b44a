import { expect, test } from 'vitest';
import { parseCustomerPage } from '../../src/bond/customer-list.js';
import { KEY, OTHER_KEY } from './attempts.js';

const WHOLE = {
  customer_id: 'C/Ø 17',
  brand_person_id: KEY.toUpperCase(),
  bond_brand_id: OTHER_KEY,
  business_id: 'null',
  first_name: 'James',
  last_name: 'Bond',
  dob: '1997-12-25T00:00:00',
  ssn: 'XXX-XX-7584',
  phone: '555-111-2222',
  phone_country_code: '1',
  email: 'james@example.com',
  date_created: '2024-05-01T12:00:00+00:00',
};
const READ = {
  customerId: 'C/Ø 17',
  brandPersonId: KEY,
  brandId: OTHER_KEY,
  firstName: 'James',
  lastName: 'Bond',
  dob: '1997-12-25',
  ssnLast4: '7584',
  phone: '555-111-2222',
  phoneCountryCode: '1',
  email: 'james@example.com',
  createdAtMs: Date.parse('2024-05-01T12:00:00Z'),
};
const EMPTY = Object.fromEntries(Object.keys(READ).map((name) => [name, name === 'createdAtMs' ? null : '']));

test('a bare array and the paged envelope read alike', () => {
  const page_info = { page: 1, pages: 1, page_size: 50 };
  expect(parseCustomerPage(JSON.stringify([WHOLE]))).toEqual([READ]);
  expect(parseCustomerPage(JSON.stringify({ page_info, data: [WHOLE] }))).toEqual([READ]);
  expect(parseCustomerPage(JSON.stringify({ page_info, data: [] }))).toEqual([]);
  expect(parseCustomerPage('[]')).toEqual([]);
});

test('keys that are missing, null, "null" or of another kind read as nothing', () => {
  const odd = Object.keys(WHOLE).map((name, at) => [name, [null, 'null', 7, {}, undefined][at % 5]] as const);
  expect(parseCustomerPage(JSON.stringify([{}, Object.fromEntries(odd)]))).toEqual([EMPTY, EMPTY]);
});

test.each([
  ['***-**-7584', '7584'],
  ['333527584', '7584'],
  ['XXX-XX-XXXX', ''],
  ['7584 (masked)', ''],
])('of the SSN %j the last four are %j', (ssn, last4) => {
  expect(parseCustomerPage(JSON.stringify([{ ssn }]))?.[0]?.ssnLast4).toBe(last4);
});

test('names inside names are read', () => {
  const { first_name, last_name, ...rest } = WHOLE;
  expect(parseCustomerPage(JSON.stringify([{ ...rest, names: { first_name, last_name } }]))).toEqual([READ]);
});

test.each(['12/25/1997', '25/12/1997', '19971225', '1997-12', '1997-12-251'])(
  'a birth date as %j is not relied on',
  (dob) => {
    expect(parseCustomerPage(JSON.stringify([{ dob }]))?.[0]?.dob).toBe('');
  },
);

test('what is no customer is left out of a page', () => {
  expect(parseCustomerPage(JSON.stringify([null, 'x', [WHOLE], WHOLE]))).toEqual([READ]);
});

test.each(['', '<html>', '{}', '{"data": {}}', '{"data": null}', '"[]"', 'null', '[{"customer_id": "'])(
  'no list: %j',
  (body) => {
    expect(parseCustomerPage(body)).toBeUndefined();
  },
);
