import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePlan } from '../../src/columns/columns.js';
import type { Change } from '../../src/customer/draft.js';
import { isWordForNothing } from '../../src/customer/cell.js';
import { compileReader } from '../../src/customer/payload.js';
import { JAMES, TODAY, complaints, planOf, readRow, rowOf } from './plan-of.js';

/** James with a second address. */
const MOVED = {
  ...JAMES,
  '2.address_type': 'postal',
  '2.street': 'PO Box 7',
  '2.city': 'London',
  '2.state': 'Greater London',
  '2.zip_code': 'SW1A 1AA',
  '2.country': 'UK',
  '2.is_primary': '',
};

function customerOf(...args: Parameters<typeof readRow>) {
  const reading = readRow(...args);
  if (reading.kind === 'invalid') expect.fail(complaints(reading).join('; '));
  return reading.customer;
}

describe('a valid row', () => {
  test('becomes the documented body', () => {
    expect(readRow(JAMES)).toEqual({
      kind: 'customer',
      key: 'dcbd5fd2-a21d-57a4-bbaa-a30b802f4033',
      groups: [0],
      omitted: [],
      customer: {
        first_name: 'James',
        last_name: 'Bond',
        dob: '1997-12-25',
        ssn: '333-52-7584',
        phone: '5551112222',
        phone_country_code: '1',
        email: 'james@example.com',
        addresses: [
          {
            address_type: 'PHYSICAL',
            street: '345 California Ave.',
            street2: 'Suite 600',
            city: 'San Francisco',
            state: 'CA',
            zip_code: '12345-1234',
            country: 'US',
            is_primary: true,
          },
        ],
      },
    });
  });

  test('may leave out what is not required', () => {
    const { ssn, phone, phone_country_code, email, street2, is_primary, ...required } = JAMES;
    expect([ssn, phone, phone_country_code, email, street2, is_primary]).not.toContain('');
    const customer = customerOf(required);
    expect(Object.keys(customer)).toEqual(['first_name', 'last_name', 'dob', 'addresses']);
    expect(customerOf({ ...JAMES, ssn: '', phone: ' ', email: '' })).toEqual({
      ...customer,
      addresses: customerOf(JAMES).addresses,
    });
  });

  test('is normalised', () => {
    const messy = {
      ...JAMES,
      first_name: '\u00a0James  ',
      ssn: '333527584',
      phone: '+1 (555) 111-2222',
      phone_country_code: '',
      address_type: 'home',
      state: 'California',
      zip_code: '="123451234"',
      country: 'USA',
      is_primary: 'Yes',
    };
    expect(customerOf(messy)).toEqual(customerOf(JAMES));
  });

  test.each(['Élodie', 'Nguyễn', "O'Brien", 'D’Arcy', 'Anna Maria'])('may be called %s', (last_name) => {
    expect(customerOf({ ...JAMES, last_name }).last_name).toBe(last_name);
  });

  test.each(['000-00-0000', '111-11-1111', '444-44-4444'])('may have the sandbox SSN %s', (ssn) => {
    expect(customerOf({ ...JAMES, ssn }).ssn).toBe(ssn);
  });

  // NAn is one.
  const name = fc
    .stringMatching(/^[A-Za-zé](?:[' ]?[A-Za-zé]){0,15}[a-z]$/)
    .filter((text) => !isWordForNothing(text));
  const address = fc.record({
    street: fc.stringMatching(/^\d{1,4} [A-Za-z.#-]{1,20}$/),
    state: fc.constantFrom('CA', 'NY', 'pr', 'Texas'),
    zip_code: fc.stringMatching(/^\d{4}[1-9](-\d{4})?$/),
    is_primary: fc.constantFrom('', 'true', 'x'),
  });
  const person = fc.record({ first_name: name, last_name: name, ssn: fc.stringMatching(/^(\d{9})?$/) });
  test('never has an issue, under either set of rules', () => {
    fc.assert(
      fc.property(person, address, fc.constantFrom('documented', 'minimal'), (who, where, rules) => {
        expect(complaints(readRow({ ...JAMES, ...who, ...where }, { rules }))).toEqual([]);
      }),
    );
  });
});

describe('an issue', () => {
  test.each([
    ['first_name', '', 'is empty; a value is required'],
    ['first_name', 'J', 'must have 2 to 50 characters, has 1'],
    [
      'first_name',
      'Mary-Ann',
      'must contain only letters, spaces and apostrophes, has "-"; --rules minimal lets Bond decide',
    ],
    ['last_name', "'t Hooft", `must begin with a letter, is "'t Hooft"`],
    ['dob', '1997-02-29', 'is "1997-02-29", which is no day of the calendar as YYYY-MM-DD'],
    [
      'ssn',
      '12345678',
      'must be nine digits, with or without dashes, has 8; Excel drops leading zeros: --repair ssn',
    ],
    ['ssn', 'XXX-XX-1234', 'is masked; Bond needs the nine digits, or leave it empty'],
    ['ssn', '***-**-1234', 'is masked; Bond needs the nine digits, or leave it empty'],
    ['ssn', '333-52-75841', 'must be nine digits, with or without dashes, has 10'],
    ['phone', '555-111-2222 ext. 5', 'must be digits, without an extension, is "555-111-2222 ext. 5"'],
    [
      'phone',
      '5551112222.0',
      'must be digits, is "5551112222.0"; a spreadsheet made it a decimal: --repair phone',
    ],
    ['phone_country_code', '12345', 'must be 1 to 3 digits, is "12345"'],
    ['phone_country_code', '44', null],
    ['email', 'james', 'must be one e-mail address like name@example.com, is "james"'],
    ['email', 'a@b.com; c@d.com', 'must be one e-mail address like name@example.com, is "a@b.com; c@d.com"'],
    ['address_type', 'billing', 'must be MAILING or PHYSICAL, is "billing"'],
    ['street', '12 1/2 Main St', 'must contain only letters, digits, spaces and . , _ - #, has "/"'],
    ['street', 'x'.repeat(41), 'must have 1 to 40 characters, has 41'],
    ['street2', 'x'.repeat(41), 'must have 1 to 40 characters, has 41'],
    ['city', 'X', 'must have 2 to 40 characters, has 1'],
    ['state', 'Narnia', 'must be a two-letter US state code, is "Narnia"'],
    ['zip_code', '2134', 'must be 5 digits or ZIP+4, is "2134"'],
    ['zip_code', '1234567890', 'must be 5 digits or ZIP+4, is "1234567890"'],
    ['country', 'Oz', 'must be a two-letter country code (ISO 3166-1), is "Oz"'],
    ['is_primary', 'maybe', 'must be true or false, is "maybe"'],
    ['is_primary', 'no', 'is false for every address of the row; one of them must be primary'],
    ['city', 'Z\ufffdrich', 'has U+FFFD, which stands where a letter was lost: export it again as UTF-8'],
    ['city', 'Zu\0rich', 'has an invisible character (U+0000, character 3 of the cell): remove it'],
  ])('of %s %j', (field, value, message) => {
    const told = complaints(readRow({ ...JAMES, [field]: value }));
    expect(told).toEqual(message === null ? [] : [`My ${field}: ${message}`]);
  });

  test('tells a phone that a spreadsheet shortened from repair, with or without consent', () => {
    for (const repair of [new Set<'phone'>(), new Set(['phone'] as const)]) {
      expect(complaints(readRow({ ...JAMES, phone: '5.55111E+09' }, { repair }))).toEqual([
        'My phone: is "5.55111E+09": a spreadsheet dropped its last digits, which cannot be repaired; export the column as text',
      ]);
    }
  });

  test('tells of cells that contradict each other', () => {
    expect(readRow({ ...JAMES, phone: '+44 20 7946 0958' })).toMatchObject({
      issues: [
        {
          column: 'My phone_country_code',
          code: 'phone_country_code_contradicts',
          args: { is: '1', phone: '44' },
        },
      ],
    });
  });

  test('is there for everything wrong with the row, in the order of the file, one for a path', () => {
    const wrong = {
      ...MOVED,
      last_name: '',
      dob: 'x',
      zip_code: '1',
      '2.city': '',
      '2.country': '',
      external_id: '',
    };
    const reading = readRow(wrong);
    expect(
      reading.kind === 'invalid' && reading.issues.map(({ column, path, code }) => [column, path, code]),
    ).toEqual([
      ['My external_id', 'external_id', 'required'],
      ['My last_name', 'last_name', 'required'],
      ['My dob', 'dob', 'dob_format'],
      ['My zip_code', 'addresses.0.zip_code', 'zip_code_format'],
      ['My 2.city', 'addresses.1.city', 'required'],
      ['My 2.country', 'addresses.1.country', 'required'],
    ]);
  });

  test('of a constant is under the name of its field, of a missing column under the header it would need', () => {
    const { country, ...rest } = JAMES;
    expect(complaints(readRow(rest, { constants: { country: `${country}SR` } }))).toEqual([
      'country: must be a two-letter country code (ISO 3166-1), is "USSR"',
    ]);
    expect(complaints(readRow({ ...rest, '2.street': 'Elsewhere' })).slice(0, 2)).toEqual([
      'country: has no column in the file; a value is required',
      'address2_address_type: has no column in the file; a value is required',
    ]);
  });

  test('of a row without form is one', () => {
    const plan = planOf({ headers: Object.keys(JAMES) });
    const read = compileReader(plan, { rules: 'documented', repair: new Set(), today: TODAY });
    expect(read(rowOf(['a'], { code: 'row_runs_on', args: { lastLine: 9 } })).reading()).toEqual({
      kind: 'invalid',
      key: null,
      groups: [],
      issues: [{ column: '', path: '', code: 'row_runs_on', args: { lastLine: 9 } }],
    });
  });
});

describe('minimal rules', () => {
  test.each([
    ['first_name', 'Mary-Ann.'],
    ['street', '12 1/2 Main St'],
    ['city', 'X'],
    ['zip_code', '2134'],
    ['state', 'Narnia'],
    ['phone', 'ask him'],
    ['email', 'ask him'],
  ])('leave %s %j to Bond', (field, value) => {
    expect(complaints(readRow({ ...JAMES, [field]: value }, { rules: 'minimal' }))).toEqual([]);
  });

  test.each([
    ['first_name', ''],
    ['dob', '03/04/1985'],
    ['ssn', '12345678'],
    ['address_type', 'billing'],
    ['country', 'Oz'],
    ['is_primary', 'maybe'],
    ['is_primary', 'false'],
  ])('still refuse %s %j', (field, value) => {
    expect(complaints(readRow({ ...JAMES, [field]: value }, { rules: 'minimal' }))).toHaveLength(1);
  });
});

describe('repairs', () => {
  test.each([
    ['zip', 'zip_code', '2134', { addresses: [{ zip_code: '02134' }] }],
    ['zip', 'zip_code', '2134-1234', { addresses: [{ zip_code: '02134-1234' }] }],
    ['ssn', 'ssn', '12345678', { ssn: '012-34-5678' }],
    ['phone', 'phone', '15551112222.0', { phone: '5551112222', phone_country_code: '1' }],
    ['date', 'dob', '31110', { dob: '1985-03-04' }],
  ] as const)('%s of %s %j happens with consent only', (repair, field, value, expected) => {
    const fields = { ...JAMES, state: 'MA', [field]: value };
    expect(readRow(fields)).toMatchObject({
      kind: 'invalid',
      issues: [{ repair, column: `My ${field}` }],
    });
    expect(customerOf(fields, { repair: new Set([repair]) })).toMatchObject(expected);
  });

  test('zip is for the United States alone', () => {
    const abroad = { ...JAMES, country: 'CH', state: 'Zürich', zip_code: '8001' };
    expect(customerOf(abroad, { repair: new Set(['zip']) }).addresses[0]?.zip_code).toBe('8001');
  });
});

describe('addresses', () => {
  test('of which one says nothing of being primary: the first is', () => {
    const primary = (first: string, second: string) =>
      customerOf({ ...MOVED, is_primary: first, '2.is_primary': second }).addresses.map((a) => a.is_primary);
    expect(primary('', '')).toEqual([true, false]);
    expect(primary('false', '')).toEqual([false, true]);
    expect(primary('', 'true')).toEqual([false, true]);
    expect(primary('true', 'true')).toEqual([true, true]);
    expect(readRow({ ...MOVED, is_primary: 'no', '2.is_primary': 'no' })).toMatchObject({
      issues: [{ code: 'no_primary_address', column: 'My is_primary' }],
    });
  });

  test('whose cells are all empty do not exist, whatever is filled in for every row', () => {
    const first = { ...MOVED, street: '', street2: '', city: ' ', state: '', zip_code: '' };
    expect(readRow(first)).toMatchObject({ kind: 'customer', groups: [1] });
    expect(complaints(readRow({ ...first, '2.zip_code': '1' }))).toEqual([
      'My 2.zip_code: must have 2 to 20 characters, has 1',
    ]);
    const none = { ...first, '2.street': '', '2.city': '', '2.state': '', '2.zip_code': '' };
    expect(complaints(readRow(none))).toEqual(['My street: is empty; at least one address is required']);
  });

  test('may take type and country from the headers and from constants', () => {
    const { address_type, country, ...rest } = JAMES;
    expect([address_type, country]).toEqual(['PHYSICAL', 'US']);
    const customer = customerOf(rest, { types: ['MAILING'], constants: { country: 'United States' } });
    expect(customer.addresses[0]).toMatchObject({ address_type: 'MAILING', country: 'US' });
  });
});

test('every changed cell is told to the observer, with its column', () => {
  const fields = {
    ...JAMES,
    external_id: '17 ',
    first_name: ' James',
    zip_code: '2134',
    state: 'massachusetts',
    is_primary: 'TRUE',
  };
  const changes: Change[] = [];
  const plan = planOf({ headers: Object.keys(fields) });
  const read = compileReader(
    plan,
    { rules: 'documented', repair: new Set(['zip']), today: TODAY },
    { onChange: (change) => changes.push(change) },
  );
  read(rowOf(Object.values(fields))).reading();
  expect(changes.map(({ column, kind }) => `${column} ${kind}`).sort()).toEqual([
    'My external_id normalised',
    'My first_name normalised',
    'My is_primary normalised',
    'My state normalised',
    'My zip_code zip',
  ]);
});

test('any cells at all give a customer or issues, at most one for a path, never a throw', () => {
  const headers = Object.keys(MOVED);
  const likely = fc.constantFrom(
    ...Object.values(MOVED),
    '+',
    '="',
    '1E+9',
    '31110',
    '3/4/1985 0:00',
    '\0',
    '(',
    '+1',
  );
  const cell = fc.oneof(likely, fc.string({ unit: 'binary' }), fc.string());
  const rows = fc.array(cell, { maxLength: headers.length + 1 });
  for (const rules of ['documented', 'minimal'] as const) {
    for (const key of ['external_id', 'name_dob'] as const) {
      const read = compileReader(planOf({ headers, key }), {
        rules,
        repair: new Set(['zip', 'date']),
        today: TODAY,
      });
      fc.assert(
        fc.property(rows, (cells) => {
          const reading = read(rowOf(cells)).reading();
          if (reading.kind === 'customer') return;
          const paths = reading.issues.map(({ path }) => path);
          expect(paths.length).toBeGreaterThan(0);
          expect(new Set(paths).size).toBe(paths.length);
        }),
      );
    }
  }
});

describe('cells that are joined', () => {
  const HEADERS =
    'id,first_name,last_name,dob,House Number,Street Name,city,state,zip_code,country,address_type';
  const plan = compilePlan(HEADERS.split(','), { key: 'id' });
  const read = compileReader(plan, { today: TODAY, rules: 'minimal', repair: new Set() });
  const streetOf = (number: string, street: string): string => {
    const cells = [
      '1',
      'Nora',
      'Vance',
      '1985-03-04',
      number,
      street,
      'Salem',
      'OR',
      '97301',
      'US',
      'PHYSICAL',
    ];
    const reading = read(rowOf(cells)).reading();
    return reading.kind === 'invalid'
      ? complaints(reading).join('; ')
      : (reading.customer.addresses[0]?.street ?? '');
  };
  test.each([
    ['="12"', 'Elm St', '12 Elm St'],
    ["'12", '\'="Elm St"', '12 Elm St'],
    [' 12 ', '\u00a0Elm  St', '12 Elm St'],
    ['12', '#REF!', expect.stringContaining('spreadsheet')],
    ['12', '"Elm St"', expect.stringContaining('quot')],
  ])('are cleaned each by itself: %j %j', (number, street, expected) => {
    expect(streetOf(number, street)).toEqual(expected);
  });
});
