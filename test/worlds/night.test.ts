import { chmod, stat } from 'node:fs/promises';
import { describe, test } from 'vitest';
import { people, row } from '../support/people.js';
import { preload } from '../support/program.js';
import { inWorld } from '../support/world.js';
import { BRIEF, command, play } from './play.js';

const GATEWAYS: object[] = [
  ...[400, 404, 405, 406, 407, 413, 451].map((html) => ({ html })),
  { status: 404, body: '' },
  { status: 413, body: '' },
];

describe.concurrent('a refusal that is not Bond’s', () => {
  test.for(GATEWAYS)('%j for one row: sent by the next run', (effect, { expect }) =>
    inWorld(people(4), async (world) => {
      world.setFaults({ when: row(3), do: effect });
      const { code, statuses, lines, said } = await play(world, ...BRIEF);
      expect.soft({ code, statuses }, said).toEqual({ code: 75, statuses: 'created created failed created' });
      expect.soft(lines[2]?.errors).toMatch(/\b4\d\d\b/);
      world.setFaults();
      expect.soft((await play(world, ...BRIEF)).code).toBe(0);
    }),
  );

  test('for row after row: held like an outage', ({ expect }) =>
    inWorld(people(40), async (world) => {
      world.setFaults({ when: { create: { from: 3 } }, do: { html: 404 } });
      const { code, statuses, said } = await play(world, ...BRIEF);
      expect.soft(code, said).toBe(75);
      expect.soft(statuses).not.toContain('rejected');
      world.setFaults();
      expect.soft((await play(world)).code).toBe(0);
    }));
});

const COLLECT = `import v8 from 'node:v8'; import vm from 'node:vm'; v8.setFlagsFromString('--expose-gc'); setInterval(vm.runInNewContext('gc'), 50).unref();`;

test.concurrent('a bad file among several leaves nothing open', ({ expect }) =>
  inWorld(people(60), async (world) => {
    await world.write('bad.csv', 'Given Name,Given Name\nx,y\n');
    await world.write('empty.csv', '');
    const env = preload(COLLECT);
    const args = ['run', 'bad.csv', 'empty.csv', 'customers.csv', '--ledger', 'l'];
    const { code, stderr } = await world.start(args, { env }).ended;
    expect.soft(code, stderr).toBe(1);
    expect.soft(stderr).not.toMatch(/Warning| {4}at /);
    expect.soft(await world.lines()).toHaveLength(60);
  }),
);

describe.concurrent('the mode of the results', () => {
  test.for([
    [0, 0o600],
    [0o600, 0o600],
    [0o640, 0o640],
    [0o644, 0o644],
  ] as const)('%o stays', ([before, after], { expect }) =>
    inWorld(people(2), async (world) => {
      const results = world.path('customers.results.csv');
      if (before !== 0) {
        await command(world, ['validate', 'customers.csv']);
        await chmod(results, before);
      }
      await command(world, ['run', 'customers.csv']);
      expect.soft(((await stat(results)).mode & 0o777).toString(8)).toBe(after.toString(8));
    }),
  );
});
