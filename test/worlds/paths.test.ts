import { mkdir, symlink } from 'node:fs/promises';
import { describe, test } from 'vitest';
import { csvOf, people } from '../support/people.js';
import { inWorld } from '../support/world.js';
import { command, play } from './play.js';

/** Two files of one command that are the same file. */
const PATHS: [what: string, args: string[]][] = [
  ['results and ledger', ['--results', 'customers.ledger']],
  ['rejects and ledger', ['--rejects', './customers.ledger']],
  ['rejects and results', ['--rejects', 'customers.results.csv']],
  ['results and input', ['--results', 'customers.csv']],
  ['results and mapping', ['--mapping', 'm.json', '--results', 'm.json']],
  ['rejects and mapping', ['--mapping', 'm.json', '--rejects', 'm.json']],
  ['report and ledger', ['--report', 'customers.ledger']],
  ['report and results', ['--report', 'customers.results.csv']],
  ['metrics and ledger', ['--metrics', 'customers.ledger']],
  ['results and ledger, by a link', ['--results', 'link']],
  ['rejects and ledger, by a linked folder', ['--rejects', 'there/customers.ledger']],
];

describe.concurrent('two files of a command are never the same', () => {
  test.for(PATHS)('%s', ([, args], { expect }) =>
    inWorld(people(2), async (world) => {
      await world.write('m.json', '{}');
      await play(world);
      await symlink(world.path('customers.ledger'), world.path('link'));
      await symlink(world.path('.'), world.path('there'));
      const read = () => Promise.all(['customers.csv', 'customers.ledger', 'm.json'].map(world.read));
      const before = await read();
      const { code, posts, said } = await play(world, ...args);
      expect.soft({ code, posts }, said).toEqual({ code: 1, posts: 0 });
      expect.soft(said).toMatch(/same file/i);
      expect.soft(await read()).toEqual(before);
    }),
  );

  test('the results of two inputs of one name', ({ expect }) =>
    inWorld(people(2), async (world) => {
      for (const folder of ['a', 'b', 'out']) await mkdir(world.path(folder));
      for (const folder of ['a', 'b']) await world.write(`${folder}/c.csv`, csvOf(people(2)));
      const { code, posts, said } = await command(world, [
        'run',
        'a/c.csv',
        'b/c.csv',
        '--results-dir',
        'out',
        '--ledger',
        'l',
      ]);
      expect.soft({ code, posts }, said).toEqual({ code: 1, posts: 0 });
    }));
});

describe.concurrent('results are never silently another’s', () => {
  test('a finished run notices results of the same size that are others', ({ expect }) =>
    inWorld(people(3), async (world) => {
      await play(world);
      const good = await world.read('customers.results.csv');
      await world.write('customers.results.csv', good.replaceAll('created', 'invalid'));
      const { code, statuses, said } = await play(world);
      expect.soft({ code, statuses }, said).toEqual({ code: 0, statuses: 'created created created' });
    }));

  const MISTYPED = [
    ['validate', 'customers.csv', '--ledger', 'mistyped.ledger'],
    ['results', 'customers.csv', '--ledger', 'mistyped.ledger'],
  ];
  test.for(MISTYPED)('%s with another ledger leaves results with ids alone', (args, { expect }) =>
    inWorld(people(3), async (world) => {
      await play(world);
      const good = await world.read('customers.results.csv');
      const { code, said } = await command(world, args);
      expect.soft(code, said).toBe(1);
      expect.soft(said).toContain('customers.results.csv');
      expect.soft(said).toContain('mistyped.ledger');
      expect.soft(await world.read('customers.results.csv')).toBe(good);
    }),
  );
});
