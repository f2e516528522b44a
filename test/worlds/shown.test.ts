import { describe, test, type ExpectStatic } from 'vitest';
import { QUOTES } from '../../src/sandbox/quotes.js';
import { person, row } from '../support/people.js';
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
