import { randomUUID } from 'node:crypto';
import { link, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { errnoOf, OperatorError, systemTrouble } from '../errors.js';

const BEAT_MS = 2000;
/** A lock that has not beaten for so long belongs to nobody. */
const DEAD_AFTER_MS = 15_000;
/** Longer than it takes to remove a lock and make another. */
const TURN_MS = 50;

/** Holding a ledger: one writer at a time. */
export interface Lock {
  /** Throws when another process has taken the lock over, as it may while this one was suspended. */
  check(): Promise<void>;
  release(): Promise<void>;
}

const holderSchema = z.object({ pid: z.number(), host: z.string(), since: z.string(), token: z.string() });
type Holder = z.infer<typeof holderSchema>;

/**
 * Takes `<ledger>.lock`, or says who holds it. A holder that is dead, or has not beaten for 15 s, is taken
 * over. @param watchMs how long to watch the heartbeat of a holder that cannot be asked
 */
export async function takeLock(ledgerPath: string, watchMs = DEAD_AFTER_MS): Promise<Lock> {
  const path = `${ledgerPath}.lock`;
  const mine: Holder = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    token: randomUUID(),
  };
  for (let tries = 0; !(await create(path, mine)); tries++) {
    const holder = await readHolder(path);
    if (!holder) continue;
    if (tries > 5 || !(await isDead(path, holder, watchMs))) {
      throw new OperatorError(
        `The ledger ${ledgerPath} is in use by process ${holder.pid} on ${holder.host} since ${holder.since}: wait for it to end, or stop it, then run the same command again`,
      );
    }
    await remove(path, holder, mine);
  }
  return hold(path, mine, ledgerPath);
}

/** The lock's file appears whole, or not at all: another process never reads half of it. */
async function create(path: string, mine: Holder): Promise<boolean> {
  const aside = `${path}.${mine.token}`;
  try {
    const file = await open(aside, 'wx', 0o600);
    await file.writeFile(JSON.stringify(mine));
    await file.close();
    await link(aside, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw systemTrouble(
      `The ledger cannot be locked (--ledger chooses another place): ${path} cannot be written`,
      error,
    );
  } finally {
    await rm(aside, { force: true }).catch(() => undefined);
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    return { pid: 0, host: 'an unknown host', since: 'an unknown time', token: '' };
  }
}

async function isDead(path: string, holder: Holder, watchMs: number): Promise<boolean> {
  if (holder.host === hostname()) {
    // Its number may be ours: a container that was started again.
    if (holder.pid === process.pid || !isAlive(holder.pid)) return true;
  }
  const firstBeatMs = await beatMs(path);
  const deadAtMs = Math.min(firstBeatMs + DEAD_AFTER_MS, Date.now() + watchMs);
  while (Date.now() < deadAtMs) {
    await sleep(Math.min(BEAT_MS / 4, Math.max(1, deadAtMs - Date.now())));
    if ((await beatMs(path)) !== firstBeatMs) return false;
  }
  return true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

async function beatMs(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return -1;
  }
}

/**
 * Removes a dead holder's lock. Of several that see it dead one does so at a time, and looks again before: by then
 * the lock may be that of another who was quicker.
 */
async function remove(path: string, dead: Holder, mine: Holder): Promise<void> {
  const turn = `${path}.takeover`;
  if (await create(turn, mine)) {
    try {
      if ((await readHolder(path))?.token === dead.token) await rm(path, { force: true });
    } finally {
      await rm(turn, { force: true });
    }
    return;
  }
  const sinceMs = await beatMs(turn);
  if (sinceMs >= 0 && Date.now() - sinceMs > DEAD_AFTER_MS) await rm(turn, { force: true });
  await sleep(TURN_MS);
}

function hold(path: string, mine: Holder, ledgerPath: string): Lock {
  let lastBeatMs = Date.now();
  // A beat that comes late means that this process was suspended, and may have been taken for dead.
  let suspect = false;
  const isLate = (): boolean => Date.now() - lastBeatMs > DEAD_AFTER_MS / 2;
  const beat = setInterval(() => {
    suspect ||= isLate();
    lastBeatMs = Date.now();
    utimes(path, new Date(), new Date()).catch(() => undefined);
  }, BEAT_MS);
  beat.unref();
  const isOurs = async (): Promise<boolean> => (await readHolder(path))?.token === mine.token;
  return {
    async check() {
      if (!suspect && !isLate()) return;
      if (await isOurs()) {
        suspect = false;
        return;
      }
      throw new OperatorError(
        `The ledger ${ledgerPath} was taken over by another run while this one was suspended: let that one finish`,
      );
    },
    async release() {
      clearInterval(beat);
      if (await isOurs()) await rm(path, { force: true });
    },
  };
}
