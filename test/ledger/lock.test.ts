import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Ledger } from '../../src/ledger/ledger.js';
import { holderOf, takeLock } from '../../src/ledger/lock.js';
import { OWNER, scratch, troubleOf } from './support.js';

/** Long enough for a heartbeat every 20 ms to be seen. */
const WATCH_MS = 150;

interface Holder {
  readonly pid: number;
  readonly host?: string;
  readonly token?: string;
  readonly boot?: string;
  readonly pidNamespace?: string;
  readonly startedAt?: string;
}

/** Another machine, or another container that goes by the same name and the same numbers. */
const ELSEWHERE = { boot: 'another boot', pidNamespace: 'pid:[1]', startedAt: '1' };

/** What the lock of a process of this machine says, but for the process's number and start. */
async function here(): Promise<object> {
  const path = await scratch('another.ledger');
  const lock = await takeLock(path);
  const text: unknown = JSON.parse(await readFile(`${path}.lock`, 'utf8'));
  await lock.release();
  return Object(text) as object;
}

async function lockedBy(path: string, holder: Holder): Promise<string> {
  const since = '2024-05-01T12:00:00.000Z';
  const text = JSON.stringify({ ...(await here()), host: hostname(), since, token: 'theirs', ...holder });
  await rm(`${path}.lock`, { force: true });
  await writeFile(`${path}.lock`, text);
  return text;
}

async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** Touches the lock's file, as its holder does, by a clock that may be behind ours. */
function beat(path: string, behindMs = 0): void {
  const timer = setInterval(() => {
    const now = new Date(Date.now() - behindMs);
    utimes(`${path}.lock`, now, now).catch(() => undefined);
  }, 20);
  onTestFinished(() => {
    clearInterval(timer);
  });
}

function sleeper(): ChildProcess & { pid: number } {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  if (child.pid === undefined) throw new Error('no child');
  return Object.assign(child, { pid: child.pid });
}

async function deadPid(): Promise<number> {
  const child = sleeper();
  child.kill('SIGKILL');
  await once(child, 'exit');
  return child.pid;
}

async function filesBeside(path: string): Promise<string[]> {
  return (await readdir(dirname(path))).sort();
}

