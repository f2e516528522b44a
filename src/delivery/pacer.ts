import type { Clock } from './clock.js';
import { backoffMs } from './retry.js';
import type { Stop } from './stop.js';

/** Aimed at a hair under the share, so that the network's jitter does not push a window over it. */
const HEADROOM = 1.003;

/**
 * One budget of calls for the whole run. Turns are given in the order asked for, never closer together than
 * the share allows: in no window of any length are more given than its share plus one.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #stop: Stop;
  readonly #intervalMs: number;
  readonly #queue: ((go: boolean) => void)[] = [];
  #lastTurnMs = -Infinity;
  /** When the next turn is due if every one is on time: a late one does not make the next ones late. */
  #dueMs = -Infinity;
  #pausedUntilMs = -Infinity;
  #waiting = false;
  #backOffs = 0;

  /** @param callsPerMinute 0 for no limit */
  constructor(callsPerMinute: number, clock: Clock, stop: Stop) {
    this.#clock = clock;
    this.#stop = stop;
    this.#intervalMs = callsPerMinute === 0 ? 0 : 60_000 / callsPerMinute;
    stop.onStop(() => {
      for (const give of this.#queue.splice(0)) give(false);
    });
  }

  /** Resolves when one call may be made; false when the run is stopping. */
  turn(): Promise<boolean> {
    if (this.#stop.reason) return Promise.resolve(false);
    if (this.#intervalMs === 0 && this.#queue.length === 0 && this.#clock.now() >= this.#pausedUntilMs) {
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      this.#queue.push(resolve);
      this.#schedule();
    });
  }

  /** Nobody gets a turn for so long, in full; the longest pause asked for counts. */
  pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#clock.now() + ms);
  }

  /** A pause of our own choosing, longer each time until `recover`: Bond says that it is too much, not for how long. */
  backOff(random: () => number): void {
    if (this.pausedForMs === 0) this.pause(backoffMs(++this.#backOffs + 1, random));
  }

  recover(): void {
    this.#backOffs = 0;
  }

  /** Ms until the pause is over; 0 when there is none. */
  get pausedForMs(): number {
    return Math.max(0, this.#pausedUntilMs - this.#clock.now());
  }

  #nextMs(): number {
    return Math.max(this.#dueMs, this.#lastTurnMs + this.#intervalMs, this.#pausedUntilMs);
  }

  #schedule(): void {
    if (this.#waiting || this.#queue.length === 0) return;
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
    if (now < this.#nextMs()) return;
    if (this.#intervalMs === 0) {
      for (const give of this.#queue.splice(0)) give(true);
      return;
    }
    const give = this.#queue.shift();
    if (!give) return;
    const onTime = this.#dueMs > now - this.#intervalMs ? this.#dueMs : now;
    this.#dueMs = onTime + this.#intervalMs * HEADROOM;
    this.#lastTurnMs = now;
    give(true);
  }
}
