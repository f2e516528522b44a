import { appendFile } from 'node:fs/promises';
import { describe, test } from 'vitest';
import { people } from '../support/people.js';
import { preload } from '../support/program.js';
import { inWorld } from '../support/world.js';
import { command, idsOf } from './play.js';

/** Code that runs in the program before it: another pid namespace, another clock. */
const OTHER_PID = preload("Object.defineProperty(process, 'pid', { value: 4194301 })");
const CLOCK_BEHIND = preload('const { now } = Date; Date.now = () => now() - 60000');

describe.concurrent('two writers on one ledger', () => {
  test.for([
    ['of another pid namespace', OTHER_PID],
    ['whose clock is behind', CLOCK_BEHIND],
  ] as const)('a holder %s keeps it', ([, env], { expect }) =>
    inWorld(people(6), async (world) => {
      world.setFaults({ when: { create: 3 }, do: { gate: 'door' } });
      const holder = world.start(['run', 'customers.csv', '--concurrency', '1'], { env });
      await holder.until(world.sandbox.waitForHeld('door'));
      const late = await command(world, ['run', 'customers.csv']);
      expect.soft(late.code, late.said).toBe(1);
      expect.soft(late.posts).toBe(0);
      world.sandbox.release('door');
      const { code, stderr } = await holder.ended;
      expect.soft(code, stderr).toBe(0);
      expect.soft(world.input.map((each) => idsOf(world, each).length)).toEqual(world.input.map(() => 1));
    }),
  );

  test('a ledger that grew by another’s hand ends the run', ({ expect }) =>
    inWorld(people(6), async (world) => {
      world.setFaults({ when: { create: 3 }, times: 1, do: { gate: 'door' } });
      const program = world.start(['run', 'customers.csv', '--concurrency', '1']);
      await program.until(world.sandbox.waitForHeld('door'));
      const ledger = await world.read('customers.ledger');
      await appendFile(world.path('customers.ledger'), `${ledger.trimEnd().split('\n').at(-1)}\n`);
      world.sandbox.release('door');
      const { code, stderr } = await program.ended;
      expect.soft(code, stderr).toBe(1);
      expect.soft(stderr).not.toContain('    at ');
      expect.soft(world.sandbox.customers.length).toBeLessThan(6);
    }));
});
