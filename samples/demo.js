// `npm run demo`: imports samples/customers.csv into a sandbox on this machine, from a fresh clone on. Nothing leaves
// the machine but what `npm ci` asks for, and no account is needed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROGRAM = join('dist', 'main.js');
const RESULTS = join('demo', 'customers.results.csv');
const CREDENTIALS = {
  BOND_IDENTITY: '00000000-0000-4000-8000-000000000001',
  BOND_AUTHORIZATION: 'sandbox-authorization',
};
/** The exit code of an import of which some rows need a person: the sample has such rows on purpose. */
const SOME_ROWS_ARE_WRONG = 2;
const INTERRUPTED = 75;

/** @type {Set<ChildProcess>} */
const running = new Set();
let interrupted = false;

// The children have groups of their own, so that Ctrl-C reaches them through here alone and in the right order.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    if (interrupted) process.exit(INTERRUPTED);
    interrupted = true;
    for (const child of running) if (child !== sandbox) child.kill(signal);
  });
}
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** @type {ChildProcess | undefined} */
let sandbox;

try {
  process.exitCode = await demo();
} finally {
  await stopSandbox();
}

async function demo() {
  if (!(await exists('node_modules'))) await npm('ci', '--include=dev');
  if (!(await isBuilt())) await npm('run', 'build');
  if (interrupted) return INTERRUPTED;
  await rm(join(ROOT, 'demo'), { recursive: true, force: true });
  await mkdir(join(ROOT, 'demo'));

  const url = await startSandbox();
  if (interrupted) return INTERRUPTED;
  const code = await bondImport(
    [
      'run',
      join('samples', 'customers.csv'),
      '--results',
      RESULTS,
      '--ledger',
      join('demo', 'customers.ledger'),
    ],
    ['--env', 'sandbox', '--rate', '6000', '--concurrency', '10'],
    { BOND_API_URL: url },
  );
  if (interrupted) return INTERRUPTED;
  if (code !== SOME_ROWS_ARE_WRONG) {
    console.error(`\nThe import ended with ${code}, ${SOME_ROWS_ARE_WRONG} was expected.`);
    return 1;
  }
  await showResults();
  return 0;
}

/** @returns {Promise<string>} the sandbox's base URL */
async function startSandbox() {
  const args = ['sandbox', '--port', '0', '--latency', '40ms', '--rate-limit', '0'];
  const child = start(args, CREDENTIALS, 'pipe');
  sandbox = child;
  const ended = once(child, 'close').then(() => []);
  if (!child.stdout) throw new Error('the sandbox has no output');
  const lines = createInterface(child.stdout);
  /** @type {Promise<string[]>} */
  const said = new Promise((resolve) => {
    lines.on('line', (line) => {
      const url = /BOND_API_URL=(\S+)/.exec(line)?.[1];
      if (url !== undefined) resolve([url]);
    });
  });
  const [url] = await Promise.race([said, ended]);
  if (url === undefined) throw new Error('the sandbox ended before it said where it listens');
  console.error(`A Bond API of this machine's own listens at ${url}.\n`);
  return url;
}

async function stopSandbox() {
  if (!sandbox || !running.has(sandbox)) return;
  const closed = once(sandbox, 'close');
  sandbox.kill('SIGTERM');
  await closed;
}

/**
 * @param {readonly string[]} what
 * @param {readonly string[]} how
 * @param {Record<string, string>} env
 */
async function bondImport(what, how, env) {
  const child = start([...what, ...how], { ...CREDENTIALS, ...env }, 'inherit');
  return codeOf(child);
}

/**
 * Starts the program as a shell would, but without a setting of the user's own: a demo must not reach a real account.
 * @param {readonly string[]} args
 * @param {Record<string, string>} settings
 * @param {'inherit' | 'pipe'} stdout
 */
function start(args, settings, stdout) {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('BOND_'));
  console.error(`$ bond-import ${args.join(' ')}`);
  return track(
    spawn(process.execPath, [PROGRAM, ...args], {
      cwd: ROOT,
      env: { ...Object.fromEntries(own), ...settings },
      stdio: ['ignore', stdout, 'inherit'],
      detached: process.platform !== 'win32',
    }),
  );
}

/** @param {string[]} args */
async function npm(...args) {
  console.error(`$ npm ${args.join(' ')}`);
  const cli = process.env['npm_execpath'];
  const [command, first] = cli === undefined ? ['npm', []] : [process.execPath, [cli]];
  const shell = cli === undefined && process.platform === 'win32';
  const child = track(spawn(command, [...first, ...args], { cwd: ROOT, stdio: 'inherit', shell }));
  const code = await codeOf(child);
  if (code !== 0 && !interrupted) throw new Error(`npm ${args.join(' ')} ended with ${code ?? 'a signal'}`);
}

/** @param {ChildProcess} child */
function track(child) {
  running.add(child);
  child.on('close', () => running.delete(child));
  return child;
}

/**
 * @param {ChildProcess} child
 * @returns {Promise<number | null>} null when a signal ended it
 */
function codeOf(child) {
  return new Promise((resolve) => child.on('close', resolve));
}

/** Whether the program was built after its sources were last changed. */
async function isBuilt() {
  if (!(await exists(PROGRAM))) return false;
  const { mtimeMs: builtMs } = await stat(join(ROOT, PROGRAM));
  const sources = await readdir(join(ROOT, 'src'), { recursive: true });
  const changes = await Promise.all(
    sources.map(async (path) => (await stat(join(ROOT, 'src', path))).mtimeMs),
  );
  return changes.every((changedMs) => changedMs <= builtMs);
}

/** @param {string} path */
async function exists(path) {
  return stat(join(ROOT, path)).then(
    () => true,
    () => false,
  );
}

async function showResults() {
  const lines = (await readFile(join(ROOT, RESULTS), 'utf8')).split('\n');
  const widest = Math.max(process.stdout.columns ?? 0, 160);
  console.log('\nThe header and the first five lines of the results:\n');
  for (const line of lines.slice(0, 6))
    console.log(line.length > widest ? `${line.slice(0, widest - 1)}…` : line);
  console.log(
    `\nAll of them: ${RESULTS}. Some rows of the sample are wrong on purpose, so the import ends with 2.`,
  );
}
