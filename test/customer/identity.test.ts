import fc from 'fast-check';
import { v5 } from 'uuid';
import { describe, expect, test } from 'vitest';
import type { Customer } from '../../src/customer/customer.js';
import { keyOfExternalId, keyOfNameAndDob, compileFingerprint } from '../../src/customer/identity.js';
import { JAMES, readRow } from './plan-of.js';

const keyOfRow = (
  fields: Readonly<Record<string, string>>,
  key: 'external_id' | 'name_dob' | 'brand_person_id',
) => readRow(fields, { key }).key;

describe('key', () => {
  test('is a version-5 UUID, the same for ever', () => {
    expect(keyOfExternalId('007')).toBe('dcbd5fd2-a21d-57a4-bbaa-a30b802f4033');
    expect(keyOfNameAndDob('James', 'Bond', '1997-12-25')).toBe('857ac581-fce9-5668-82ba-8b460a6e5a16');
  });

  test('is the one that the package uuid makes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
        expect(keyOfExternalId(id)).toBe(v5(id, '5d0a3b9e-6f0c-4c58-9a41-2f8e7b1c6d34'));
      }),
    );
  });

  test.each(['', ' ', '\u00a0'])(
    'of an empty key cell (%j) there is none, and the row is invalid',
    (external_id) => {
      const reading = readRow({ ...JAMES, external_id });
      expect(reading).toMatchObject({
        kind: 'invalid',
        key: null,
        issues: [{ column: 'My external_id', path: 'external_id', code: 'required' }],
      });
    },
  );

  test('of a brand_person_id is that, in lower case', () => {
    const uuid = '123E4567-E89B-42D3-A456-426614174000';
    for (const brand_person_id of [uuid, ` {${uuid}} `, uuid.toLowerCase()]) {
      expect(keyOfRow({ ...JAMES, brand_person_id }, 'brand_person_id')).toBe(uuid.toLowerCase());
    }
    expect(readRow({ ...JAMES, brand_person_id: '17' }, { key: 'brand_person_id' })).toMatchObject({
      key: null,
      issues: [{ code: 'brand_person_id_format', column: 'My brand_person_id' }],
    });
  });

  test('is not made of an id that a spreadsheet has shortened', () => {
    expect(readRow({ ...JAMES, external_id: '1.23457E+11' })).toMatchObject({
      key: null,
      issues: [{ code: 'external_id_format' }],
    });
  });

  test('of a name and birthday does not depend on case, accents, spaces, hyphens or anything else in the row', () => {
    const key = keyOfRow({ ...JAMES, first_name: 'José Luis' }, 'name_dob');
    expect(keyOfRow({ ...JAMES, first_name: ' JOSE-LUIS ', email: '', street: 'x' }, 'name_dob')).toBe(key);
    expect(keyOfRow({ ...JAMES, first_name: 'Jose' }, 'name_dob')).not.toBe(key);
    expect(keyOfRow({ ...JAMES, first_name: 'José Luis', dob: '1997-12-26' }, 'name_dob')).not.toBe(key);
    expect(keyOfRow({ ...JAMES, dob: 'soon' }, 'name_dob')).toBeNull();
  });

  test('of an invalid row is told when it can be', () => {
    expect(keyOfRow({ ...JAMES, zip_code: '?' }, 'external_id')).toBe(keyOfRow(JAMES, 'external_id'));
  });

  test('stays when anything but the id is edited', () => {
    const key = keyOfRow(JAMES, 'external_id');
    const others = Object.keys(JAMES).filter((field) => field !== 'external_id');
    fc.assert(
      fc.property(fc.constantFrom(...others), fc.string(), (field, text) => {
        expect(keyOfRow({ ...JAMES, [field]: text }, 'external_id')).toBe(key);
      }),
    );
  });

  test('of two ids differs', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\w{1,12}$/), fc.stringMatching(/^\w{1,12}$/), (a, b) => {
        const [keyA, keyB] = [a, b].map(keyOfExternalId);
        expect(keyA === keyB).toBe(a === b);
      }),
    );
  });
});

