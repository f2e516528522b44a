import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { OperatorError, orTrouble } from '../errors.js';

/** The results file's own columns, before those of the input. */
export const RESULT_COLUMNS = ['row', 'status', 'customer_id', 'brand_person_id', 'errors'] as const;

/** A write for each batch of rows would wait for the disk more often than it works. */
const WRITE_CHARS = 1 << 16;

type Records = AsyncIterable<readonly (readonly string[])[]>;

/** Writes the results CSV, formula-leading cells escaped; a reader never sees half of it. */
export async function writeResults(path: string, header: readonly string[], records: Records): Promise<void> {
  await writeCsvAside(path, [...RESULT_COLUMNS, ...header], records, { escapeFormulas: true });
}

/**
 * Writes a comma-separated UTF-8 file aside (same folder, mode 0600) and renames it. If writing fails or `records`
 * throws, nothing is left of it and a file that was there before stays.
 */
export async function writeCsvAside(
  path: string,
  header: readonly string[],
  records: Records,
  options: { escapeFormulas: boolean },
): Promise<void> {
  const what = `${path} could not be written`;
  const csv = csvWriter(options.escapeFormulas);
  // Through a symbolic link, so that the link stays.
  const target = await realpath(path).catch(() => path);
  await sweepAside(dirname(target));
  const aside = asideOf(target);
  const file = await orTrouble(what, () => open(aside, 'wx', 0o600));
  try {
    await orTrouble(what, () => file.appendFile(csv([header])));
    let text = '';
    for await (const batch of records) {
      text += csv(batch);
      if (text.length < WRITE_CHARS) continue;
      const piece = text;
      text = '';
      await orTrouble(what, () => file.appendFile(piece));
    }
    await orTrouble(what, () => file.appendFile(text));
    await orTrouble(what, () => file.sync());
    await file.close();
    await orTrouble(what, () => rename(aside, target));
  } catch (error) {
    await file.close();
    await rm(aside, { force: true });
    throw error;
  }
}

/** Refuses, before anything is sent, a path that `writeCsvAside` could not write, or that is the input itself. */
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
  const file = await orTrouble(what, () => open(trial, 'wx', 0o600));
  await file.close();
  await rm(trial, { force: true });
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
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

/** A cell that means itself: no delimiter, quote or line end in it, and no formula. */
const PLAIN = /^(?:[^",\r\n=+\-@\t＝＋－＠][^",\r\n]*)?$/;

/** Asks csv-stringify about the few cells that are not plain: to ask it about every one costs three times as much. */
function csvWriter(escapeFormulas: boolean): (records: readonly (readonly string[])[]) => string {
  const careful = (cell: string): string =>
    stringify([[cell]], { escape_formulas: escapeFormulas, eof: false });
  return (records) => {
    let text = '';
    for (const record of records) {
      let separator = '';
      for (const cell of record) {
        text += separator + (PLAIN.test(cell) ? cell : careful(cell));
        separator = ',';
      }
      text += '\n';
    }
    return text;
  };
}
