import { describe, expect, test } from 'vitest';
import { NO_BREACH } from '../support/judge.js';
import { people, person, row } from '../support/people.js';
import { countStatuses } from '../support/results.js';
import { inWorld } from '../support/world.js';
import { againIsDone, runCase, type Case } from './run-case.js';

const refusal = { status: 400, body: { Message: { email: ['No.'] }, Code: 'create_customer_schema' } };
const posts = ({ calls }: { calls: readonly { method: string }[] }): number =>
  calls.filter(({ method }) => method === 'POST').length;

const cases: Case[] = [
  ...[{ status: 503 }, {}].map((how) => ({
    what: `a service that is down for a while (${JSON.stringify(how)}): the run resumes by itself`,
    input: people(12),
    faults: [{ when: { create: 4 }, do: { down: { forMs: 1500, ...how } } }],
    args: ['--concurrency', '6'],
    code: 0,
    counts: { created: 12 },
  })),
  {
    what: 'a service that is down for longer than --give-up-after',
    input: people(12),
    faults: [{ when: { create: 4 }, do: { down: { forMs: 600_000, status: 503 } } }],
    args: ['--concurrency', '3', '--give-up-after', '500ms'],
    code: 75,
    counts: { created: 3, unknown: 3, pending: 6 },
    says: 'no usable answer',
    then: againIsDone('--timeout', '300ms'),
  },
  {
    what: 'a service that cannot be reached at all',
    faults: [{ when: {}, do: { down: { forMs: 600_000 } } }],
    args: ['--give-up-after', '300ms'],
    code: 75,
    counts: { pending: 3 },
    says: /run the same command again/i,
  },
  {
    what: 'the first 20 refused alike',
    input: people(30),
    faults: [{ when: { route: 'create' }, do: refusal }],
    args: ['--concurrency', '1'],
    code: 1,
    counts: { rejected: 20, pending: 10 },
    says: /first 20 rows .* refused alike/i,
    then: againIsDone('--resend-rejected'),
  },
  {
    what: '--max-errors n',
    input: people(30),
    faults: [3, 4, 7, 9].map((n) => ({ when: row(n), do: refusal })),
    args: ['--concurrency', '1', '--max-errors', '2'],
    code: 1,
    counts: { created: 4, rejected: 3, pending: 23 },
    says: '--max-errors 2',
  },
  {
    what: '--max-errors n%, invalid rows counted with the rejected ones, after 20',
    input: [person(1, { 'Date of Birth': 'never' }), ...people(40).slice(1)],
    faults: [3, 5].map((n) => ({ when: row(n), do: refusal })),
    args: ['--concurrency', '1', '--max-errors', '10%'],
    code: 1,
    counts: { created: 17, rejected: 2, invalid: 1, pending: 20 },
    says: '--max-errors 10%',
  },
  {
    what: '--max-runtime',
    input: people(50),
    faults: [{ when: { route: 'create', create: { from: 3 } }, do: { delayMs: 500 } }],
    args: ['--concurrency', '1', '--max-runtime', '2s'],
    code: 75,
    counts: { created: expect.any(Number) as number, pending: expect.any(Number) as number },
    says: '--max-runtime',
  },
];

test.concurrent.for(cases)('$what', (each, { expect }) => runCase(each, expect));

describe.concurrent('a signal', () => {
  test.for(['SIGINT', 'SIGTERM'] as const)('%s finishes what is in flight', (signal, { expect }) =>
    inWorld(people(20), async (world) => {
      world.setFaults({ when: { create: { from: 5, to: 8 } }, do: { gate: 'door' } });
      const program = world.start(['run', 'customers.csv', '--concurrency', '4']);
      await program.until(world.sandbox.waitForHeld('door', 4));
      program.kill(signal);
      await program.until(program.says('finishing what is in flight'));
      world.sandbox.release('door');
      const { code, stderr } = await program.ended;
      expect(code, stderr).toBe(75);
      expect(stderr).toContain(`Stopped by ${signal}`);
      expect(countStatuses(await world.lines())).toEqual({ created: 8, pending: 12 });
      await againIsDone()(world, expect);
      expect(posts(world.sandbox)).toBe(20);
    }),
  );

  test('a second one leaves at once', ({ expect }) =>
    inWorld(people(5), async (world) => {
      world.setFaults({ when: row(2), do: { gate: 'door', after: true } });
      const program = world.start(['run', 'customers.csv', '--concurrency', '1']);
      await program.until(world.sandbox.waitForHeld('door'));
      program.kill('SIGINT');
      program.kill('SIGTERM');
      const { code, stderr } = await program.ended;
      expect(code).toBe(75);
      expect(stderr).not.toContain('Exit code');
      world.sandbox.release('door');
      await againIsDone('--timeout', '300ms')(world, expect);
    }));
});

test.concurrent('a closed stdout and stderr end nothing', ({ expect }) =>
  inWorld(people(4), async (world) => {
    world.setFaults({ when: row(2), do: { gate: 'door' } });
    const program = world.start(['run', 'customers.csv', '--json']);
    await program.until(world.sandbox.waitForHeld('door'));
    program.stopReading();
    world.sandbox.release('door');
    const { code } = await program.ended;
    expect(code).toBe(0);
    expect(countStatuses(await world.lines())).toEqual({ created: 4 });
    expect(await world.breaches(world.input)).toEqual(NO_BREACH);
  }),
);
