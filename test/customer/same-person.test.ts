import { expect, test } from 'vitest';
import type { ListedCustomer } from '../../src/bond/customer-list.js';
import type { Customer } from '../../src/customer/customer.js';
import { likeness, type Likeness } from '../../src/customer/same-person.js';

const OURS: Customer = {
  first_name: 'José',
  last_name: "O'Brien",
  dob: '1997-12-25',
  ssn: '333-52-7584',
  phone: '12345678',
  phone_country_code: '45',
  email: 'jose@example.com',
  addresses: [],
};
const THEIRS: ListedCustomer = {
  customerId: '931cb88b-a3d0-4d35-9bd0-b55e8c2e4d31',
  brandPersonId: '',
  brandId: '',
  firstName: 'José',
  lastName: "O'Brien",
  dob: '1997-12-25',
  ssnLast4: '7584',
  phone: '12345678',
  phoneCountryCode: '45',
  email: 'jose@example.com',
  createdAtMs: null,
};
const ALL: Likeness = { name: true, dob: true, ssn: true, email: true, phone: true };

const cases: [string, Partial<ListedCustomer>, Partial<Likeness>][] = [
  ['all agree', {}, {}],
  ['capitals without accents', { firstName: 'JOSE', lastName: 'O’BRIEN' }, {}],
  ['without the apostrophe, with spaces', { firstName: ' jose ', lastName: 'O BRIEN' }, {}],
  ['another first name', { firstName: 'Josef' }, { name: false }],
  ['another last name', { lastName: 'Brien' }, { name: false }],
  ['a hidden name', { firstName: '', lastName: '' }, { name: undefined }],
  ['half a name', { lastName: '' }, { name: undefined }],
  ['half a name, and that another', { firstName: 'Ann', lastName: '' }, { name: false }],
  ['another birthday', { dob: '1997-12-26' }, { dob: false }],
  ['a hidden birthday', { dob: '' }, { dob: undefined }],
  ['another SSN', { ssnLast4: '7585' }, { ssn: false }],
  ['a hidden SSN', { ssnLast4: '' }, { ssn: undefined }],
  ['an e-mail in capitals', { email: ' JOSE@Example.com' }, {}],
  ['another e-mail', { email: 'josef@example.com' }, { email: false }],
  ['a phone with its country code', { phone: '+4512345678', phoneCountryCode: '' }, {}],
  ['a phone with its country code, and no sign of it', { phone: '4512345678', phoneCountryCode: '' }, {}],
  ['a phone with spaces and dashes', { phone: '+45 12-34 56 78' }, {}],
  ['another phone', { phone: '12345679' }, { phone: false }],
  ['a hidden phone', { phone: '' }, { phone: undefined }],
];

test.each(cases)('%s', (_what, theirs, like) => {
  expect(likeness(OURS, { ...THEIRS, ...theirs })).toEqual({ ...ALL, ...like });
});

test('where the row has nothing, nothing can be told', () => {
  const bare: Customer = { first_name: 'José', last_name: "O'Brien", dob: '1997-12-25', addresses: [] };
  expect(likeness(bare, THEIRS)).toEqual({ ...ALL, ssn: undefined, email: undefined, phone: undefined });
});

test('names whose letters differ only in a vowel sign are two', () => {
  const rama = { ...OURS, first_name: 'राम' };
  expect(likeness(rama, { ...THEIRS, firstName: 'रमा' }).name).toBe(false);
});
