// Who is measured: how each is started, and how many customers it must have posted for the measurement to count.
import { appendFileSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CONCURRENCY = '50';
export const RATE = 6000;

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const peer = (name) => fileURLToPath(new URL(`peers/${name}.js`, import.meta.url));
const run = (file, url, rate) => [
  ...[program, 'run', file, '--api-url', url, '--rate', rate, '--concurrency', CONCURRENCY],
  ...['--ledger', `${file}.ledger`, '--results', `${file}.results`],
];
// Results whose ledger is gone hold ids that nothing else knows, and are not overwritten.
const forget = (file) => ['ledger', 'results'].forEach((made) => rmSync(`${file}.${made}`, { force: true }));
const all = (rows) => rows;
const none = () => 0;

export const CONTENDERS = {
  'bare loop': { args: (file, url, rows) => [peer('bare-loop'), url, String(rows), CONCURRENCY], posts: all },
  run: { prepare: forget, args: (file, url) => run(file, url, '0'), posts: all },
  /** The very same file, all of it created. */
  'run again': { args: (file, url) => run(file, url, '0'), posts: none },
  /** Every row is looked at over a full ledger, one is sent. */
  'run, a row more': {
    prepare(file) {
      const line = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1);
      appendFileSync(file, `${line.replace(/^[^,]*/, `N-${Date.now()}`)}\n`);
    },
    args: (file, url) => run(file, url, '0'),
    posts: () => 1,
    restore(file, bytes) {
      truncateSync(file, bytes);
    },
  },
  [`run --rate ${RATE}`]: { prepare: forget, args: (file, url) => run(file, url, String(RATE)), posts: all },
  'the script people write': {
    args: (file, url) => [peer('naive'), url, file, CONCURRENCY, `${file}.naive`],
    posts: all,
  },
  newman: { args: (file, url) => [peer('newman'), url, file], posts: all },
  'bare csv-parse': { args: (file) => [peer('bare-csv-parse'), file], posts: none },
  validate: {
    // What is there already would be read first, to see that no customer's id is lost.
    prepare: (file) => rmSync(`${file}.validated`, { force: true }),
    args: (file) => [program, 'validate', file, '--ledger', `${file}.none`, '--results', `${file}.validated`],
    posts: none,
  },
};
