import fc from 'fast-check';
import { watch } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { people, peopleWithoutSsns, person, row, type Person } from '../support/people.js';
import type { Program } from '../support/program.js';
import { countStatuses } from '../support/results.js';
import { inWorld, type World } from '../support/world.js';
import { EXTENT, SEED } from './extent.js';
import { count, newFigures } from './figures.js';
import { newJudge } from '../support/judge.js';
import { seen } from './seen.js';

const RUN = ['run', 'customers.csv', '--concurrency', '1', '--timeout', '300ms'];

/** A moment to die at, brought about from outside: by what the sandbox holds back, and by the files. */
interface Point {
  readonly what: string;
  readonly input?: readonly Person[];
  readonly faults: readonly object[];
  /** Resolves at the moment. */
  readonly at: (world: World) => Promise<unknown>;
  /** How many keys the ledger has as sent at that moment, at least and at most: one may be on its way to the disk. */
  readonly sends?: readonly [least: number, most: number];
  /** When the request that hung at the kill goes on: before the next run, or after it, as a late one. */
  readonly late?: true;
}

const atGate = (world: World): Promise<void> => world.sandbox.waitForHeld('door');
const doubt = { when: row(2), times: 1, do: { storeThen: { status: 500 } } };
/** So many lines that they take a while to be written. */
const many = [...people(3), ...Array.from({ length: 4000 }, () => person(1))];

const points: Point[] = [
  {
    what: 'before any send is on disk',
    faults: [{ when: { route: 'auth' }, do: { gate: 'door' } }],
    at: atGate,
    sends: [0, 0],
  },
  ...([undefined, true] as const).map((late): Point => ({
    what: `a request written, the next row's send on disk, those of others not; ${late ? 'it arrives late' : 'it arrives'}`,
    faults: [{ when: row(2), do: { gate: 'door' } }],
    at: atGate,
    sends: [2, 3],
    ...(late && { late }),
  })),
  {
    what: 'the very first request written',
    faults: [{ when: row(1), do: { gate: 'door' } }],
    at: atGate,
    sends: [1, 2],
  },
  {
    what: 'the customer stored, the answer unread',
    faults: [{ when: row(3), do: { gate: 'door', after: true } }],
    at: atGate,
    sends: [3, 4],
  },
  {
    what: 'settling',
    faults: [doubt, { when: { list: 1 }, do: { gate: 'door' } }],
    at: atGate,
    sends: [5, 5],
  },
  {
    what: 'settling, the list read and answered',
    faults: [doubt, { when: { list: 1 }, do: { gate: 'door', after: true } }],
    at: atGate,
    sends: [5, 5],
  },
  { what: 'writing the results', input: many, faults: [], at: resultsBegun },
];

/** The results are written aside, after a trial at the start: at the second such file they are under way. */
function resultsBegun({ path }: World): Promise<void> {
  const seen = new Set<string>();
  return new Promise((resolve) => {
    const watcher = watch(path('.'), (_event, name) => {
      if (name?.startsWith('.bond-import-')) seen.add(name);
      if (seen.size < 2) return;
      watcher.close();
      resolve();
    });
  });
}

async function killedAt(world: World, moment: (program: Program) => Promise<unknown>): Promise<void> {
  const program = world.start(RUN);
  await moment(program);
  program.kill('SIGKILL');
  expect((await program.ended).signal).toBe('SIGKILL');
}

describe.concurrent('killed at', () => {
  test.for(points)('$what', ({ input = peopleWithoutSsns(5), faults, at, sends, late }, { expect, task }) =>
    inWorld(input, async (world) => {
      const figures = newFigures('kills at named points');
      world.setFaults(...faults);
      const moment = at(world);
      await killedAt(world, (program) => program.until(moment));
      if (sends !== undefined) {
        const ledger = await world.read('customers.ledger');
        const sent = ledger.split('"type":"send"').length - 1;
        expect(sent).toBeGreaterThanOrEqual(sends[0]);
        expect(sent).toBeLessThanOrEqual(sends[1]);
      }
      world.setFaults();
      if (!late) world.sandbox.release('door');
      const ended = await world.start(RUN).ended;
      expect(ended.code, ended.stderr).toBe(input === many ? 2 : 0);
      world.sandbox.release('door');
      if (late) await vi.waitUntil(() => world.sandbox.calls.every(({ status }) => status > 0));
      const breaches = newJudge(world.sandbox).breaches(await seen(world, ended, { input }));
      count(figures, input.length, breaches);
      task.meta.figures = [figures];
      expect(breaches).toEqual([]);
      // What was sent was written down before: none of them is taken for someone else's.
      expect(countStatuses(await world.lines())).not.toHaveProperty('existing');
    }),
  );
});

const FOUR = ['--concurrency', '4'];
const ROWS = 150;
/** Files at a time. */
const LANES = 3;

/** A kill so soon after so many calls of a run. */
const moment = (mostCalls: number) =>
  fc.record({ calls: fc.nat(mostCalls), afterMs: fc.integer({ min: 0, max: 12 }) });
/** Mostly in the midst of the rows; the last one anywhere up to the end of the run. */
const moments = fc.tuple(...Array.from({ length: 7 }, () => moment(18)), moment(ROWS));

test(
  'killed at any moment, again and again, then run to the end',
  async ({ task }) => {
    const figures = newFigures('kills at random moments');
    const input = peopleWithoutSsns(ROWS);
    const faults = [
      { when: row(3), times: 1, do: { cut: 'after' } },
      { when: row(31), times: 1, do: { storeThen: { status: 500 } } },
      { when: row(59), times: 1, do: { hang: true, store: true } },
      { when: row(96), times: 1, do: { half: true } },
      { when: row(133), times: 1, do: { cut: 'before' } },
    ];
    const live = (kills: readonly { calls: number; afterMs: number }[]): Promise<void> =>
      inWorld(
        input,
        async (world) => {
          world.setFaults(...faults);
          let killed = 0;
          for (const { calls, afterMs } of kills) {
            const program = world.start([...RUN, ...FOUR]);
            const before = world.sandbox.calls.length;
            let isOver = false;
            void program.ended.then(() => (isOver = true));
            const isDue = (): boolean => isOver || world.sandbox.calls.length >= before + calls;
            await vi.waitUntil(isDue, { interval: 1, timeout: 40_000 });
            await pause(afterMs);
            program.kill('SIGKILL');
            if ((await program.ended).signal === 'SIGKILL') killed++;
          }
          const ended = await world.start([...RUN, ...FOUR]).ended;
          expect(ended.code, ended.stderr).toBe(0);
          const breaches = newJudge(world.sandbox).breaches(await seen(world, ended, { input }));
          count(figures, input.length, breaches, killed);
          expect(breaches).toEqual([]);
          expect(countStatuses(await world.lines())).toEqual({ created: input.length });
        },
        { latencyMs: 3 },
      );
    for (let round = 0; figures.tried < EXTENT.kills; round++) {
      await Promise.all(
        fc
          .sample(moments, { seed: SEED + round, numRuns: Math.min(LANES, Math.ceil(EXTENT.kills / 8)) })
          .map(live),
      );
    }
    task.meta.figures = [figures];
  },
  EXTENT.timeoutMs,
);
