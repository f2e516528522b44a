import { describe, expect, test } from 'vitest';
import { compilePlan } from '../../src/columns/columns.js';
import { textOf, type AddressField, type ColumnPlan } from '../../src/columns/plan.js';
import { OperatorError } from '../../src/errors.js';

const PERSON = 'external_id,first_name,last_name,dob';
const planOf = (headers: string, set: Record<string, string> = {}): ColumnPlan =>
  compilePlan(`${PERSON},${headers}`.split(','), { set });
/** The texts of each address, when the cells after the person's are these. */
const read = (plan: ColumnPlan, cells: string): Partial<Record<AddressField, string>>[] =>
  plan.addresses.map(({ type, origins }) => ({
    ...(type !== undefined && { address_type: type }),
    ...Object.fromEntries(
      Object.entries(origins).map(([field, origin]) => [
        field,
        textOf(origin, `1,A,B,C,${cells}`.split(',')),
      ]),
    ),
  }));
const REST = 'city,state,zip_code,country,address_type';
const SALEM = { city: 'Salem', state: 'OR', zip_code: '97301', country: 'US' };
const CELLS = 'Salem,OR,97301,US,PHYSICAL';

describe('parts of a street are joined', () => {
  test.each([
    ['House Number,Street Name', '12,Elm St', { street: '12 Elm St' }],
    ['Street Number,street', '12,Elm St', { street: '12 Elm St' }],
    ['street,Street Number', 'Elm St,12', { street: '12 Elm St' }],
    ['House No.,Address', '12,12 Elm St', { street: '12 Elm St' }],
    ['Street No,Predirection,Street,Street Suffix', '12,N,Elm,St', { street: '12 N Elm St' }],
    ['Street No,Pre Dir,Street,Street Suffix,Post Dir', '12,,Elm,St,NW', { street: '12 Elm St NW' }],
    ['Straße,Hausnummer', 'Hauptstr.,12a', { street: 'Hauptstr. 12a' }],
    ['Hausnummer,Straße', '12a,Hauptstr.', { street: 'Hauptstr. 12a' }],
    ['N° de rue,Rue', '12,rue de la Paix', { street: '12 rue de la Paix' }],
    ['Straat,Huisnummer,Toevoeging', 'Dorpsstraat,12,bis', { street: 'Dorpsstraat 12 bis' }],
    [
      'Address Line 1,Address Line 2,Address Line 3',
      '12 Elm,Apt 4,Floor 2',
      { street: '12 Elm', street2: 'Apt 4, Floor 2' },
    ],
    [
      'Address 1,Address 2,Address 3,Address 4',
      '12 Elm,,Floor 2,Rear',
      { street: '12 Elm', street2: 'Floor 2, Rear' },
    ],
    ['Address 1,Address 3', '12 Elm,Floor 2', { street: '12 Elm', street2: 'Floor 2' }],
  ])('%s', (headers, cells, expected) => {
    const plan = planOf(`${headers},${REST}`);
    expect(read(plan, `${cells},${CELLS}`)).toEqual([{ ...SALEM, address_type: 'PHYSICAL', ...expected }]);
    const joined = headers.includes('Address 1,Address 3')
      ? []
      : [expect.stringMatching(/are joined, in this order, to street2?\.$/)];
    expect(plan.warnings).toEqual(joined);
  });

  test('in each address by itself', () => {
    const typed = (kind: string): string =>
      ['House Number', 'Street', 'City', 'State', 'Zip', 'Country'].map((name) => `${kind} ${name}`).join();
    const plan = planOf(`${typed('Home')},${typed('Mailing')}`);
    const cells = '12,Elm St,Salem,OR,97301,US,4,Oak Ave,Salem,OR,97301,US';
    expect(read(plan, cells)).toEqual([
      { ...SALEM, address_type: 'PHYSICAL', street: '12 Elm St' },
      { ...SALEM, address_type: 'MAILING', street: '4 Oak Ave' },
    ]);
  });

  test('and last names of two parts', () => {
    const dutch = compilePlan(
      `external_id,first_name,Tussenvoegsel,Achternaam,dob,street,${REST}`.split(','),
      {},
    );
    expect(dutch.person.last_name && textOf(dutch.person.last_name, ['1', 'Jan', 'van der', 'Berg'])).toBe(
      'van der Berg',
    );
    expect(dutch.person.last_name && textOf(dutch.person.last_name, ['1', 'Jan', 'van der', ''])).toBe('');
  });

  test.each([
    [
      'a house number without a street',
      `House Number,${REST}`,
      /street \("House Number" is only a part of it: add a column\)/,
    ],
    ['a street in two columns', `Street,Address,${REST}`, /2 columns for street: "Street" and "Address"/],
    ['two house numbers', `House Number,Street Number,Street,${REST}`, /2 columns for house_number/],
  ])('but not %s', (_what, headers, message) => {
    expect(() => planOf(headers)).toThrow(OperatorError);
    expect(() => planOf(headers)).toThrow(message);
  });
});