describe('fingerprint', () => {
  const reading = readRow(JAMES);
  const customer = (reading.kind === 'customer' ? reading.customer : undefined) ?? expect.fail('not valid');
  const { ssn, ...withoutSsn } = customer;
  const mine = compileFingerprint('a secret', 'a credential');
  const payloadOf = (edited: Customer, by = mine): string => by.of('k', edited, '').payload;

  test('of a payload is 16 hex digits that any edit changes, and the tag of the SSN', () => {
    const [digest, tag] = payloadOf(customer).split('.');
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
    expect(tag).toMatch(/^[0-9a-f]{12}$/);
    expect(payloadOf({ ...customer, ssn: '111-11-1111' }).split('.')[0]).toBe(digest);
    expect(payloadOf({ ...customer, email: 'other@example.com' }).split('.')[0]).not.toBe(digest);
    const moved = customer.addresses.map((address) => ({ ...address, city: 'Oakland' }));
    expect(payloadOf({ ...customer, addresses: moved }).split('.')[0]).not.toBe(digest);
  });

  test('of a payload says whether there is an SSN, also without the credential', () => {
    const nobody = compileFingerprint('a secret', undefined);
    expect(payloadOf(customer, nobody)).toBe(payloadOf(customer).split('.')[0]);
    expect(payloadOf(withoutSsn, nobody)).toBe(payloadOf(withoutSsn));
    expect(payloadOf(withoutSsn)).not.toBe(payloadOf(customer, nobody));
  });

  test('of a payload does not depend on the order of the keys', () => {
    const { last_name, ...rest } = customer;
    const [address] = customer.addresses;
    const turned: Customer = { ...rest, last_name };
    if (address !== undefined) {
      const { state, ...others } = address;
      turned.addresses = [{ ...others, state }];
    }
    expect(payloadOf(turned)).toBe(payloadOf(customer));
  });

  test('of an SSN names its credential and depends on key, SSN and credential', () => {
    const tag = (key: string, text: string, by = mine): string =>
      by.of(key, { ...customer, ssn: text }, '').payload.slice(17);
    expect(tag('k', '333527584')).toBe(tag('k', '333-52-7584'));
    expect(tag('k', '333-52-7585')).not.toBe(tag('k', '333-52-7584'));
    expect(tag('l', '333-52-7584')).not.toBe(tag('k', '333-52-7584'));
    expect(tag('l', '333-52-7584').slice(0, 4)).toBe(tag('k', '333-52-7584').slice(0, 4));
    const other = compileFingerprint('a secret', 'another credential');
    expect(tag('k', '333-52-7584', other).slice(0, 4)).not.toBe(tag('k', '333-52-7584').slice(0, 4));
  });

  test('of a name or a birth date is keyed, and forgives how a name is written', () => {
    const jose = mine.person('José', "O'Brien", '1980-01-02');
    expect(jose.name).toMatch(/^[0-9a-f]{8}$/);
    expect(mine.person('JOSE', 'O’Brien', '1980-02-01').name).toBe(jose.name);
    expect(mine.person('JOSE', 'O’Brien', '1980-02-01').dob).not.toBe(jose.dob);
    expect(mine.person('Josef', "O'Brien", '1980-01-02').name).not.toBe(jose.name);
    expect(compileFingerprint('another', undefined).person('José', "O'Brien", '1980-01-02')).not.toEqual(
      jose,
    );
  });

  const folds: [string, string, boolean][] = [
    ['00123', '123', true],
    ['1001', '1001.0', true],
    ['1001', '1001.00', true],
    ['AB 12', 'ab12', true],
    ['0', '000', true],
    ['123', '1230', false],
    ['100', '1', false],
    ['A01', 'A1', false],
    ['1.5', '1', false],
  ];
  test.each(folds)('of the ids %j and %j is the same: %j', (one, other, same) => {
    expect(mine.fold(one) === mine.fold(other)).toBe(same);
    expect(mine.fold(one)).toMatch(/^[0-9a-f]{16}$/);
    expect(mine.fold('')).toBe('');
  });

  test('of e-mail and phone is kept where name and birth date are the key, and nowhere else', () => {
    const { first_name, last_name, dob } = customer;
    const key = String(keyOfNameAndDob(first_name, last_name, dob));
    const contactOf = (changes: Partial<Customer>): string =>
      mine.of(key, { ...customer, ...changes }, '').contact;
    const mail = contactOf({ email: 'ana@vexfor.example', phone: '4155550001' });
    expect(mail).toMatch(/^[0-9a-f]{8}$/);
    expect(contactOf({ email: 'ANA@vexfor.example', phone: '+1 415-555-0001' })).toBe(mail);
    expect(contactOf({ email: 'ana@vexfor.example', phone: '4155550002' }).slice(0, 4)).toBe(
      mail.slice(0, 4),
    );
    expect(contactOf({ email: 'ana@vexfor.example', phone: '4155550002' })).not.toBe(mail);
    expect(contactOf({ email: '', phone: '' })).toBe('00000000');
    expect(mine.of('k', customer, '7').contact).toBe('');
  });

  test('is another one under another secret', () => {
    const now = mine.of('k', customer, '7');
    const then = compileFingerprint('another', 'a credential').of('k', customer, '7');
    for (const part of ['payload', 'name', 'dob', 'fold'] as const) expect(then[part]).not.toBe(now[part]);
    // The tag is the credential's own, for it must outlive the ledger's secret.
    expect(then.payload.slice(17)).toBe(now.payload.slice(17));
    expect(ssn).toBeDefined();
  });
});
