import { forShell } from '../customer/shell.js';
import { STATUSES, type Status } from '../ledger/outcome.js';
import { ExitCode } from '../errors.js';
import type { CommonError, Tally } from './tally.js';
import { count, plural, span } from './words.js';

/** What a command did with one file; `--json` prints it as it is. */
export interface Summary {
  readonly command: string;
  readonly file: string;
  readonly rows: number;
  readonly counts: Readonly<Record<Status, number>>;
  /** The ten commonest, most first. */
  readonly errors: readonly CommonError[];
  /** What each `--repair` would mend, in rows. */
  readonly repairs: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly retries: number;
  readonly pauses: number;
  readonly durationMs: number;
  readonly files: { readonly results?: string; readonly ledger?: string; readonly rejects?: string };
  readonly exitCode: ExitCode;
  readonly meaning: string;
  /** Why the run ended before its end; absent when it did not. */
  readonly stopped?: string;
  readonly next: string;
}

export interface SummaryFacts {
  readonly command: string;
  readonly file: string;
  readonly calls: number;
  readonly retries: number;
  readonly pauses: number;
  readonly durationMs: number;
  readonly files: Summary['files'];
  readonly stopped?: { readonly message: string; readonly exitCode: ExitCode };
}

export function summarise(tally: Tally, facts: SummaryFacts): Summary {
  const { stopped, ...rest } = facts;
  const validating = facts.command === 'validate';
  // A validated row is pending because nothing was to be sent: that is no reason to run again.
  const { invalid, duplicate, rejected } = tally.counts;
  const fromCounts = validating
    ? invalid + duplicate + rejected > 0
      ? ExitCode.rowsNeedAPerson
      : ExitCode.done
    : tally.exitCode;
  const exitCode =
    // Stopped with nothing left to send, it is as if it had not been stopped.
    stopped?.exitCode === ExitCode.stopped ? ExitCode.stopped : fromCounts;
  return {
    ...rest,
    rows: tally.rows,
    counts: tally.counts,
    errors: tally.commonest(10),
    repairs: tally.repairs,
    exitCode,
    meaning: validating ? VALIDATED[exitCode] : MEANING[exitCode],
    ...(stopped && { stopped: stopped.message }),
    next: nextStep(facts, exitCode),
  };
}

const MEANING: Record<ExitCode, string> = {
  [ExitCode.done]: 'every row has its customer',
  [ExitCode.rowsNeedAPerson]: 'done what can be done; some rows need a person',
  [ExitCode.runAgain]: 'rows are left that the same command, run again, takes further',
  [ExitCode.stopped]: 'stopped for something that a person must change',
};

const VALIDATED: Record<ExitCode, string> = {
  ...MEANING,
  [ExitCode.done]: 'nothing is wrong with any row',
  [ExitCode.rowsNeedAPerson]: 'some rows have errors',
};

function nextStep({ command, file, files, stopped }: SummaryFacts, exitCode: ExitCode): string {
  const where = files.rejects ?? files.results ?? 'the results file';
  switch (exitCode) {
    case ExitCode.done:
      return command === 'validate' ? `bond-import run ${forShell(file)} --limit 5` : 'nothing is left to do';
    case ExitCode.rowsNeedAPerson:
      return command === 'validate'
        ? `correct the rows that ${where} names, then validate again; or run: rows that are right are sent, the others are not`
        : `correct the rows that ${where} names, then run the same command again: only they are sent`;
    case ExitCode.runAgain:
      return 'run the same command again; it goes on where this one ended';
    case ExitCode.stopped:
      return stopped ? 'change what is said above, then run the same command again' : 'see above';
  }
}

/** The summary for people, a few lines. */
export function summaryText(summary: Summary): string {
  const lines = [`${summary.file}: ${plural(summary.rows, 'row')}, ${span(summary.durationMs)}`];
  for (const status of STATUSES) {
    if (summary.counts[status] > 0)
      lines.push(`  ${status.padEnd(10)}${count(summary.counts[status]).padStart(9)}`);
  }
  if (summary.calls > 0) {
    const { calls, retries, pauses } = summary;
    lines.push(
      `  ${plural(calls, 'call')} to Bond, ${plural(retries, 'retry', 'retries')}, ${plural(pauses, 'pause')}`,
    );
  }
  if (summary.errors.length > 0) {
    lines.push('Commonest errors:');
    for (const error of summary.errors) {
      lines.push(
        `  ${count(error.rows).padStart(6)} × ${error.message} (${error.rows > 1 ? 'e.g. ' : ''}row ${error.exampleRows[0]})`,
      );
    }
  }
  for (const [repair, rows] of Object.entries(summary.repairs)) {
    lines.push(`  --repair ${repair} would mend ${plural(rows, 'cell')}`);
  }
  for (const [name, path] of Object.entries(summary.files))
    lines.push(`${name[0]?.toUpperCase() ?? ''}${name.slice(1)}: ${path}`);
  if (summary.stopped !== undefined) lines.push(`${summary.stopped}.`);
  lines.push(`Exit code ${summary.exitCode}: ${summary.meaning}. Next: ${summary.next}.`);
  return lines.join('\n');
}
