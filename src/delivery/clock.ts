/** Time, passed in so that laws about it can be proved without waiting. */
export interface Clock {
  /** Monotonic ms. */
  now(): number;
  /** Wall-clock epoch ms. */
  epochMs(): number;
  /** Calls back at `atMs` (monotonic), never before it. Returns how to cancel. */
  at(atMs: number, callback: () => void): () => void;
}

/** Timers fire up to a millisecond and more late: the last stretch is waited out turn by turn. */
const SPIN_MS = 2;
/** A longer timer would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  epochMs: () => Date.now(),
  at(atMs, callback) {
    let timer: NodeJS.Timeout | undefined;
    let immediate: NodeJS.Immediate | undefined;
    const wait = (): void => {
      const leftMs = atMs - performance.now();
      if (leftMs <= 0) callback();
      else if (leftMs > SPIN_MS) timer = setTimeout(wait, Math.min(leftMs - SPIN_MS, MAX_TIMER_MS));
      else immediate = setImmediate(wait);
    };
    wait();
    return () => {
      clearTimeout(timer);
      clearImmediate(immediate);
    };
  },
};
