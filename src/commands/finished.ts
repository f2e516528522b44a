import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ExitCode } from '../errors.js';
import type { Finished } from '../ledger/facts.js';
import type { Ledger } from '../ledger/ledger.js';
import { Tally } from '../report/tally.js';
import type { Input } from './input.js';
import type { Paths } from './paths.js';

/**
 * The counts of an earlier run that found a customer for every row of this very file and whose results file still
 * stands as it was written: such a file costs one look at its bytes, and not one call. Undefined when there is
 * something to do.
 */
export async function isFinished(
  input: Input,
  sha256: string,
  ledger: Ledger,
  paths: Paths,
): Promise<Tally | undefined> {
  const finished = ledger.finished(sha256, input.reading);
  if (!finished || (await digestOf(paths.results)) !== finished.results) return undefined;
  const tally = new Tally();
  tally.rows = finished.rows;
  tally.counts.created = finished.created;
  tally.counts.existing = finished.rows - finished.created;
  return tally;
}

/** What the ledger is to remember of a file of which every row has its customer; undefined of any other. */
export async function finishedFact(
  tally: Tally,
  input: Input,
  sha256: string,
  paths: Paths,
): Promise<Finished | undefined> {
  if (tally.exitCode !== ExitCode.done) return undefined;
  const results = await digestOf(paths.results);
  if (results === undefined) return undefined;
  const { reading } = input;
  return { input: sha256, reading, rows: tally.rows, created: tally.counts.created, results };
}

/** SHA-256 of a file; undefined when it cannot be read. */
async function digestOf(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}
