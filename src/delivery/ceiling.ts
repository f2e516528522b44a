/** Services count calls by the second or by the minute, and say in whole seconds how long to wait. */
const SECOND_MS = 1000;
const COUNTED_BY_SECOND_MS = 1500;
/** Under what came through, or under what was refused, so that the network's jitter does not push the run over it again. */
const UNDER_MEASURED = 0.985;
const UNDER_REFUSED = 0.97;
/** Refused again so soon after a pause, the rate was still far too high. */
const SOON_MS = 10_000;
const UNDER_REFUSED_SOON = 0.93;
/** Bond's limit is shared with the brand's own traffic: after a while it may be higher than it was. */
const STEADY_MS = 120_000;
const GROWTH_PER_MS = 0.05 / 60_000;

/**
 * The rate that Bond lets through, in calls a millisecond, learned from what came through between two pauses;
 * Infinity until Bond has refused a call.
 */
export class Ceiling {
  /** When the calls of the last second went out. */
  #lately: number[] = [];
  #round = newRound(NaN);
  #learned: { readonly fromMs: number; readonly rate: number } | undefined;

  /** A call goes out; `resumes` when it is the first one after a pause. */
  given(nowMs: number, resumes: boolean): void {
    if (resumes) this.#learn(nowMs);
    if (Number.isNaN(this.#round.startMs)) this.#round.startMs = nowMs;
    this.#round.given++;
    this.#lately.push(nowMs);
    if (this.#lately.length > 2 * this.#inLastSecond(nowMs)) {
      this.#lately = this.#lately.slice(-this.#inLastSecond(nowMs));
    }
  }

  /** A call was refused as one too many; `rate` is that of the calls at present. */
  refused(nowMs: number, rate: number): void {
    if (this.#round.refused++ > 0) return;
    Object.assign(this.#round, { refusedAtMs: nowMs, rate, inLastSecond: this.#inLastSecond(nowMs) });
  }

  rateAt(nowMs: number): number {
    if (!this.#learned) return Infinity;
    const { fromMs, rate } = this.#learned;
    return rate * (1 + GROWTH_PER_MS * Math.max(0, nowMs - fromMs - STEADY_MS));
  }

  #inLastSecond(nowMs: number): number {
    return this.#lately.length - this.#lately.findIndex((atMs) => atMs > nowMs - SECOND_MS);
  }

  #learn(nowMs: number): void {
    const { startMs, given, refused, refusedAtMs, rate, inLastSecond } = this.#round;
    this.#round = newRound(nowMs);
    if (refused === 0) return;
    const measured =
      nowMs - refusedAtMs < COUNTED_BY_SECOND_MS
        ? (inLastSecond - refused) / SECOND_MS
        : (given - refused) / (nowMs - startMs);
    const under = refusedAtMs - startMs < SOON_MS && this.#learned ? UNDER_REFUSED_SOON : UNDER_REFUSED;
    const learned = Math.min(measured > 0 ? measured * UNDER_MEASURED : Infinity, rate * under);
    // All of a first burst may have been refused: then nothing is known.
    if (learned !== Infinity) this.#learned = { fromMs: nowMs, rate: learned };
  }
}

/** From one pause to the next. */
interface Round {
  startMs: number;
  given: number;
  refused: number;
  refusedAtMs: number;
  /** At the first refusal: the rate of the calls, and how many went out in the second before. */
  rate: number;
  inLastSecond: number;
}

function newRound(startMs: number): Round {
  return { startMs, given: 0, refused: 0, refusedAtMs: NaN, rate: Infinity, inLastSecond: 0 };
}
