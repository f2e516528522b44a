import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/delivery/clock.js';
import { Pacer } from '../../src/delivery/pacer.js';
import { Stop } from '../../src/delivery/stop.js';
import { VirtualClock } from './virtual-clock.js';

const ENOUGH = { message: 'enough', exitCode: 75 } as const;
const MINUTE_MS = 60_000;
/** Of adding up doubles. */
const ROUNDING_MS = 1e-6;

interface Bench {
  readonly clock: VirtualClock;
  readonly stop: Stop;
  readonly pacer: Pacer;
  /** When each turn was given, in the order of asking; NaN when it was refused. */
  readonly turnsMs: number[];
  readonly ask: (howMany: number) => void;
}

function bench(callsPerMinute: number, latenessMs?: () => number): Bench {
  const clock = new VirtualClock(latenessMs);
  const stop = new Stop();
  const pacer = new Pacer(callsPerMinute, clock, stop);
  const turnsMs: number[] = [];
  const ask = (howMany: number): void => {
    for (let at = 0; at < howMany; at++) {
      void pacer.turn().then((go) => {
        turnsMs.push(go ? clock.now() : NaN);
        if (!go) return;
        pacer.ended();
        pacer.recover();
      });
    }
  };
  return { clock, stop, pacer, turnsMs, ask };
}

function gaps(turnsMs: readonly number[]): number[] {
  return turnsMs.slice(1).map((turn, at) => turn - (turnsMs[at] ?? 0));
}

/** Each number of the list in turn, for ever. */
function cycle(list: readonly number[]): () => number {
  let at = 0;
  return () => list[at++ % list.length] ?? 0;
}

const rates = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(1, 600, 999, 6000, 60_000));
const shareOf = (max: number): fc.Arbitrary<number> => fc.double({ min: 0, max, noNaN: true });

