/** Services count calls by the second or by the minute, and say in whole seconds how long to wait. */
const SECOND_MS = 1000;
const COUNTED_BY_SECOND_MS = 1500;
/** A little under what came through, or what was refused: the network's jitter is not to push the run over it again. */
const UNDER = 0.99;
/** Refused again so soon after a pause, the rate was still far too high. */
const SOON_MS = 10_000;
const UNDER_REFUSED_SOON = 0.93;
/** Bond's limit is shared with the brand's own traffic: after a while it may be higher than it was. */
const STEADY_MS = 120_000;
const GROWTH_PER_MS = 0.05 / 60_000;
/** Of so many calls it is remembered when they went out: more than in any second. */
const MOST_LATELY = 5000;

/**
 * The rate that Bond lets through, in calls a millisecond, learned from what came through between two pauses;
 * Infinity until Bond has refused a call.
 */
export class Ceiling {
  #round = newRound(NaN);
  #learned: { readonly fromMs: number; readonly rate: number } | undefined;

  /** A call goes out; `resumes` when it is the first one after a pause. */
  given(nowMs: number, resumes: boolean): void {
    if (resumes) this.#learn(nowMs);
    const round = this.#round;
    if (Number.isNaN(round.startMs)) round.startMs = nowMs;
    round.given++;
    round.lately.push(nowMs);
    if (round.lately.length >= 2 * MOST_LATELY) round.lately = round.lately.slice(-MOST_LATELY);
  }

  /** The call sent at `sentMs` was refused as one too many; `rate` is that of the calls at present. */
  refused(sentMs: number, nowMs: number, rate: number): void {
    const round = this.#round;
    // Of calls from before the last pause nothing more is to be learned.
    if (sentMs < round.startMs) return;
    if (round.refusedMs.length === 0) Object.assign(round, { heardAtMs: nowMs, rate });
    round.refusedMs.push(sentMs);
  }

  /** Whether Bond has refused a call: from then on the calls are spaced. */
  get isKnown(): boolean {
    return this.#learned !== undefined;
  }

  rateAt(nowMs: number): number {
    if (!this.#learned) return Infinity;
    const { fromMs, rate } = this.#learned;
    return rate * (1 + GROWTH_PER_MS * Math.max(0, nowMs - fromMs - STEADY_MS));
  }

  #learn(nowMs: number): void {
    const { startMs, given, lately, refusedMs, heardAtMs, rate } = this.#round;
    this.#round = newRound(nowMs);
    const [firstMs] = refusedMs;
    if (firstMs === undefined) return;
    const measured =
      nowMs - heardAtMs < COUNTED_BY_SECOND_MS
        ? throughInSecond(lately, refusedMs) / SECOND_MS
        : (given - refusedMs.length) / (nowMs - startMs);
    const under = heardAtMs - startMs < SOON_MS && this.isKnown ? UNDER_REFUSED_SOON : UNDER;
    // A count of whole calls is coarser than a rate that was nearly right already.
    const isNearly = this.isKnown && (rate - measured) * SECOND_MS < 2;
    const through = measured > 0 && !isNearly ? measured * UNDER : Infinity;
    const learned = Math.min(through, rate * under);
    // All of a first burst may have been refused: then nothing is known.
    if (learned !== Infinity) this.#learned = { fromMs: nowMs, rate: learned };
  }
}

/**
 * How many calls came through in the second before a refused one: as many as a service allows that counts by the
 * second. Where a burst of calls is refused, the numbers differ by the network's jitter: the middle one counts.
 */
function throughInSecond(sentMs: readonly number[], refusedMs: readonly number[]): number {
  const inSecondBefore = (times: readonly number[], endMs: number): number =>
    times.filter((atMs) => atMs > endMs - SECOND_MS && atMs <= endMs).length;
  const through = refusedMs.map((endMs) => inSecondBefore(sentMs, endMs) - inSecondBefore(refusedMs, endMs));
  through.sort((a, b) => a - b);
  return through[Math.floor(through.length / 2)] ?? 0;
}

/** From one pause to the next. */
interface Round {
  startMs: number;
  given: number;
  /** When the last calls went out. */
  lately: number[];
  /** When those went out that were refused. */
  refusedMs: number[];
  /** At the first refusal: when it was heard, and the rate of the calls. */
  heardAtMs: number;
  rate: number;
}

function newRound(startMs: number): Round {
  return { startMs, given: 0, lately: [], refusedMs: [], heardAtMs: NaN, rate: Infinity };
}
