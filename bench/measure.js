// Runs a child to its end and says what it took: the one way in which everything here is measured.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const PRELOAD = new URL('preload.js', import.meta.url).href;
const children = new Set();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

/** The environment without anything that would set the program up otherwise. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(BOND_|NODE_OPTIONS$|NODE_EXTRA_)/.test(name)),
);

function start(args, options) {
  const child = spawn(process.execPath, args, options);
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

/** @returns wall seconds from spawn to exit, CPU µs (user and system, all threads), peak memory in bytes; or why it failed */
export async function measure(args, cwd) {
  const usageFile = join(cwd, '.usage.json');
  const startedMs = performance.now();
  const child = start(['--import', PRELOAD, ...args], {
    cwd,
    env: { ...env, BOND_IDENTITY: 'bench', BOND_AUTHORIZATION: 'bench', BENCH_USAGE_FILE: usageFile },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr = (stderr + chunk).slice(-4000)));
  // Not 'close': the wall clock stops when the process has ended.
  const [code, signal] = await new Promise((resolve) => child.once('exit', (...how) => resolve(how)));
  const seconds = (performance.now() - startedMs) / 1000;
  if (code !== 0)
    return { seconds, failed: `${signal ?? `exit code ${code}`}: ${stderr.trim().split('\n').at(-1)}` };
  const usage = JSON.parse(readFileSync(usageFile, 'utf8'));
  rmSync(usageFile);
  return { seconds, ...usage };
}

/** @param callsAMs the pace that its clients are to keep */
export async function startSink(callsAMs) {
  const sink = start([new URL('sink.js', import.meta.url).pathname, String(callsAMs)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const port = await new Promise((resolve) => sink.stdout.once('data', (data) => resolve(Number(data))));
  const ask = async (path) => (await fetch(`http://127.0.0.1:${port}${path}`)).json();
  return {
    url: `http://127.0.0.1:${port}/api/v0.1`,
    reset: () => ask('/__reset'),
    stats: () => ask('/__stats'),
  };
}
