import type { EndFact } from './facts.js';

export type Pace = EndFact['pace'];

const MOST_BUCKETS = 120;
const FIRST_BUCKET_MS = 1000;
const SERIES = ['calls', 'pausedMs', 'downMs'] as const;

/** What a run did when, in at most 120 buckets: when they are full they are merged two by two. */
export class PaceRecorder {
  readonly #startedAtMs: number;
  #bucketMs = FIRST_BUCKET_MS;
  readonly #sums: Record<(typeof SERIES)[number], number[]> = { calls: [], pausedMs: [], downMs: [] };

  /** @param startedAtMs by the same clock as all later times */
  constructor(startedAtMs: number) {
    this.#startedAtMs = startedAtMs;
  }

  called(nowMs: number): void {
    this.#add('calls', this.#bucketAt(nowMs), 1);
  }

  /** The run sent nothing in this time, for Bond asked to wait (`pausedMs`) or was down (`downMs`). */
  held(why: 'pausedMs' | 'downMs', fromMs: number, toMs: number): void {
    const last = this.#bucketAt(toMs);
    for (let bucket = this.#bucketAt(fromMs); bucket <= last; bucket++) {
      const beginsMs = this.#startedAtMs + bucket * this.#bucketMs;
      const ms = Math.min(toMs, beginsMs + this.#bucketMs) - Math.max(fromMs, beginsMs);
      if (ms > 0) this.#add(why, bucket, ms);
    }
  }

  /** All buckets up to now, empty ones too. */
  pace(nowMs: number): Pace {
    const length = this.#bucketAt(nowMs) + 1;
    const filled = (sums: readonly number[]): number[] =>
      Array.from({ length }, (_, bucket) => Math.round(sums[bucket] ?? 0));
    const { calls, pausedMs, downMs } = this.#sums;
    return {
      bucketMs: this.#bucketMs,
      calls: filled(calls),
      pausedMs: filled(pausedMs),
      downMs: filled(downMs),
    };
  }

  #add(series: (typeof SERIES)[number], bucket: number, what: number): void {
    this.#sums[series][bucket] = (this.#sums[series][bucket] ?? 0) + what;
  }

  #bucketAt(nowMs: number): number {
    const sinceMs = Math.max(0, nowMs - this.#startedAtMs);
    while (sinceMs >= this.#bucketMs * MOST_BUCKETS) {
      for (const series of SERIES) {
        const sums = this.#sums[series];
        this.#sums[series] = Array.from(
          { length: MOST_BUCKETS / 2 },
          (_, at) => (sums[at * 2] ?? 0) + (sums[at * 2 + 1] ?? 0),
        );
      }
      this.#bucketMs *= 2;
    }
    return Math.floor(sinceMs / this.#bucketMs);
  }
}
