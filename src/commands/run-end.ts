import { stat } from 'node:fs/promises';
import { digestOf } from '../csv/writer.js';
import { ExitCode, OperatorError } from '../errors.js';
import type { Finished } from '../ledger/facts.js';
import type { Ledger } from '../ledger/ledger.js';
import { STATUSES, type Status } from '../ledger/outcome.js';
import { again } from '../report/next.js';
import type { Progress } from '../report/progress.js';
import { judge } from '../report/result-lines.js';
import { Tally } from '../report/tally.js';
import { STANDARD, type Files } from './files.js';
import type { Input } from './input.js';
import type { Interrupts } from './interrupts.js';
import type { Look } from './look.js';
import { NotWritten, writeReport, type Report, type ReportOptions } from './write-results.js';

/** What is at hand when the work on a file has ended. */
interface Ending {
  readonly input: Input;
  readonly ledger: Ledger;
  readonly look: Look | undefined;
  /** The counts of an earlier run that left nothing to do. */
  readonly finished: Tally | undefined;
  /** What `lookAt` has seen before the input was read. */
  readonly seen: string;
  readonly report: ReportOptions;
  readonly progress: Progress;
  readonly interrupts: Interrupts;
}

/** How the rows stand at the end of a run. */
interface RowsAtEnd {
  readonly tally: Tally;
  /** What was written now. */
  readonly written?: Report;
  /** The files that show it, written now or by an earlier run. */
  readonly files: Partial<Pick<Files, 'results' | 'rejects' | 'changes'>>;
  readonly notes: readonly string[];
  /** Why the results were left as they were, when they were. */
  readonly left?: NotWritten['why'];
}

/** Writes the results, unless there is no need for it, or no time, and tells how the rows stand. */
export async function rowsAtEnd(ending: Ending): Promise<RowsAtEnd> {
  const { input, look, finished, report, progress } = ending;
  const { results, rejects, changes } = report.files;
  const files = { results, rejects, changes };
  if (finished) return { tally: finished, files, notes: [] };
  if (look?.canary) return canaryOf(ending, look.canary);
  const written = await writtenInTime(ending);
  if (typeof written !== 'string') return { tally: written.tally, written, files, notes: [] };
  const command = again({ file: input.name, given: report.settings.given }, 'results');
  return {
    tally: tallyAfter(look?.tally, progress.endedRows),
    files: {},
    notes: written === 'too late' && look ? [tooLateText(command)] : [],
    left: written,
  };
}

/** The counts of an earlier run that found a customer for every row of this very file, while its results still stand. */
export async function finishedBefore(
  input: Input,
  { passed }: Look,
  ledger: Ledger,
  { results, rejects, changes }: Files,
): Promise<Tally | undefined> {
  const finished = ledger.finished(passed.sha256, input.reading);
  if (!finished || rejects !== undefined || changes !== undefined || results === STANDARD) return undefined;
  if ((await digestOf(results)) !== finished.results) return undefined;
  const tally = new Tally();
  tally.rows = finished.rows;
  tally.counts.created = finished.created;
  tally.counts.existing = finished.rows - finished.created;
  return tally;
}

/** What the ledger is to remember of a file of which every row has its customer; undefined of any other. */
export function finishedFact(
  { tally, results }: Report,
  { reading }: Input,
  { passed }: Look,
): Finished | undefined {
  if (tally.exitCode !== ExitCode.done || !results) return undefined;
  return {
    input: passed.sha256,
    reading,
    rows: tally.rows,
    created: tally.counts.created,
    results: results.sha256,
  };
}

/** A scheduler that asked a run to end kills it some 30 s later; 10 s of them are for what is in flight. */
const WRITE_WITHIN_MS = 7000;

/** The rows that `--limit` was for, and the ids of their customers. The results of the whole file are left alone. */
async function canaryOf(
  { input, ledger, report: { fingerprint } }: Ending,
  rows: ReadonlySet<number>,
): Promise<RowsAtEnd> {
  const { plan, read } = input;
  const tally = new Tally();
  const notes: string[] = [];
  for await (const batch of judge(input.rows(), ledger, { plan, read, fingerprint })) {
    for (const { row, verdict } of batch.filter((judged) => rows.has(judged.row.row))) {
      tally.add(row.row, verdict);
      if (verdict.customerId !== '') notes.push(`Row ${row.row}: customer_id ${verdict.customerId}`);
    }
  }
  return { tally, files: {}, notes };
}

/** The results; after a signal only when they can be written soon. */
async function writtenInTime({
  input,
  ledger,
  look,
  seen,
  report,
  interrupts,
}: Ending): Promise<Report | NotWritten['why']> {
  let lastMs = Infinity;
  const unlisten = interrupts.onInterrupt(() => {
    lastMs = performance.now() + WRITE_WITHIN_MS;
  });
  try {
    return await writeReport(input, ledger, {
      ...report,
      isTooLate: () => performance.now() > lastMs,
      accept({ sha256 }) {
        if (look && look.passed.sha256 !== sha256) throw new NotWritten('input changed');
      },
    });
  } catch (error) {
    if (error instanceof NotWritten) return error.why;
    if (error instanceof OperatorError && (await isOther(input.name, seen))) return 'input changed';
    throw error;
  } finally {
    unlisten();
  }
}

function tooLateText(command: string): string {
  return `The results were left as they were: to write them takes longer than there is time after a signal. This writes them: ${command}`;
}

export function changedText(file: string): string {
  return `${file} was changed while it was imported: what was sent of it is in the ledger; run the same command again when the file is whole`;
}

/** The counts, from those before the run and how rows ended in it. */
function tallyAfter(before: Tally | undefined, ended: Partial<Record<Status, number>>): Tally {
  const tally = before ?? new Tally();
  for (const status of STATUSES) {
    const rows = ended[status] ?? 0;
    tally.counts[status] += rows;
    tally.counts.pending = Math.max(0, tally.counts.pending - rows);
  }
  return tally;
}

/** Which file a name leads to, and how long it is. */
export async function lookAt(path: string): Promise<string> {
  const { dev, ino, size } = await stat(path).catch(() => ({ dev: 0, ino: 0, size: 0 }));
  return `${dev}:${ino} ${size}`;
}

export async function isOther(file: string, seen: string): Promise<boolean> {
  return file !== STANDARD && (await lookAt(file)) !== seen;
}
