import type { Status } from '../ledger/outcome.js';
import { ExitCode } from '../errors.js';
import { kind } from '../issues/words.js';
import type { Verdict } from './result-lines.js';

/** An error that rows have in common. */
export interface CommonError {
  readonly column: string;
  readonly code: string;
  /** Without values of rows: this goes to screens and logs. */
  readonly message: string;
  rows: number;
  /** The first few that have it. */
  readonly exampleRows: [first: number, ...others: number[]];
}

/** Bond may word every refusal otherwise; past so many kinds its words are counted by code alone. */
const MAX_KINDS = 1000;
const MAX_EXAMPLES = 3;
/** Fields that whole files of people have in common. */
const COMMON: ReadonlySet<string> = new Set(['country', 'address_type']);
const OTHER_WORDS = { message: 'refused in other words' };

/** Who has to do something about how many rows: nobody, a person, the next run. */
interface Groups {
  readonly withCustomer: number;
  readonly needPerson: number;
  readonly goOn: number;
}

export function groupsOf(counts: Readonly<Record<Status, number>>): Groups {
  const { created, existing, invalid, duplicate, rejected, failed, unknown, pending } = counts;
  return {
    withCustomer: created + existing,
    needPerson: invalid + duplicate + rejected,
    goOn: failed + unknown + pending,
  };
}

/** Whether an issue only says that a row was edited after it had been created. */
export function isChange({ code }: { readonly code: string }): boolean {
  return code === 'changed_since';
}

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
  /** Empty cells that one value for all rows might fill, by field. */
  readonly empty: Record<string, number> = {};
  rows = 0;
  /** Refused rows of which nothing needs to be corrected: they pass once something in front of Bond is mended. */
  forbidden = 0;
  readonly #errors = new Map<string, CommonError>();

  add(row: number, verdict: Verdict): void {
    this.rows++;
    this.counts[verdict.status]++;
    if (verdict.status === 'rejected' && verdict.issues.some(({ code }) => code === 'forbidden')) {
      this.forbidden++;
    }
    for (const issue of verdict.issues) {
      if (issue.repair) this.repairs[issue.repair] = (this.repairs[issue.repair] ?? 0) + 1;
      const { column, path, code } = issue;
      const field = path.slice(path.lastIndexOf('.') + 1);
      if (code === 'required' && COMMON.has(field)) this.empty[field] = (this.empty[field] ?? 0) + 1;
      const isFull = this.#errors.size >= MAX_KINDS && 'message' in issue.args;
      const message = kind(isFull ? { ...issue, args: OTHER_WORDS } : issue);
      const alike = `${code}\t${message}`;
      const known = this.#errors.get(alike);
      if (known) {
        known.rows++;
        if (known.exampleRows.length < MAX_EXAMPLES) known.exampleRows.push(row);
      } else this.#errors.set(alike, { column: column || path, code, message, rows: 1, exampleRows: [row] });
    }
  }

  /** How many errors there are that differ in more than their rows. */
  get kinds(): number {
    return this.#errors.size;
  }

  /** Most first. */
  commonest(most: number): CommonError[] {
    return this.#sorted()
      .filter((error) => !isChange(error))
      .slice(0, most);
  }

  /** Rows that were edited after they had been created, by column: no errors, for nothing is wrong with them. */
  get changed(): CommonError[] {
    return this.#sorted().filter(isChange);
  }

  #sorted(): CommonError[] {
    return [...this.#errors.values()].sort((a, b) => b.rows - a.rows || a.exampleRows[0] - b.exampleRows[0]);
  }

  /** What the counts alone say; 75 wins over 2. */
  get exitCode(): ExitCode {
    const { needPerson, goOn } = groupsOf(this.counts);
    if (goOn > 0) return ExitCode.runAgain;
    if (needPerson > 0) return ExitCode.rowsNeedAPerson;
    return ExitCode.done;
  }
}
