import { describe, expect, test } from 'vitest';
import { compilePlan } from '../../src/columns/columns.js';
import { parseMapping } from '../../src/columns/mapping.js';
import { checkConstants } from '../../src/customer/constants.js';
import type { Customer } from '../../src/customer/customer.js';
import { DateSurvey, dateSentence } from '../../src/customer/date-survey.js';
import { watchFile } from '../../src/customer/file-watch.js';
import { planOf, TODAY } from './plan-of.js';

describe('the dates of a file', () => {
  test.each<[string[], string[], [number, number]?]>([
    [['1985-03-04', '1990-11-23'], []],
    [['04/03/1985'], ['MM/dd/yyyy', 'dd/MM/yyyy']],
    [['04/03/1985', '25/12/1990'], ['dd/MM/yyyy']],
    [['04/03/1985', '1990-11-23', '12/25/1990'], ['MM/dd/yyyy']],
    [['04/03/1985', 'unknown', '', '12/25/1990'], ['MM/dd/yyyy']],
    [['13/01/1985', '03/25/1985'], [], [1, 2]],
    [['03/04/1985', '13/01/1985', '03/04/1990', '03/25/1985'], [], [2, 4]],
    [['04.03.1985', '03/25/1985'], [], [1, 2]],
    [['31.12.1985', '31.12.1985', '31-12-1985'], [], [1, 3]],
  ])('%j', (dates, formats, contradiction) => {
    const survey = new DateSurvey();
    for (const [at, date] of dates.entries()) survey.add(at + 1, date);
    expect(survey.found()).toEqual({ formats, ...(contradiction && { contradiction }) });
  });

  test('in words', () => {
    expect(dateSentence({ formats: [] })).toBeUndefined();
    expect(dateSentence({ formats: ['dd/MM/yyyy'] })).toMatch(
      /only dd\/MM\/yyyy .* --date-format 'dd\/MM\/yyyy'/,
    );
    expect(dateSentence({ formats: ['a', 'b'] })).toMatch(/a and b read them all; a person must know which/);
    expect(dateSentence({ formats: ['a', 'b'] }, 'b')).toMatch(/the header says b: --date-format 'b'/);
    expect(dateSentence({ formats: [], contradiction: [3, 7] })).toMatch(
      /rows 3 and 7 contradict each other/,
    );
  });
});

describe('a constant that Bond would refuse is said before any row', () => {
  const HEADERS = 'external_id,first_name,last_name,dob,street,city'.split(',');
  const GOOD = { country: 'US', address_type: 'PHYSICAL', state: 'OR', zip_code: '97301' };
  const check = (set: Record<string, string>, columns: string[] = []): void => {
    const given = Object.entries({ ...GOOD, ...set }).filter(([field]) => !columns.includes(field));
    const constants = { ...Object.fromEntries(given), ...set };
    checkConstants(compilePlan([...HEADERS, ...columns], { set: constants }));
  };

  test.each<[Record<string, string>, string[]?]>([
    [{}],
    [{ country: 'Germany', state: 'Bayern', zip_code: '80331' }],
    [{ state: 'Oregon' }],
    [{ address_type: 'home' }],
    [{ is_primary: 'yes' }],
    [{ phone_country_code: '+1' }],
    [{ country: 'US' }, ['country']],
    [{ state: 'Bayern' }, ['country']],
  ])('%j is not', (set, columns) => {
    expect(() => {
      check(set, columns);
    }).not.toThrow();
  });

  test.each<[Record<string, string>, RegExp, string[]?]>([
    [{ country: 'Narnia' }, /^The constant for country is "Narnia".*expected a country/],
    [{ country: 'Narnia' }, /country is "Narnia"/, ['country']],
    [{ address_type: 'BILLING' }, /expected PHYSICAL or MAILING/],
    [{ state: 'XX' }, /expected a US state/],
    [{ zip_code: '9730' }, /expected five digits/],
    [{ is_primary: 'maybe' }, /expected true or false/],
    [{ phone_country_code: 'US' }, /expected one to three digits/],
    [{ country: 'DE', state: 'Mecklenburg-Vorpommern' }, /at most 20 characters/],
  ])('%j: %s', (set, message, columns) => {
    expect(() => {
      check(set, columns);
    }).toThrow(message);
  });

  test('and so is what a value of a cell is said to mean', () => {
    const mapping = parseMapping('{"values": {"country": {"D": "Deutschlandia"}}}', 'm.json');
    const headers = [...HEADERS, ...Object.keys(GOOD)];
    expect(() => {
      checkConstants(compilePlan(headers, { mapping }));
    }).toThrow(/country is "Deutschlandia"/);
  });
});

describe('what identity verification may refuse is counted', () => {
  const customer = (dob: string, type: 'PHYSICAL' | 'MAILING', street: string): Customer => ({
    first_name: 'Ada',
    last_name: 'Moreno',
    dob,
    addresses: [
      {
        address_type: type,
        street,
        city: 'Salem',
        state: 'OR',
        zip_code: '97301',
        country: 'US',
        is_primary: true,
      },
    ],
  });
  const warn = (...customers: Customer[]): string[] => {
    const watch = watchFile(planOf({ headers: ['external_id'] }), TODAY);
    for (const each of customers) watch.customer(each);
    return watch.warnings();
  };

  test.each([
    'P.O. Box 4',
    'PO Box 4',
    'p o box 12',
    'Post Office Box 9',
    'Box 12',
    'Postfach 12',
    'Unit 3, PO Box 4',
  ])('a P.O. box in a physical address: %s', (street) => {
    expect(warn(customer('1985-03-04', 'PHYSICAL', street))).toEqual([
      expect.stringMatching(/^1 row has a P\.O\. box/),
    ]);
  });

  test.each([
    ['MAILING', 'P.O. Box 4'],
    ['PHYSICAL', '12 Boxwood St'],
    ['PHYSICAL', '4 Poboxa Rd'],
    ['PHYSICAL', 'Apollo Box Rd'],
  ] as const)('not in %s: %s', (type, street) => {
    expect(warn(customer('1985-03-04', type, street))).toEqual([]);
  });

  test('somebody under 18', () => {
    const born = (dob: string): Customer => customer(dob, 'PHYSICAL', '12 Elm St');
    expect(warn(born('2008-11-25'))).toEqual([]);
    expect(warn(born('2008-11-26'), born('2020-01-01'))).toEqual([
      '2 rows have a birth date of somebody under 18.',
    ]);
    expect(warn(born('1900-01-01'))).toEqual([
      '1 row has a birth date of somebody over 110: programs write 1900-01-01 for none.',
    ]);
  });
});
