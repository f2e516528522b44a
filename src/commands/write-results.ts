import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isDeepStrictEqual } from 'node:util';
import { openCsv, type CsvFile } from '../csv/csv-file.js';
import type { Passed } from '../csv/reader.js';
import { digestOf, writeCsv, type CsvWriter, type WriteOptions, type Written } from '../csv/writer.js';
import type { Fingerprinter } from '../customer/identity.js';
import { OperatorError } from '../errors.js';
import type { Io } from '../io.js';
import type { LedgerView } from '../ledger/ledger.js';
import { importOf } from '../report/next.js';
import {
  judge,
  NEED_A_PERSON,
  originalsOf,
  resultsOf,
  RESULT_COLUMNS,
  type Judged,
  type Lines,
} from '../report/result-lines.js';
import { isChange, Tally } from '../report/tally.js';
import type { Settings } from '../settings.js';
import { STANDARD, type Files } from './files.js';
import type { Input } from './input.js';

/** What was made of a file and its ledger, in one pass. */
export interface Report {
  readonly tally: Tally;
  readonly results?: Written;
  readonly rejects?: Written;
}

export interface ReportOptions {
  readonly files: Pick<Files, 'results' | 'rejects' | 'changes'>;
  readonly settings: Settings;
  readonly io: Io;
  readonly fingerprint: Fingerprinter;
  /** Is asked again and again; true gives up. */
  readonly isTooLate?: () => boolean;
  /** Is asked before anything is put in its place; it throws when the input is not what it should be. */
  readonly accept?: (passed: Passed) => void;
}

/** Nothing was written, and all files are as they were. */
export class NotWritten extends Error {
  readonly why: 'too late' | 'input changed';

  constructor(why: NotWritten['why']) {
    super(why);
    this.why = why;
  }
}

/** Writes the results, and the rejects and changes that were asked for, and counts what is in them. */
export async function writeReport(input: Input, ledger: LedgerView, options: ReportOptions): Promise<Report> {
  const { files, settings, io, fingerprint, isTooLate, accept } = options;
  const { plan, read, format } = input;
  const tally = new Tally();
  const originals = originalsOf(plan);
  const results = selected(resultsOf(plan), settings);
  const begin = (path: string, { header }: Lines, how: WriteOptions): Promise<CsvWriter> =>
    target(path, header, format, how, io);
  const beginOriginals = (path: string | undefined) =>
    path === undefined ? undefined : begin(path, originals, { guardFormulas: false, sepLine: true });
  await using resultsFile = await begin(files.results, results, { guardFormulas: !settings.raw });
  await using rejectsFile = await beginOriginals(files.rejects);
  await using changesFile = await beginOriginals(files.changes);
  for await (const batch of judge(input.rows(), ledger, { plan, read, fingerprint })) {
    if (isTooLate?.()) throw new NotWritten('too late');
    for (const { row, verdict } of batch) tally.add(row.row, verdict);
    await resultsFile.write(batch.filter(results.wants).map(results.line));
    await rejectsFile?.write(batch.filter(needsAPerson).map(originals.line));
    await changesFile?.write(batch.filter(isChanged).map(originals.line));
  }
  accept?.(input.passed());
  await changesFile?.keep();
  const rejects = await rejectsFile?.keep();
  const written = await resultsFile.keep();
  if (rejects) await markAsUnedited(files);
  return { tally, results: written, ...(rejects && { rejects }) };
}

/** Gives results and rejects one time of change, which no editor leaves as it is. A validation has no ledger to write to. */
async function markAsUnedited({ results, rejects }: ReportOptions['files']): Promise<void> {
  const now = new Date();
  for (const path of [results, rejects]) {
    // What stands beside another user's file, or is no file, is then taken for edited.
    if (path !== undefined && path !== STANDARD) await utimes(path, now, now).catch(() => undefined);
  }
}

