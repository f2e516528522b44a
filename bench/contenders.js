// Who is measured: how each is started, and how many customers it must have posted for the measurement to count.
import { constants, copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { appendRow } from './rows.js';

export const CONCURRENCY = 50;
export const RATE = 6000;

const peer = (name) => fileURLToPath(new URL(`peers/${name}.js`, import.meta.url));
const all = (rows) => rows;
const none = () => 0;

/** A file's first run. What it leaves stays for the runs after it. */
function firstRun(flags) {
  return {
    prepare(lab, { rows, sink }) {
      rmSync(lab.folderOf(rows, sink), { recursive: true, force: true });
      mkdirSync(lab.folderOf(rows, sink));
    },
    args: (lab, { rows, sink }, { url }) =>
      runArgs(lab, url, lab.file(rows), lab.folderOf(rows, sink), flags),
    posts: all,
  };
}

function runArgs(lab, url, file, folder, flags = ['--rate', '0']) {
  const out = ['--ledger', join(folder, 'ledger'), '--results', join(folder, 'results.csv')];
  return [lab.program, 'run', file, ...flags, '--api-url', url, '--concurrency', String(CONCURRENCY), ...out];
}

/** After a finished run, whichever measurement it was of. */
const afterRun = (lab, { rows, sink }) => lab.need([{ name: 'run', rows, sink, runs: 1 }]);

let appended = 0;

export const CONTENDERS = {
  'bare loop': {
    args: (lab, { rows }, { url }) => [peer('bare-loop'), url, String(rows), String(CONCURRENCY)],
    posts: all,
  },
  run: firstRun(),
  [`run --rate ${RATE}`]: firstRun(['--rate', String(RATE)]),
  'csv-parse + p-limit + fetch': {
    args: (lab, { rows }, { url }) => [
      peer('naive'),
      url,
      lab.file(rows),
      String(CONCURRENCY),
      join(lab.folder, 'naive.csv'),
    ],
    posts: all,
  },
  newman: { args: (lab, { rows }, { url }) => [peer('newman'), url, lab.file(rows)], posts: all },
  'bare csv-parse': { args: (lab, { rows }) => [peer('bare-csv-parse'), lab.file(rows)] },
  validate: {
    args: (lab, { rows }) => [
      lab.program,
      'validate',
      lab.file(rows),
      '--ledger',
      join(lab.folder, 'no.ledger'),
      '--results',
      join(lab.folder, 'validated.csv'),
    ],
  },
  /** The very same file, all of it created. */
  'run again': {
    prepare: afterRun,
    args: (lab, { rows, sink }, { url }) => runArgs(lab, url, lab.file(rows), lab.folderOf(rows, sink)),
    posts: none,
  },
  /** The file with one new row at its end: every row is looked at, one is sent. */
  'run again, a row more': {
    async prepare(lab, entry) {
      const folder = `${lab.folderOf(entry.rows, entry.sink)}-grown`;
      const file = join(folder, 'customers.csv');
      if (!lab.grown.has(folder)) {
        await afterRun(lab, entry);
        mkdirSync(folder);
        copyFileSync(lab.file(entry.rows), file, constants.COPYFILE_FICLONE);
        copyFileSync(join(lab.folderOf(entry.rows, entry.sink), 'ledger'), join(folder, 'ledger'));
        lab.grown.add(folder);
      }
      appendRow(file, entry.rows + appended++);
    },
    args(lab, { rows, sink }, { url }) {
      const folder = `${lab.folderOf(rows, sink)}-grown`;
      return runArgs(lab, url, join(folder, 'customers.csv'), folder);
    },
    posts: () => 1,
  },
};
