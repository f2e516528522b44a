import { describe, expect, test } from 'vitest';
import { compilePlan } from '../../src/columns/columns.js';
import type { ColumnOptions } from '../../src/columns/header.js';
import { parseMapping } from '../../src/columns/mapping.js';
import { observeColumns } from '../../src/columns/observe.js';
import { textOf } from '../../src/columns/plan.js';

const HEADERS = [
  ...['external_id', 'first_name', 'last_name', 'dob', 'street', 'city'],
  ...['state', 'zip_code', 'country', 'address_type'],
];
const ADA = ['a1', 'Ada', 'Moreno', '1985-03-04', '12 Elm St', 'Salem', 'OR', '97301', 'US', 'PHYSICAL'];

/** What is found when further columns hold these cells. */
function observe(
  columns: Readonly<Record<string, readonly string[]>>,
  options: ColumnOptions = {},
): { stops: string[]; warnings: string[] } {
  const observer = observeColumns(compilePlan([...HEADERS, ...Object.keys(columns)], options));
  const rows = Math.max(1, ...Object.values(columns).map((cells) => cells.length));
  for (let row = 0; row < rows; row++)
    observer.add([...ADA, ...Object.values(columns).map((cells) => cells[row] ?? '')]);
  return { stops: observer.stops(), warnings: observer.warnings() };
}
const mapping = (value: unknown): ColumnOptions => ({
  mapping: parseMapping(JSON.stringify(value), 'm.json'),
});
const times = (count: number, cell: string): string[] => Array.from({ length: count }, () => cell);

describe('a run is stopped by a column', () => {
  test.each<[string, Record<string, string[]>, RegExp]>([
    [
      'without a name that has cells',
      { '': ['x'] },
      /^column 11 \(K\) has no name but 1 filled cell: name it/,
    ],
    ['whose name is no word', { '--': ['x', 'y'] }, /^column 11 \(K\) has no name but 2 filled cells/],
    [
      'without a name that holds SSNs',
      { '': ['333-52-7584'] },
      /look like Social.*\{"#11": "ssn"\}.*\["#11"\]/,
    ],
    ['without a name that holds e-mails', { ' ': ['ada@example.com'] }, /\{"#11": "email"\}/],
    [
      'that holds SSNs',
      { Kennung: ['333-52-7584', '900-12-3456'] },
      /^"Kennung" holds Social Security numbers/,
    ],
    [
      'of a building',
      { Building: ['B'] },
      /^"Building" holds a part of the address \(1 filled cell\).*\{"Building": "building"\}/,
    ],
    ['of a floor', { 'Floor #': ['3'] }, /\{"Floor #": "floor"\}/],
    ['of somebody in whose care mail is', { 'c/o': ['Lee'] }, /\{"c\/o": "care_of"\}/],
    [
      'of a part of a typed address',
      { 'Mailing Building': ['B'] },
      /\{"Mailing Building": "mailing\.building"\}/,
    ],
    ['that holds SSNs written with dots', { X: ['333.52.7584'] }, /sent as ssn/],
    ['that holds SSNs written with long dashes', { X: ['333–52–7584'] }, /sent as ssn/],
    ['that holds SSNs written with spaces', { X: ['333 52 7584'] }, /sent as ssn/],
    ['of nine-digit numbers', { Ref: times(9, '333527584') }, /sent as ssn/],
    ['of nine-digit numbers with a gap', { Ref: ['333527584', '', '900123456'] }, /2 filled cells/],
    ['of nine-digit numbers as floats', { Ref: ['333527584.0'] }, /sent as ssn/],
    ['called Tax ID that holds some', { 'Tax ID': ['333527584', 'x', 'y', 'z'] }, /"Tax ID" holds/],
    ['called TIN', { TIN: ['333-52-7584'] }, /"TIN" holds/],
    ['called ITIN', { ITIN: ['900-70-0001'] }, /"ITIN" holds/],
    ['called National ID', { 'National ID': ['333527584'] }, /"National ID" holds/],
    ['of somebody else', { 'Spouse SSN': ['333-52-7584'] }, /list it under "ignore"/],
    ['that holds e-mails', { Login: ['ada@example.com'] }, /"Login" holds e-mail addresses.*sent as email/],
    ['that holds a few e-mails', { Contact: ['ada@example.com', 'x', 'y'] }, /sent as email/],
    ['that holds phones', { Contact: ['+1 555-111-2222'] }, /"Contact" holds phone numbers.*sent as phone/],
    ['that holds phones in brackets', { Contact: ['(555) 111-2222'] }, /sent as phone/],
    ['that holds phones with an extension', { Contact: ['555-111-2222 x12'] }, /sent as phone/],
    ['of ten-digit phones', { 'Work Phone': ['5551112222'] }, /sent as phone/],
    ['of ten-digit numbers', { Contact: ['5551112222'] }, /sent as phone/],
  ])('%s', (_what, columns, message) => {
    const { stops } = observe(columns);
    expect(stops).toHaveLength(1);
    expect(stops[0]).toMatch(message);
    expect(stops[0]).not.toMatch(/333|ada@|555/);
  });

  test.each<[string, Record<string, string[]>, ColumnOptions?]>([
    ['without a name and without cells', { '': ['', ' '] }],
    ['of notes, one of which is an e-mail', { Notes: [...times(9, 'called'), 'ada@example.com'] }],
    ['of notes about an SSN', { Notes: ['SSN 333-52-7584 was wrong'] }],
    ['that holds SSNs where another is sent', { SSN: ['900-12-3456'], Kennung: ['333-52-7584'] }],
    ['that holds e-mails where another is sent', { Email: ['b@example.com'], Login: ['a@example.com'] }],
    ['that is ignored', { Kennung: ['333-52-7584'] }, mapping({ ignore: ['Kennung'] })],
    ['without a name that is ignored', { '': ['x'] }, mapping({ ignore: ['#11'] })],
    ['without a name that is mapped', { '': ['333-52-7584'] }, mapping({ columns: { '#11': 'ssn' } })],
    ['that holds SSNs and is mapped', { Kennung: ['333-52-7584'] }, mapping({ columns: { Kennung: 'ssn' } })],
    ['called SSN without cells', { 'Old SSN': [''] }],
    ['of masked SSNs', { 'Masked Tax ID': ['XXX-XX-7584'] }],
    ['of the last four digits', { 'SSN (last 4)': ['7584'] }],
    ['of faxes', { Fax: ['(555) 111-2222'] }],
    ['of order numbers', { 'Order No': ['5551112222'] }],
    ['of epochs', { created: ['1600000000'] }],
    ['of dates', { created: ['2024-01-15'] }],
    ['of ZIP+4', { 'Old ZIP': ['97301-1234'] }],
    ['of numbers of eight digits', { Ref: ['33352758'] }],
    ['of yes and no', { 'Email Opt Out': ['true'], 'Phone Verified': ['yes'] }],
  ])('and not by one %s', (_what, columns, options) => {
    expect(observe(columns, options).stops).toEqual([]);
  });

  test.each([
    ['333-52-7584', '', true],
    ['333527584', '333-52-7584', true],
    ['333527584', '900-12-3456', false],
    ['333527584', '', false],
    ['1', '333-52-7584', false],
    ['ada', '333-52-7584', false],
    ['ada', '', false],
    ['', '', false],
  ])('that is the id of a person and holds SSNs: %j beside %j', (id, ssn, stopped) => {
    const observer = observeColumns(compilePlan([...HEADERS, 'ssn'], {}));
    observer.add([id, ...ADA.slice(1), ssn]);
    expect(observer.stops()).toEqual(
      stopped ? [expect.stringMatching(/^"external_id" is the id .*--key/)] : [],
    );
  });

  test('and says so for each of several', () => {
    expect(observe({ '': ['x'], Contact: ['a@example.com'] }).stops).toHaveLength(2);
  });

  test('as a later pass over the file shows it', () => {
    const observer = observeColumns(compilePlan([...HEADERS, ''], {}));
    observer.add([...ADA, 'x']);
    observer.start();
    observer.add([...ADA, '']);
    expect(observer.stops()).toEqual([]);
  });
});

