import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cleanText,
  readAddressType,
  readBoolean,
  readSsn,
  readUsZip,
  readUuid,
} from '../../src/customer/normalise.js';
import { mendDate } from '../../src/customer/dates.js';
import { mendPhone, readCallingCode, readPhone } from '../../src/customer/phone.js';
import { isCountry, readCountry, readUsState } from '../../src/customer/places.js';
import { mendSsn, mendUsZip } from '../../src/customer/repair.js';

const REPAIR = {
  zip: (text: string) => mendUsZip(text, 'MA'),
  ssn: mendSsn,
  phone: mendPhone,
  date: mendDate,
};

const table = <T>(read: (text: string) => T, cases: readonly (readonly [string, T])[]) => {
  test.each(cases)('%j → %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });
};

describe('text', () => {
  table(cleanText, [
    ['', ''],
    ['  a\u00a0', 'a'],
    ['\ufeffa', 'a'],
    ['\u200ba\u200e', 'a'],
    ['a \t\r\n b', 'a b'],
    ['a\u00a0b', 'a b'],
    ['="02134"', '02134'],
    ['="say ""hi"""', 'say "hi"'],
    ["'02134", '02134'],
    ["'=1+1", '=1+1'],
    ["'\t-x", '-x'],
    ['\t02134', '02134'],
    ["'O'Brien", "'O'Brien"],
    ["O'Brien", "O'Brien"],
    ['D’Arcy', 'D’Arcy'],
    ['=SUM(A1)', '=SUM(A1)'],
  ]);
});

describe('booleans', () => {
  table(readBoolean, [
    ...['true', 'TRUE', 'Yes', 'y', 't', '1', 'x', 'X'].map((text) => [text, true] as const),
    ...['false', 'No', 'N', 'F', '0'].map((text) => [text, false] as const),
    ['maybe', 'maybe'],
  ]);
});

describe('address types', () => {
  table(readAddressType, [
    ['physical', 'PHYSICAL'],
    ['Home', 'PHYSICAL'],
    ['Residential Address', 'PHYSICAL'],
    ['postal', 'MAILING'],
    ['Mail', 'MAILING'],
    ['MAILING', 'MAILING'],
    ['billing', 'billing'],
  ]);
});

describe('SSN', () => {
  table(readSsn, [
    ['333527584', '333-52-7584'],
    ['333 52 7584', '333-52-7584'],
    ['333–52–7584', '333-52-7584'],
    ['333-52-7584', '333-52-7584'],
    ['000000000', '000-00-0000'],
    ['33352758', '33352758'],
    ['3335275841', '3335275841'],
  ]);
});

describe('US zip', () => {
  table(readUsZip, [
    ['02134', '02134'],
    ['123451234', '12345-1234'],
    ['12345 1234', '12345-1234'],
    ['2134', '2134'],
  ]);
});

describe('states', () => {
  table(readUsState, [
    ['CA', 'CA'],
    ['ca', 'CA'],
    ['California', 'CA'],
    ['  new   york', 'NY'],
    ['N.Y.', 'NY'],
    ['Washington, D.C.', 'DC'],
    ['district of columbia', 'DC'],
    ['PUERTO RICO', 'PR'],
    ['US-OR', 'OR'],
    ['us-or', 'OR'],
    ['US_OR', 'OR'],
    ['U.S. Virgin Islands', 'VI'],
    ['Ontario', 'Ontario'],
  ]);
});

describe('countries', () => {
  table(readCountry, [
    ['US', 'US'],
    ['us', 'US'],
    ['USA', 'US'],
    ['U.S.', 'US'],
    ['U.S.A.', 'US'],
    ['United States', 'US'],
    ['united states of america', 'US'],
    ['The United States', 'US'],
    ['U S A', 'US'],
    ['États-Unis', 'US'],
    ['EE.UU.', 'US'],
    ['UK', 'GB'],
    ['GBR', 'GB'],
    ['England', 'GB'],
    ['Germany', 'DE'],
    ["Cote d'Ivoire", 'CI'],
    ['Türkiye', 'TR'],
    ['Oz', 'Oz'],
  ]);
});

describe('phones', () => {
  test.each([
    ['555-111-2222', undefined, 'US', { phone: '5551112222' }],
    ['(555) 111.2222', '1', 'US', { phone: '5551112222', code: '1' }],
    ['+1 (555) 111-2222', undefined, undefined, { phone: '5551112222', code: '1' }],
    ['+1 555 111 2222', '1', 'US', { phone: '5551112222', code: '1' }],
    ['1-555-111-2222', undefined, 'US', { phone: '5551112222', code: '1' }],
    ['15551112222', undefined, 'CA', { phone: '5551112222', code: '1' }],
    ['15551112222', '1', 'DE', { phone: '5551112222', code: '1' }],
    ['15123456789', undefined, 'DE', { phone: '15123456789' }],
    ['15123456789', '49', 'US', { phone: '15123456789', code: '49' }],
    ['+44 (0)20 7946 0958', undefined, 'GB', { phone: '2079460958', code: '44' }],
    ['+39 06 1234 5678', undefined, 'IT', { phone: '0612345678', code: '39' }],
    ['+44 20 7946 0958', '1', 'US', { phone: '2079460958', code: '1', contradicts: '44' }],
    ['+999 1234', undefined, 'US', { phone: '+999 1234' }],
    ['555-111-2222 x5', undefined, 'US', { phone: '555-111-2222 x5' }],
    ['5.55111E+09', undefined, 'US', { phone: '5.55111E+09' }],
    ['5551112222.0', undefined, 'US', { phone: '5551112222.0' }],
  ])('%j with %j in %j → %j', (text, code, country, expected) => {
    expect(readPhone(text, code, country)).toEqual(expected);
  });

  table(readCallingCode, [
    ['1', '1'],
    ['+1', '1'],
    ['(+49)', '49'],
    ['0044', '44'],
    ['US', 'US'],
  ]);
});

describe('repairs', () => {
  const cases = [
    ['zip', '2134', '02134'],
    ['zip', '501', '501'],
    ['zip', '2134-1234', '02134-1234'],
    ['zip', '21341234', '02134-1234'],
    ['zip', '90210.0', '90210'],
    ['zip', '90210', '90210'],
    ['zip', '21', '21'],
    ['ssn', '12345678', '012345678'],
    ['ssn', '1234567', '001234567'],
    ['ssn', '12-34-5678', '012-34-5678'],
    ['ssn', '333-52-758', '333-52-758'],
    ['ssn', '333-5-7584', '333-5-7584'],
    ['ssn', '3.33527584E8', '333527584'],
    ['ssn', '3.33528E+08', '3.33528E+08'],
    ['phone', '5.551112222E9', '5551112222'],
    ['ssn', '333527584.0', '333527584'],
    ['ssn', '333-52-7584', '333-52-7584'],
    ['ssn', '123456', '123456'],
    ['phone', '5551112222.0', '5551112222'],
    ['phone', '555.111.2222', '555.111.2222'],
    ['phone', '5.55111E+09', '5.55111E+09'],
    ['date', '31110', '1985-03-04'],
    ['date', '31110.0', '1985-03-04'],
    ['date', '1985', '1985'],
    ['date', '60001', '60001'],
  ] as const;
  test.each(cases)('%s: %j → %j', (repair, text, mended) => {
    expect(REPAIR[repair](text)).toBe(mended);
  });
});

describe('laws', () => {
  const awkward = fc.string({
    unit: fc.constantFrom(...'\'"= \t\n\u00a0\ufeff\u200b+-@=09aé.,E()/\0\ufffd'.split('')),
  });
  const readers: Record<string, (text: string) => string> = {
    cleanText,
    readBoolean: (text) => String(readBoolean(text)),
    readAddressType,
    readSsn,
    readUsZip,
    readUsState,
    readCountry,
    readUuid,
    readCallingCode,
    ...REPAIR,
  };
  test.each(Object.entries(readers))('%s is idempotent', (_name, read) => {
    fc.assert(
      fc.property(fc.oneof(awkward, fc.string(), fc.string({ unit: 'grapheme' })), (text) => {
        expect(read(read(text))).toBe(read(text));
      }),
    );
  });

  test('clean text keeps everything but white space and guards', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-zé][A-Za-zé0-9' -]*$/), (text) => {
        expect(cleanText(`\u00a0${text} `).replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });

  test('every code of a country reads as itself', () => {
    for (const code of ['US', 'GB', 'DE', 'XK', 'AQ', 'NO', 'NA']) {
      expect(isCountry(code)).toBe(true);
      expect(readCountry(code)).toBe(code);
    }
  });
});
