import fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, test } from 'vitest';
import { inWorld, type World } from '../support/world.js';

const HEADER = [
  ...['Customer ID', 'First Name', 'Middle Name', 'Last Name', 'DOB', 'SSN', 'Phone', 'Dial Code', 'Email'],
  ...['House Number', 'Street Name', 'Address Line 2', 'Address Line 3', 'City', 'State', 'Zip', 'Country'],
  ...['Address Type', 'Mailing Street', 'Mailing City', 'Mailing State', 'Mailing Zip', 'Mailing Country'],
];
const GOOD = [
  ...['', 'Nora', '', 'Vance', '1985-03-04', '', '', '', '', '12', 'Elm St', '', '', 'Salem', 'OR', '97301'],
  ...['US', 'PHYSICAL', '', '', '', '', ''],
];

const WORDS = [
  ...[
    'NULL',
    'None',
    'nil',
    'N/A',
    'NA',
    'n.a.',
    'nan',
    '\\N',
    '-',
    '--',
    '?',
    '.',
    'undefined',
    '(null)',
    '<NA>',
  ],
  ...['n/a;n/a', 'NULL NULL', '[none]', '{null}', '_', '*', '0000-00-00', '00000', '…', '—'],
];
const ERRORS = [
  '#N/A',
  '#REF!',
  '#VALUE!',
  '#NAME?',
  '#DIV/0!',
  '#NULL!',
  '#NUM!',
  '#NV',
  '#####',
  'Err:502',
  '#SPILL!',
];
const QUOTED = [
  '"Salem"',
  "'Salem'",
  '`Salem`',
  '“Salem”',
  '„Salem“',
  '«Salem»',
  '\\"Salem\\"',
  'Salem"',
  '""Salem',
  "O''Brien",
  'a\\nb',
];
const INVISIBLE = Array.from(
  '\u0000\u0007\u001b\u007f\u0085\u00ad\u180e\u200b\u200d\u202e\u2060\u2800\u3164\ufeff\ufffc\ufffd\ue000\u{e0041}',
);
const LETTERS = Array.from('aZé10 -\'"’`\\#/.,\t\n\u00a0!&;ß山𝒳\u{1f600}e\u0301');

/** Any case, with white space, guards and signs of a spreadsheet around it. */
const dressed = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom<(plain: string) => string>(
        (plain) => plain,
        (plain) => plain.toLowerCase(),
        (plain) => plain.toUpperCase(),
      ),
      fc.constantFrom('', '', '', ' ', '\u00a0', '\u200b', "'", '="', '\ufeff', '\t'),
      fc.constantFrom('', '', '', ' ', '\u200b', '"', '\n', '\u200f'),
    )
    .map(([cased, before, behind]) => before + cased(text) + behind);
const odd = fc.oneof(
  fc.constantFrom(...WORDS, ...ERRORS, ...QUOTED).chain(dressed),
  fc
    .tuple(
      fc.constantFrom('Sal', '12', '', 'a@b', ' '),
      fc.constantFrom(...INVISIBLE),
      fc.constantFrom('em', '5', '.com', ''),
    )
    .map((parts) => parts.join('')),
  fc
    .array(fc.constantFrom(...LETTERS, ...INVISIBLE), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join('')),
);
const oddRow = fc
  .array(fc.tuple(fc.nat({ max: HEADER.length - 1 }), odd), { minLength: 1, maxLength: 3 })
  .map((changes) => {
    const cells = [...GOOD];
    // A second address in some of the rows.
    if (changes.length === 3) cells.splice(18, 5, 'PO Box 4', 'Salem', 'OR', '97301', 'US');
    for (const [at, text] of changes) cells[at] = text;
    return cells;
  });

const NOTHING =
  /^(?:[<([{]?(?:null|none|nil|n\/a|n\.a\.|nan|\\n|undefined|na)[>)\]}]?)(?:[ ,;](?:null|none|n\/a))*$|^[^\p{L}\p{N}]*$|^0000-00-00$|^00000$/iu;
const SHEET_ERROR = /#(?:n\/a|ref!|value!|name\?|div\/0!|null!|num!|nv\b|spill!|##)|err:\d{3}/i;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\u2800\u3164\ufffc\ufffd]/u;
/** `Suite "B"` is none: each quote at its end has its beginning within. */
const LEFTOVER = /\\|""|^["“„«]|^(?:[^"]*"[^"]*")*[^"]*"$|^[^“„]*”$|^[^«]*»$|`$|''|^['‘’`].*['’`]$/s;

/** What a text that was sent must not be. */
function faultOf(path: string, text: string): string | undefined {
  // The code of Namibia, which is written for it alone.
  const words = path.endsWith('country') ? [] : [text, ...text.split(', ').filter((part) => /\w/.test(part))];
  if (words.some((word) => NOTHING.test(word))) return 'word for nothing';
  if (SHEET_ERROR.test(text)) return 'spreadsheet error';
  if (UNSEEN.test(text)) return 'invisible character';
  return LEFTOVER.test(text) ? 'leftover quoting' : undefined;
}

