import { describe, expect, test } from 'vitest';
import { checkCredentials, preflight } from '../../src/delivery/preflight.js';
import type { RunTools } from '../../src/delivery/run-tools.js';
import { ExitCode } from '../../src/errors.js';
import { rawServer, respond } from '../bond/raw-server.js';
import { uuid } from '../ledger/support.js';
import { toolsAt } from './tools.js';

const GOOD = respond('200 OK', '{"Status":200}');
const BRAND = uuid(1, 'brand');
const listOf = (...brands: string[]): string =>
  respond(
    '200 OK',
    JSON.stringify(brands.map((bond_brand_id, n) => ({ customer_id: uuid(n), bond_brand_id }))),
  );

/** A run of which Bond gives these answers, the last one for ever. */
async function against(
  answers: readonly string[],
): Promise<{ readonly tools: RunTools; readonly waitsMs: number[]; readonly asked: () => string[] }> {
  const server = await rawServer((socket, _request, nth) => {
    socket.write(answers[Math.min(nth, answers.length) - 1] ?? GOOD);
  });
  const waitsMs: number[] = [];
  const asked = (): string[] => server.requests.map((request) => request.split(' ', 2).join(' '));
  return { tools: toolsAt(server.url, waitsMs), waitsMs, asked };
}

describe('the credentials', () => {
  const cases: [string, readonly string[], boolean, number, RegExp | undefined][] = [
    ['good', [GOOD], true, 1, undefined],
    ['good, when Bond is back', [respond('500 Internal Server Error', ''), GOOD], true, 2, undefined],
    [
      'good, after a pause',
      [respond('429 Too Many Requests', '', ['Retry-After: 7']), GOOD],
      true,
      2,
      undefined,
    ],
    ['refused', [respond('401 Unauthorized', '{}')], false, 1, /refuses the credentials/],
    ['refused by a 403', [respond('403 Forbidden', '{}')], false, 1, /refuses the credentials/],
    ['not known', [respond('404 Not Found', '{}')], false, 1, /does not know this BOND_IDENTITY/],
    [
      'sent elsewhere',
      [respond('302 Found', '', ['Location: https://elsewhere.example/'])],
      false,
      1,
      /redirect/,
    ],
  ];
  test.each(cases)('are %s', async (_how, answers, isGood, calls, stops) => {
    const { tools, asked } = await against(answers);
    let retries = 0;
    const events = {
      ...tools.events,
      retried: () => {
        retries++;
      },
    };
    expect(await checkCredentials({ ...tools, events })).toBe(isGood);
    expect(asked()).toEqual(Array<string>(calls).fill('GET /api/v0.1/auth/key/an%20id%2Fentity'));
    expect(retries).toBe(calls - 1);
    if (stops) {
      expect(tools.stop.reason?.message).toMatch(stops);
      expect(tools.stop.reason?.exitCode).toBe(ExitCode.stopped);
    } else expect(tools.stop.reason).toBeUndefined();
  });

  test('are asked for until there is an answer, after waits that grow and then stay', async () => {
    const broken = respond('500 Internal Server Error', '');
    const { tools, waitsMs } = await against([...Array<string>(6).fill(broken), GOOD]);
    expect(await checkCredentials({ ...tools, random: () => 1 })).toBe(true);
    expect(waitsMs.filter((ms) => [500, 2000, 4000].includes(ms)).length).toBeGreaterThan(3);
    expect(Math.max(...waitsMs)).toBeLessThanOrEqual(30_000);
  });

  test('are not asked for any more by a run that is stopping', async () => {
    const { tools, asked } = await against([GOOD]);
    tools.stop.ask({ message: 'enough', exitCode: ExitCode.runAgain });
    expect(await checkCredentials(tools)).toBe(false);
    expect(asked()).toEqual([]);
  });

  test.each([
    ['ends an outage', undefined, false],
    ['about one row ends none', false, true],
  ])('an answer %s', async (_which, endsOutage, isHeld) => {
    const { tools } = await against([GOOD]);
    for (const row of ['one', 'two', 'three', 'four', 'five'])
      tools.breaker.saw({ kind: 'noAnswer', why: 'Bond answered 500' }, row);
    expect(await checkCredentials(tools, endsOutage)).toBe(true);
    expect(tools.breaker.holding !== undefined).toBe(isHeld);
  });
});

describe('the brand of other credentials', () => {
  const cases: [string, string, string | undefined, boolean][] = [
    ['is the same', listOf(BRAND, BRAND), BRAND, true],
    ['is another', listOf(uuid(2, 'brand')), BRAND, false],
    ['has nobody yet', listOf(), BRAND, false],
    ['is not named by Bond', listOf(''), '', false],
    ['was never learned', listOf(BRAND), undefined, false],
    ['cannot be read', respond('200 OK', '<html>'), BRAND, false],
  ];
  test.each(cases)('%s', async (_what, list, id, isSame) => {
    const { tools, asked } = await against([GOOD, list]);
    expect(await preflight(tools, { id })).toBe(isSame);
    expect(asked()[1]).toBe('GET /api/v0.1/customers?page=1&per_page=50');
    expect(tools.stop.reason === undefined).toBe(isSame);
    if (!isSame) expect(tools.stop.reason?.message).toContain('other credentials');
  });

  test('is not asked for where they are the same', async () => {
    const { tools, asked } = await against([GOOD]);
    expect(await preflight(tools, undefined)).toBe(true);
    expect(asked().length).toBe(1);
  });

  test('is not asked for when the credentials are refused', async () => {
    const { tools, asked } = await against([respond('401 Unauthorized', '{}')]);
    expect(await preflight(tools, { id: BRAND })).toBe(false);
    expect(asked().length).toBe(1);
  });
});
