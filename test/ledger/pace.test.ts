import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PaceRecorder } from '../../src/ledger/pace.js';

test('calls fall into buckets of a second, empty ones too', () => {
  const pace = new PaceRecorder(5000);
  for (const nowMs of [5000, 5999, 6000, 8500]) pace.called(nowMs);
  expect(pace.pace(9100)).toEqual({
    bucketMs: 1000,
    calls: [2, 1, 0, 1, 0],
    pausedMs: [0, 0, 0, 0, 0],
    downMs: [0, 0, 0, 0, 0],
  });
});

test('a pause fills its part of every bucket that it touches', () => {
  const pace = new PaceRecorder(0);
  pace.held('pausedMs', 500, 2250);
  pace.held('downMs', 2900, 3100);
  expect(pace.pace(3500)).toMatchObject({ pausedMs: [500, 1000, 250, 0], downMs: [0, 0, 100, 100] });
});

test('full buckets are merged two by two', () => {
  const pace = new PaceRecorder(0);
  for (let second = 0; second < 121; second++) pace.called(second * 1000);
  const { bucketMs, calls } = pace.pace(120_000);
  expect(bucketMs).toBe(2000);
  expect(calls).toEqual([...Array<number>(60).fill(2), 1]);
});

test('however long a run is: at most 120 buckets, and nothing is lost', () => {
  const happening = fc.record({ afterMs: fc.nat(10_000_000), heldMs: fc.nat(5_000_000) });
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 50 }), (happenings) => {
      const pace = new PaceRecorder(0);
      let nowMs = 0;
      let heldMs = 0;
      for (const each of happenings) {
        nowMs += each.afterMs;
        pace.called(nowMs);
        pace.held('downMs', nowMs, nowMs + each.heldMs);
        nowMs += each.heldMs;
        heldMs += each.heldMs;
      }
      const { bucketMs, calls, pausedMs, downMs } = pace.pace(nowMs);
      expect(calls.length).toBeLessThanOrEqual(120);
      expect([pausedMs.length, downMs.length]).toEqual([calls.length, calls.length]);
      const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
      expect(sum(calls)).toBe(happenings.length);
      expect(sum(downMs)).toBeCloseTo(heldMs, 0);
      for (const ms of downMs) expect(ms).toBeLessThanOrEqual(bucketMs);
    }),
  );
});
