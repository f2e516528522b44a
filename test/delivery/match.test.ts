import { describe, expect, test } from 'vitest';
import type { ListedCustomer } from '../../src/bond/customer-list.js';
import type { Customer } from '../../src/customer/customer.js';
import { compileFingerprint } from '../../src/customer/identity.js';
import { likeness } from '../../src/customer/same-person.js';
import { isAnother, matchOf, type Match, type Matcher, type Wanted } from '../../src/delivery/match.js';
import { scratch, uuid, withLedger } from '../ledger/support.js';

const SENT: Customer = {
  first_name: 'James',
  last_name: 'Bond',
  dob: '1997-12-25',
  ssn: '333-52-7584',
  email: 'james@example.com',
  phone: '4015550113',
  addresses: [],
};
const LISTED: ListedCustomer = {
  customerId: uuid(1, 'customer'),
  brandPersonId: '',
  brandId: '',
  firstName: 'James',
  lastName: 'Bond',
  dob: '1997-12-25',
  ssnLast4: '',
  phone: '',
  phoneCountryCode: '',
  email: '',
  createdAtMs: null,
};
/** The row as it was sent, and as it would be sent after an edit. */
const AS_SENT = SENT;
const RENAMED: Customer = { ...SENT, first_name: 'Ernst' };
const REBORN: Customer = { ...SENT, dob: '1960-01-01' };
const SOMEBODY_ELSE: Customer = { ...SENT, first_name: 'Ernst', dob: '1960-01-01' };
const NOT_VALID_ANY_MORE = undefined;

/** Asks about a row of which `SENT` was sent, and which says `customer` now. */
async function ask<T>(
  customer: Customer | undefined,
  question: (wanted: Wanted, matcher: Matcher) => T,
): Promise<T> {
  return withLedger(await scratch(), async (ledger) => {
    const fingerprint = compileFingerprint(ledger.secret, 'authorization');
    await ledger.send(uuid(1), 1, fingerprint.of(uuid(1), SENT, 'id 1'), true);
    return question({ row: 1, key: uuid(1), id: 'id 1', customer }, { ledger, likeness, fingerprint });
  });
}

describe('a customer under the row’s own key', () => {
  const other = { firstName: 'Ernst', lastName: 'Blofeld', dob: '1960-01-01' };
  const cases: [string, Customer | undefined, Partial<ListedCustomer>, boolean][] = [
    ['the same', AS_SENT, {}, false],
    ['another name', AS_SENT, { firstName: 'Ernst', lastName: 'Blofeld' }, false],
    ['another birth date', AS_SENT, { dob: '1960-01-01' }, false],
    ['both others', AS_SENT, other, true],
    ['no name that can be read', AS_SENT, { ...other, firstName: '', lastName: '' }, false],
    ['no first name that can be read', AS_SENT, { ...other, firstName: '', lastName: 'Bond' }, false],
    ['no birth date that can be read', AS_SENT, { ...other, dob: '' }, false],
    ['what was sent, before both were edited', SOMEBODY_ELSE, {}, false],
    ['what the row says now, and not what was sent', SOMEBODY_ELSE, { ...other, lastName: 'Bond' }, false],
    ['the corrected name alone', RENAMED, { firstName: 'Ernst', dob: other.dob }, false],
    ['the corrected birth date alone', REBORN, { firstName: 'Ernst', dob: other.dob }, false],
    ['what was sent, of a row that is no customer now', NOT_VALID_ANY_MORE, {}, false],
    ['another name, of a row that is no customer now', NOT_VALID_ANY_MORE, { firstName: 'Ernst' }, false],
    ['another birth date, of a row that is no customer now', NOT_VALID_ANY_MORE, { dob: other.dob }, false],
    ['both others, of a row that is no customer now', NOT_VALID_ANY_MORE, other, true],
    ['no name, of a row that is no customer now', NOT_VALID_ANY_MORE, { ...other, firstName: '' }, false],
    ['no last name, of a row that is no customer now', NOT_VALID_ANY_MORE, { ...other, lastName: '' }, false],
    ['no birth date, of a row that is no customer now', NOT_VALID_ANY_MORE, { ...other, dob: '' }, false],
  ];
  test.each(cases)('%s', async (_case, customer, listed, expected) => {
    expect(
      await ask(customer, (wanted, matcher) => isAnother(wanted, { ...LISTED, ...listed }, matcher)),
    ).toBe(expected);
  });
});

describe('a customer without the row’s key', () => {
  const cases: [string, Customer | undefined, Partial<ListedCustomer>, Match][] = [
    ['name and birth date alone', AS_SENT, {}, 'perhaps'],
    ['and the SSN', AS_SENT, { ssnLast4: '7584' }, 'surely'],
    ['and the e-mail', AS_SENT, { email: 'James@Example.com' }, 'surely'],
    ['and the phone', AS_SENT, { phone: '+14015550113' }, 'surely'],
    ['the SSN, and another e-mail', AS_SENT, { ssnLast4: '7584', email: 'old@example.com' }, 'surely'],
    ['the phone, and another e-mail', AS_SENT, { phone: '4015550113', email: 'old@example.com' }, 'perhaps'],
    ['the e-mail, and another SSN', AS_SENT, { email: 'james@example.com', ssnLast4: '1111' }, 'perhaps'],
    ['another SSN', AS_SENT, { ssnLast4: '1111' }, 'perhaps'],
    ['another name', AS_SENT, { firstName: 'Ernst', ssnLast4: '7584' }, 'not'],
    ['another birth date', AS_SENT, { dob: '1960-01-01', ssnLast4: '7584' }, 'not'],
    ['no name that can be read', AS_SENT, { firstName: '', lastName: '', ssnLast4: '7584' }, 'perhaps'],
    ['no first name', AS_SENT, { firstName: '', ssnLast4: '7584' }, 'perhaps'],
    ['no birth date that can be read', AS_SENT, { dob: '', ssnLast4: '7584' }, 'perhaps'],
    ['a name that was corrected since it was sent', RENAMED, { ssnLast4: '7584' }, 'surely'],
    ['a birth date that was corrected since', REBORN, { ssnLast4: '7584' }, 'surely'],
    ['the corrected name', RENAMED, { firstName: 'Ernst', ssnLast4: '7584' }, 'surely'],
    ['the corrected birth date', REBORN, { dob: '1960-01-01', ssnLast4: '7584' }, 'surely'],
    ['neither the old nor the corrected name', RENAMED, { firstName: 'Emilio' }, 'not'],
    ['what was sent, of a row that is no customer now', NOT_VALID_ANY_MORE, { ssnLast4: '7584' }, 'perhaps'],
    ['another name, of a row that is no customer now', NOT_VALID_ANY_MORE, { firstName: 'Ernst' }, 'not'],
    ['no first name, of such a row', NOT_VALID_ANY_MORE, { firstName: '', lastName: 'Blofeld' }, 'perhaps'],
    ['no last name, of such a row', NOT_VALID_ANY_MORE, { firstName: 'Ernst', lastName: '' }, 'perhaps'],
    ['no birth date, of such a row', NOT_VALID_ANY_MORE, { dob: '' }, 'perhaps'],
  ];
  test.each(cases)('%s', async (_case, customer, listed, expected) => {
    expect(await ask(customer, (wanted, matcher) => matchOf(wanted, { ...LISTED, ...listed }, matcher))).toBe(
      expected,
    );
  });
});
