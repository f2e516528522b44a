import { describe, expect, test } from 'vitest';
import { inspectionText } from '../../src/report/inspection-text.js';
import type { Inspection } from '../../src/report/inspection.js';
import { inWorld, type World } from '../support/world.js';

const HEADER = 'Customer ID,First Name,Last Name,DOB (MM/DD/YYYY),SSN,Phone,Street,City,State,Zip,Notes';
const ROWS = [
  'c1,Nora,Vance,03/04/1985,333-52-7584,(503) 555-0142,12 Elm St,Salem,OR,97301,called twice',
  'c2,Omar,Smith-Jones,11/23/1990,,,9 Oak Ave,Boise,ID,83702,"two',
  'lines"',
  'c3,Tess,Holm,06/30/1978,,,PO Box 4,Provo,UT,84601,',
  'c3,Tess,Holm,06/30/1978,,,77 Pine Rd,Provo,UT,84601,',
];
const FILE = [HEADER, ...ROWS, ''].join('\n');

async function inspect(
  world: World,
  file: string,
  ...args: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  await world.write('people.csv', file);
  const { code, stdout, stderr } = await world.obeyInside(['inspect', world.path('people.csv'), ...args]);
  return { code, out: stdout, err: stderr };
}

describe('inspect', () => {
  test('answers what would happen to the columns and the rows, also when something is missing', () =>
    inWorld([], async (world) => {
      const { code, out } = await inspect(world, FILE);
      expect(code).toBe(1);
      expect(out).toMatch(/^Your column +Field +Why +Filled +Sample$/m);
      expect(out).toMatch(/^First Name +first_name +its name +100 % +Nxxx$/m);
      expect(out).toMatch(/^SSN +ssn +its name +25 % +999-99-9999$/m);
      expect(out).toMatch(/^Notes +\(not sent\) +no field +50 %/m);
      expect(out).toMatch(/0 of 4 rows would be sent, once what is missing is given\./);
      expect(out).toMatch(/1 × same id as an earlier row/);
      expect(out).toMatch(/^Missing: country: .*--set country=US\.$/m);
      expect(out).toMatch(/^Missing: address_type: .*--set address_type=PHYSICAL, or MAILING\.$/m);
      expect(out).toMatch(/the header says MM\/dd\/yyyy|only MM\/dd\/yyyy reads them all/);
      expect(out).toMatch(/^Columns not sent: Notes\.$/m);
    }));

  test('shows no value of anybody, in the samples and in the first payload', () =>
    inWorld([], async (world) => {
      const complete = FILE.replace('Notes', 'country').replace(/called twice/, 'US');
      for (const args of [[], ['--json']]) {
        const { out } = await inspect(world, complete, '--date-format', 'MM/dd/yyyy', ...args);
        for (const value of [
          'Nora',
          'Vance',
          '1985',
          '555-0142',
          '5550142',
          '12 Elm',
          'Salem',
          '97301',
          '52-7584',
        ])
          expect(out).not.toContain(value);
      }
    }));

  test('counts what --rules minimal would bring for names', () =>
    inWorld([], async (world) => {
      const mapping = { constants: { country: 'US', address_type: 'PHYSICAL' }, dateFormat: 'MM/dd/yyyy' };
      await world.write('m.json', JSON.stringify(mapping));
      const { code, out } = await inspect(world, FILE, '--mapping', world.path('m.json'));
      expect(code).toBe(0);
      expect(out).toMatch(/2 of 4 rows would be sent\.\nWhy not the others:\n +1 × .*Last Name/);
      expect(out).toMatch(/--rules minimal lets Bond decide about names: 1 row more would be sent\./);
      expect(out).toMatch(/1 row has a P\.O\. box in a PHYSICAL address/);
    }));

  test.each([
    [
      'no format reads all dates',
      FILE.replace('11/23/1990', '23/11/1990'),
      /rows 1 and 2 contradict|rows 2 and 3 contradict/,
    ],
    [
      'a column holds e-mails',
      FILE.replace('called twice', 'a@example.com').replace('"two\nlines"', ''),
      /Stops a run: "Notes" holds e-mail/,
    ],
    ['a column has no name', FILE.replace('Phone', ''), /Stops a run: column 6 \(F\) has no name/],
    [
      'the whole address is in one cell',
      FILE.replace('Street,City,State,Zip', 'Address,a,b,c')
        .replace(/12 Elm St,Salem,OR,97301/, '"12 Elm St, Salem, OR 97301",,,')
        .replace(/9 Oak Ave,Boise,ID,83702/, '"9 Oak Ave, Boise, ID 83702",,,')
        .replace(/PO Box 4,Provo,UT,84601/, '"4 Ash St, Provo, UT 84601",,,')
        .replace(/77 Pine Rd,Provo,UT,84601/, '"77 Pine Rd, Provo, UT 84601",,,'),
      /"Address" holds the whole address/,
    ],
  ])('says that %s', (_what, file, message) =>
    inWorld([], async (world) => {
      const { code, out } = await inspect(world, file);
      expect(out).toMatch(message);
      expect(code).toBe(1);
    }),
  );

  test.each([40, 80, 120])('does not tear its table at %i columns', (width) =>
    inWorld([], async (world) => {
      const long = FILE.replace(
        'Notes',
        '"Notes of\nour clerks, about anything at all that they were told by a customer"',
      );
      await world.write('people.csv', long);
      const { out } = await inspect(world, long, '--json');
      const parse: (text: string) => Inspection = JSON.parse;
      const lines = inspectionText(parse(out), width).split('\n\n')[1]?.split('\n') ?? [];
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(lines).toHaveLength(width < 70 ? 22 : 12);
    }),
  );

  test('writes a mapping file in which only blanks are to be filled in, and which then works', () =>
    inWorld([], async (world) => {
      const german =
        'Nr;Vorname;Familie;Geb.;Straße;PLZ;Ort\n7;Jürgen;Weiß;04.03.1985;12 Elm St;97301;Salem\n';
      await world.write('people.csv', Buffer.from(german, 'utf8').toString());
      const file = world.path('people.csv');
      const saved = await world.obeyInside(['inspect', file, '--save-mapping', world.path('m.json')]);
      expect(saved.code).toBe(1);
      const text = await world.read('m.json');
      const parse: (text: string) => Record<string, Record<string, string>> = JSON.parse;
      const mapping = parse(text);
      expect(mapping['columns']).toEqual({
        Nr: '',
        Vorname: 'first_name',
        Familie: '',
        'Geb.': '',
        Straße: 'street',
        PLZ: 'zip_code',
        Ort: 'city',
      });
      expect(mapping['constants']).toEqual({ address_type: '', state: '', country: '' });
      expect(mapping).toMatchObject({ encoding: 'utf-8', delimiter: ';' });
      expect(mapping['//']).toMatch(/first_name, middle_name.*external_id/);
      const filled = {
        ...mapping,
        columns: { ...mapping['columns'], Nr: 'external_id', Familie: 'last_name', 'Geb.': 'dob' },
        constants: { address_type: 'PHYSICAL', state: 'OR', country: 'US' },
        dateFormat: 'dd.MM.yyyy',
      };
      await world.write('filled.json', JSON.stringify(filled));
      const validated = await world.obeyInside([
        ...['validate', file, '--mapping', world.path('filled.json')],
        ...['--results', world.path('results.csv')],
      ]);
      expect(validated.code).toBe(0);
      // Never over what was corrected by hand.
      const again = await world.obeyInside(['inspect', file, '--save-mapping', world.path('m.json')]);
      expect(again.code).toBe(1);
      expect(await world.read('m.json')).toBe(text);
    }));
});

