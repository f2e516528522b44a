import type { Stats } from 'node:fs';
import { mkdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { checkWritable } from '../csv/writer.js';
import { errnoOf, OperatorError, orTrouble } from '../errors.js';
import type { Settings } from '../settings.js';

/** What is called `-`: standard input as an input, standard output as anything else. */
export const STANDARD = '-';

/** The files that the work on one input reads and writes. */
export interface Files {
  readonly input: string;
  readonly ledger: string;
  readonly results: string;
  readonly rejects: string | undefined;
  readonly changes: string | undefined;
  readonly report: string | undefined;
  readonly metrics: string | undefined;
  readonly mapping: string | undefined;
}

/** `customers.csv` → `customers.results.csv` and `customers.ledger`, beside it, where the settings do not say otherwise. */
export function filesOf(input: string, settings: Settings): Files {
  const { ledger, results, resultsDir, rejects, changes, report, metrics, mapping } = settings;
  if (input === STANDARD && (results === undefined || ledger === undefined)) {
    throw new OperatorError(
      'Standard input has no name to call the other files after: give --ledger and --results as well',
    );
  }
  const stem = input.replace(/\.gz$/i, '').replace(/\.(csv|tsv|txt)$/i, '');
  const resultsStem = resultsDir === undefined ? stem : join(resultsDir, basename(stem));
  return {
    input,
    ledger: ledger ?? `${stem}.ledger`,
    results: results ?? `${resultsStem}.results.csv`,
    ...{ rejects, changes, report, metrics, mapping },
  };
}

type Role = keyof Files;
/** What the inputs of one command may have in common. */
const SHARED: ReadonlySet<Role> = new Set(['ledger', 'metrics', 'mapping']);
const NAMES: Readonly<Record<Role, string>> = {
  input: 'the input',
  ledger: 'the ledger',
  results: 'the results',
  rejects: 'the rejects',
  changes: 'the changes',
  report: 'the report',
  metrics: 'the metrics',
  mapping: 'the mapping file',
};

/**
 * Refuses, before anything is read, two files of one command that are the same file, through links of any kind.
 * @param roles those that the command uses
 */
export async function refuseSameFiles(all: readonly Files[], roles: readonly Role[]): Promise<void> {
  const seen = new Map<string, { role: Role; path: string }>();
  for (const files of all) {
    for (const role of roles) {
      const path = files[role];
      if (path === undefined) continue;
      const identity = await identityOf(role, path);
      const other = seen.get(identity);
      seen.set(identity, { role, path });
      if (!other || (other.role === role && SHARED.has(role))) continue;
      const what = path === STANDARD ? 'standard output' : path;
      throw new OperatorError(
        other.role === role
          ? `${capital(NAMES[role])} of two inputs would be the same file, ${what}: give each its own, or import them one by one`
          : `${capital(NAMES[other.role])} and ${NAMES[role]} are the same file, ${what}: give ${NAMES[role]} another name`,
      );
    }
  }
}

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** Refuses, before anything is sent, files that could not be written at the end; makes the folder of the results. */
export async function checkFiles(files: Files, settings: Settings): Promise<void> {
  const { resultsDir } = settings;
  if (resultsDir !== undefined) {
    await orTrouble(`--results-dir ${resultsDir} cannot be made`, () =>
      mkdir(resultsDir, { recursive: true }),
    );
  }
  for (const path of [files.results, files.rejects, files.changes, files.report, files.metrics]) {
    if (path !== undefined && path !== STANDARD) await checkWritable(path);
  }
}

/** A text that two paths have in common when they lead to one file, there or not there yet. */
async function identityOf(role: Role, path: string): Promise<string> {
  if (path === STANDARD) return role === 'input' ? 'standard input' : 'standard output';
  if (/^postgres(ql)?:/.test(path)) return path;
  const there = await statOf(path);
  return there ? `${there.dev}:${there.ino}` : placeOf(path);
}

async function statOf(path: string): Promise<Stats | undefined> {
  return orUndefined(stat(path));
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

/** What cannot be looked at is told where it is opened. */
async function orUndefined<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
