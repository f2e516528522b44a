import type { Sandbox } from '../../src/sandbox/server.js';
import type { Person } from './people.js';
import type { Line } from './results.js';

/** How often each promise was broken; all of them 0 when all is well. */
export interface Breaches {
  /** People whom the sandbox holds more than once. */
  doubles: number;
  /** Rows without their line, and lines without their row. */
  missingLines: number;
  /** Lines with an id that is not their person's at the sandbox, and `created` or `existing` without one. */
  wrongIds: number;
  /** Rows called `rejected` that the sandbox did not refuse. */
  falseRefusals: number;
  /** Customers at the sandbox whose row does not show their id, though no row is left to be settled. */
  lostIds: number;
}

export const NO_BREACH: Breaches = {
  doubles: 0,
  missingLines: 0,
  wrongIds: 0,
  falseRefusals: 0,
  lostIds: 0,
};

/** Statuses that say nothing of the row itself. */
const NO_REFUSAL = [401, 403, 408, 424, 425, 429];
const HAS_ID = ['created', 'existing'];
const OPEN = ['pending', 'failed', 'unknown'];

/** Holds a results file against its input and against what the sandbox has stored and answered. */
export function breachesOf(
  input: readonly Person[],
  lines: readonly Line[],
  { customers, calls }: Pick<Sandbox, 'customers' | 'calls'>,
): Breaches {
  const idsByEmail = new Map<string, string[]>();
  for (const { email = '', customer_id } of customers) {
    idsByEmail.set(email, [...(idsByEmail.get(email) ?? []), customer_id]);
  }
  const refused = new Set(calls.filter(isRefusal).map(({ body }) => emailIn(body)));
  const isSettled = lines.every(({ status }) => !OPEN.includes(status));
  const breaches = { ...NO_BREACH };
  for (const ids of idsByEmail.values()) breaches.doubles += ids.length - 1;
  for (let at = 0; at < Math.max(input.length, lines.length); at++) {
    const line = lines[at];
    const person = input[at];
    if (!person || line?.row !== at + 1) {
      breaches.missingLines++;
      continue;
    }
    const { 'E-mail': email = '' } = person;
    const ids = idsByEmail.get(email) ?? [];
    const { status, customerId } = line;
    if (HAS_ID.includes(status) ? !ids.includes(customerId) : customerId !== '') breaches.wrongIds++;
    if (status === 'rejected' && (!refused.has(email) || ids.length > 0)) breaches.falseRefusals++;
    if (isSettled && status !== 'duplicate' && ids.length > 0 && !ids.includes(customerId))
      breaches.lostIds++;
  }
  return breaches;
}

function isRefusal({ status }: { status: number }): boolean {
  return status >= 400 && status < 500 && !NO_REFUSAL.includes(status);
}

function emailIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'email' in body ? body.email : undefined;
}
