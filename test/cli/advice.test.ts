import { describe, expect, test } from 'vitest';
import { CODES } from '../../src/issues/codes.js';
import { person, type Person } from '../support/people.js';
import { inWorld, type World } from '../support/world.js';

// Every switch that a row's error advises is followed to the letter, and seen to work: on what is sent.

/** What an error or a stop advises: flags, or what a mapping file then says. */
interface Advice {
  readonly flags?: readonly string[];
  readonly mapping?: object;
}

/** Reads the advice out of an error, as a person would. */
function advicesIn(error: string, cell: string): Advice[] {
  const switches = [...error.matchAll(/--(?:repair|omit-invalid|rules) [a-z_]+/g)].map(([text]) => ({
    flags: text.split(' '),
  }));
  const [, readings = ''] = /--date-format (.+)$/.exec(error) ?? [];
  const formats = [...readings.matchAll(/(?:'([^']+)'|(\S+)) \(\d+ \w+ \d{4}\)/g)].map(
    ([, quoted, plain = '']) => ({
      flags: ['--date-format', quoted ?? plain],
    }),
  );
  return [...switches, ...formats, ...(error.includes('"accept"') ? [{ mapping: { accept: [cell] } }] : [])];
}

const MASSACHUSETTS = { Town: 'Boston', Province: 'MA' };
/** The code, the column, its cell, and what Bond is sent under each advice, in the order of the error. */
const CASES: [keyof typeof CODES, string, string, readonly unknown[], Person?][] = [
  ['word_for_nothing', 'Surname', 'Null', ['Null']],
  ['word_for_nothing', 'Town', 'none', ['none']],
  ['word_for_nothing', 'Customer No', 'None', ['Vexforaab']],
  ['word_for_nothing', 'Country', 'NA', ['NA'], { Province: 'Khomas', Mobile: '' }],
  ['empty_word', 'Middle', 'NULL', [undefined]],
  ['empty_word', 'Mobile', 'n/a', [undefined]],
  ['first_name_format', 'Given Name', 'Ana-Lu', ['Ana-Lu']],
  ['middle_name_format', 'Middle', 'J.R.', ['J.R.']],
  ['last_name_format', 'Surname', 'Smith-Jones', ['Smith-Jones']],
  ['middle_name_initial', 'Middle', 'Q', ['Q', undefined]],
  ['dob_other_format', 'Date of Birth', '03/25/1985', ['1985-03-25']],
  ['dob_other_format', 'Date of Birth', '03/04/1985', ['1985-03-04', '1985-04-03']],
  ['dob_other_format', 'Date of Birth', '3/4/85', ['1985-03-04', '1985-04-03']],
  ['dob_other_format', 'Date of Birth', '04-MAR-85', ['1985-03-04']],
  ['dob_other_format', 'Date of Birth', 'March 4, 1985', ['1985-03-04']],
  ['dob_other_format', 'Date of Birth', '04.03.1985 0:00', ['1985-04-03', '1985-03-04']],
  ['dob_serial', 'Date of Birth', '31110', ['1985-03-04']],
  ['ssn_lost_zeros', 'Social Security Number', '33352758', ['033-35-2758']],
  ['ssn_decimal', 'Social Security Number', '612345678.0', ['612-34-5678']],
  ['phone_decimal', 'Mobile', '5551112222.0', ['5551112222']],
  ['phone_decimal', 'Mobile', '5.551112222E9', ['5551112222']],
  ['phone_country_code_decimal', 'Dial Code', '1.0', ['1']],
  ['zip_code_lost_zeros', 'Postal Code', '2134', ['02134'], MASSACHUSETTS],
  ['zip_code_decimal', 'Postal Code', '94110.0', ['94110']],
];

const FIELDS: Readonly<Record<string, string>> = {
  ...{ 'Customer No': 'last_name', 'Given Name': 'first_name', Middle: 'middle_name', Surname: 'last_name' },
  ...{
    'Date of Birth': 'dob',
    'Social Security Number': 'ssn',
    Mobile: 'phone',
    'Dial Code': 'phone_country_code',
  },
};
const PLACES: Readonly<Record<string, string>> = {
  Town: 'city',
  'Postal Code': 'zip_code',
  Country: 'country',
};

/** What Bond was asked to keep under a column, at the last create. */
function sentAs(world: World, column: string): unknown {
  const body: unknown = world.sandbox.calls.findLast(({ method }) => method === 'POST')?.body;
  const { addresses, ...fields } = asRecord(body);
  const place = PLACES[column];
  return place === undefined ? fields[FIELDS[column] ?? ''] : asRecord(asList(addresses)[0])[place];
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value ?? {}));
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

