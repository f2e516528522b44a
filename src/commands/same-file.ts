import type { Stats } from 'node:fs';
import { readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoOf } from '../errors.js';

/** Whether two paths lead to one file, through links of any kind, also when it is not there yet. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([statOf(one), statOf(other)]);
  if (a && b) return a.ino === b.ino && a.dev === b.dev;
  return !a && !b && (await placeOf(one)) === (await placeOf(other));
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    // What cannot be looked at is told where it is opened.
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

/** More links, one after the other, than any system follows. */
const MOST_LINKS = 40;

/** Where a file would be made: its real folder and its name, or where a link to nothing leads. */
async function placeOf(path: string, links = 0): Promise<string> {
  const full = resolve(path);
  const target = links < MOST_LINKS ? await orUndefined(readlink(full)) : undefined;
  if (target !== undefined) return placeOf(resolve(dirname(full), target), links + 1);
  const folder = dirname(full);
  if (folder === full) return full;
  return join((await orUndefined(realpath(folder))) ?? (await placeOf(folder, links)), basename(full));
}

async function orUndefined(looking: Promise<string>): Promise<string | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
