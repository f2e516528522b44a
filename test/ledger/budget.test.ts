import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { systemClock, type Clock } from '../../src/delivery/clock.js';
import { SharedTurns } from '../../src/delivery/shared-turns.js';
import { Stop } from '../../src/delivery/stop.js';
import { ExitCode } from '../../src/errors.js';
import type { Budget, Share } from '../../src/ledger/budget.js';
import { Ledger } from '../../src/ledger/ledger.js';
import { openBudget } from '../../src/ledger/postgres-budget.js';
import { VirtualClock } from '../delivery/virtual-clock.js';
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
function makeCalls(budget: Budget, times: number[], onReserved: (tookMs: number) => void): Stop {
  const stop = new Stop();
  // The time that a turn was given for, and not when a busy machine came to notice it.
  let askedMs = 0;
  const clock: Clock = { ...systemClock, now: () => (askedMs = systemClock.now()) };
  const reserve = async (): Promise<Share> => {
    const fromMs = systemClock.now();
    const share = await budget.reserve();
    onReserved(systemClock.now() - fromMs);
    return share;
  };
  const turns = new SharedTurns({ ...budget, reserve }, clock, stop, () => undefined);
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

test('three runs that come and go stay under one rate together', { timeout: 60_000 }, async () => {
  const brand = randomUUID();
  const intervalMs = 120;
  const times: number[] = [];
  let longestMs = 0;
  const start = async (): Promise<Stop> =>
    makeCalls(await part(brand, 60_000 / intervalMs), times, (tookMs) => {
      longestMs = Math.max(longestMs, tookMs);
    });
  const made = (calls: number): Promise<void> =>
    expect.poll(() => times.length, { timeout: 30_000, interval: 5 }).toBeGreaterThanOrEqual(calls);
  const first = await start();
  await made(8);
  const second = await start();
  const third = await start();
  await made(40);
  first.ask(ENOUGH);
  await made(55);
  second.ask(ENOUGH);
  await made(70);
  third.ask(ENOUGH);
  // Two runs know the database's clock no closer than half of what its answers took, each. How much is used, the law
  // below says: on the clock of a busy machine it cannot be told.
  expect(excess(times, intervalMs)).toBeLessThanOrEqual(0.05 + longestMs / intervalMs);
});

test('the lowest rate holds for all, until its run is gone', { timeout: 60_000 }, async () => {
  const brand = randomUUID();
  const [slow, fast] = [await part(brand, 60_000 / 300), await part(brand, 60_000 / 20)];
  expect(await slow.reserve()).toMatchObject({ intervalMs: 300, calls: 2 });
  expect(await fast.reserve()).toMatchObject({ intervalMs: 300 });
  const unlimited = await part(brand, 0);
  expect(await unlimited.reserve()).toMatchObject({ intervalMs: 300 });
  await postgres.query("UPDATE bond_import_budget SET interval_until = clock_timestamp() - interval '1 s'");
  expect(await fast.reserve()).toMatchObject({ intervalMs: 20, calls: 37 });
  expect(await (await part(randomUUID(), 0)).reserve()).toMatchObject({ intervalMs: 0 });
});

const startsInMs = ({ nowMs, fromMs }: Share): number => fromMs - nowMs;

test('a pause is one for all, and refused credentials stop those that began before', async () => {
  const brand = randomUUID();
  const [one, other, stranger] = [
    await part(brand, 600),
    await part(brand, 600),
    await part(randomUUID(), 600),
  ];
  for (const run of [one, other, stranger]) await run.reserve();
  await one.pause(60_000);
  expect(startsInMs(await other.reserve())).toBeGreaterThan(58_000);
  expect((await other.reserve()).pausedMs).toBeGreaterThan(58_000);
  expect(startsInMs(await stranger.reserve())).toBeLessThan(1000);
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

/** Three runs on one clock, and a database that goes by it too. */
class Brand {
  readonly clock: VirtualClock;
  readonly calledMs: number[] = [];
  /** Calls that a killed run had reserved and nobody could make, by kill. */
  readonly takenAlong: number[] = [];
  readonly #client: pg.Client;
  readonly #wayMs: () => number;
  readonly #name = randomUUID();
  readonly #callsPerMinute: number;
  readonly #alive = new Map<number, { readonly stop: Stop; readonly shares: Share[] }>();

  constructor(
    client: pg.Client,
    callsPerMinute: number,
    delays: { readonly wayMs: () => number; readonly lateMs: () => number },
  ) {
    this.#client = client;
    this.#callsPerMinute = callsPerMinute;
    this.#wayMs = delays.wayMs;
    this.clock = new VirtualClock(delays.lateMs);
  }

  startOrKill(run: number): void {
    const alive = this.#alive.get(run);
    if (!alive) this.#start(run);
    else if (this.#alive.size > 1) this.#kill(run, alive);
  }

  #start(run: number): void {
    const stop = new Stop();
    const shares: Share[] = [];
    this.#alive.set(run, { stop, shares });
    const turns = new SharedTurns(this.#budget(shares), this.clock, stop, () => undefined);
    const call = async (): Promise<void> => {
      while (await turns.turn()) this.calledMs.push(this.clock.now());
    };
    void call();
  }

  #kill(run: number, alive: { readonly stop: Stop; readonly shares: Share[] }): void {
    this.#alive.delete(run);
    alive.stop.ask(ENOUGH);
    const now = this.clock.epochMs();
    let calls = 0;
    for (const share of alive.shares) {
      for (let call = 0; call < share.calls; call++)
        if (share.fromMs + call * share.intervalMs > now) calls++;
    }
    this.takenAlong.push(calls);
  }

  #budget(shares: Share[]): Budget {
    const budget = openBudget({
      client: this.#client,
      name: 'any',
      identity: this.#name,
      target: 'a target',
      callsPerMinute: this.#callsPerMinute,
    });
    return {
      ...budget,
      reserve: async () => {
        await this.#pass(this.#wayMs());
        const share = await this.clock.hold(this.#now().then(() => budget.reserve()));
        shares.push(share);
        await this.#pass(this.#wayMs());
        return share;
      },
    };
  }

  /** Tells the database what time it is. */
  async #now(): Promise<void> {
    await this.#client.query("SELECT set_config('test_clock.epoch_ms', $1, false)", [this.clock.epochMs()]);
  }

  #pass(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.at(this.clock.now() + ms, resolve);
    });
  }
}