describe('what an error advises works', () => {
  test.each(CASES)('%s in %s: %j', async (code, column, cell, sent, more = {}) => {
    const row = person(1, { Middle: '', 'Dial Code': '', ...more, [column]: cell });
    let advices: readonly Advice[] = [];
    await inWorld([row], async (world) => {
      await world.runInside();
      const [line] = await world.lines();
      expect(line, line?.errors).toMatchObject({ status: 'invalid', codes: code });
      advices = advicesIn(line?.errors ?? '', cell);
    });
    const found: unknown[] = [];
    for (const { flags = [], mapping = {} } of advices) {
      await inWorld([row], async (world) => {
        await world.write('m.json', JSON.stringify(mapping));
        await world.runInside([...flags, '--mapping', world.path('m.json')]);
        const [line] = await world.lines();
        expect(line?.status, line?.errors).not.toBe('invalid');
        found.push(sentAs(world, column));
      });
    }
    expect(found).toEqual(sent);
  });

  test('and none is left out', () => {
    const advising = Object.entries(CODES).flatMap(([code, { says }]) =>
      /--(?:repair|omit-invalid|rules|date-format) |\{meant\}/.test(says) ? [code] : [],
    );
    const others = advising.filter((code) => !CASES.some(([tried]) => tried === code));
    expect(others).toEqual([]);
  });
});

/** The mappings that a stop advises: what stands in brackets behind "columns" and "ignore", or the column that it names. */
function mappingsIn(said: string): object[] {
  const columns = /under "columns" \((\{.*?\})\)/.exec(said)?.[1];
  const ignored =
    /"ignore" \((\[.*?\])\)/.exec(said)?.[1] ?? JSON.stringify([/^bond-import: "(.*?)"/.exec(said)?.[1]]);
  const read = (text: string): unknown => JSON.parse(text);
  return [
    ...(columns === undefined ? [] : [{ columns: read(columns) }]),
    ...(/"ignore"/.test(said) ? [{ ignore: read(ignored) }] : []),
  ];
}

function without(...columns: readonly string[]): Person {
  return Object.fromEntries(Object.entries(person(1)).filter(([name]) => !columns.includes(name)));
}

describe('what a stop advises works', () => {
  const bare = without('Social Security Number', 'Mobile', 'E-mail');
  test.each<[string, Person, Person, number]>([
    ['a column without a name', bare, { '': 'Ann' }, 2],
    ['a column of SSNs without a name', bare, { '': '612-11-2233' }, 2],
    ['a column of SSNs without a name beside another', person(1), { '': '612-11-2233' }, 1],
    ['a column without a name where all names are taken', person(1), { Middle: 'Ann', '': 'x' }, 1],
    ['a column of SSNs', bare, { 'Tax ID': '612-11-2233' }, 2],
    ['a column of e-mails', bare, { Login: 'nora@example.com' }, 2],
    ['a column of phones', bare, { Reachable: '(415) 555-0142' }, 2],
    ['a part of the address', bare, { Building: 'Tower B' }, 2],
    ['parts of the address', bare, { 'c/o': 'Lee' }, 2],
  ])('%s', async (_what, known, more, count) => {
    const row = { ...known, ...more };
    let mappings: object[] = [];
    await inWorld([row], async (world) => {
      const { code, stderr } = await world.runInside();
      expect(code).toBe(1);
      mappings = mappingsIn(stderr);
    });
    expect(mappings).toHaveLength(count);
    for (const mapping of mappings) {
      await inWorld([row], async (world) => {
        await world.write('m.json', JSON.stringify(mapping));
        const { code, stderr } = await world.runInside(['--mapping', world.path('m.json')]);
        expect(code, stderr).toBe(0);
        expect(world.sandbox.customers).toHaveLength(1);
      });
    }
  });

  test.each<[string, RegExp]>([
    ['Country', /--set (country=US)/],
    ['Address Type', /--set (address_type=PHYSICAL)/],
  ])('a file without %s', async (column, advice) => {
    await inWorld([without(column)], async (world) => {
      const { code, stderr } = await world.runInside();
      expect(code).toBe(1);
      const [, constant = ''] = advice.exec(stderr) ?? [];
      expect((await world.runInside(['--set', constant])).code).toBe(0);
    });
  });

  test('the second of two addresses as the primary one', () =>
    inWorld([], async (world) => {
      const second = {
        'Mailing Street': 'PO Box 4',
        'Mailing City': 'Salem',
        'Mailing State': 'OR',
        'Mailing Zip': '97301',
        'Mailing Country': 'US',
      };
      await world.write('customers.csv', [{ ...person(1), ...second }]);
      const { stderr } = await world.obeyInside(['validate', world.path('customers.csv')]);
      const [, constant = ''] = /--set (\S+) chooses the mailing address/.exec(stderr) ?? [];
      await world.runInside(['--set', constant]);
      const primary = world.sandbox.customers[0]?.addresses.filter(({ is_primary }) => is_primary);
      expect(primary?.map(({ street }) => street)).toEqual(['PO Box 4']);
    }));

  test('the one date format that reads all rows', () =>
    inWorld([], async (world) => {
      await world.write('customers.csv', [
        person(1, { 'Date of Birth': '25/03/1985' }),
        person(2, { 'Date of Birth': '04/03/1985' }),
      ]);
      const { stderr } = await world.obeyInside(['validate', world.path('customers.csv')]);
      const [, format = ''] = /--date-format '(.*?)'/.exec(stderr) ?? [];
      expect((await world.runInside(['--date-format', format])).code).toBe(0);
      expect(world.sandbox.customers.map(({ dob }) => dob)).toEqual(['1985-03-25', '1985-03-04']);
    }));
});
