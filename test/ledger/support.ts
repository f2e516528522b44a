import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { OperatorError } from '../../src/errors.js';
import type { Fingerprint } from '../../src/ledger/fingerprint.js';
import { Ledger, type LedgerOwner, type RunEnd, type RunStart } from '../../src/ledger/ledger.js';

export const OWNER: LedgerOwner = {
  target: 'https://sandbox.bond.tech/api/v0.1',
  env: 'sandbox',
  identity: 'aaaa',
  keys: 'external_id',
};
export const RUN: RunStart = {
  tool: 'bond-import test',
  command: 'run',
  host: 'here',
  user: 'somebody',
  at: '2024-05-01T12:00:00.000Z',
  input: { name: 'customers.csv', sha256: 'in', bytes: 7 },
  reading: 're',
  settings: { delimiter: ';' },
};
export const END: RunEnd = {
  at: '2024-05-01T12:00:30.000Z',
  exitCode: 0,
  counts: {
    created: 1,
    existing: 0,
    invalid: 0,
    duplicate: 0,
    rejected: 0,
    failed: 0,
    unknown: 0,
    pending: 0,
  },
  calls: 3,
  retries: 1,
  pauses: 0,
  durationMs: 30_000,
  pace: { bucketMs: 1000, calls: [3], pausedMs: [0], downMs: [0] },
};
export const FINGERPRINT: Fingerprint = {
  payload: '0123456789abcdef',
  name: '11111111',
  dob: '22222222',
  fold: '3333333344444444',
  contact: '55556666',
};
export const FINDINGS = [
  { path: 'dob', code: 'create_customer_schema', args: { message: 'Too “old”, señor.' } },
];

/** A UUID for every number. */
export function uuid(n: number, kind = '4'): string {
  const hex = createHash('md5').update(`${kind} ${n}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** A path in a folder that is gone when the test is over. */
export async function scratch(name = 'people.ledger'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bond-ledger-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, name);
}

/** A ledger as a run holds it, gone from hand when `use` has ended. */
export async function withLedger<T>(
  path: string,
  use: (ledger: Ledger) => T | Promise<T>,
  owner: LedgerOwner = OWNER,
): Promise<T> {
  const ledger = await Ledger.open(path, owner);
  try {
    await ledger.startRun(owner, RUN);
    return await use(ledger);
  } finally {
    await ledger.close();
  }
}

/** The OperatorError that the action ends in. */
export async function troubleOf(action: Promise<unknown>): Promise<OperatorError> {
  try {
    await action;
  } catch (error) {
    if (error instanceof OperatorError) return error;
    throw error;
  }
  throw new Error('no trouble came');
}

export async function linesOf(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
}