describe('a second taker', () => {
  test('is refused at once while the first is alive, and told who it is', async () => {
    const path = await scratch();
    const { pid } = sleeper();
    const text = await lockedBy(path, { pid, startedAt: await startOf(pid) });
    const { message, exitCode } = await troubleOf(takeLock(path));
    expect(message).toContain(`in use by process ${pid} on ${hostname()} since 2024-05-01T12:00:00.000Z`);
    expect(exitCode).toBe(1);
    expect(await readFile(`${path}.lock`, 'utf8')).toBe(text);
    expect(await filesBeside(path)).toEqual(['people.ledger.lock']);
  });

  const beating: [string, Holder, number][] = [
    ['another host', { pid: 1, host: 'elsewhere', ...ELSEWHERE }, 0],
    ['a container with our host name and our very number', { pid: process.pid, ...ELSEWHERE }, 0],
    ['a container with a number that nobody has here', { pid: 2 ** 30, ...ELSEWHERE }, 0],
    ['a host whose clock is behind ours', { pid: 1, ...ELSEWHERE }, 20_000],
    ['a host whose clock is ahead of ours', { pid: 1, ...ELSEWHERE }, -3_600_000],
    [
      'a system that tells nothing of its processes',
      { pid: 1, boot: '', pidNamespace: '', startedAt: '' },
      0,
    ],
  ];
  test.each(beating)('is refused by the heartbeat of %s', async (_where, holder, behindMs) => {
    const path = await scratch();
    const text = await lockedBy(path, holder);
    beat(path, behindMs);
    expect((await troubleOf(takeLock(path, { watchMs: WATCH_MS }))).message).toContain('is in use');
    expect(await readFile(`${path}.lock`, 'utf8')).toBe(text);
  });

  test('waits for the first to end when it is asked to', async () => {
    const path = await scratch();
    const first = await takeLock(path);
    const second = takeLock(path, { waitMs: 60_000 });
    await first.release();
    await (await second).release();
    expect(await filesBeside(path)).toEqual([]);
  });

  test('waits no longer than asked', async () => {
    const path = await scratch();
    const first = await takeLock(path);
    expect((await troubleOf(takeLock(path, { waitMs: 50 }))).message).toContain('is in use');
    await first.release();
  });

  const gone: [string, () => Holder | Promise<Holder>, number][] = [
    ['a dead process, at once', async () => ({ pid: await deadPid() }), 600_000],
    ['a process whose number belongs to another by now, at once', () => ({ pid: sleeper().pid }), 600_000],
    ['an earlier life of this very number, at once', () => ({ pid: process.pid, startedAt: '1' }), 600_000],
    [
      'a host that beats no more, after the watch',
      () => ({ pid: 1, host: 'elsewhere', ...ELSEWHERE }),
      WATCH_MS,
    ],
  ];
  test.each(gone)('takes over from %s', async (_whom, holder, watchMs) => {
    const path = await scratch();
    await lockedBy(path, await holder());
    const lock = await takeLock(path, { watchMs });
    expect(JSON.parse(await readFile(`${path}.lock`, 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.check();
    await lock.release();
    expect(await filesBeside(path)).toEqual([]);
  });

  test.each(['', '{"pid":', 'hello', '{}'])('takes over from a lock that says nothing: %j', async (text) => {
    const path = await scratch();
    await writeFile(`${path}.lock`, text);
    const lock = await takeLock(path, { watchMs: 20 });
    await lock.release();
    expect(await filesBeside(path)).toEqual([]);
  });
});

/** Takes the lock that it is told of, and keeps it young until it is told to let go. */
const TAKER = `
  import { once } from 'node:events';
  import { utimes } from 'node:fs/promises';
  const { takeLock } = await import(process.argv[1]);
  process.on('message', async ({ path }) => {
    if (path === undefined) return;
    const lock = await takeLock(path).catch(() => undefined);
    const beat = setInterval(() => utimes(path + '.lock', new Date(), new Date()).catch(() => {}), 20);
    const told = once(process, 'message');
    process.send(lock ? 'held' : 'refused');
    await told;
    clearInterval(beat);
    await lock?.release();
    process.send('let go');
  });
  process.send('ready');
`;

describe('many takers in one instant', () => {
  const LOCK = new URL('../../dist/ledger/lock.js', import.meta.url).href;
  const TAKERS = 6;
  const ROUNDS = 12;

  test('of a dead lock: one holds it, the others are refused', { timeout: 60_000 }, async () => {
    const takers = Array.from({ length: TAKERS }, () => {
      const args = ['--input-type=module', '-e', TAKER, LOCK];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      onTestFinished(() => {
        child.kill('SIGKILL');
      });
      return child;
    });
    const hear = () => Promise.all(takers.map(async (taker) => String((await once(taker, 'message'))[0])));
    const tell = (message: object): Promise<string[]> => {
      const heard = hear();
      for (const taker of takers) taker.send(message);
      return heard;
    };
    await hear();
    const pid = await deadPid();
    const path = await scratch();
    for (let round = 0; round < ROUNDS; round++) {
      await lockedBy(path, { pid });
      // Nobody lets go before all have their answer.
      const refused = Array<string>(TAKERS - 1).fill('refused');
      expect((await tell({ path })).sort()).toEqual(['held', ...refused]);
      await tell({});
      expect(await filesBeside(path)).toEqual([]);
    }
  });

  test('one that died on the way to taking over holds nobody up for long', async () => {
    const path = await scratch();
    await lockedBy(path, { pid: await deadPid() });
    await writeFile(`${path}.lock.takeover`, '');
    const lock = await takeLock(path, { watchMs: 20 });
    await lock.release();
    expect(await filesBeside(path)).toEqual([]);
  });
});

describe('the holder', () => {
  test('lets go of its own lock alone', async () => {
    const path = await scratch();
    const lock = await takeLock(path);
    const text = await lockedBy(path, { pid: 1, token: 'another' });
    expect((await troubleOf(lock.check())).message).toContain('was taken over by another run');
    await lock.release();
    expect(await readFile(`${path}.lock`, 'utf8')).toBe(text);
  });

  test('keeps its lock young while it holds it, and no other', async () => {
    const path = await scratch();
    const other = await scratch();
    const beat = async (at: string): Promise<number> => (await stat(`${at}.lock`)).mtimeMs;
    const nextBeat = async (at: string): Promise<void> => {
      const last = await beat(at);
      await expect.poll(() => beat(at), { timeout: 10_000 }).not.toBe(last);
    };
    const lock = await takeLock(path);
    await nextBeat(path);
    await lockedBy(path, { pid: 1 });
    const theirs = await beat(path);
    const clock = await takeLock(other);
    // Two beats of another lock are as long as two that this one would have had.
    for (let beats = 0; beats < 2; beats++) await nextBeat(other);
    expect(await beat(path)).toBe(theirs);
    await clock.release();
    await lock.release();
  });

  test('is told to those who ask, while it is alive', async () => {
    const path = await scratch();
    expect(await holderOf(path)).toBeUndefined();
    const lock = await takeLock(path);
    expect(await holderOf(path)).toMatchObject({ pid: process.pid, host: hostname() });
    await lock.release();
    await lockedBy(path, { pid: await deadPid() });
    expect(await holderOf(path)).toBeUndefined();
  });

  test('a ledger that could not be opened is not left locked', async () => {
    const path = await scratch();
    await writeFile(path, 'no ledger\n');
    await troubleOf(Ledger.open(path, OWNER));
    expect(await filesBeside(path)).toEqual(['people.ledger']);
  });

  test('a closed ledger is free, an open one is locked', async () => {
    const path = await scratch();
    const ledger = await Ledger.open(path, OWNER);
    expect(await filesBeside(path)).toEqual(['people.ledger.lock']);
    await ledger.close();
    expect(await filesBeside(path)).toEqual([]);
  });
});
