import { describe, test } from 'vitest';
import { people } from '../support/people.js';
import { inWorld } from '../support/world.js';
import { play } from './play.js';

const noSsn = { 'Social Security Number': '' };

const CHANGES: [what: string, change: (text: string) => string][] = [
  ['cut at a line end', (text) => text.split('\n').slice(0, 4).join('\n') + '\n'],
  ['emptied', () => ''],
  ['appended to', (text) => `${text}${text.split('\n').slice(1, 2).join('').replace('C-1', 'C-99')}\n`],
  ['replaced', (text) => text.replaceAll('Orchard Road', 'Orchard Lane')],
];

describe.concurrent('an input that is changed under a run', () => {
  test.for(CHANGES)('%s', ([, change], { expect }) =>
    inWorld(
      people(8).map((each) => ({ ...each, ...noSsn })),
      async (world) => {
        world.setFaults({ when: { create: 3 }, times: 1, do: { gate: 'door' } });
        const original = await world.read('customers.csv');
        const program = world.start(['run', 'customers.csv', '--concurrency', '1']);
        await program.until(world.sandbox.waitForHeld('door'));
        await world.write('customers.csv', change(original));
        world.sandbox.release('door');
        const { code, stderr } = await program.ended;
        expect.soft(code, stderr).toBe(75);
        expect.soft(stderr).toMatch(/changed/);
        await world.write('customers.csv', original);
        const { code: then, statuses, said } = await play(world);
        expect
          .soft({ then, statuses }, said)
          .toEqual({ then: 0, statuses: Array(8).fill('created').join(' ') });
        expect.soft(world.sandbox.customers).toHaveLength(8);
      },
    ),
  );
});
