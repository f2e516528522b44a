import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { inWorld, type World } from '../support/world.js';

// Files as other programs write them: what Bond then has, what is said of every row, and advice that works to the letter.

const HEADER = 'external_id,first_name,last_name,dob,street,street2,city,state,zip_code,country,address_type';
const NORA = 'a1,Nora,Vance,1985-03-04,12 Elm St,,Salem,OR,97301,US,PHYSICAL';
const OMAR = 'a2,Omar,Reyes,1990-11-23,9 Oak Ave,,Boise,ID,83702,US,PHYSICAL';
const SOUND = `${HEADER}\n${NORA}\n${OMAR}\n`;
const latin = (text: string) => Buffer.from(text, 'latin1');
const under = (delimiter: string) => SOUND.replaceAll(',', delimiter);
const quoted = (quote: string) => SOUND.replace(/[^,\n]+/g, (cell) => quote + cell + quote);

/** Runs over a file; the code, what was said, each row's status and codes, and who is in Bond. */
async function imported(world: World, content: string | Buffer, args: readonly string[] = []) {
  await writeFile(world.path('customers.csv'), content);
  const { code, stderr } = await world.runInside(args);
  const inBond = world.sandbox.customers.map(({ first_name, last_name, addresses }) =>
    [first_name, last_name, addresses[0]?.street2, addresses[0]?.city].filter(Boolean).join(' '),
  );
  return { code, stderr, inBond };
}

const rowsOf = async (world: World) =>
  (await world.lines()).map(({ line, status, codes }) => [line, status, codes].filter(Boolean).join(' '));

const BOTH = ['Nora Vance Salem', 'Omar Reyes Boise'];

describe('is read', () => {
  test.each<[string, string | Buffer, string[], string[]?]>([
    ['a space before a quote', SOUND.replace('Salem', ' "Salem"').replace('Boise', ' "Boise"'), BOTH],
    [
      'a delimiter in quotes behind a space',
      `${HEADER}\n${NORA.replace('St,', 'St, "Unit 5",').replace('"Unit 5",', '"Unit 5"')}\n${OMAR.replace('Boise', ' "Boise, Idaho"')}\n`,
      ['Nora Vance Unit 5 Salem', 'Omar Reyes Boise, Idaho'],
    ],
    ['a space behind a quote', SOUND.replace('Salem', '"Salem" ').replace('Boise', '"Boise"\t'), BOTH],
    [
      'rows of delimiters alone',
      `${HEADER}\n${',,,,,,,,,,\n'.repeat(30)}${NORA}\n${'  ,,,,,,,,,,\n'.repeat(30)}${OMAR}\n,,,,,,,,,,\n`,
      BOTH,
    ],
    ['^Z and NULs at the end', `${SOUND}\x1a${'\0'.repeat(5_000)}`, BOTH],
    ['^Z behind the last cell', `${SOUND.trimEnd()}\x1a`, BOTH],
    ['a sep line', `sep=^\n${under('^')}`, BOTH],
    ['UTF-16', Buffer.from(`\ufeff${under('\t')}`, 'utf16le'), BOTH],
    ['delimiters at the ends of all lines', SOUND.replaceAll('\n', ',,\n'), BOTH],
    ['old Macintosh line ends', SOUND.replaceAll('\n', '\r'), BOTH],
  ])('%s', async (_, content, inBond) => {
    await inWorld([], async (world) => {
      expect(await imported(world, content)).toMatchObject({ code: 0, inBond });
    });
  });

  test("MySQL's backslash before quotes", async () => {
    await inWorld([], async (world) => {
      const content = quoted('"').replace('"12 Elm St",,', '"12 Elm St","Suite \\"B\\"",');
      const inBond = ['Nora Vance Suite "B" Salem', 'Omar Reyes Boise'];
      expect(await imported(world, content)).toMatchObject({ code: 0, inBond });
    });
  });
});

describe('is said of the row', () => {
  test.each<[string, string, string[], string[]]>([
    ['a total', `${SOUND}Total: 2\n`, BOTH, ['4 invalid total_line']],
    ['a count', `${SOUND}\n(2 rows affected)\n`, BOTH, ['5 invalid count_line']],
    ['a note', `${SOUND}*** End of report ***\n`, BOTH, ['4 invalid note_line']],
    [
      'a header in the middle',
      `${HEADER}\n${NORA}\n${HEADER}\n${OMAR}\n`,
      BOTH,
      ['3 invalid repeated_header'],
    ],
    [
      'dashes under the header',
      SOUND.replace('\n', `\n${HEADER.replace(/\w+/g, '-----')}\n`),
      BOTH,
      ['2 invalid ruled_line'],
    ],
    [
      'a line in quotes',
      `${HEADER}\n"${NORA}"\n${OMAR}\n`,
      ['Omar Reyes Boise'],
      ['2 invalid line_in_quotes'],
    ],
    [
      'a stray quote that swallows a row',
      `${HEADER}\n${NORA.replace('Elm St', '"Elm St').replace('12 ', '')}\n${OMAR.replace('Boise', '"Boise"')}\n${NORA.replace('a1', 'a3')}\n`,
      ['Nora Vance Salem'],
      ['2 invalid row_runs_on'],
    ],
    [
      'a missing comma',
      `${HEADER}\n${NORA}\n${OMAR.replace('Reyes,', 'Reyes ')}\n`,
      ['Nora Vance Salem'],
      ['3 invalid too_few_cells'],
    ],
    [
      'a comma too many',
      `${HEADER}\n${NORA}\n${OMAR.replace('Oak', 'Oak, North')}\n`,
      ['Nora Vance Salem'],
      ['3 invalid too_many_cells'],
    ],
  ])('%s', async (_, content, inBond, bad) => {
    await inWorld([], async (world) => {
      expect(await imported(world, content)).toMatchObject({ code: 2, inBond });
      expect((await rowsOf(world)).filter((row) => !row.endsWith('created'))).toEqual(bad);
    });
  });
});

