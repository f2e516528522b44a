import { expect, test } from 'vitest';
import { count, plural, span } from '../../src/report/words.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test.each([
  [0, '0.0 s'],
  [49, '0.0 s'],
  [420, '0.4 s'],
  [1000, '1 s'],
  [27_400, '27 s'],
  [59_400, '59 s'],
  [59_700, '1 min'],
  [MINUTE, '1 min'],
  [MINUTE + 1000, '1 min 1 s'],
  [2 * HOUR - 300, '2 h'],
  [2 * HOUR + 5 * MINUTE + 59_000, '2 h 5 min'],
  [24 * HOUR, '1 d'],
  [50 * HOUR + 59 * MINUTE, '2 d 2 h'],
])('%i ms are %s', (ms, words) => {
  expect(span(ms)).toBe(words);
});

test('numbers as people read them', () => {
  expect([0, 999, 1000, 1_234_567].map(count)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect([0, 1, 2, 1000].map((value) => plural(value, 'row'))).toEqual([
    '0 rows',
    '1 row',
    '2 rows',
    '1,000 rows',
  ]);
  expect(plural(2, 'retry', 'retries')).toBe('2 retries');
});
