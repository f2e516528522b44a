import type { Attempt, Bond } from '../bond/client.js';
import { OperatorError } from '../errors.js';
import type { Budget } from '../ledger/budget.js';
import type { Clock } from './clock.js';
import { pauseRun, type RunTools } from './run-tools.js';
import type { Stop } from './stop.js';

/** With no limit the budget is asked this often whether that is still so. */
const UNLIMITED_MS = 500;

/** The next share is reserved so long before the end of the one in use. */
const AHEAD_MS = 250;

/** So much of an interval a late turn does not make the next ones late: by as much of a call a window may hold more. */
const WON_BACK = 0.03;

/** A share that was reserved, by this run's clock. */
interface Reserved {
  readonly fromMs: number;
  /** No call begins after it: what was not used by then is lost. */
  readonly untilMs: number;
  readonly intervalMs: number;
}

/**
 * Turns out of a budget that several runs have together, given in the order asked for. Shares are reserved one ahead,
 * while the one before is being used.
 */
export class SharedTurns {
  readonly #budget: Budget;
  readonly #clock: Clock;
  readonly #stop: Stop;
  readonly #onPause: (ms: number) => void;
  readonly #queue: ((go: boolean) => void)[] = [];
  #shares: Reserved[] = [];
  #nextMs = -Infinity;
  #isGiving = false;
  #reserving: Promise<void> | undefined;
  /** By how many ms the store's clock is ahead of this run's, between what is sure to be too little and too much. */
  #aheadMs = { least: -Infinity, most: Infinity };
  #comparedMs = 0;

  /** @param onPause told of a pause that Bond asked of any of the runs, by how long it lasts from now */
  constructor(budget: Budget, clock: Clock, stop: Stop, onPause: (ms: number) => void) {
    this.#budget = budget;
    this.#onPause = onPause;
    this.#clock = clock;
    this.#stop = stop;
    stop.onStop(() => {
      for (const give of this.#queue.splice(0)) give(false);
    });
  }

  /** Resolves when one call may be made; false when the run is stopping. */
  turn(): Promise<boolean> {
    if (this.#stop.reason) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#queue.push(resolve);
      if (!this.#isGiving) void this.#give();
    });
  }

  async #give(): Promise<void> {
    this.#isGiving = true;
    while (this.#queue.length > 0 && !this.#stop.reason) {
      const share = await this.#share();
      if (!share) break;
      const atMs = Math.max(share.fromMs, this.#nextMs);
      if (atMs > this.#clock.now() && !(await this.#stop.wait(atMs - this.#clock.now(), this.#clock))) break;
      const now = this.#clock.now();
      if (now < atMs) continue;
      if (now > share.untilMs) {
        this.#shares.shift();
        continue;
      }
      this.#nextMs = Math.max(atMs, now - WON_BACK * share.intervalMs) + share.intervalMs;
      this.#queue.shift()?.(true);
    }
    this.#isGiving = false;
    if (this.#stop.reason) for (const give of this.#queue.splice(0)) give(false);
  }

  /** The share in which the next call can be made. */
  async #share(): Promise<Reserved | undefined> {
    const now = this.#clock.now();
    this.#shares = this.#shares.filter((share) => Math.max(now, this.#nextMs, share.fromMs) <= share.untilMs);
    const [share] = this.#shares;
    if (this.#shares.length < 2 && (share === undefined || now > share.untilMs - AHEAD_MS)) {
      this.#reserving ??= this.#reserve().finally(() => (this.#reserving = undefined));
    }
    if (share === undefined) {
      await this.#reserving;
      return this.#shares[0];
    }
    return share;
  }

  async #reserve(): Promise<void> {
    try {
      const askedMs = this.#clock.now();
      const share = await this.#budget.reserve();
      const { nowMs, calls, intervalMs, pausedMs } = share;
      if (pausedMs > LAST_OF_A_PAUSE_MS) this.#onPause(pausedMs);
      const fromMs = share.fromMs - this.#compareClocks(nowMs, askedMs, this.#clock.now());
      const lengthMs = intervalMs === 0 ? UNLIMITED_MS : (calls - 1) * intervalMs;
      // The gap that the budget leaves behind a share allows for turns that come a little late.
      this.#shares.push({ fromMs, untilMs: fromMs + lengthMs + LATE_MS, intervalMs });
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      this.#stop.ask(error);
    }
  }

  /**
   * By how many ms the store's clock is ahead. It was read at some moment between the question and the answer: each
   * answer gives two bounds, and all answers together give closer ones than any alone.
   */
  #compareClocks(storesMs: number, askedMs: number, answeredMs: number): number {
    const driftMs = (answeredMs - this.#comparedMs) * DRIFT;
    const least = Math.max(storesMs - answeredMs, this.#aheadMs.least - driftMs);
    const most = Math.min(storesMs - askedMs, this.#aheadMs.most + driftMs);
    // Bounds that exclude each other: one of the clocks was set.
    this.#aheadMs =
      least <= most ? { least, most } : { least: storesMs - answeredMs, most: storesMs - askedMs };
    this.#comparedMs = answeredMs;
    return (this.#aheadMs.least + this.#aheadMs.most) / 2;
  }
}

/** Two clocks that NTP keeps drift apart by no more than this part of the time that passes. */
const DRIFT = 0.0005;

/** A run that was paused itself asks again a moment before the database, which heard of it later, counts its pause as over. */
const LAST_OF_A_PAUSE_MS = 500;

/** Less than the gap that the budget leaves, for two runs see its clock some ms apart. */
const LATE_MS = 6;

const NOT_SENT: Attempt = { kind: 'lost', sent: false, why: 'the run is stopping' };

/**
 * A line to Bond on which every call takes its turn out of the common budget. A pause that Bond asks of one run holds
 * for all of them, and is one of theirs.
 */
export function withSharedBudget(
  bond: Bond,
  budget: Budget,
  { pacer, clock, stop, events }: Pick<RunTools, 'pacer' | 'clock' | 'stop' | 'events'>,
): Bond {
  const turns = new SharedTurns(budget, clock, stop, (ms) => {
    pauseRun({ pacer, events }, () => {
      pacer.pause(ms);
    });
  });
  const tell = (telling: Promise<void>): void => {
    telling.catch((error: unknown) => {
      if (error instanceof OperatorError) stop.ask(error);
      else throw error;
    });
  };
  const inTurn = async (call: () => Promise<Attempt>): Promise<Attempt> => {
    if (!(await turns.turn())) return NOT_SENT;
    const attempt = await call();
    if (attempt.kind === 'answer' && (attempt.status === 429 || attempt.status === 503)) {
      // How long this run will pause is known when it has read the answer.
      setImmediate(() => {
        if (pacer.pausedForMs > 0) tell(budget.pause(pacer.pausedForMs));
      });
    }
    return attempt;
  };
  return {
    create: (body) => inTurn(() => bond.create(body)),
    list: (page) => inTurn(() => bond.list(page)),
    async checkCredentials() {
      const attempt = await inTurn(() => bond.checkCredentials());
      if (attempt.kind === 'answer' && (attempt.status === 401 || attempt.status === 403)) {
        tell(budget.refuseCredentials());
      }
      return attempt;
    },
    close: () => bond.close(),
  };
}