describe('all that a run would say of the file', () => {
  const header =
    'First Name,Last Name,DOB (MM/DD/YYYY),House Number,Street Name,City,State,Zip,Country,County';
  const file = [
    header,
    'Nora,Vance,03/04/2019,12,Elm St,Salem,OR,97301,US,Marion',
    'Omar,Reyes,2015-01-01,,PO Box 4,Boise,ID,83702,US,Ada',
    '',
  ].join('\n');
  const flags = ['--set', 'country=US', '--set', 'address_type=PHYSICAL'];

  test.each([
    ['is said', file, 7],
    ['stops it', file.replace('County', ''), 1],
  ])('%s by validate and inspect too', (_what, text, sentences) =>
    inWorld([], async (world) => {
      await world.write('people.csv', text);
      const say = async (command: string): Promise<string> => {
        const own = command === 'inspect' ? [] : ['--results', `${command}.csv`];
        const { stdout, stderr } = await world.start([command, 'people.csv', ...flags, ...own]).ended;
        return stderr + stdout;
      };
      const [run = '', ...others] = await Promise.all(['run', 'validate', 'inspect'].map(say));
      const said = run
        .replace('bond-import: ', '')
        .split(/\n→|\.\n/)
        .slice(0, sentences);
      expect(said.at(-1)).toMatch(/^Dates: |^column 10 .* has no name/);
      for (const sentence of said) for (const other of others) expect(other).toContain(sentence);
    }),
  );
});