describe('the share', () => {
  test('turns are never closer than its interval, whoever asks when, however late the timers', async () => {
    const arrivals = fc.array(fc.tuple(shareOf(4), fc.integer({ min: 1, max: 12 })), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(
        rates,
        arrivals,
        fc.array(shareOf(3), { minLength: 1, maxLength: 9 }),
        async (rate, waves, late) => {
          const intervalMs = MINUTE_MS / rate;
          const { clock, turnsMs, ask } = bench(rate, cycle(late.map((share) => share * intervalMs)));
          for (const [pause, howMany] of waves) {
            ask(howMany);
            await clock.advance(pause * intervalMs);
          }
          const asked = waves.reduce((sum, [, howMany]) => sum + howMany, 0);
          await clock.advance(intervalMs * 5 * asked);
          expect(turnsMs).toHaveLength(asked);
          for (const gap of gaps(turnsMs)) expect(gap).toBeGreaterThan(intervalMs - ROUNDING_MS);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('at least 99 % of it is used while work waits and timers are punctual', async () => {
    await fc.assert(
      fc.asyncProperty(
        rates,
        fc.array(shareOf(0.003), { minLength: 1, maxLength: 9 }),
        async (rate, late) => {
          const intervalMs = MINUTE_MS / rate;
          const { clock, turnsMs, ask } = bench(rate, cycle(late.map((share) => share * intervalMs)));
          ask(500);
          await clock.advance(intervalMs * 300);
          expect(turnsMs.length).toBeGreaterThanOrEqual(297);
          expect(turnsMs.length).toBeLessThanOrEqual(301);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('what one late timer cost is won back from the headroom, not by a burst', async () => {
    const { clock, turnsMs, ask } = bench(600, cycle([0, 0, 60, 0, 0, 0, 0, 0, 0, 0]));
    ask(10);
    await clock.advance(1000);
    expect(turnsMs[1]).toBeCloseTo(100.3, 6);
    expect(turnsMs[2]).toBeCloseTo(260.6, 6);
    expect((turnsMs[9] ?? 0) - (turnsMs[2] ?? 0)).toBeCloseTo(700, 6);
  });

  test('an idle time is not saved up', async () => {
    const { clock, turnsMs, ask } = bench(600);
    ask(1);
    await clock.advance(MINUTE_MS);
    ask(600);
    await clock.advance(1000);
    expect(turnsMs.length).toBeLessThanOrEqual(1 + 11);
  });

  test('no limit is none', async () => {
    const { clock, turnsMs, ask } = bench(0);
    ask(1000);
    await clock.advance(0);
    expect(turnsMs).toHaveLength(1000);
  });

  test('on the real clock too, no turn comes early', async () => {
    const startMs = performance.now();
    const pacer = new Pacer(30_000, systemClock, new Stop());
    const turnsMs = await Promise.all(
      Array.from({ length: 25 }, async () => {
        await pacer.turn();
        const atMs = performance.now();
        pacer.ended();
        pacer.recover();
        return atMs;
      }),
    );
    for (const [nth, turn] of turnsMs.entries()) expect(turn - startMs).toBeGreaterThanOrEqual(nth * 2);
  });
});

describe('a pause', () => {
  test.each([600, 0])('is obeyed in full, by those who wait already too (rate %i)', async (rate) => {
    const { clock, pacer, turnsMs, ask } = bench(rate);
    ask(8);
    await clock.advance(250);
    const before = turnsMs.length;
    pacer.pause(7000);
    expect(pacer.pausedForMs).toBe(7000);
    ask(5);
    await clock.advance(6999.9);
    expect(turnsMs).toHaveLength(before);
    await clock.advance(5000);
    expect(turnsMs).toHaveLength(13);
    expect(turnsMs[before]).toBeGreaterThanOrEqual(7250);
    expect(pacer.pausedForMs).toBe(0);
  });

  test('the longest counts, in whatever order they come', async () => {
    const pauses = fc.array(fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 9000 })), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(pauses, fc.constantFrom(0, 60, 6000), async (asked, rate) => {
        const { clock, pacer, turnsMs, ask } = bench(rate);
        const paused: [fromMs: number, toMs: number][] = [];
        for (const [afterMs, ms] of asked) {
          ask(4);
          await clock.advance(afterMs);
          pacer.pause(ms);
          paused.push([clock.now(), clock.now() + ms]);
        }
        await clock.advance(60_000);
        expect(turnsMs).toHaveLength(asked.length * 4);
        for (const [fromMs, toMs] of paused) {
          expect(turnsMs.filter((turn) => turn > fromMs && turn < toMs)).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('of our own choosing grows with every throttled answer until one is not', async () => {
    const { clock, pacer } = bench(600);
    const waits: number[] = [];
    for (let at = 0; at < 4; at++) {
      pacer.backOff(() => 1);
      // The answers of those who were in flight together are one word, not many.
      pacer.backOff(() => 1);
      waits.push(pacer.pausedForMs);
      await clock.advance(pacer.pausedForMs);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000]);
    pacer.recover();
    pacer.backOff(() => 1);
    expect(pacer.pausedForMs).toBe(1000);
  });
});

describe('how many are in flight', () => {
  test('one at first and after a pause, and one more for every answer', async () => {
    const { clock, pacer } = bench(0);
    let given = 0;
    const ask = (): void => void pacer.turn().then(() => given++);
    for (let at = 0; at < 100; at++) ask();
    const givenAfter = async (answers: number): Promise<number> => {
      for (let at = 0; at < answers; at++) {
        pacer.ended();
        pacer.recover();
      }
      await clock.advance(0);
      return given;
    };
    expect([await givenAfter(0), await givenAfter(1), await givenAfter(2), await givenAfter(4)]).toEqual([
      1, 3, 7, 15,
    ]);
    pacer.refused(clock.now());
    pacer.pause(1000);
    // The answers of those that were in flight do not open the way.
    await givenAfter(8);
    await clock.advance(1000);
    expect(given).toBe(16);
    // The calls are now spaced as Bond let them through, 14 in a second, and no longer counted.
    await givenAfter(1);
    await clock.advance(1000);
    expect(given).toBe(29);
  });
});

describe('the stop', () => {
  test.each([600, 0])('gives nobody a turn any more (rate %i)', async (rate) => {
    const { clock, stop, pacer, turnsMs, ask } = bench(rate);
    pacer.pause(1000);
    ask(3);
    stop.ask(ENOUGH);
    ask(2);
    await clock.advance(10_000);
    expect(turnsMs).toEqual([NaN, NaN, NaN, NaN, NaN]);
  });
});