describe('a constant', () => {
  test('that fills nothing is said', () => {
    const { warnings } = observe({ Note: ['a', 'b'] }, { set: { country: 'US' } });
    expect(warnings).toEqual(['The constant for country is never used: no cell of "country" is empty.']);
  });

  test('that fills an empty cell is used', () => {
    const observer = observeColumns(compilePlan(HEADERS, { set: { country: 'US' } }));
    observer.add(ADA);
    observer.add(ADA.map((cell) => (cell === 'US' ? ' ' : cell)));
    expect(observer.warnings()).toEqual([]);
  });

  test('of a file without rows is not blamed', () => {
    expect(observeColumns(compilePlan(HEADERS, { set: { country: 'US' } })).warnings()).toEqual([]);
  });
});

test('a column that holds what another is sent as is told', () => {
  const { stops, warnings } = observe({
    ssn: ['333-52-7584'],
    phone: ['5551112222'],
    'Backup ID': ['900-12-3456'],
    'Work Phone': ['5551112223'],
    Notes: ['x'],
  });
  expect(stops).toEqual([]);
  expect(warnings).toEqual([
    '"Backup ID" seems to hold Social Security numbers too (1 filled cell), which are not sent: ssn is taken from "ssn".',
    '"Work Phone" seems to hold phone numbers too (1 filled cell), which are not sent: phone is taken from "phone".',
  ]);
});

test('parts of an address are joined when the mapping file says so', () => {
  const columns = { building: 'Building', floor: 'Floor', care_of: 'c/o' };
  const said = Object.fromEntries(Object.entries(columns).map(([field, header]) => [header, field]));
  const plan = compilePlan([...HEADERS, ...Object.values(columns), 'Apt'], mapping({ columns: said }));
  const street2 = plan.addresses[0]?.origins.street2;
  expect(street2 && textOf(street2, [...ADA, 'Tower B', 'Floor 3', 'c/o Lee', 'Apt 4'])).toBe(
    'c/o Lee, Tower B, Floor 3, Apt 4',
  );
});
