import { copyFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { describe, test } from 'vitest';
import { NO_BREACH } from '../support/judge.js';
import { people, person, row, type Person } from '../support/people.js';
import { countStatuses } from '../support/results.js';
import { inWorld, type World } from '../support/world.js';
import { againIsDone } from './run-case.js';

const LEDGER = 'customers.ledger';
const LOCK = 'customers.ledger.lock';

describe.concurrent('a full disk: no further request, exit 1, and the same command continues', () => {
  // No file may grow over so many KB: the system says EFBIG where a full disk says ENOSPC.
  const full = (kilobytes: number): { shell: string } => ({
    shell: `ulimit -f ${2 * kilobytes}; exec "$@"`,
  });

  test('when the ledger can grow no more, and the results can', ({ expect }) =>
    inWorld(people(10), async (world) => {
      await world.write('before.csv', people(60).slice(20));
      const args = ['--ledger', world.path('both.ledger'), '--concurrency', '2'];
      await world.start(['run', 'before.csv', ...args]).ended;
      const kilobytes = 1 + Math.ceil((await world.read('both.ledger')).length / 1024);
      const { code, stderr } = await world.run(args, full(kilobytes));
      expect(code, stderr).toBe(1);
      expect(stderr).toMatch(/The ledger .* cannot be written/);
      const { created = 0, unknown = 0, pending = 0 } = countStatuses(await world.lines());
      expect(created + unknown + pending).toBe(10);
      expect(pending).toBeGreaterThan(0);
      expect(world.sandbox.customers.length).toBeLessThanOrEqual(40 + created + unknown);
      await againIsDone(...args)(world, expect);
    }));

  test('when nothing can', ({ expect }) =>
    inWorld(people(60), async (world) => {
      const { code, stderr } = await world.run([], full(4));
      expect(code, stderr).toBe(1);
      expect(stderr).toMatch(/The ledger .* cannot be written/);
      expect(stderr).toMatch(/customers.results.csv could not be written/);
      expect(world.sandbox.customers.length).toBeLessThan(60);
      await againIsDone()(world, expect);
    }));
});

describe.concurrent('a ledger in use', () => {
  test('stops the second run, which names the holder', ({ expect }) =>
    inWorld(people(3), async (world) => {
      world.setFaults({ when: row(1), do: { gate: 'door' } });
      const first = world.start(['run', 'customers.csv']);
      await first.until(world.sandbox.waitForHeld('door'));
      const second = await world.run();
      expect(second.code).toBe(1);
      expect(second.stderr).toContain(`in use by process ${first.pid} on ${hostname()}`);
      world.sandbox.release('door');
      expect((await first.ended).code).toBe(0);
      expect(await world.breaches(world.input)).toEqual(NO_BREACH);
    }));

  test('by a process that is dead is taken over', ({ expect }) =>
    inWorld(people(3), async (world) => {
      world.setFaults({ when: row(2), do: { gate: 'door' } });
      const first = world.start(['run', 'customers.csv']);
      await first.until(world.sandbox.waitForHeld('door'));
      first.kill('SIGKILL');
      await first.ended;
      expect(await world.read(LOCK)).toContain(`"pid":${first.pid}`);
      await againIsDone('--timeout', '300ms')(world, expect);
      expect([...(await world.files()).keys()]).not.toContain(LOCK);
    }));
});

/** What is done to a finished ledger, and what the next run says of it. */
const refusals: [what: string, change: (text: string) => string, says: string | RegExp][] = [
  ['damaged', (text) => text.replace('"type":"send"', '"type":"sent"'), /damaged at byte \d+/],
  ['with a line cut out of its middle', (text) => text.replace(/"key":"[^"]*"/, '\0'), /damaged at byte/],
  ['of a newer format', (text) => text.replace('"format":3', '"format":9'), 'has format 9'],
  ['another target’s', (text) => text.replace(/"target":"[^"]*"/, '"target":"https://else"'), 'https://else'],
  ['no ledger', () => 'name,surname\nJames,Bond\n', 'is not a ledger'],
  ['no ledger, on one line', () => 'dear diary', 'is not a ledger'],
];

test.concurrent('a ledger that is refused stops the run, and stays as it is', ({ expect }) =>
  inWorld(people(3), async (world) => {
    await world.run();
    const whole = await world.read(LEDGER);
    const calls = world.sandbox.calls.length;
    for (const [what, change, says] of refusals) {
      await world.write(LEDGER, change(whole));
      const { code, stderr } = await world.runInside();
      expect.soft(code, what).toBe(1);
      expect.soft(stderr, what).toMatch(says);
      expect.soft(await world.read(LEDGER), what).toBe(change(whole));
    }
    expect(world.sandbox.calls).toHaveLength(calls);
  }),
);

describe.concurrent('customers whom Bond has already', () => {
  /** Makes the people of this file known to Bond through another ledger. */
  const known = async (world: World, list: readonly Person[]): Promise<void> => {
    await world.write('before.csv', list);
    await world.start(['run', 'before.csv']).ended;
  };

  test('are existing when they are the same person, with their id', ({ expect }) =>
    inWorld(people(4), async (world) => {
      await known(world, people(2));
      const { code, stderr } = await world.run();
      expect(code, stderr).toBe(0);
      const lines = await world.lines();
      expect(countStatuses(lines)).toEqual({ existing: 2, created: 2 });
      expect(lines[0]?.customerId).toBe(world.sandbox.customers[0]?.customer_id);
      expect(await world.breaches(world.input)).toEqual(NO_BREACH);
      const calls = world.sandbox.calls.length;
      expect((await world.run()).code).toBe(0);
      expect(world.sandbox.calls).toHaveLength(calls);
    }));

  test('are never taken for someone else of the same id', ({ expect }) =>
    inWorld(people(2), async (world) => {
      await known(world, [{ ...person(9), 'Customer No': 'C-1' }]);
      const { code } = await world.run();
      expect(code).toBe(2);
      const [first, second] = await world.lines();
      expect(first).toMatchObject({ status: 'rejected', customerId: '' });
      expect(first?.errors).toMatch(/^Customer No: Bond has another customer under this id/);
      expect(second?.status).toBe('created');
    }));

  test('are found again when the ledger is lost', ({ expect }) =>
    inWorld(people(3), async (world) => {
      await world.run();
      await copyFile(world.path(LEDGER), world.path('lost'));
      await world.write('lost', '');
      // Results that hold ids are not overwritten from a ledger that does not know them.
      const refused = await world.run(['--ledger', 'lost']);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(
        /customers.results.csv holds customer ids that the ledger lost does not know/,
      );
      await rm(world.path('customers.results.csv'));
      const { code } = await world.run(['--ledger', 'lost']);
      expect(code).toBe(0);
      expect(countStatuses(await world.lines())).toEqual({ existing: 3 });
      expect(await world.breaches(world.input)).toEqual(NO_BREACH);
    }));
});
