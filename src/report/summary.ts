import { ExitCode } from '../errors.js';
import { STATUSES, type Status } from '../ledger/outcome.js';
import type { GivenFlag } from '../settings.js';
import { nextStep, nextText, type NextFacts } from './next.js';
import { groupsOf, type CommonError, type Tally } from './tally.js';
import { count, plural, span } from './words.js';

/** Where a command sends to. */
export interface Target {
  readonly environment: 'sandbox' | 'live';
  readonly url: string;
  /** Bond's own id of the brand, once an answer has named it. */
  readonly brand?: string;
  /** 0 = no limit. */
  readonly ratePerMinute: number;
}

/** What only a command that talks to Bond can tell. */
interface Traffic {
  readonly calls: number;
  readonly retries: number;
  readonly pauses: number;
  /** How many rows ended so in this run; `counts` are of all runs. */
  readonly thisRun: Readonly<Partial<Record<Status, number>>>;
}

/** What a command did with one file; `--json` prints it as it is. */
export interface Summary {
  readonly command: NextFacts['command'];
  readonly file: string;
  readonly target?: Target;
  readonly rows: number;
  readonly counts: Readonly<Record<Status, number>>;
  readonly thisRun?: Traffic['thisRun'];
  /** The ten commonest, most first. */
  readonly errors: readonly CommonError[];
  /** Rows that were edited after they had been created, by column. */
  readonly changed: readonly CommonError[];
  /** What each `--repair` would mend, in rows. */
  readonly repairs: Readonly<Record<string, number>>;
  /** Empty cells that a `--set` might fill, by field. */
  readonly empty: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly retries: number;
  readonly pauses: number;
  readonly durationMs: number;
  readonly files: NextFacts['files'];
  /** What else a person should know, a sentence each. */
  readonly notes: readonly string[];
  readonly exitCode: ExitCode;
  readonly meaning: string;
  /** Why the run ended before its end; absent when it did not. */
  readonly stopped?: string;
  /** What to do next in words, and, where there is one, the whole command that does it. */
  readonly advice: string;
  readonly next?: string;
}

export interface SummaryFacts {
  readonly command: NextFacts['command'];
  readonly file: string;
  readonly given: readonly GivenFlag[];
  readonly target?: Target;
  /** Flags that lead to the ledger's target, for a command that was not told it. */
  readonly knownTarget?: NextFacts['target'];
  readonly traffic?: Traffic;
  readonly durationMs: number;
  readonly files: NextFacts['files'];
  readonly stopped?:
    { readonly message: string; readonly exitCode: ExitCode; readonly cure?: GivenFlag } | undefined;
  readonly notes?: readonly string[];
  /** The rows were not all judged at the end, or the input is another one by now: the counts do not tell how it stands. */
  readonly isUnfinished?: boolean;
  readonly running?: string;
}

export function summarise(tally: Tally, facts: SummaryFacts): Summary {
  const { command, file, files, given, target, knownTarget, traffic, stopped, durationMs } = facts;
  const exitCode = exitCodeOf(tally, facts);
  const { advice, command: next } = nextStep({
    command,
    file,
    files,
    given,
    exitCode,
    counts: tally.counts,
    forbidden: tally.forbidden,
    isStopped: stopped !== undefined,
    ...(stopped?.cure && { cure: stopped.cure }),
    ...(knownTarget && { target: knownTarget }),
    ...(facts.running !== undefined && { running: facts.running }),
  });
  return {
    command,
    file,
    ...(target && { target }),
    rows: tally.rows,
    counts: tally.counts,
    ...(traffic && { thisRun: traffic.thisRun }),
    errors: tally.commonest(10),
    changed: tally.changed,
    repairs: tally.repairs,
    empty: tally.empty,
    calls: traffic?.calls ?? 0,
    retries: traffic?.retries ?? 0,
    pauses: traffic?.pauses ?? 0,
    durationMs,
    files,
    notes: facts.notes ?? [],
    exitCode,
    meaning: meaningOf(exitCode, facts, tally.counts),
    ...(stopped && { stopped: stopped.message }),
    advice,
    ...(next !== undefined && { next }),
  };
}

function exitCodeOf(tally: Tally, { command, stopped, isUnfinished }: SummaryFacts): ExitCode {
  if (stopped?.exitCode === ExitCode.stopped) return ExitCode.stopped;
  if (isUnfinished) return ExitCode.runAgain;
  // Stopped with nothing left to send, a run is as if it had not been stopped.
  if (command !== 'validate') return tally.exitCode;
  // A validated row is pending because nothing was to be sent: that is no reason to run again.
  return groupsOf(tally.counts).needPerson > 0 ? ExitCode.rowsNeedAPerson : ExitCode.done;
}

