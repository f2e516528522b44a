import type { Attempt, Bond } from '../bond/client.js';
import type { Status } from '../ledger/outcome.js';
import type { Breaker } from './breaker.js';
import type { Clock } from './clock.js';
import type { Pacer } from './pacer.js';
import type { Stop, StopReason } from './stop.js';

/** What a run tells those who watch it. */
export interface RunEvents {
  called(): void;
  retried(): void;
  ended(status: Status): void;
  /** The whole run waits because Bond says that it is too much. */
  paused(forMs: number): void;
  /** The whole run is held, for there are no usable answers; `back` when they come again. */
  down(why: string): void;
  back(): void;
  stopping(reason: StopReason): void;
  /** To settle rows in doubt, this page of about so many of Bond's customers list is read; undefined when that is over. */
  settling(at: { readonly page: number; readonly about: number } | undefined): void;
  /** Bond's list shows two customers under one key. */
  seenTwice(found: SeenTwice): void;
}

export interface SeenTwice {
  readonly key: string;
  readonly customerIds: readonly [string, string];
  /** Of this file, when it has the key. */
  readonly row: number | undefined;
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
  /** Asks Bond whether the credentials are good; rows that ask at once share one question. False when the run is stopping. */
  readonly credentialsAreGood: () => Promise<boolean>;
  /** The customers that this run created last: a list that does not show them lags behind. */
  readonly createdLately: string[];
  readonly maxAttempts: number;
  /** The deadline of one attempt. */
  readonly timeoutMs: number;
  /** Whether keys are sent as `brand_person_id`. */
  readonly sendsKey: boolean;
}

/** Makes one call when the breaker lets it pass and its turn has come; undefined when the run is stopping. */
export async function call(
  tools: RunTools,
  make: () => Promise<Attempt>,
): Promise<(Attempt & { readonly sentMs: number }) | undefined> {
  const { breaker, pacer, clock, events } = tools;
  for (;;) {
    const pass = await breaker.enter();
    if (pass === 'stop' || !(await pacer.turn())) return undefined;
    // The run may have been held while the turn was waited for.
    if (pass === 'probe' || breaker.holding === undefined) break;
    pacer.ended();
  }
  events.called();
  const sentMs = clock.now();
  const attempt = await make();
  pacer.ended();
  return { ...attempt, sentMs };
}

/** Pauses the whole run as a throttled answer to the call of `sentMs` asks. */
export function obeyThrottle(tools: RunTools, sentMs: number, retryAfterMs: number | null): void {
  const { pacer, random } = tools;
  pacer.refused(sentMs);
  pauseRun(tools, () => {
    if (retryAfterMs === null) pacer.backOff(random);
    else pacer.pause(retryAfterMs);
  });
}

/** Tells of a pause once, however many answers or runs ask for it while it lasts. */
export function pauseRun({ pacer, events }: Pick<RunTools, 'pacer' | 'events'>, pause: () => void): void {
  const isFirst = pacer.pausedForMs === 0;
  pause();
  if (isFirst) events.paused(pacer.pausedForMs);
}
