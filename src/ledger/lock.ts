import { randomUUID } from 'node:crypto';
import { readlinkSync, readFileSync } from 'node:fs';
import { link, open, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { errnoOf, ExitCode, OperatorError, systemTrouble } from '../errors.js';
import type { Holder } from './journal.js';

const BEAT_MS = 2000;
/** A lock that was not seen to beat for so long belongs to nobody. */
const DEAD_AFTER_MS = 15_000;
const LOOK_EVERY_MS = 500;
/** Longer than it takes to remove a lock and make another. */
const TURN_MS = 50;

/** Holding a ledger's file: one writer at a time. */
export interface Lock {
  /** Throws when the lock is held no longer: another process may have taken it over while this one was suspended. */
  check(): Promise<void>;
  release(): Promise<void>;
}

const lockSchema = z.object({
  pid: z.number(),
  host: z.string(),
  since: z.string(),
  token: z.string(),
  /** What the system says of the process; '' where it does not tell (only Linux does). */
  boot: z.string(),
  pidNamespace: z.string(),
  startedAt: z.string(),
});
type LockText = z.infer<typeof lockSchema>;

export interface LockOptions {
  /** How long to wait for a holder to end. */
  readonly waitMs?: number;
  /** How long a lock must not beat to be taken over. */
  readonly watchMs?: number;
}

/**
 * Takes `<ledger>.lock`, or says who holds it. A lock that beats is never taken over, whatever its pid, its host's
 * name or its times say: containers share names and pids, and clocks differ. What counts is whether its time of
 * change moves while it is watched. Only a process that this very system knows to have ended is not watched.
 */
export async function takeLock(ledgerPath: string, options: LockOptions = {}): Promise<Lock> {
  const { waitMs = 0, watchMs = DEAD_AFTER_MS } = options;
  const path = `${ledgerPath}.lock`;
  const mine = describeSelf();
  const giveUpAtMs = performance.now() + waitMs;
  for (;;) {
    const file = await create(path, mine);
    if (file) return hold(path, file, ledgerPath);
    const holder = await readLock(path);
    if (!holder) continue;
    switch (await watch(path, holder, watchMs)) {
      case 'released':
        break;
      case 'dead':
        await remove(path, holder, mine, watchMs);
        break;
      case 'alive':
        if (performance.now() >= giveUpAtMs) throw inUse(ledgerPath, holder);
        await sleep(Math.min(LOOK_EVERY_MS, giveUpAtMs - performance.now()));
    }
  }
}

/** Who holds the ledger's lock and is alive, if anybody. */
export async function holderOf(ledgerPath: string): Promise<Holder | undefined> {
  const path = `${ledgerPath}.lock`;
  const holder = await readLock(path);
  if (!holder || (await watch(path, holder, BEAT_MS + LOOK_EVERY_MS)) !== 'alive') return undefined;
  const { pid, host, since } = holder;
  return { pid, host, since };
}

function inUse(ledgerPath: string, { pid, host, since }: LockText): OperatorError {
  return new OperatorError(
    `The ledger ${ledgerPath} is in use by process ${pid} on ${host} since ${since}: wait for it to end (--wait 10m), or stop it, then run the same command again`,
  );
}

function describeSelf(): LockText {
  return {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    token: randomUUID(),
    boot: bootId(),
    pidNamespace: pidNamespace(),
    startedAt: startOf(process.pid) ?? '',
  };
}

function bootId(): string {
  return orEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
}

function pidNamespace(): string {
  return orEmpty(() => readlinkSync('/proc/self/ns/pid'));
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** When a process of our own pid namespace started, in ticks since the boot; undefined when there is none. */
function startOf(pid: number): string | undefined {
  // proc_pid_stat(5): the 22nd field; the second, the program's name, may hold spaces and brackets.
  const text = orEmpty(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}

/** The lock's file appears whole, or not at all: another process never reads half of it. */
async function create(path: string, mine: LockText): Promise<FileHandle | undefined> {
  const aside = `${path}.${mine.token}`;
  let file: FileHandle | undefined;
  try {
    file = await open(aside, 'wx', 0o600);
    await file.writeFile(JSON.stringify(mine));
    await link(aside, path);
    return file;
  } catch (error) {
    await file?.close();
    if (errnoOf(error) === 'EEXIST') return undefined;
    throw systemTrouble(
      `The ledger cannot be locked (--ledger chooses another place): ${path} cannot be written`,
      error,
    );
  } finally {
    await rm(aside, { force: true }).catch(() => undefined);
  }
}

async function readLock(path: string): Promise<LockText | undefined> {
  try {
    return lockSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    return {
      pid: 0,
      host: 'an unknown host',
      since: 'an unknown time',
      token: '',
      boot: '',
      pidNamespace: '',
      startedAt: '',
    };
  }
}

/** What has become of a holder, watched for so long where it cannot be known at once. */
async function watch(
  path: string,
  holder: LockText,
  watchMs: number,
): Promise<'released' | 'alive' | 'dead'> {
  const isNeighbour =
    holder.boot !== '' && holder.boot === bootId() && holder.pidNamespace === pidNamespace();
  if (isNeighbour && holder.startedAt !== '') {
    // A number that belongs to a process which started at another time has been given away again.
    return startOf(holder.pid) === holder.startedAt ? 'alive' : 'dead';
  }
  const firstBeatMs = await beatOf(path);
  const deadAtMs = performance.now() + watchMs;
  while (performance.now() < deadAtMs) {
    await sleep(Math.min(LOOK_EVERY_MS, Math.max(1, deadAtMs - performance.now())));
    const beatMs = await beatOf(path);
    if (beatMs === undefined) return 'released';
    if (beatMs !== firstBeatMs) return 'alive';
  }
  return firstBeatMs === undefined ? 'released' : 'dead';
}

/** By the clock of the holder: to be compared with nothing but itself. */
async function beatOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return undefined;
  }
}

/**
 * Removes a dead holder's lock. Of several that see it dead one does so at a time, and looks again before: by then
 * the lock may be that of another who was quicker.
 */
async function remove(path: string, dead: LockText, mine: LockText, watchMs: number): Promise<void> {
  const turnPath = `${path}.takeover`;
  const turn = await create(turnPath, mine);
  if (turn) {
    try {
      if ((await readLock(path))?.token === dead.token) await rm(path, { force: true });
    } finally {
      await turn.close();
      await rm(turnPath, { force: true });
    }
    return;
  }
  await sleep(TURN_MS);
  const other = await readLock(turnPath);
  // A turn takes no time, so one that lasts was left behind by a process that died in it.
  if (other && (await watch(turnPath, other, watchMs)) === 'dead') await rm(turnPath, { force: true });
}

function hold(path: string, file: FileHandle, ledgerPath: string): Lock {
  const beat = setInterval(() => {
    // By the open file and not by its path: that may be another holder's by now.
    file.utimes(new Date(), new Date()).catch(() => undefined);
  }, BEAT_MS);
  beat.unref();
  const isOurs = async (): Promise<boolean> => {
    try {
      // Whoever takes a lock over removes its file first.
      return (await file.stat()).nlink > 0;
    } catch {
      return false;
    }
  };
  return {
    async check() {
      if (await isOurs()) return;
      throw new OperatorError(
        `The ledger ${ledgerPath} was taken over by another run while this one was suspended, or its lock was removed: let the other run finish, then run the same command again`,
        { exitCode: ExitCode.runAgain },
      );
    },
    async release() {
      clearInterval(beat);
      if (await isOurs()) await rm(path, { force: true });
      await file.close();
    },
  };
}
