import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { OperatorError } from '../../src/errors.js';
import { Ledger, type LedgerOwner } from '../../src/ledger/ledger.js';

export const OWNER: LedgerOwner = {
  target: 'https://sandbox.bond.tech/api/v0.1',
  identity: 'aaaa',
  keys: 'external_id',
};
export const RUN = { tool: 'bond-import test', at: '2024-05-01T12:00:00.000Z', input: 'in', reading: 're' };
export const HASH = '0123456789abcdef';
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
