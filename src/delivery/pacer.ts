import { Ceiling } from './ceiling.js';
import type { Clock } from './clock.js';
import { backoffMs } from './retry.js';
import type { Stop } from './stop.js';

/** Aimed at a hair under the share, so that the network's jitter does not push a window over it. */
const HEADROOM = 1.003;

/**
 * One budget of calls for the whole run. Turns are given in the order asked for, never closer together than
 * the share allows: in no window of any length are more given than its share plus one. A run begins with one call in
 * flight, and one more for every answer. It comes back from a pause with one call; when that one came through, the
 * others follow no faster than Bond let them through before.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #stop: Stop;
  readonly #shareMs: number;
  readonly #ceiling = new Ceiling();
  readonly #queue: ((go: boolean) => void)[] = [];
  #lastTurnMs = -Infinity;
  /** When the next turn is due if every one is on time: a late one does not make the next ones late. */
  #dueMs = -Infinity;
  #pausedUntilMs = -Infinity;
  #resumes = false;
  #waiting = false;
  #backOffs = 0;
  #inFlight = 0;
  /** As many may be in flight. */
  #room = 1;

  /** @param callsPerMinute 0 for no limit */
  constructor(callsPerMinute: number, clock: Clock, stop: Stop) {
    this.#clock = clock;
    this.#stop = stop;
    this.#shareMs = callsPerMinute === 0 ? 0 : 60_000 / callsPerMinute;
    stop.onStop(() => {
      for (const give of this.#queue.splice(0)) give(false);
    });
  }

  /** Resolves when one call may be made; false when the run is stopping. To be followed by `ended`. */
  turn(): Promise<boolean> {
    if (this.#stop.reason) return Promise.resolve(false);
    return new Promise((resolve) => {
      this.#queue.push(resolve);
      this.#schedule();
    });
  }

  /** The call that a turn was given for has ended, or was not made. */
  ended(): void {
    this.#inFlight--;
    this.#schedule();
  }

  /** Nobody gets a turn for so long, in full; the longest pause asked for counts. */
  pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#clock.now() + ms);
    this.#resumes = true;
    this.#room = 1;
  }

  /** A pause of our own choosing, longer each time until `recover`: Bond says that it is too much, not for how long. */
  backOff(random: () => number): void {
    if (this.pausedForMs === 0) this.pause(backoffMs(++this.#backOffs + 1, random));
  }

  /** The call that went out at `sentMs` was refused as one too many. */
  refused(sentMs: number): void {
    const now = this.#clock.now();
    this.#ceiling.refused(sentMs, now, 1 / this.#intervalMs(now));
  }

  /** A call was not refused. */
  recover(): void {
    this.#backOffs = 0;
    // Answers of calls from before the pause say nothing of what is let through after it.
    if (this.pausedForMs === 0) this.#room = this.#ceiling.isKnown ? Infinity : this.#room + 1;
    this.#schedule();
  }

  /** Ms until the pause is over; 0 when there is none. */
  get pausedForMs(): number {
    return Math.max(0, this.#pausedUntilMs - this.#clock.now());
  }

  #intervalMs(nowMs: number): number {
    return Math.max(this.#shareMs, 1 / this.#ceiling.rateAt(nowMs));
  }

  #nextMs(): number {
    const afterLast = this.#lastTurnMs + this.#intervalMs(this.#clock.now());
    return Math.max(this.#dueMs, afterLast, this.#pausedUntilMs);
  }

  #schedule(): void {
    if (this.#waiting || this.#queue.length === 0 || this.#inFlight >= this.#room) return;
    this.#waiting = true;
    this.#clock.at(this.#nextMs(), () => {
      this.#waiting = false;
      this.#give();
      this.#schedule();
    });
  }

  #give(): void {
    const now = this.#clock.now();
    // A pause may have been asked for while this turn was waited for.
    if (now < this.#nextMs() || this.#inFlight >= this.#room) return;
    const give = this.#queue.shift();
    if (!give) return;
    this.#ceiling.given(now, this.#resumes);
    this.#resumes = false;
    const intervalMs = this.#intervalMs(now);
    const onTime = this.#dueMs > now - intervalMs ? this.#dueMs : now;
    this.#dueMs = onTime + intervalMs * HEADROOM;
    this.#lastTurnMs = now;
    this.#inFlight++;
    give(true);
  }
}
