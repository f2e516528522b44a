import { stat } from 'node:fs/promises';
import { ExitCode } from '../errors.js';
import type { Ledger } from '../ledger/ledger.js';
import { Tally } from '../report/tally.js';
import type { Input } from './input.js';
import type { Paths } from './paths.js';

/**
 * The counts of an earlier run that created every row of this very file and whose results file still stands:
 * such a file costs one look at its bytes, and not one call. Undefined when there is something to do.
 */
export async function isFinished(
  input: Input,
  sha256: string,
  ledger: Ledger,
  paths: Paths,
): Promise<Tally | undefined> {
  const end = ledger.finished(sha256, input.reading);
  if (!end || (await sizeOf(paths.results)) !== end.resultsBytes) return undefined;
  const tally = new Tally();
  tally.rows = end.rows;
  tally.counts.created = end.created;
  tally.counts.existing = end.rows - end.created;
  return tally;
}

/** Writes the end of the file down, when every row has its customer. */
export async function rememberFinished(
  tally: Tally,
  input: Input,
  sha256: string,
  ledger: Ledger,
  paths: Paths,
): Promise<void> {
  const resultsBytes = await sizeOf(paths.results);
  if (tally.exitCode !== ExitCode.done || resultsBytes === undefined || ledger.failure) return;
  const { reading } = input;
  const end = { input: sha256, reading, rows: tally.rows, created: tally.counts.created, resultsBytes };
  // Not written down, it costs the next run a look at every row, and nothing else.
  await ledger.end(end).catch(() => undefined);
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    return undefined;
  }
}