function meaningOf(exitCode: ExitCode, { command, given }: SummaryFacts, counts: Summary['counts']): string {
  const { needPerson, goOn } = groupsOf(counts);
  switch (exitCode) {
    case ExitCode.done:
      if (command === 'validate') return 'nothing is wrong with any row';
      return given.some(({ name }) => name === 'limit')
        ? 'each of these rows has its customer'
        : 'every row has its customer';
    case ExitCode.rowsNeedAPerson:
      return command === 'validate'
        ? `${plural(needPerson, 'row has', 'rows have')} errors`
        : `done what can be done; ${plural(needPerson, 'row needs', 'rows need')} a person`;
    case ExitCode.runAgain:
      if (goOn === 0) return 'not finished: the same command, run again, takes it further';
      return `${plural(goOn, 'row is', 'rows are')} left that the same command, run again, takes further`;
    case ExitCode.stopped:
      return 'stopped for something that a person must change';
  }
}

/** Where a command sends to, in one line: `LIVE https://api.bond.tech/api/v0.1`. */
export function targetText({ environment, url, ratePerMinute }: Target): string {
  const rate = ratePerMinute === 0 ? 'no limit of calls' : `${count(ratePerMinute)} calls/min`;
  return `${environment === 'live' ? 'LIVE' : environment} ${url}, ${rate}`;
}

/** The summary for people, a few lines; the last ones hold the verdict and what to do next. */
export function summaryText(summary: Summary): string {
  const where = summary.target ? ` → ${targetText(summary.target)}` : '';
  const lines = [`${summary.file}: ${plural(summary.rows, 'row')}, ${span(summary.durationMs)}${where}`];
  lines.push(...countLines(summary));
  if (summary.calls > 0) {
    const { calls, retries, pauses } = summary;
    lines.push(
      `  ${plural(calls, 'call')} to Bond, ${plural(retries, 'retry', 'retries')}, ${plural(pauses, 'pause')}`,
    );
  }
  if (summary.errors.length > 0) {
    lines.push('Commonest errors:');
    for (const error of summary.errors) {
      const example = `${error.rows > 1 ? 'e.g. ' : ''}row ${error.exampleRows[0]}`;
      lines.push(`  ${count(error.rows).padStart(6)} × ${error.message} (${example})`);
    }
  }
  if (summary.changed.length > 0) lines.push(changedLine(summary));
  for (const [repair, rows] of Object.entries(summary.repairs)) {
    lines.push(`  --repair ${repair} would mend ${plural(rows, 'cell')}`);
  }
  for (const [field, rows] of Object.entries(summary.empty)) {
    lines.push(`  --set ${field}=… would fill ${plural(rows, 'empty cell')}, were it the same for all`);
  }
  lines.push(...summary.notes);
  const { results, rejects, changes, ledger } = summary.files;
  const files = { Results: results, Rejects: rejects, Changes: changes, Ledger: ledger };
  for (const [name, path] of Object.entries(files)) if (path !== undefined) lines.push(`${name}: ${path}`);
  if (summary.stopped !== undefined) lines.push(`${summary.stopped}.`);
  const { exitCode, meaning, advice, next } = summary;
  lines.push(
    `Exit code ${exitCode}: ${meaning}. ${nextText({ advice, ...(next !== undefined && { command: next }) })}`,
  );
  return lines.join('\n');
}

function changedLine({ changed, files }: Summary): string {
  const all = changed.reduce((sum, { rows }) => sum + rows, 0);
  const parts = changed.map(({ rows, column }) => `${count(rows)} × ${column || 'other columns'}`);
  const where = files.changes === undefined ? '; results --changes lists them' : '';
  return `Changed since they were created, and not sent: ${plural(all, 'row')} (${parts.join(', ')})${where}`;
}

/** What rows end as by being sent; the others are found anew in every run. */
const OF_A_RUN: ReadonlySet<Status> = new Set(['created', 'existing', 'rejected', 'failed', 'unknown']);

/** Rows by status: of all runs, and, where they differ, of this one. */
function countLines({ command, counts, rows, thisRun }: Summary): string[] {
  return STATUSES.filter((status) => counts[status] > 0).map((status) => {
    // What `validate` finds nothing wrong with is pending in the file; what matters is that it can be sent.
    const name = command === 'validate' && status === 'pending' ? 'ready' : status;
    const share = `${((counts[status] * 100) / rows).toFixed(1)}%`;
    const now = thisRun?.[status] ?? 0;
    const ofThisRun =
      thisRun && OF_A_RUN.has(status) && now !== counts[status] ? `  ${count(now)} in this run` : '';
    return `  ${name.padEnd(10)}${count(counts[status]).padStart(9)}${share.padStart(8)}${ofThisRun}`;
  });
}
