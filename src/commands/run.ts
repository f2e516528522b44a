import type { Settings } from '../settings.js';
import type { SourceRow } from '../csv/source-row.js';
import { cleanMessage } from '../customer/mask.js';
import { likeness } from '../customer/same-person.js';
import { Dispatcher, importRows, type ImportOptions } from '../delivery/importer.js';
import type { Absent } from '../delivery/match.js';
import { collectWanted, settle, type SettleOptions } from '../delivery/settle.js';
import { Tolerance } from '../delivery/tolerance.js';
import { ExitCode, OperatorError } from '../errors.js';
import { say, type Io } from '../io.js';
import { filesOf, refuseSameFiles } from './files.js';
import { hearInterrupts } from './interrupts.js';
import { online, type Work } from './online.js';
import { metricsOf, writeMetrics } from './shown.js';
import type { FileMetrics } from '../report/metrics.js';

const WORST_FIRST = [ExitCode.stopped, ExitCode.runAgain, ExitCode.rowsNeedAPerson, ExitCode.done];

/** Imports the files one after the other; the worst exit code counts. Results files that a wildcard caught are passed over. */
export async function run(given: readonly string[], settings: Settings, io: Io): Promise<ExitCode> {
  using interrupts = hearInterrupts(io);
  const files = given.length > 1 ? given.filter((file) => !file.endsWith('.results.csv')) : given;
  await refuseSameFiles(
    files.map((file) => filesOf(file, settings)),
    ['ledger', 'mapping', 'input', 'results', 'rejects', 'changes', 'report', 'metrics'],
  );
  const startedMs = performance.now();
  const codes: ExitCode[] = [];
  const metrics: FileMetrics[] = [];
  for (const file of files) {
    const isLast = file === files.at(-1);
    try {
      const ended = await online('run', file, withTimeLeft(settings, startedMs), io, interrupts, importFile);
      const { exitCode, stopped } = ended.summary;
      metrics.push(metricsOf(ended));
      codes.push(exitCode);
      // What stopped this one would stop the next one too, or was meant for all of them.
      if (stopped === undefined || isLast) continue;
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      metrics.push(metricsOfTrouble(file, error, startedMs));
      say(io.stderr, `bond-import: ${error.sentence}`);
      codes.push(error.exitCode);
      if (interrupts.signal === undefined || isLast) continue;
    }
    say(io.stderr, 'The files after this one were not begun.');
    codes.push(ExitCode.runAgain);
    break;
  }
  if (settings.metrics !== undefined) await writeMetrics(settings.metrics, metrics);
  return WORST_FIRST.find((code) => codes.includes(code)) ?? ExitCode.done;
}

/** Of a run that could not begin. */
function metricsOfTrouble(file: string, { exitCode }: OperatorError, startedMs: number): FileMetrics {
  const durationMs = performance.now() - startedMs;
  return { file, exitCode, endedAt: new Date(), durationMs, calls: 0, retries: 0, pauses: 0 };
}

/** `--max-runtime` is for all files of a command together. */
function withTimeLeft(settings: Settings, startedMs: number): Settings {
  const { maxRuntime } = settings;
  if (maxRuntime === undefined) return settings;
  return { ...settings, maxRuntime: Math.max(1, maxRuntime - (performance.now() - startedMs)) };
}

/** Settles rows in doubt by reading Bond's customers list; creates nobody. */
export async function reconcile(file: string, settings: Settings, io: Io): Promise<ExitCode> {
  using interrupts = hearInterrupts(io);
  await refuseSameFiles(
    [filesOf(file, settings)],
    ['ledger', 'mapping', 'input', 'results', 'report', 'metrics'],
  );
  const ended = await online('reconcile', file, settings, io, interrupts, async (work) => {
    await settleDoubts(work, { wholeList: true });
  });
  if (settings.metrics !== undefined) await writeMetrics(settings.metrics, [metricsOf(ended)]);
  return ended.summary.exitCode;
}

/** Settles what an earlier run left in doubt, imports what is left, and settles what this run left in doubt. */
async function importFile(work: Work): Promise<void> {
  const { input, ledger, settings, fingerprint, ifTaken } = work;
  const { tools, ready } = work.session;
  const options: ImportOptions = {
    concurrency: settings.concurrency,
    resendRejected: settings.resendRejected,
    fingerprint,
    clean: cleanMessage,
    tolerance: new Tolerance(settings.maxErrors, tools.stop),
    preflight: ready,
    ifTaken,
  };
  // Where Bond keeps our keys, sending a row in doubt again settles it; where it does not, the list must be asked first.
  // Where that is not known yet, the first answers will tell, and such rows wait for the end.
  if (!tools.sendsKey || ledger.echoes === false) await settleDoubts(work);
  await importRows(rowsToSend(work), input.read, ledger, tools, options);
  const absent = await settleDoubts(work);
  if (absent.length === 0 || tools.stop.reason) return;
  const dispatcher = new Dispatcher(ledger, tools, options);
  for (const { row, ...delivery } of absent)
    await dispatcher.take(row, { ...delivery, mayHaveArrived: true });
  await dispatcher.drain();
  await settleDoubts(work);
}

/**
 * All rows; with `--limit` the first ones that are due. A file that cannot be read on, for it was changed under the run,
 * ends the rows here, so that what is in flight may end as well.
 */
async function* rowsToSend({ input, look: { canary }, session }: Work): AsyncGenerator<SourceRow[]> {
  try {
    for await (const batch of input.rows()) {
      yield canary ? batch.filter(({ row }) => canary.has(row)) : batch;
    }
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    session.tools.stop.ask({ message: error.message, exitCode: ExitCode.runAgain });
  }
}

/** @returns rows of which Bond certainly has no customer */
async function settleDoubts(work: Work, options: SettleOptions = {}): Promise<Absent[]> {
  const { input, ledger, session, fingerprint } = work;
  if (session.tools.stop.reason || (ledger.inDoubt === 0 && !options.wholeList)) return [];
  const matcher = { ledger, fingerprint, likeness };
  const wanted = await collectWanted(input.rows(), input.read, matcher);
  if ((wanted.size === 0 && !options.wholeList) || !(await session.ready())) return [];
  return settle(wanted, matcher, session.tools, options);
}