test(
  'three runs started and killed at random: never above one rate, and what no killed run took along is used',
  { timeout: 60_000 },
  async () => {
    const client = new pg.Client({ connectionString: postgres.url('any') });
    await client.connect();
    clients.push(client);
    await client.query(
      `CREATE SCHEMA test_clock;
      CREATE FUNCTION test_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql
        RETURN to_timestamp(current_setting('test_clock.epoch_ms')::float8 / 1000);
      SET search_path = test_clock, pg_catalog, public`,
    );
    const LENGTH_MS = 120_000;
    const moves = fc.array(
      fc.record({ inMs: fc.integer({ min: 0, max: 9000 }), run: fc.integer({ min: 0, max: 2 }) }),
      { maxLength: 40, size: 'max' },
    );
    const delays = fc.record({
      wayMs: fc.integer({ min: 0, max: 12 }),
      lateMs: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 60, max: 1500 }),
        moves,
        delays,
        fc.nat(),
        async (rate, moves, most, seed) => {
          let random = seed + 1;
          const upTo = (ms: number) => (): number => {
            random = (random * 16_807) % 2_147_483_647;
            return (random / 2_147_483_647) * ms;
          };
          const brand = new Brand(client, rate, { wayMs: upTo(most.wayMs), lateMs: upTo(most.lateMs) });
          brand.startOrKill(0);
          for (const { inMs, run } of moves) {
            await brand.clock.advance(Math.min(inMs, LENGTH_MS - brand.clock.now()));
            brand.startOrKill(run);
          }
          await brand.clock.advance(LENGTH_MS - brand.clock.now());
          const intervalMs = 60_000 / rate;
          expect(excess(brand.calledMs, intervalMs)).toBeLessThanOrEqual(0.05);
          let used = brand.calledMs.length + 1;
          for (const calls of brand.takenAlong) {
            expect(calls * intervalMs).toBeLessThanOrEqual(Math.max(1000, intervalMs));
            used += calls;
          }
          expect(used).toBeGreaterThanOrEqual((0.97 * LENGTH_MS) / intervalMs);
        },
      ),
      { numRuns: 5 },
    );
  },
);