describe('a field without number or kind', () => {
  test.each([
    [
      'Home Address,City,State,Zip,Country',
      '12 Elm,Salem,OR,97301,US',
      [{ ...SALEM, address_type: 'PHYSICAL', street: '12 Elm' }],
    ],
    [
      'Mailing Address,City,State,Zip,Country',
      '12 Elm,Salem,OR,97301,US',
      [{ ...SALEM, address_type: 'MAILING', street: '12 Elm' }],
    ],
    [
      'Street,Home City,Home State,Home Zip,Home Country,address_type',
      '12 Elm,Salem,OR,97301,US,',
      undefined,
    ],
    [
      'Home Address,Apt,City,State,Zip,Country',
      '12 Elm,4,Salem,OR,97301,US',
      [{ ...SALEM, address_type: 'PHYSICAL', street: '12 Elm', street2: '4' }],
    ],
    [
      'Billing Street,Billing City,Billing State,Billing Zip,Billing Country,address_type',
      `12 Elm,${CELLS}`,
      [{ ...SALEM, address_type: 'PHYSICAL', street: '12 Elm' }],
    ],
    [
      'Home Address,City,State,Zip,Country,Mailing Street,Mailing City,Mailing State,Mailing Zip',
      '12 Elm,Salem,OR,97301,US,PO Box 4,Salem,OR,97301',
      [
        { ...SALEM, address_type: 'PHYSICAL', street: '12 Elm' },
        { ...SALEM, address_type: 'MAILING', street: 'PO Box 4' },
      ],
    ],
    [
      `street,${REST},Mailing Street,Mailing City,Mailing State,Mailing Zip`,
      `12 Elm,${CELLS},PO Box 4,Salem,OR,97301`,
      [
        { ...SALEM, address_type: 'PHYSICAL', street: '12 Elm' },
        { ...SALEM, address_type: 'MAILING', street: 'PO Box 4' },
      ],
    ],
  ])('serves the address that lacks it: %s', (headers, cells, expected) => {
    if (expected === undefined)
      expect(() => planOf(headers)).toThrow(/the physical address has no column for street/);
    else expect(read(planOf(headers), cells)).toEqual(expected);
  });

  test('is refused where two addresses lack it', () => {
    const headers = 'Home Address,Mailing Address,City,State,Zip,Country';
    expect(() => planOf(headers)).toThrow(/the physical address has no column for city/);
  });

  test('is said', () => {
    expect(planOf('Home Address,City,State,Zip,Country').warnings).toEqual([
      '"City", "State", "Zip" and "Country" are read as of the physical address.',
    ]);
  });
});

describe('a constant', () => {
  test('fills empty cells, and is the text where there is no column', () => {
    const plan = planOf('street,city,state,zip_code,country', { country: 'US', address_type: 'PHYSICAL' });
    expect(read(plan, '12 Elm,Salem,OR,97301,')).toEqual([
      { ...SALEM, street: '12 Elm', address_type: 'PHYSICAL' },
    ]);
    expect(read(plan, '12 Elm,Oslo,OR,97301,NO')[0]?.country).toBe('NO');
  });

  test('of the command line goes before one of the mapping file', () => {
    const mapping = { columns: {}, constants: { country: 'CA' }, ignore: [], accept: [], values: {} };
    const headers = `${PERSON},street,city,state,zip_code,address_type`.split(',');
    const plan = compilePlan(headers, { mapping, set: { country: 'US' } });
    expect(plan.addresses[0]?.origins.country).toEqual({ from: 'constant', value: 'US' });
  });

  test('that names its address goes before one that does not', () => {
    const plan = planOf(
      `street,${REST},Mailing Street,Mailing City,Mailing State,Mailing Zip,Mailing Country`,
      {
        country: 'US',
        'mailing.country': 'CA',
      },
    );
    expect(read(plan, `1,${CELLS},2,Y,ON,K,`)[1]?.country).toBe('CA');
  });

  test.each([
    ['ssn', /--set gives ssn to every row/],
    ['email', /--set gives email to every row/],
    ['contry', /--set: expected a field .* did you mean country\?/],
    ['address2_city', /--set gives address2_city, but no column belongs to that address/],
  ])('for %s is refused', (field, message) => {
    expect(() => planOf(`street,${REST}`, { [field]: 'x' })).toThrow(message);
  });
});

test('the primary one of two addresses is said, with the switch that chooses the other', () => {
  const typed = 'Mailing Street,Mailing City,Mailing State,Mailing Zip,Mailing Country';
  expect(planOf(`street,${REST},${typed}`).warnings).toEqual([
    'Address 1 is the primary one where a row has several; --set mailing.is_primary=true chooses the mailing address.',
  ]);
  expect(planOf(`street,${REST},${typed}`, { 'mailing.is_primary': 'true' }).warnings).toEqual([]);
  expect(planOf(`street,is_primary,${REST},${typed}`).warnings).toEqual([]);
});
