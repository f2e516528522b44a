import { ExitCode } from '../errors.js';
import type { Stop } from './stop.js';

/** `--max-errors`: so many rows, or such a share of the rows. */
export type MaxErrors = { readonly rows: number } | { readonly percent: number };

const ROWS_BEFORE_PERCENT = 20;

/** Stops the run when more rows end invalid or rejected than the operator tolerates. */
export class Tolerance {
  readonly #max: MaxErrors | undefined;
  readonly #stop: Stop;
  #rows = 0;
  #bad = 0;

  constructor(max: MaxErrors | undefined, stop: Stop) {
    this.#max = max;
    this.#stop = stop;
  }

  good(): void {
    this.#rows++;
    this.#judge();
  }

  bad(): void {
    this.#rows++;
    this.#bad++;
    this.#judge();
  }

  #judge(): void {
    if (!this.#max) return;
    const tooMany =
      'rows' in this.#max
        ? this.#bad > this.#max.rows
        : this.#rows >= ROWS_BEFORE_PERCENT && (this.#bad * 100) / this.#rows > this.#max.percent;
    if (!tooMany) return;
    const most = 'rows' in this.#max ? `${this.#max.rows}` : `${this.#max.percent}%`;
    this.#stop.ask({
      message: `${this.#bad} of ${this.#rows} rows ended invalid or rejected, more than --max-errors ${most} allows: correct them (the results file says what is wrong), then run the same command again`,
      exitCode: ExitCode.stopped,
    });
  }
}
