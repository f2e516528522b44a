import type { Settings } from '../settings.js';
import { checkWritable } from '../csv/writer.js';
import type { ExitCode } from '../errors.js';
import type { Io } from '../io.js';
import { LedgerView } from '../ledger/ledger.js';
import { resultLines } from '../report/result-lines.js';
import { Tally } from '../report/tally.js';
import { openInput, warnOf, type Input } from './input.js';
import { pathsOf, type Paths } from './paths.js';
import { conclude, linesOptions, writeReport } from './report.js';

/** `validate` and `results`: the results CSV from the file and what the ledger knows, without network. */
export async function report(
  command: 'validate' | 'results',
  file: string,
  settings: Settings,
  io: Io,
): Promise<ExitCode> {
  const startedMs = performance.now();
  return withLedgerView(file, settings, io, async (input, ledger, paths) => {
    const { rejects } = settings;
    await checkWritable(paths.results, file);
    if (rejects !== undefined) await checkWritable(rejects, file);
    const tally = await writeReport(input, ledger, paths, settings, io);
    if (command === 'validate') warnOf(input, io);
    const files = { results: paths.results, ...(rejects !== undefined && { rejects }) };
    return conclude(tally, { command, file, startedMs, files }, settings, io).exitCode;
  });
}

/** The counts so far, written nowhere. */
export async function status(file: string, settings: Settings, io: Io): Promise<ExitCode> {
  const startedMs = performance.now();
  const quiet = { ...settings, results: settings.results ?? '-' };
  return withLedgerView(file, quiet, io, async (input, ledger) => {
    const tally = new Tally();
    await count(resultLines(input.rows(), ledger, linesOptions(input, ledger, io), tally));
    const files = { ledger: ledger.name };
    return conclude(tally, { command: 'status', file, startedMs, files }, settings, io).exitCode;
  });
}

/** Draws every line, for the tally that it leaves. */
async function count(lines: AsyncIterator<unknown>): Promise<void> {
  while (!(await lines.next()).done);
}

async function withLedgerView(
  file: string,
  settings: Settings,
  io: Io,
  act: (input: Input, ledger: LedgerView, paths: Paths) => Promise<ExitCode>,
): Promise<ExitCode> {
  const paths = pathsOf(file, settings);
  await using input = await openInput(file, settings, io);
  const ledger = await LedgerView.read(paths.ledger, input, io.env);
  try {
    return await act(input, ledger, paths);
  } finally {
    await ledger.close();
  }
}
