import type { Attempt, Bond } from '../bond/client.js';
import type { Breaker } from './breaker.js';
import type { Clock } from './clock.js';
import type { Status } from '../ledger/outcome.js';
import type { Pacer } from './pacer.js';
import type { Stop } from './stop.js';

/** What a run tells those who watch it. */
export interface RunEvents {
  called(): void;
  retried(): void;
  /** The whole run waits because Bond says that it is too much. */
  paused(): void;
  /** To settle rows in doubt, this page of Bond's customers list is read; undefined when that is over. */
  settling(page: number | undefined): void;
  ended(status: Status): void;
}

/** What the deliveries of one run share: one line to Bond, one budget, one breaker, one switch. */
export interface RunTools {
  readonly bond: Bond;
  readonly pacer: Pacer;
  readonly breaker: Breaker;
  readonly stop: Stop;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly events: RunEvents;
  /** Told Bond's own id of the brand, whenever an answer names it. */
  readonly learnBrand: (id: string) => void;
  readonly maxAttempts: number;
  /** The deadline of one attempt. */
  readonly timeoutMs: number;
  /** Whether keys are sent as `brand_person_id`. */
  readonly sendsKey: boolean;
}

/** Makes one call when the breaker lets it pass and its turn has come; undefined when the run is stopping. */
export async function call(tools: RunTools, make: () => Promise<Attempt>): Promise<Attempt | undefined> {
  for (;;) {
    const pass = await tools.breaker.enter();
    if (pass === 'stop' || !(await tools.pacer.turn())) return undefined;
    // The run may have been held while the turn was waited for.
    if (pass === 'probe' || tools.breaker.holding === undefined) break;
  }
  tools.events.called();
  return make();
}

/** Pauses the whole run as a throttled answer asks. */
export function obeyThrottle(tools: RunTools, retryAfterMs: number | null): void {
  // Of many that hear it at once, one tells of it.
  if (tools.pacer.pausedForMs === 0) tools.events.paused();
  if (retryAfterMs === null) tools.pacer.backOff(tools.random);
  else tools.pacer.pause(retryAfterMs);
}
