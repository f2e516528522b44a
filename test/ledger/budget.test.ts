import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { systemClock, type Clock } from '../../src/delivery/clock.js';
import { SharedTurns } from '../../src/delivery/shared-turns.js';
import { Stop } from '../../src/delivery/stop.js';
import { ExitCode } from '../../src/errors.js';
import type { Budget } from '../../src/ledger/budget.js';
import { Ledger } from '../../src/ledger/ledger.js';
import { openBudget } from '../../src/ledger/postgres-budget.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import { OWNER, troubleOf } from './support.js';

let postgres: TestPostgres;
const clients: pg.Client[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
  // Makes the tables.
  await (await Ledger.open(postgres.url('any'), OWNER)).close();
}, 120_000);
afterAll(async () => {
  for (const client of clients) await client.end().catch(() => undefined);
  await postgres.close();
});

/** One run's part of the budget of a brand, over a connection of its own. */
async function part(identity: string, callsPerMinute: number): Promise<Budget> {
  const client = new pg.Client({ connectionString: postgres.url('any') });
  client.on('error', () => undefined);
  await client.connect();
  clients.push(client);
  return openBudget({ client, name: 'any', identity, target: 'a target', callsPerMinute });
}

/** Makes calls as fast as they are given until stopped; returns how to stop it. */
function makeCalls(budget: Budget, times: number[]): Stop {
  const stop = new Stop();
  // The time that a turn was given for, and not when a busy machine came to notice it.
  let askedMs = 0;
  const clock: Clock = { ...systemClock, now: () => (askedMs = systemClock.now()) };
  const turns = new SharedTurns(budget, clock, stop, () => undefined);
  const caller = async (): Promise<void> => {
    while (await turns.turn()) times.push(askedMs);
  };
  void caller();
  return stop;
}

const ENOUGH = { message: 'enough', exitCode: ExitCode.runAgain };

/** By how many calls the fullest window holds more than its share plus one. */
function excess(times: readonly number[], intervalMs: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  let worst = 0;
  for (const [first, from] of sorted.entries()) {
    for (let last = first; last < sorted.length; last++) {
      const lengthMs = (sorted[last] ?? from) - from;
      worst = Math.max(worst, last - first + 1 - (lengthMs / intervalMs + 1));
    }
  }
  return worst;
}

test(
  'three runs that come and go stay under one rate together, and use it',
  { timeout: 60_000 },
  async () => {
    const brand = randomUUID();
    const intervalMs = 120;
    const times: number[] = [];
    const made = (calls: number): Promise<void> =>
      expect.poll(() => times.length, { timeout: 30_000, interval: 5 }).toBeGreaterThanOrEqual(calls);
    const startedMs = performance.now();
    const first = makeCalls(await part(brand, 60_000 / intervalMs), times);
    await made(8);
    const second = makeCalls(await part(brand, 60_000 / intervalMs), times);
    const third = makeCalls(await part(brand, 60_000 / intervalMs), times);
    await made(40);
    first.ask(ENOUGH);
    await made(55);
    second.ask(ENOUGH);
    await made(70);
    third.ask(ENOUGH);
    const lengthMs = performance.now() - startedMs;
    expect(excess(times, intervalMs)).toBeLessThanOrEqual(0.05);
    // Two runs ended with a share in hand, for about a second each.
    expect(times.length).toBeGreaterThan(((lengthMs - 2 * 1350) / intervalMs) * 0.9);
  },
);

test('the lowest rate holds for all, until its run is gone', { timeout: 60_000 }, async () => {
  const brand = randomUUID();
  const [slow, fast] = [await part(brand, 60_000 / 300), await part(brand, 60_000 / 20)];
  expect(await slow.reserve()).toMatchObject({ intervalMs: 300, calls: 3 });
  expect(await fast.reserve()).toMatchObject({ intervalMs: 300 });
  const unlimited = await part(brand, 0);
  expect(await unlimited.reserve()).toMatchObject({ intervalMs: 300 });
  await postgres.query("UPDATE bond_import_budget SET interval_until = clock_timestamp() - interval '1 s'");
  expect(await fast.reserve()).toMatchObject({ intervalMs: 20, calls: 45 });
  expect(await (await part(randomUUID(), 0)).reserve()).toMatchObject({ intervalMs: 0 });
});

test('a pause is one for all, and refused credentials stop those that began before', async () => {
  const brand = randomUUID();
  const [one, other, stranger] = [
    await part(brand, 600),
    await part(brand, 600),
    await part(randomUUID(), 600),
  ];
  for (const run of [one, other, stranger]) await run.reserve();
  await one.pause(60_000);
  expect((await other.reserve()).inMs).toBeGreaterThan(58_000);
  expect((await other.reserve()).pausedMs).toBeGreaterThan(58_000);
  expect((await stranger.reserve()).inMs).toBeLessThan(1000);
  expect((await stranger.reserve()).pausedMs).toBe(0);
  await one.refuseCredentials();
  expect((await troubleOf(other.reserve())).message).toContain('refused the credentials of another run');
  await stranger.reserve();
  await (await part(brand, 600)).reserve();
});

test('a run whose database is gone makes no call', async () => {
  const budget = await part(randomUUID(), 60);
  await clients.at(-1)?.end();
  const stop = new Stop();
  const turns = new SharedTurns(budget, systemClock, stop, () => undefined);
  expect(await turns.turn()).toBe(false);
  expect(stop.reason?.message).toContain('was lost');
  expect(stop.reason?.exitCode).toBe(75);
});
