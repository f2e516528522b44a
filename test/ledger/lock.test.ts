import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Ledger } from '../../src/ledger/ledger.js';
import { takeLock } from '../../src/ledger/lock.js';
import { OWNER, scratch, troubleOf } from './support.js';

/** Long enough for a heartbeat every 20 ms to be seen. */
const WATCH_MS = 150;

interface Holder {
  readonly pid: number;
  readonly host?: string;
  readonly token?: string;
}

async function lockedBy(path: string, { pid, host = hostname(), token = 'theirs' }: Holder): Promise<string> {
  const text = JSON.stringify({ pid, host, since: '2024-05-01T12:00:00.000Z', token });
  await writeFile(`${path}.lock`, text);
  return text;
}

/** Keeps the lock's file young, as its holder does. */
function beat(path: string): void {
  const timer = setInterval(() => {
    utimes(`${path}.lock`, new Date(), new Date()).catch(() => undefined);
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
  test('is refused while the first is alive and beats, and told who it is', async () => {
    const path = await scratch();
    const { pid } = sleeper();
    const text = await lockedBy(path, { pid });
    beat(path);
    const { message, exitCode } = await troubleOf(takeLock(path, WATCH_MS));
    expect(message).toContain(`in use by process ${pid} on ${hostname()} since 2024-05-01T12:00:00.000Z`);
    expect(exitCode).toBe(1);
    expect(await readFile(`${path}.lock`, 'utf8')).toBe(text);
    expect(await filesBeside(path)).toEqual(['people.ledger.lock']);
  });

  test('on another host is refused too, by the heartbeat alone', async () => {
    const path = await scratch();
    await lockedBy(path, { pid: 1, host: 'elsewhere' });
    beat(path);
    expect((await troubleOf(takeLock(path, WATCH_MS))).message).toContain('process 1 on elsewhere');
  });

  const gone: [string, () => Holder | Promise<Holder>, number][] = [
    ['a dead process, at once', async () => ({ pid: await deadPid() }), 600_000],
    ['a host that beats no more, after the watch', () => ({ pid: 1, host: 'elsewhere' }), WATCH_MS],
    ['a process that beats no more: the number may be another’s by now', () => sleeper(), WATCH_MS],
    ['an earlier life of this very number, at once', () => ({ pid: process.pid }), 600_000],
  ];
  test.each(gone)('takes over from %s', async (_whom, holder, watchMs) => {
    const path = await scratch();
    await lockedBy(path, await holder());
    const lock = await takeLock(path, watchMs);
    expect(JSON.parse(await readFile(`${path}.lock`, 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.check();
    await lock.release();
    expect(await filesBeside(path)).toEqual([]);
  });

  test.each(['', '{"pid":', 'hello', '{}'])('takes over from a lock that says nothing: %j', async (text) => {
    const path = await scratch();
    await writeFile(`${path}.lock`, text);
    const lock = await takeLock(path, 20);
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
    expect((await troubleOf(takeLock(path))).message).toContain('is in use');
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(`${path}.lock.takeover`, longAgo, longAgo);
    const lock = await takeLock(path);
    await lock.release();
    expect(await filesBeside(path)).toEqual([]);
  });
});

describe('the holder', () => {
  test('lets go of its own lock alone', async () => {
    const path = await scratch();
    const lock = await takeLock(path);
    const text = await lockedBy(path, { pid: 1, token: 'another' });
    await lock.release();
    expect(await readFile(`${path}.lock`, 'utf8')).toBe(text);
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
    expect(await filesBeside(path)).toEqual(['people.ledger', 'people.ledger.lock']);
    await ledger.close();
    expect(await filesBeside(path)).toEqual(['people.ledger']);
  });
});
