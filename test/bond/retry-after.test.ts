import { expect, test } from 'vitest';
import { rateLimitResetMs, retryAfterMs } from '../../src/bond/retry-after.js';

const NOW = Date.parse('2024-05-01T12:00:00Z');

test.each<[string | undefined, number | null]>([
  ['7', 7000],
  [' 0.5 ', 500],
  ['0', 0],
  ['86400', 86_400_000],
  ['Wed, 01 May 2024 12:00:30 GMT', 30_000],
  ['Wed, 01 May 2024 11:59:00 GMT', 0],
  // A second, or a millisecond, since 1970.
  ['1714564830', 30_000],
  ['1714564830000', 30_000],
  ['1714564700', 0],
  [undefined, null],
  ['', null],
  ['-5', null],
  ['soon', null],
  ['in 2 minutes', null],
  ['7 seconds', null],
])('Retry-After: %j asks to wait %j ms', (header, ms) => {
  expect(retryAfterMs(header === undefined ? {} : { 'retry-after': header }, NOW)).toBe(ms);
});

test.each<[Record<string, string>, number | null]>([
  [{}, null],
  [{ 'ratelimit-reset': '7' }, 7000],
  [{ 'x-ratelimit-reset': '7' }, 7000],
  [{ 'x-ratelimit-reset': '1714564830' }, 30_000],
  [{ ratelimit: 'limit=100, remaining=0, reset=7' }, 7000],
  [{ ratelimit: '"default";r=0;t=7' }, 7000],
  [{ ratelimit: '"day";r=50;t=3600, "burst";r=0;t=7' }, 7000],
  [{ ratelimit: '"day";r=50;t=3600' }, null],
  [{ ratelimit: 'nothing that is known' }, null],
])('%j asks to wait %j ms', (headers, ms) => {
  expect(rateLimitResetMs(headers, NOW)).toBe(ms);
});
