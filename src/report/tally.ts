import type { Status } from '../ledger/outcome.js';
import { ExitCode } from '../errors.js';
import { sentence, type Verdict } from './result-lines.js';

/** An error that rows have in common. */
export interface CommonError {
  readonly column: string;
  readonly code: string;
  /** Without the row's value: this goes to screens and logs. */
  readonly message: string;
  readonly rows: number;
  readonly exampleRow: number;
}

const MAX_KINDS = 1000;

/** Counts of a whole results file. */
export class Tally {
  readonly counts: Record<Status, number> = {
    created: 0,
    existing: 0,
    invalid: 0,
    duplicate: 0,
    rejected: 0,
    failed: 0,
    unknown: 0,
    pending: 0,
  };
  /** What each `--repair` would mend, in rows. */
  readonly repairs: Record<string, number> = {};
  rows = 0;
  readonly #errors = new Map<string, CommonError>();

  add(row: number, verdict: Verdict): void {
    this.rows++;
    this.counts[verdict.status]++;
    for (const issue of verdict.issues) {
      if (issue.repair) this.repairs[issue.repair] = (this.repairs[issue.repair] ?? 0) + 1;
      // By what is said and not by the code alone: one field may be wrong in several ways.
      const { column, path, code } = issue;
      const message = sentence({ ...issue, message: withoutValues(issue.message) });
      const kind = `${code}\t${message}`;
      const known = this.#errors.get(kind);
      if (known) this.#errors.set(kind, { ...known, rows: known.rows + 1 });
      else if (this.#errors.size < MAX_KINDS) {
        this.#errors.set(kind, { column: column || path, code, message, rows: 1, exampleRow: row });
      }
    }
  }

  /** Most first. */
  commonest(most: number): CommonError[] {
    return [...this.#errors.values()]
      .sort((a, b) => b.rows - a.rows || a.exampleRow - b.exampleRow)
      .slice(0, most);
  }

  /** What the counts alone say; 75 wins over 2. */
  get exitCode(): ExitCode {
    const { pending, failed, unknown, invalid, duplicate, rejected } = this.counts;
    if (pending + failed + unknown > 0) return ExitCode.runAgain;
    if (invalid + duplicate + rejected > 0) return ExitCode.rowsNeedAPerson;
    return ExitCode.done;
  }
}

/** From the first quote to the last, for a value may hold quotes itself; and dates read out in words. */
function withoutValues(message: string): string {
  return message.replace(/"[^]*"/, '…').replace(/\b\d{1,2} \p{L}+ \d{4}\b/gu, '…');
}
