import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, rmSync, type Stats } from 'node:fs';
import { open, readdir, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { errnoOf, OperatorError, orTrouble } from '../errors.js';
import type { FileFormat } from './dialect.js';
import { encoderFor } from './encoder.js';
import { sha256Of } from './source.js';

/** What was written, to know it again. */
export interface Written {
  /** Of all its bytes, in hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** A CSV file that is being written aside, in the folder where it belongs. When it is disposed of and was not kept, nothing is left of it. */
export interface CsvWriter extends AsyncDisposable {
  write(records: readonly (readonly string[])[]): Promise<void>;
  /** Puts it in its place, in one step: a reader never sees half of it. */
  keep(): Promise<Written>;
}

export interface WriteOptions {
  /** Puts an apostrophe before cells that a spreadsheet would take for formulas. */
  readonly guardFormulas: boolean;
  /** Writes the `sep=;` line that the input had, for a file that is read the same way. */
  readonly sepLine?: boolean;
}

/** A write for each batch of rows would wait for the disk more often than it works. */
const WRITE_CHARS = 1 << 16;
/** What a first file is: people's data, for the user alone. */
const PRIVATE = 0o600;

/**
 * Begins a CSV file in the input's delimiter, encoding, byte order mark and line end. It takes over mode and owner of
 * the file that it replaces; the first one is for the user alone.
 */
export async function writeCsv(
  path: string,
  header: readonly string[],
  format: FileFormat,
  options: WriteOptions,
): Promise<CsvWriter> {
  const what = `${path} could not be written`;
  const toBytes = csvBytes(format, options);
  // Through a symbolic link, so that the link stays.
  const target = await realpath(path).catch(() => path);
  await sweepAside(dirname(target));
  const aside = asideOf(target);
  const file = await orTrouble(what, () => open(aside, 'wx', PRIVATE));
  // A second signal ends the process at once.
  const remove = (): void => {
    rmSync(aside, { force: true });
  };
  process.once('exit', remove);
  const hash = createHash('sha256');
  let bytes = 0;
  let waiting = '';
  let isKept = false;
  const append = (text: string): Promise<void> => {
    const piece = toBytes.encode(text);
    hash.update(piece);
    bytes += piece.length;
    return orTrouble(what, () => file.appendFile(piece));
  };
  waiting = toBytes.begin + toBytes.lines([header]);
  return {
    async write(records) {
      waiting += toBytes.lines(records);
      if (waiting.length < WRITE_CHARS) return;
      const text = waiting;
      waiting = '';
      await append(text);
    },
    async keep() {
      await append(waiting);
      await orTrouble(what, () => takeOver(file, target));
      await orTrouble(what, () => file.sync());
      await file.close();
      await orTrouble(what, () => rename(aside, target));
      isKept = true;
      return { sha256: hash.digest('hex'), bytes };
    },
    async [Symbol.asyncDispose]() {
      await file.close();
      if (!isKept) await rm(aside, { force: true });
      process.off('exit', remove);
    },
  };
}

/** Records as text, and text as bytes. */
function csvBytes(format: FileFormat, { guardFormulas, sepLine = false }: WriteOptions) {
  const { delimiter, lineEnd, encoding } = format;
  const mark = format.byteOrderMark ? '\ufeff' : '';
  const stringifyOptions = {
    delimiter,
    record_delimiter: lineEnd,
    quote_record_delimiter: true,
    escape_formulas: guardFormulas,
  };
  return {
    begin: mark + (sepLine && format.sepLine ? `sep=${delimiter}${lineEnd}` : ''),
    lines: (records: readonly (readonly string[])[]) => stringify([...records], stringifyOptions),
    encode: encoderFor(encoding),
  };
}

/** Gives the new file the mode and owner of the one that it will replace. Where the group cannot be kept, it gets no access of another group. */
async function takeOver(file: FileHandle, target: string): Promise<void> {
  const old = await statIfThere(target);
  if (!old) return;
  const own = await file.stat();
  const hasOwner =
    (own.uid === old.uid && own.gid === old.gid) ||
    (await isDone(file.chown(old.uid, old.gid))) ||
    (await isDone(file.chown(own.uid, old.gid)));
  await file.chmod(old.mode & (hasOwner ? 0o777 : 0o707));
}

async function isDone(change: Promise<void>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}

/** The SHA-256 of a file in hex; undefined when there is none. */
export async function digestOf(path: string): Promise<string | undefined> {
  try {
    return await sha256Of(createReadStream(path));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Refuses, before anything is sent, a path that `writeCsv` could not write, or that is the input itself. */
export async function checkWritable(path: string, input?: string): Promise<void> {
  const what = `${path} cannot be written`;
  const there = await orTrouble(what, () => statIfThere(path));
  if (there?.isDirectory()) {
    throw new OperatorError(`${path} is a directory, a path for a CSV file was expected: name a file in it`);
  }
  if (there && !there.isFile()) {
    throw new OperatorError(`${path} is not a regular file, one was expected: choose another path`);
  }
  const inputThere = input === undefined ? undefined : await statIfThere(input);
  if (there && inputThere && there.ino === inputThere.ino && there.dev === inputThere.dev) {
    throw new OperatorError(`${path} is the input file, which must not be overwritten: choose another path`);
  }
  const target = await realpath(path).catch(() => path);
  const trial = asideOf(target);
  const file = await orTrouble(what, () => open(trial, 'wx', PRIVATE));
  await file.close();
  await rm(trial, { force: true });
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function asideOf(target: string): string {
  return join(dirname(target), `.bond-import-${randomUUID()}.tmp`);
}

const ASIDE = /^\.bond-import-[-0-9a-f]{36}\.tmp$/;
/** Nothing that is still being written has lain still for so long. */
const LEFT_MS = 60 * 60 * 1000;

/** Removes what killed processes left aside: people's data, in rejects with their SSN. What cannot be removed is no reason to stop. */
async function sweepAside(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const path of names.filter((name) => ASIDE.test(name)).map((name) => join(folder, name))) {
    const left = await stat(path).catch(() => undefined);
    if (left && Date.now() - left.mtimeMs > LEFT_MS) await rm(path, { force: true }).catch(() => undefined);
  }
}
