import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Passed } from '../csv/reader.js';
import type { Fingerprinter } from '../customer/identity.js';
import { forShell } from '../customer/shell.js';
import { TAKEN_TO_STOP } from '../delivery/importer.js';
import type { StopReason } from '../delivery/stop.js';
import { ExitCode, OperatorError } from '../errors.js';
import { say, type Io } from '../io.js';
import { LedgerView, type Ledger, type LedgerOwner } from '../ledger/ledger.js';
import type { Status } from '../ledger/outcome.js';
import { RewrittenIds, type RewrittenId } from '../ledger/rewritten-ids.js';
import { judge } from '../report/result-lines.js';
import { Tally } from '../report/tally.js';
import { count, plural } from '../report/words.js';
import type { Settings } from '../settings.js';
import type { Input } from './input.js';
import type { Interrupts } from './interrupts.js';

/** What one look through the whole file has shown, before anything is sent. */
export interface Look {
  readonly passed: Passed;
  readonly tally: Tally;
  /** Rows that a run sends now. */
  readonly toSend: number;
  /** With `--limit`: the first rows of them, by number. */
  readonly canary?: ReadonlySet<number>;
}

/**
 * Reads the whole file once: what cannot be read to its end, holds columns that would be lost, is not what was expected,
 * or has ids that a spreadsheet rewrote, stops the run here.
 * @returns undefined when a signal came first
 */
export async function lookThrough(
  input: Input,
  ledger: Ledger,
  fingerprint: Fingerprinter,
  settings: Settings,
  interrupts: Interrupts,
): Promise<Look | undefined> {
  const { plan, read } = input;
  const tally = new Tally();
  const due: ReadonlySet<Status> = new Set(
    settings.resendRejected ? ['pending', 'failed', 'rejected'] : ['pending', 'failed'],
  );
  const { limit = 0 } = settings;
  const canary = new Set<number>();
  let toSend = 0;
  const finished = await finishedDigest(input, ledger);
  const isFinished = finished !== undefined;
  // Where nobody is known yet, or everybody, there is nobody to be taken for somebody else.
  const ids = isFinished || ledger.index.size === 0 ? undefined : new RewrittenIds(ledger.index);
  for await (const batch of judge(input.rows(), ledger, { plan, read, fingerprint, isFinished })) {
    if (interrupts.signal !== undefined) return undefined;
    for (const { row, key, id, verdict } of batch) {
      tally.add(row.row, verdict);
      if (due.has(verdict.status)) {
        toSend++;
        if (canary.size < limit) canary.add(row.row);
      }
      if (ids && key !== null) ids.see(row.row, key, fingerprint.fold(id));
    }
  }
  const passed = input.passed();
  // Edited in between: all of it has to be looked at.
  if (isFinished && passed.sha256 !== finished)
    return lookThrough(input, ledger, fingerprint, settings, interrupts);
  expectFile(passed, settings);
  refuseRewritten(ids?.found() ?? [], input);
  return { passed, tally, toSend, ...(settings.limit !== undefined && { canary }) };
}

/** The digest of a file for every row of which an earlier run has found a customer; undefined of any other. */
async function finishedDigest(input: Input, ledger: Ledger): Promise<string | undefined> {
  const { reading } = input;
  if (!ledger.runs().some(({ end }) => end?.finished?.reading === reading)) return undefined;
  const digest = await input.digest();
  return ledger.finished(digest, reading) && digest;
}

/** @throws OperatorError when the file is not the one that `--expect-rows` and `--expect-sha256` speak of */
export function expectFile({ rows, sha256 }: Passed, { expectRows, expectSha256 }: Settings): void {
  if (expectRows !== undefined && rows !== expectRows) {
    throw new OperatorError(
      `--expect-rows: ${plural(expectRows, 'data row')} expected, the file has ${count(rows)}: it may have been cut off or exported twice; nothing was sent`,
    );
  }
  if (expectSha256 !== undefined && sha256 !== expectSha256) {
    throw new OperatorError(
      `--expect-sha256: ${expectSha256} expected, the file has ${sha256}: it is another file or was changed on the way; nothing was sent`,
    );
  }
}

const MOST_ROWS_NAMED = 5;

function refuseRewritten(found: readonly RewrittenId[], { plan }: Input): void {
  if (found.length === 0) return;
  const rows = found.slice(0, MOST_ROWS_NAMED).map(({ row }) => row);
  const column = plan.key.by === 'external_id' ? plan.key.header : 'the key column';
  throw new OperatorError(
    `${column}: ${plural(found.length, 'id', 'ids')} of this file ${found.length === 1 ? 'differs' : 'differ'} from one that the ledger knows only by leading zeros, ".0", case or spaces (row ${rows.join(', ')}${found.length > rows.length ? ', …' : ''}), as when a spreadsheet saved the file: these people would be created again. Nothing was sent: export the file anew, without opening it in a spreadsheet`,
  );
}

/** Most of a file's people, for a ledger to be the one that is meant. */
const MOST = 0.5;
const SAMPLE_ROWS = 2000;

/**
 * Names a ledger beside the file that knows its people, where the ledger at hand knows none of them.
 * @returns the one that knows most of them
 */
export async function nameOtherLedger(
  path: string,
  input: Input,
  { counts }: Tally,
  owner: LedgerOwner,
  io: Io,
): Promise<string | undefined> {
  if (counts.created + counts.existing > 0 || /^postgres(ql)?:/.test(path)) return undefined;
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const others = names
    .filter((name) => name.endsWith('.ledger') && name !== basename(path))
    .map((name) => join(folder, name));
  const keys = others.length === 0 ? [] : await firstKeys(input);
  let best: { readonly name: string; readonly known: number } | undefined;
  for (const name of others) {
    const known = await knownIn(name, owner, keys);
    if (known > Math.max(keys.length * MOST, best?.known ?? 0)) best = { name, known };
  }
  if (!best) return undefined;
  say(
    io.stderr,
    `${best.name} knows ${count(best.known)} of the first ${plural(keys.length, 'person', 'people')} of this file, and this ledger knows none: did you mean --ledger ${forShell(best.name)}?`,
  );
  return best.name;
}

/**
 * Why a run with a new ledger stops when Bond has its first people already.
 * @param other the ledger that knows them
 */
export function reasonIfTaken(path: string, other: string | undefined): StopReason {
  const cure =
    other === undefined
      ? `give the --ledger of the runs that created them, or, when there is none any more, say --ledger ${forShell(path)}: their ids are then taken from Bond's customers list`
      : `go on with --ledger ${forShell(other)}, which knows them`;
  return {
    message: `Bond has the first ${TAKEN_TO_STOP} people of this file already, and the ledger ${path} knew nobody: ${cure}`,
    exitCode: ExitCode.stopped,
    cure: { name: 'ledger', value: other ?? path },
  };
}

async function firstKeys(input: Input): Promise<string[]> {
  const keys: string[] = [];
  for await (const batch of input.rows()) {
    keys.push(...batch.flatMap((row) => input.read(row).key ?? []));
    if (keys.length >= SAMPLE_ROWS) break;
  }
  return keys;
}

async function knownIn(path: string, owner: LedgerOwner, keys: readonly string[]): Promise<number> {
  try {
    await using view = await LedgerView.read(path, owner);
    if (view.runs().at(-1)?.run.target !== owner.target) return 0;
    return keys.filter((key) => view.knowsCustomer(key)).length;
  } catch (error) {
    // A ledger that cannot be read, or has other keys, is not the one.
    if (error instanceof OperatorError) return 0;
    throw error;
  }
}
