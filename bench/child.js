// Child processes: measured ones, and ones that serve while others are measured. None outlives the bench.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const PRELOAD = new URL('preload.js', import.meta.url).href;
const STDERR_CHARS = 4000;
const REASON_CHARS = 120;

const children = new Set();

/** Starts `node ...args`. */
export function start(args, options) {
  const child = spawn(process.execPath, args, options);
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

export function killAll() {
  for (const child of children) child.kill('SIGKILL');
}

/** The environment without anything that would set the program up otherwise. */
export function cleanEnv(extra = {}) {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(BOND_|NODE_OPTIONS$|NODE_EXTRA_)/.test(name),
  );
  return { ...Object.fromEntries(own), ...extra };
}

let usageFiles = 0;

/**
 * Runs `node ...args` to its end.
 * @returns wall seconds from spawn to exit, CPU µs (user and system, all threads), peak memory in bytes
 */
export async function measure(args, { cwd, env }) {
  const usageFile = join(cwd, `.usage-${++usageFiles}.json`);
  const startedMs = performance.now();
  const child = start(['--import', PRELOAD, ...args], {
    cwd,
    env: cleanEnv({ ...env, BENCH_USAGE_FILE: usageFile }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr = (stderr + chunk).slice(-STDERR_CHARS)));
  // Not 'close': the wall clock stops when the process has ended.
  const [code, signal, endedMs] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (...how) => resolve([...how, performance.now()]));
  });
  const seconds = (endedMs - startedMs) / 1000;
  if (code !== 0) {
    return { failed: `${signal ?? `exit code ${code}`}: ${reasonIn(stderr)}`, seconds };
  }
  const usage = JSON.parse(readFileSync(usageFile, 'utf8'));
  rmSync(usageFile);
  return { seconds, ...usage };
}

/** The line of a last output that says most, without what a table could not hold. */
function reasonIn(output) {
  const lines = output.trim().split('\n');
  const line = lines.find((each) => /error|exhausted/i.test(each)) ?? lines.at(-1);
  return line.replaceAll('|', '/').trim().slice(0, REASON_CHARS);
}

/** Wall milliseconds of `node ...args`, nothing loaded into it. */
export async function wallMs(args, { cwd }) {
  const startedMs = performance.now();
  const child = start(args, { cwd, env: cleanEnv(), stdio: 'ignore' });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}`);
  return performance.now() - startedMs;
}
