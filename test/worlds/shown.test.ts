import fc from 'fast-check';
import { describe, expect, test, type ExpectStatic } from 'vitest';
import { QUOTES } from '../../src/sandbox/quotes.js';
import { person, row, type Person } from '../support/people.js';
import { inWorld, type World } from '../support/world.js';
import { BRIEF, play, secret, TRACES } from './play.js';

/** Nothing of the secret row stands in what was said, nor in any file but the operator's own cells. */
async function isUnseen(world: World, said: string, expect: ExpectStatic): Promise<void> {
  const seen = (text: string) => TRACES.filter((trace) => trace.test(text)).map(String);
  expect.soft(seen(said), said).toEqual([]);
  for (const [name, text] of await world.files()) {
    if (/^(customers|rejects)\.csv$/.test(name)) continue;
    const own = name.endsWith('.results.csv')
      ? (await world.lines()).map(({ errors }) => errors).join()
      : text;
    expect.soft(seen(own), `${name}: ${own}`).toEqual([]);
  }
}

const secretRow = { field: 'email', equals: secret['E-mail'] };

describe.concurrent('a message of Bond that quotes the row', () => {
  test.for(QUOTES)('%s', (quote, { expect }) =>
    inWorld([person(1), secret, person(3)], async (world) => {
      world.setFaults({ when: secretRow, do: { quote } });
      const { code, statuses, said } = await play(
        world,
        '--json',
        '--rejects',
        'rejects.csv',
        '--report',
        'run.html',
        '--metrics',
        'run.prom',
        '--timeout',
        '1s',
      );
      expect.soft({ code, statuses }, said).toEqual({ code: 2, statuses: 'created rejected created' });
      await isUnseen(world, said, expect);
    }),
  );

  test.for(QUOTES)('%s: the first twenty refused alike', (quote, { expect }) =>
    inWorld(
      Array.from({ length: 24 }, (_, at) => ({ ...secret, 'Customer No': `C-${at}` })),
      async (world) => {
        world.setFaults({ when: { route: 'create' }, do: { quote } });
        const { said } = await play(world, ...BRIEF, '--json');
        await isUnseen(world, said, expect);
      },
    ),
  );
});

test.concurrent('an unknown row', ({ expect }) =>
  inWorld([person(1), secret], async (world) => {
    world.setFaults(
      { when: row(1), do: { status: 500 } },
      { when: {}, do: { status: 500, body: JSON.stringify(secret) } },
    );
    const { said } = await play(world, ...BRIEF, '--json', '--log-format', 'json');
    await isUnseen(world, said, expect);
  }),
);

/** Letters that nothing but this person is written with in any text of ours, with marks and signs as names have them. */
const name = fc
  .tuple(
    fc.constantFrom('Zq', 'Żq', 'Çq'),
    fc.stringMatching(/^[a-zéñüöøşőçå]{4,9}$/),
    fc.constantFrom('', "'vex", ' vex', '’vex'),
  )
  .map((parts) => parts.join(''));
const digits = (least: number, most: number): fc.Arbitrary<string> =>
  fc.integer({ min: least, max: most }).map(String);
const anybody: fc.Arbitrary<Person> = fc.record({
  'Given Name': name,
  Surname: name,
  'Date of Birth': fc
    .date({ min: new Date('1930-01-01'), max: new Date('1999-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  'Social Security Number': fc
    .tuple(digits(101, 665), digits(11, 99), digits(1111, 9999))
    .map((parts) => parts.join('-')),
  'E-mail': fc.stringMatching(/^zq[a-z]{4,8}[.+_][a-z]{3,6}$/).map((local) => `${local}@vexfor.example`),
  Mobile: fc.tuple(digits(415, 415), digits(622, 810), digits(1111, 9999)).map((parts) => parts.join('-')),
});

/** What stands of a person in a text, however it is escaped. */
function tracesIn(text: string, somebody: Person): string[] {
  const plain = text
    .replace(/\\u([\da-f]{4})/gi, (_whole, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/(?:%[\da-f]{2})+/gi, (escaped) => {
      try {
        return decodeURIComponent(escaped);
      } catch {
        return escaped;
      }
    })
    .toLowerCase();
  return Object.entries(somebody).flatMap(([header, value]) => {
    if (['Given Name', 'Surname', 'E-mail'].includes(header)) {
      return plain.includes(value.toLowerCase()) ? [value] : [];
    }
    if (!['Social Security Number', 'Mobile', 'Date of Birth'].includes(header)) return [];
    const parts = value.split('-');
    const orders = header === 'Date of Birth' ? [parts, [1, 2, 0], [2, 1, 0]] : [parts];
    return orders
      .map((order) =>
        order.map((part) => (typeof part === 'number' ? parts[part] : part)).join('[^0-9]{0,3}'),
      )
      .filter((pattern) => new RegExp(`(?<![0-9])${pattern}(?![0-9])`).test(plain));
  });
}

test('nothing of anybody is written down or said, however Bond quotes it', async () => {
  const quoted = fc.array(fc.tuple(anybody, fc.constantFrom(...QUOTES)), { minLength: 15, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(quoted, async (all) => {
      const rows = all.map(([somebody], at) => person(at + 2, somebody));
      await inWorld([person(1), ...rows], async (world) => {
        world.setFaults(
          ...all.map(([, quote], at) => ({
            when: { field: 'email', equals: rows[at]?.['E-mail'] },
            do: { quote },
          })),
        );
        const { code, stderr, stdout } = await world.runInside([
          ...['--report', world.path('run.html'), '--metrics', world.path('run.prom')],
          ...['--log-format', 'json', '--json', '--timeout', '1s'],
        ]);
        const lines = await world.lines();
        const errors = lines.map((line) => line.errors).join('\n');
        expect({ code, statuses: lines.map(({ status }) => status) }, errors).toEqual({
          code: 2,
          statuses: ['created', ...rows.map(() => 'rejected')],
        });
        const files = [...(await world.files())].filter(([file]) => !file.endsWith('.csv'));
        expect(files.map(([file]) => file).sort()).toEqual(['customers.ledger', 'run.html', 'run.prom']);
        const texts = [
          stderr,
          stdout,
          ...lines.map(({ errors }) => errors),
          ...files.map(([, text]) => text),
        ];
        for (const text of texts)
          expect(
            rows.flatMap((row) => tracesIn(text, row)),
            text,
          ).toEqual([]);
      });
    }),
    { numRuns: 4, endOnFailure: true },
  );
});
