import { expect, test } from 'vitest';
import { Pacer } from '../../src/delivery/pacer.js';
import { Stop } from '../../src/delivery/stop.js';
import { VirtualClock } from './virtual-clock.js';

const IN_FLIGHT = 50;
const RUN_MS = 600_000;

type Counts = 'any second' | 'clock seconds';

/** Lets so many calls through in any second, or in each second of the clock; with others it asks to wait. */
class Service {
  admitted = 0;
  refused = 0;
  readonly #limit: number;
  readonly #counts: Counts;
  #latelyMs: number[] = [];

  constructor(limit: number, counts: Counts) {
    this.#limit = limit;
    this.#counts = counts;
  }

  admits(nowMs: number): boolean {
    const fromMs = this.#counts === 'any second' ? nowMs - 1000 : Math.floor(nowMs / 1000) * 1000 - 1e-6;
    this.#latelyMs = this.#latelyMs.filter((atMs) => atMs > fromMs);
    if (this.#latelyMs.length >= this.#limit) {
      this.refused++;
      return false;
    }
    this.#latelyMs.push(nowMs);
    this.admitted++;
    return true;
  }
}

interface Network {
  readonly latencyMs: number;
  readonly jitterMs: number;
}

/** Ten minutes in which there is always more to send. */
async function run(
  service: Service,
  callsPerMinute: number,
  { latencyMs, jitterMs }: Network,
): Promise<Service> {
  const clock = new VirtualClock();
  const pacer = new Pacer(callsPerMinute, clock, new Stop());
  let seed = 1;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const pass = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.at(clock.now() + ms, resolve);
    });
  const work = async (): Promise<void> => {
    while (await pacer.turn()) {
      const sentMs = clock.now();
      await pass(latencyMs / 2 + random() * jitterMs);
      const isAdmitted = service.admits(clock.now());
      await pass(latencyMs / 2);
      pacer.ended();
      if (isAdmitted) pacer.recover();
      else {
        pacer.refused(sentMs);
        pacer.pause(1000);
      }
    }
  };
  for (let worker = 0; worker < IN_FLIGHT; worker++) void work();
  await clock.advance(RUN_MS);
  return service;
}

const networks: Network[] = [20, 50, 100, 200, 400].flatMap((latencyMs) =>
  [0, 5].map((jitterMs) => ({ latencyMs, jitterMs })),
);
/** How much of the room is to be used. Seconds of the clock let a burst through twice: what is allowed is learned less well. */
const services = [
  { limit: 5, counts: 'any second', used: 0.97 },
  { limit: 20, counts: 'any second', used: 0.97 },
  { limit: 50, counts: 'any second', used: 0.97 },
  { limit: 5, counts: 'clock seconds', used: 0.95 },
  { limit: 20, counts: 'clock seconds', used: 0.95 },
  { limit: 50, counts: 'clock seconds', used: 0.95 },
] as const;
const cases = services.flatMap((service) =>
  [0, 6000].flatMap((rate) => networks.map((network) => ({ ...service, rate, ...network }))),
);

test.each(cases)(
  'a limit of $limit calls in $counts is used, and seldom overstepped (rate $rate, $latencyMs ms, jitter $jitterMs ms)',
  async ({ limit, counts, used, rate, ...network }) => {
    const { admitted, refused } = await run(new Service(limit, counts), rate, network);
    expect(refused / (admitted + refused)).toBeLessThanOrEqual(0.05);
    expect(admitted / ((RUN_MS / 1000) * limit)).toBeGreaterThanOrEqual(used);
  },
);
