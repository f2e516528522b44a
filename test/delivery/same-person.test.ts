import { describe, expect, test } from 'vitest';
import type { ListedCustomer } from '../../src/bond/customer-list.js';
import type { Customer } from '../../src/customer/customer.js';
import { isSameWithoutKey, likeness, type Likeness } from '../../src/delivery/same-person.js';

const OURS: Customer = {
  first_name: 'James',
  last_name: 'Bond',
  dob: '1997-12-25',
  ssn: '333-52-7584',
  phone: '5551112222',
  email: 'james@example.com',
  addresses: [],
};
const BARE: Customer = { first_name: 'James', last_name: 'Bond', dob: '1997-12-25', addresses: [] };
const THEIRS: ListedCustomer = {
  customerId: '931cb88b-a3d0-4d35-9bd0-b55e8c2e4d31',
  brandPersonId: '',
  brandId: '',
  firstName: 'James',
  lastName: 'Bond',
  dob: '1997-12-25',
  ssnLast4: '7584',
  phone: '555-111-2222',
  phoneCountryCode: '',
  email: 'james@example.com',
  createdAtMs: null,
};
const SILENT = { ssnLast4: '', phone: '', email: '' };

const cases: [string, Customer, Partial<ListedCustomer>, Likeness, boolean][] = [
  ['all agree', OURS, {}, 'same', true],
  [
    'letters, spaces and forms aside',
    OURS,
    { firstName: ' JAMES ', lastName: 'Ｂond', email: 'James@Example.com' },
    'same',
    true,
  ],
  ['accents make another name', OURS, { firstName: 'Jamés' }, 'other', false],
  ['another first name', OURS, { firstName: 'Jim' }, 'other', false],
  ['another last name', OURS, { lastName: 'Bonds' }, 'other', false],
  ['another birthday', OURS, { dob: '1997-12-26' }, 'other', false],
  ['another SSN', OURS, { ssnLast4: '7585' }, 'other', false],
  ['another e-mail', OURS, { email: 'jim@example.com' }, 'other', false],
  ['another phone', OURS, { phone: '555-111-2223' }, 'other', false],
  ['a country code before the phone', OURS, { phone: '+1 (555) 111-2222' }, 'same', true],
  [
    'one thing that contradicts outweighs all',
    OURS,
    { ssnLast4: '7584', phone: '5550000000' },
    'other',
    false,
  ],
  ['nothing beyond name and birthday to compare', OURS, SILENT, 'same', false],
  ['the row has nothing beyond them', BARE, {}, 'same', false],
  ['one thing to compare is enough without a key', OURS, { ...SILENT, ssnLast4: '7584' }, 'same', true],
  ['the list hides the birthday', OURS, { dob: '' }, 'unsure', false],
  ['the list hides the name', OURS, { firstName: '', lastName: '' }, 'unsure', false],
  ['hidden, and contradicted besides', OURS, { dob: '', email: 'jim@example.com' }, 'other', false],
];

describe('a customer of the list and a row', () => {
  test.each(cases)('%s', (_what, ours, theirs, like, sameWithoutKey) => {
    expect(likeness(ours, { ...THEIRS, ...theirs })).toBe(like);
    expect(isSameWithoutKey(ours, { ...THEIRS, ...theirs })).toBe(sameWithoutKey);
  });
});