describe('is refused, and its advice followed', () => {
  const removed = (from: number, to: number) => (content: string) =>
    content
      .split('\n')
      .filter((_, at) => at + 1 < from || at + 1 > to)
      .join('\n');
  test.each<[string, string | Buffer, RegExp, { args?: string[]; cure?: (content: string) => string }]>([
    [
      'titles',
      `Customer Export\nGenerated 11/24/2026\n\n${SOUND}`,
      /line 4 looks like the header, .*: remove lines 1 to 3\./,
      { cure: removed(1, 3) },
    ],
    [
      'a title of cells',
      `Customers,,,,,,,,,,\n${SOUND}`,
      /line 2 looks like the header, .*: remove line 1\./,
      { cure: removed(1, 1) },
    ],
    [
      'no header',
      `${NORA}\n${OMAR}\n`,
      /this is a row and no header .*: put a line with the names of the columns above it/,
      { cure: (content) => `${HEADER}\n${content}` },
    ],
    [
      'single quotes',
      quoted("'"),
      /in single quotes, .* export again with " as the quote/,
      { cure: () => quoted('"') },
    ],
    [
      'whole lines in quotes',
      SOUND.replace(/^.+$/gm, '"$&"'),
      /the whole line is in quotes, .*: remove the first and last quote of every line/,
      { cure: () => SOUND },
    ],
    ...['^', '~', '¦', '||', ':'].map((sign): [string, string, RegExp, { args: string[] }] => [
      `cells between ${sign}`,
      under(sign),
      /seem to be separated by .*: give --delimiter '/,
      { args: ['--delimiter', sign] },
    ]),
    ['cells between 0x01', under('\u0001'), /give --delimiter 0x01/, { args: ['--delimiter', '0x01'] }],
    [
      'windows-1252',
      latin(SOUND.replace('Salem', 'Pe\xf1asco')),
      /give --encoding windows-1252/,
      { args: ['--encoding', 'windows-1252'] },
    ],
    [
      'UTF-8 that was to be read as windows-1252',
      SOUND.replace('Salem', 'Peñasco'),
      /is UTF-8, which would be damaged: leave --encoding out/,
      {},
    ],
    [
      'a quote that is never closed',
      SOUND.replace('Oak', '"Oak').replace('9 ', ''),
      /line 3, column 26: a quote is opened here and never closed/,
      { cure: () => SOUND },
    ],
  ])('%s', async (name, content, advice, { args = [], cure }) => {
    await inWorld([], async (world) => {
      const first = name.startsWith('UTF-8') ? ['--encoding', 'windows-1252'] : [];
      const refused = await imported(world, content, first);
      expect(refused).toMatchObject({ code: 1, inBond: [] });
      expect(refused.stderr).toMatch(advice);
      expect(world.sandbox.calls).toEqual([]);
      const cured = cure && typeof content === 'string' ? cure(content) : content;
      const inBond = BOTH.map((who) => (/1252/.test(name) ? who.replace('Salem', 'Peñasco') : who));
      expect(await imported(world, cured, args)).toMatchObject({ code: 0, inBond });
    });
  });

  test('two encodings in one file: no --encoding is advised', async () => {
    await inWorld([], async (world) => {
      const content = Buffer.concat([
        Buffer.from(`${HEADER}\n${NORA.replace('Salem', 'San José')}\n`),
        latin(`${OMAR.replace('Boise', 'Pe\xf1asco')}\n`),
      ]);
      const { code, stderr } = await imported(world, content);
      expect(code).toBe(1);
      expect(stderr).toMatch(/in two encodings, which no --encoding reads/);
      expect(stderr).not.toMatch(/give --encoding/);
    });
  });

  test.each([
    '<html><table>',
    '[{"first_name":"Nora"}]',
    '<?xml version="1.0"?><a/>',
    'BEGIN:VCARD',
    '{\\rtf1',
  ])('no CSV: %s', async (content) => {
    await inWorld([], async (world) => {
      const { code, stderr } = await imported(world, content);
      expect(code).toBe(1);
      expect(stderr).toMatch(/customers\.csv is .*, a CSV file was expected: /);
    });
  });
});

test('rejects and results come in the form of the input, and are read with the same flags', async () => {
  await inWorld([], async (world) => {
    const content = latin(
      `sep=;\r\n${SOUND.replace('Salem', 'Pe\xf1asco').replace('ID,83702', 'ID,837').replaceAll(',', ';').replaceAll('\n', '\r\n')}`,
    );
    const flags = ['--encoding', 'windows-1252', '--rejects', world.path('fix.csv')];
    expect(await imported(world, content, flags)).toMatchObject({ code: 2, inBond: ['Nora Vance Peñasco'] });
    const rejects = await world.read('fix.csv');
    expect(rejects).toMatch(/^sep=;\r\nexternal_id;first_name;.*;errors\r\na2;Omar;.*\r\n$/);
    expect(latin(await world.read('customers.results.csv')).length).toBeGreaterThan(0);
    await world.write('fix.csv', rejects.replace(';837;', ';83702;'));
    const again = ['--encoding', 'windows-1252', '--ledger', world.path('customers.ledger')];
    expect((await world.obeyInside(['run', world.path('fix.csv'), ...again])).code).toBe(0);
    expect(world.sandbox.customers).toHaveLength(2);
  });
});