function textsOf(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsOf(inner, `${path}.${name}`));
}

const bodiesOf = ({ sandbox }: World): unknown[] =>
  sandbox.calls.flatMap(({ method, body }) => (method === 'POST' ? [body] : []));

describe('for any table of cells', () => {
  test('no word for nothing, spreadsheet error, invisible character or leftover quote is ever sent', () =>
    inWorld([], async (world) => {
      let runs = 0;
      let sent = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(oddRow, { minLength: 150, maxLength: 150 }),
          fc.constantFrom('documented', 'minimal'),
          fc.subarray(['--repair=all', '--omit-invalid=phone,email,middle_name']),
          async (rows, rules, flags) => {
            runs++;
            const numbered = rows.map((cells, at) => [cells[0] || `c${runs}-${at}`, ...cells.slice(1)]);
            const name = world.path(`cells-${runs}.csv`);
            await world.write(`cells-${runs}.csv`, stringify([HEADER, ...numbered]));
            const before = bodiesOf(world).length;
            const ended = await world.obeyInside(['run', name, '--rules', rules, ...flags]);
            const bodies = bodiesOf(world).slice(before);
            sent += bodies.length;
            const wrong = bodies
              .flatMap((body) => textsOf(body))
              .flatMap(([path, text]) => {
                const fault = faultOf(path, text);
                return fault === undefined ? [] : [{ fault, path, text }];
              });
            expect(wrong, ended.stderr).toEqual([]);
          },
        ),
        // What is wrong names itself: shrinking would run the whole program hundreds of times.
        { numRuns: 20, endOnFailure: true },
      );
      // Otherwise nothing was shown.
      expect(sent).toBeGreaterThan(runs);
    }));
});

const MACHINES = [
  { TZ: 'Pacific/Auckland', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' },
  { TZ: 'America/Los_Angeles', LC_ALL: 'C', LANG: 'C' },
  { TZ: 'Asia/Kolkata', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' },
];
const two = (part: number): string => String(part).padStart(2, '0');
/** Midnight is another day elsewhere, and clocks change at night. */
const FORMS: ((year: number, month: number, day: number) => string)[] = [
  (year, month, day) => `${two(month)}/${two(day)}/${year}`,
  (year, month, day) => `${two(month)}/${two(day)}/${year} 12:00:00 AM`,
  (year, month, day) => `${year}-${two(month)}-${two(day)}T00:00:00Z`,
];
const localRow = fc
  .tuple(
    // Names that a locale would fold its own way: a key is made of them.
    fc.constantFrom('IRIS', 'ılia', 'İris', 'Straße', 'Ägidius', 'ZOË', 'LIGIA'),
    fc.tuple(
      fc.integer({ min: 1901, max: 2007 }),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(1, 4, 7, 25, 26, 28, 29, 31),
    ),
    fc.constantFrom(...FORMS),
    fc.constantFrom('(503) 555-0142', '+44 20 7946 0018', '1.503.555.0143', ''),
    fc.constantFrom('UNITED STATES', 'us', 'Virgin Islands'),
  )
  .map(
    ([name, day, write, phone, country]) =>
      `${name},Vance,${write(...day)},${phone},12 Elm St,Salem,oregon,97301,${country},physical`,
  );

describe('on any machine', () => {
  test('the same file makes the same payloads and keys', () =>
    fc.assert(
      fc.asyncProperty(fc.array(localRow, { minLength: 60, maxLength: 60 }), async (rows) => {
        const header = 'First Name,Last Name,DOB,Phone,Street,City,State,Zip,Country,Address Type';
        const file = [header, ...rows].join('\n');
        const [first, ...others] = await Promise.all(MACHINES.map((env) => outcomeOn(env, file)));
        expect(first?.bodies).not.toEqual([]);
        for (const other of others) expect(other).toEqual(first);
      }),
      { numRuns: 3, endOnFailure: true },
    ));
});

/** What a run on such a machine makes of a file. */
async function outcomeOn(
  env: Readonly<Record<string, string>>,
  file: string,
): Promise<{ bodies: unknown[]; lines: unknown[] }> {
  const outcome: Awaited<ReturnType<typeof outcomeOn>> = { bodies: [], lines: [] };
  await inWorld([], async (world) => {
    await world.write('customers.csv', file);
    await world.run(['--date-format', 'MM/dd/yyyy', '--concurrency', '1'], { env });
    outcome.bodies.push(...bodiesOf(world));
    outcome.lines.push(...(await world.lines()).map((line) => ({ ...line, customerId: '' })));
  });
  return outcome;
}
