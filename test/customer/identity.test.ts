import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Customer } from '../../src/customer/customer.js';
import { keyOfExternalId, keyOfNameAndDob, payloadHash, ssnSeal } from '../../src/customer/identity.js';
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

describe('payload hash', () => {
  const reading = readRow(JAMES);
  const customer = (reading.kind === 'customer' ? reading.customer : undefined) ?? expect.fail('not valid');

  test('is 16 hex digits that any edit changes, but for one of the SSN', () => {
    const hash = payloadHash(customer);
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(payloadHash({ ...customer, ssn: '111-11-1111' })).toBe(hash);
    expect(payloadHash({ ...customer, email: 'other@example.com' })).not.toBe(hash);
    const moved = customer.addresses.map((address) => ({ ...address, city: 'Oakland' }));
    expect(payloadHash({ ...customer, addresses: moved })).not.toBe(hash);
  });

  test('does not depend on the order of the keys', () => {
    const { last_name, ...rest } = customer;
    const [address] = customer.addresses;
    const turned: Customer = { ...rest, last_name };
    if (address !== undefined) {
      const { state, ...others } = address;
      turned.addresses = [{ ...others, state }];
    }
    expect(payloadHash(turned)).toBe(payloadHash(customer));
  });
});

describe('SSN seal', () => {
  const seal = ssnSeal('secret');
  test('names its credential and depends on key, SSN and credential', () => {
    expect(seal('k', '333-52-7584')).toMatch(/^[0-9a-f]{12}$/);
    expect(seal('k', '333527584')).toBe(seal('k', '333-52-7584'));
    expect(seal('k', '333-52-7585')).not.toBe(seal('k', '333-52-7584'));
    expect(seal('l', '333-52-7584')).not.toBe(seal('k', '333-52-7584'));
    expect(seal('l', '333-52-7584').slice(0, 4)).toBe(seal('k', '333-52-7584').slice(0, 4));
    expect(ssnSeal('other')('k', '333-52-7584').slice(0, 4)).not.toBe(seal('k', '333-52-7584').slice(0, 4));
  });
});
