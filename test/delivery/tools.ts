import { Breaker } from '../../src/delivery/breaker.js';
import { systemClock, type Clock } from '../../src/delivery/clock.js';
import { Pacer } from '../../src/delivery/pacer.js';
import type { RunTools } from '../../src/delivery/run-tools.js';
import { Stop } from '../../src/delivery/stop.js';
import { bondAt } from '../bond/raw-server.js';

/** A clock that stands still, and leaps to the end of each wait; it notes how long that would have been. */
function leaping(waitsMs: number[]): Clock {
  const begunMs = systemClock.epochMs();
  let nowMs = 0;
  return {
    now: () => nowMs,
    epochMs: () => begunMs + nowMs,
    at: (atMs, callback) => {
      if (atMs > nowMs) waitsMs.push(Math.round(atMs - nowMs));
      const soon = setImmediate(() => {
        nowMs = Math.max(nowMs, atMs);
        callback();
      });
      return () => {
        clearImmediate(soon);
      };
    },
  };
}

const GIVE_UP_AFTER_MS = 10 * 60_000;

/** The tools of a run without a limit of calls against the server at `url`; its waits, noted in `waitsMs`, are over at once. */
export function toolsAt(url: string, waitsMs: number[] = []): RunTools {
  const stop = new Stop();
  const clock = leaping(waitsMs);
  const nothing = (): void => undefined;
  return {
    bond: bondAt(url, { concurrency: 10 }),
    stop,
    pacer: new Pacer(0, clock, stop),
    breaker: new Breaker(GIVE_UP_AFTER_MS, clock, stop, { down: nothing, back: nothing }),
    clock,
    random: Math.random,
    events: {
      called: nothing,
      retried: nothing,
      ended: nothing,
      paused: nothing,
      down: nothing,
      back: nothing,
      stopping: nothing,
      settling: nothing,
      seenTwice: nothing,
    },
    credentialsAreGood: () => Promise.resolve(true),
    createdLately: [],
    maxAttempts: 5,
    timeoutMs: 5000,
    sendsKey: true,
    learnBrand: nothing,
  };
}
