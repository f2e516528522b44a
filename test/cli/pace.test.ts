import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { people, row } from '../support/people.js';
import { preload } from '../support/program.js';
import { inWorld } from '../support/world.js';

/** How much later than it was sent a call may be seen on an idle machine: loopback, and a turn of two event loops. */
const JITTER_MS = 5;

/** Runs in the program before it: by how much its event loop was held up at most, in ns, is left in `held-up`. */
const TELLS_DELAY = preload(`
import { monitorEventLoopDelay } from 'node:perf_hooks'; import { writeFileSync } from 'node:fs';
const heldUp = monitorEventLoopDelay({ resolution: 1 });
heldUp.enable();
process.on('exit', () => writeFileSync('held-up', String(heldUp.max)));`);

const cases: [perMinute: number, concurrency: number, rows: number, faults: object[]][] = [
  [1200, 10, 50, []],
  [1200, 100, 50, []],
  [3000, 1, 70, []],
  [3000, 50, 100, []],
  [
    3000,
    20,
    120,
    [
      ...[5, 6, 7, 30].map((n) => ({ when: row(n), times: 2, do: { status: 503, body: '' } })),
      { when: row(40), times: 1, do: { throttle: 0 } },
      // Unsettled until the list is read: the sweep is paced like every call.
      { when: row(118), do: { storeThen: { status: 500 } } },
    ],
  ],
];

// How much of its share a run uses is a law of the pacer, tested with a clock of its own: here other tests take the processor away.
test.for(cases)('%i calls a minute, %i at a time', ([perMinute, concurrency, rows, faults], { expect }) =>
  inWorld(people(rows), async (world) => {
    world.setFaults(...faults);
    // On a busy machine this process, which is Bond here, sees calls as late as it is itself held up, and the program
    // sends them as late as it is held up between its turn and the wire.
    const heldUp = monitorEventLoopDelay({ resolution: 1 });
    heldUp.enable();
    const args = ['--rate', String(perMinute), '--concurrency', String(concurrency)];
    const { code, stderr } = await world.run([...args, '--max-attempts', '3'], { env: TELLS_DELAY });
    expect(code, stderr).toBe(0);
    const seenMs = world.sandbox.calls.map(({ atMs }) => atMs);
    const jitterMs = JITTER_MS + (heldUp.max + Number(await world.read('held-up'))) / 1e6;
    expect(worstExcess(seenMs, perMinute, jitterMs)).toBeLessThanOrEqual(0);
  }),
);

test('pauses and outages stand in the chart of the run page, and below it in words', ({ expect }) =>
  inWorld(people(40), async (world) => {
    world.setFaults(
      { when: row(8), times: 1, do: { throttle: 2 } },
      { when: row(25), times: 1, do: { down: { forMs: 2500, status: 502 } } },
    );
    const { code, stderr } = await world.run(['--concurrency', '4', '--report', 'run.html']);
    expect(code, stderr).toBe(0);
    const page = await world.read('run.html');
    expect(page).toMatch(/<g class="pause"><rect /);
    expect(page).toMatch(/<g class="outage"><rect /);
    expect(page).toMatch(/2(\.\d)? s paused, as Bond asked, from about/);
    expect(page).toMatch(/[23](\.\d)? s held, for Bond was down, from about/);
  }));

/**
 * By how many calls the fullest window of any length is over its share plus one; not over when 0 or less.
 * A window begins and ends with a call, and is taken as long as the jitter may have made it shorter.
 */
function worstExcess(seenMs: readonly number[], perMinute: number, jitterMs: number): number {
  let worst = -Infinity;
  seenMs.forEach((fromMs, from) => {
    seenMs.slice(from).forEach((toMs, more) => {
      const share = ((toMs - fromMs + jitterMs) * perMinute) / 60_000;
      worst = Math.max(worst, more + 1 - (share + 1));
    });
  });
  return worst;
}

test('the measure itself tells a burst', () => {
  expect(worstExcess([0, 20, 40, 60], 3000, 0)).toBeLessThanOrEqual(0);
  expect(worstExcess([0, 1, 2, 3], 3000, 0)).toBeGreaterThan(1);
});
