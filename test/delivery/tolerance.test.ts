import { expect, test } from 'vitest';
import { Stop } from '../../src/delivery/stop.js';
import { Tolerance, type MaxErrors } from '../../src/delivery/tolerance.js';

/** `b` a bad row, `g` a good one; the row at which the run stops, from 1, or 0 when it goes on. */
const cases: [string, MaxErrors | undefined, string, number][] = [
  ['no limit', undefined, 'b'.repeat(500), 0],
  ['none at all', { rows: 0 }, 'ggb', 3],
  ['as many as allowed', { rows: 3 }, 'bgbgbggg', 0],
  ['one more than allowed', { rows: 3 }, 'bgbgbgb', 7],
  ['a share says nothing of the first rows', { percent: 5 }, 'b'.repeat(19), 0],
  ['but of the twentieth', { percent: 5 }, 'b'.repeat(20), 20],
  ['exactly the share', { percent: 5 }, `b${'g'.repeat(19)}`, 0],
  ['more than the share', { percent: 5 }, `b${'g'.repeat(19)}b`, 21],
  ['early trouble is outweighed by what follows', { percent: 50 }, `${'b'.repeat(10)}${'g'.repeat(10)}`, 0],
  ['a good twentieth row outweighs nothing', { percent: 5 }, `${'b'.repeat(19)}g`, 20],
  ['a share of nothing', { percent: 0 }, `${'g'.repeat(30)}b`, 31],
];

test.each(cases)('%s', (_rule, max, rows, stopsAt) => {
  const stop = new Stop();
  const tolerance = new Tolerance(max, stop);
  let stopped = 0;
  for (const [at, row] of rows.split(/(?=.)/).entries()) {
    if (row === 'b') tolerance.bad();
    else tolerance.good();
    if (stop.reason && stopped === 0) stopped = at + 1;
  }
  expect(stopped).toBe(stopsAt);
  expect(stop.reason?.exitCode).toBe(stopsAt === 0 ? undefined : 1);
});

test('says how many, of how many, and which setting', () => {
  const stop = new Stop();
  const tolerance = new Tolerance({ rows: 1 }, stop);
  tolerance.good();
  tolerance.bad();
  tolerance.bad();
  expect(stop.reason?.message).toMatch(/^2 of 3 rows .* --max-errors 1 allows/);
});