async function isUnedited(results: string, rejects: string): Promise<boolean> {
  const [one, other] = await Promise.all(
    [results, rejects].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  return one !== undefined && one.mtimeNs === other?.mtimeNs;
}

function needsAPerson({ verdict }: Judged): boolean {
  return NEED_A_PERSON.has(verdict.status);
}

function isChanged({ verdict }: Judged): boolean {
  return verdict.issues.some(isChange);
}

/** The results as `--columns` and `--status` want them. */
function selected(
  { header, line }: Lines,
  { columns, status }: Settings,
): Lines & { wants: (judged: Judged) => boolean } {
  const at = columns?.map((column) => {
    const found = header.indexOf(column);
    if (found >= 0) return found;
    throw new OperatorError(
      `--columns: there is no column "${column}" in the results: they have ${header.join(', ')}`,
    );
  });
  return {
    header: at ? at.map((each) => header[each] ?? '') : header,
    line: at ? (judged) => pick(line(judged), at) : line,
    wants: status ? ({ verdict }) => status.has(verdict.status) : () => true,
  };
}

function pick(cells: readonly string[], at: readonly number[]): string[] {
  return at.map((each) => cells[each] ?? '');
}

/** A file, or standard output, which gets the whole of it at the end or nothing. */
async function target(
  path: string,
  header: readonly string[],
  format: Input['format'],
  options: WriteOptions,
  io: Io,
): Promise<CsvWriter> {
  if (path !== STANDARD) return writeCsv(path, header, format, options);
  const aside = join(tmpdir(), `bond-import-${randomUUID()}.csv`);
  const file = await writeCsv(aside, header, format, options);
  return {
    write: (records) => file.write(records),
    async keep() {
      const written = await file.keep();
      try {
        await pipeline(createReadStream(aside), io.stdout, { end: false });
      } finally {
        await rm(aside, { force: true });
      }
      return written;
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}

/**
 * Results that hold ids of customers which the ledger at hand does not know were written from another ledger: they are
 * not overwritten.
 */
export async function refuseOthersResults(
  path: string,
  input: Input,
  ledger: LedgerView,
  io: Io,
): Promise<void> {
  const lastWritten = new Set(ledger.runs().map(({ end }) => end?.finished?.results));
  const there = path === STANDARD ? undefined : await digestOf(path);
  if (there === undefined || there === EMPTY || lastWritten.has(there)) return;
  await using results = await openWritten(path, input, io);
  const [idAt, keyAt] = ['customer_id', 'brand_person_id'].map((name) => results.format.header.indexOf(name));
  if (idAt === undefined || keyAt === undefined || RESULT_COLUMNS[0] !== results.format.header[0]) return;
  for await (const batch of results.rows()) {
    for (const { row, cells } of batch) {
      const id = cells[idAt] ?? '';
      if (id === '' || isKnown(ledger, cells[keyAt] ?? '', id)) continue;
      throw new OperatorError(
        `${path} holds customer ids that the ledger ${ledger.name} does not know (row ${row}), and would lose them: give the --ledger that they came from, or another --results`,
      );
    }
  }
}

/** What was written of an input is in its encoding and under its delimiter. */
function openWritten(path: string, { format: { encoding, delimiter } }: Input, io: Io): Promise<CsvFile> {
  return openCsv(path, io.stdin, { encoding, delimiter, countKnown: () => 0, countMapped: () => 0 });
}

/** A row in doubt may have had its id before the ledger could write it down. */
function isKnown(ledger: LedgerView, key: string, customerId: string): boolean {
  if (!ledger.knowsCustomer(key)) return false;
  const entry = ledger.index.find(key);
  const state = ledger.index.state(entry);
  return (state !== 'created' && state !== 'existing') || ledger.index.customerId(entry) === customerId;
}

const EMPTY = createHash('sha256').digest('hex');

/**
 * Rejects that hold corrections are not overwritten. They hold none when a command wrote them so, or when each of
 * their rows still stands in the input: then nothing is lost, whoever wrote them.
 */
export async function refuseEditedRejects(
  { rejects: path, results }: Files,
  { given }: Settings,
  input: Input,
  ledger: LedgerView,
  io: Io,
): Promise<void> {
  if (path === undefined || path === STANDARD) return;
  const there = await digestOf(path);
  if (there === undefined || there === EMPTY) return;
  if (ledger.runs().some(({ end }) => end?.rejects === there) || (await isUnedited(results, path))) return;
  if (await standsInInput(path, input, io)) return;
  throw new OperatorError(
    `${path} has rows that are not in ${input.name} as they stand there, corrections perhaps, and would be lost: import it first (${importOf(path, ledger.name, { given })}), or remove it, or give another --rejects`,
  );
}

/** Whether every row of the rejects is one of the input, cell for cell. */
async function standsInInput(path: string, input: Input, io: Io): Promise<boolean> {
  const { header, cells } = originalsOf(input.plan);
  try {
    await using rejects = await openWritten(path, input, io);
    if (!isDeepStrictEqual(rejects.format.header, header)) return false;
    const left = new Set<string>();
    for await (const batch of rejects.rows()) {
      for (const row of batch) left.add(JSON.stringify(row.cells.slice(0, -1)));
    }
    for await (const batch of input.rows()) {
      for (const row of batch) left.delete(JSON.stringify(cells(row)));
    }
    return left.size === 0;
  } catch (error) {
    // What cannot be read as rejects was not written as such.
    if (error instanceof OperatorError) return false;
    throw error;
  }
}
