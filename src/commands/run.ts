import type { Settings } from '../settings.js';
import { Dispatcher, importRows, type ImportOptions } from '../delivery/importer.js';
import { collectWanted, settle, type Wanted } from '../delivery/settle.js';
import { Tolerance } from '../delivery/tolerance.js';
import { ExitCode, OperatorError } from '../errors.js';
import { say, type Io } from '../io.js';
import { online, type Work } from './online.js';

const WORST_FIRST = [ExitCode.stopped, ExitCode.runAgain, ExitCode.rowsNeedAPerson, ExitCode.done];

/** Imports the files one after the other; the worst exit code counts. Results files that a wildcard caught are passed over. */
export async function run(given: readonly string[], settings: Settings, io: Io): Promise<ExitCode> {
  if (given.length > 1 && (settings.results !== undefined || settings.rejects !== undefined)) {
    throw new OperatorError('Several files cannot share one --results or one --rejects: use --results-dir');
  }
  const files = given.length > 1 ? given.filter((file) => !file.endsWith('.results.csv')) : given;
  const codes: ExitCode[] = [];
  const startedMs = performance.now();
  for (const file of files) {
    const { maxRuntime } = settings;
    const leftMs =
      maxRuntime === undefined ? undefined : Math.max(1, maxRuntime - (performance.now() - startedMs));
    try {
      const forOne = { ...settings, maxRuntime: leftMs };
      const summary = await online('run', file, forOne, io, importFile);
      codes.push(summary.exitCode);
      // What stopped this one would stop the next one too, or was meant for all of them.
      if (summary.stopped === undefined || file === files.at(-1)) continue;
      say(io.stderr, 'The files after this one were not begun.');
      codes.push(ExitCode.runAgain);
      break;
    } catch (error) {
      if (!(error instanceof OperatorError) || files.length === 1) throw error;
      say(io.stderr, error.sentence);
      codes.push(error.exitCode);
    }
  }
  return WORST_FIRST.find((code) => codes.includes(code)) ?? ExitCode.done;
}

/** Settles rows in doubt by reading Bond's customers list; creates nobody. */
export async function reconcile(file: string, settings: Settings, io: Io): Promise<ExitCode> {
  const summary = await online('reconcile', file, settings, io, async (work) => {
    await settleDoubts(work);
  });
  return summary.exitCode;
}

/** Settles what an earlier run left in doubt, imports what is left, and settles what this run left in doubt. */
async function importFile(work: Work): Promise<void> {
  const { input, ledger, settings, fingerprint } = work;
  const { tools, ready } = work.session;
  const options: ImportOptions = {
    concurrency: settings.concurrency,
    resendRejected: settings.resendRejected,
    fingerprint,
    tolerance: new Tolerance(settings.maxErrors, tools.stop),
    preflight: ready,
  };
  // Where Bond keeps our keys, sending a row in doubt again settles it; where it does not, the list must be asked first.
  // Where that is not known yet, the first answers will tell, and such rows wait for the end.
  if (!tools.sendsKey || ledger.echoes === false) await settleDoubts(work);
  await importRows(input.rows(work.onBytes), input.read, ledger, tools, options);
  const absent = await settleDoubts(work);
  if (absent.length === 0 || tools.stop.reason) return;
  const dispatcher = new Dispatcher(ledger, tools, options);
  for (const { row, key, customer, id } of absent)
    await dispatcher.take(row, { key, customer, id, mayHaveArrived: true });
  await dispatcher.drain();
  await settleDoubts(work);
}

/** @returns rows of which Bond certainly has no customer */
async function settleDoubts({ input, ledger, session }: Work): Promise<Wanted[]> {
  if (ledger.inDoubt === 0 || session.tools.stop.reason) return [];
  const wanted = await collectWanted(input.rows(), input.read, ledger);
  if (wanted.size === 0 || !(await session.ready())) return [];
  return settle(wanted, ledger, session.tools);
}
