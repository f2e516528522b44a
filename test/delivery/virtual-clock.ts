import type { Clock } from '../../src/delivery/clock.js';

const EPOCH_MS = Date.parse('2024-05-01T12:00:00Z');

interface Timer {
  readonly fireMs: number;
  readonly callback: () => void;
}

/** Time that passes only when told to. Its timers may be late, never early: as those of a busy process are. */
export class VirtualClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<Timer>();
  readonly #held = new Set<Promise<unknown>>();
  readonly #latenessMs: () => number;

  constructor(latenessMs: () => number = () => 0) {
    this.#latenessMs = latenessMs;
  }

  now(): number {
    return this.#nowMs;
  }

  epochMs(): number {
    return EPOCH_MS + this.#nowMs;
  }

  at(atMs: number, callback: () => void): () => void {
    const timer = { fireMs: Math.max(atMs, this.#nowMs) + this.#latenessMs(), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Timers that are still to fire. */
  get pending(): number {
    return this.#timers.size;
  }

  /** No time passes while `promise` is pending: what happens outside takes none. */
  hold<T>(promise: Promise<T>): Promise<T> {
    this.#held.add(promise);
    const letGo = (): void => {
      this.#held.delete(promise);
    };
    promise.then(letGo, letGo);
    return promise;
  }

  /** Lets so much time pass; each timer fires at its moment, and what it sets off is done before the next. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await this.#settle();
    for (;;) {
      let next: Timer | undefined;
      for (const timer of this.#timers) if (!next || timer.fireMs < next.fireMs) next = timer;
      if (!next || next.fireMs > untilMs) break;
      this.#timers.delete(next);
      this.#nowMs = next.fireMs;
      next.callback();
      await this.#settle();
    }
    this.#nowMs = untilMs;
  }

  /** Resolves when every promise that could go on has gone on. */
  async #settle(): Promise<void> {
    await settled();
    while (this.#held.size > 0) {
      await Promise.allSettled(this.#held);
      await settled();
    }
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
