import type { Reply } from '../bond/reply.js';
import { finding } from '../issues/codes.js';
import type { Doubt, Outcome } from '../ledger/outcome.js';
import type { DeadEnd } from './stop.js';

export interface History {
  /** Attempts so far, this one included; those made while the service was down or asked to wait do not count. */
  readonly attempts: number;
  readonly maxAttempts: number;
  /** An earlier attempt, of this run or of one before, may have reached Bond. */
  readonly mayHaveArrived: boolean;
  /** Bond has been seen to keep our keys: a repeat cannot make a second customer. */
  readonly repeatIsSafe: boolean;
  /** The whole run is held: what came is not this row's alone. */
  readonly isHeld: boolean;
}

export type Decision =
  | { readonly kind: 'again'; readonly afterMs: number; readonly mayHaveArrived: boolean }
  /** Again as soon as the whole run may go on: the attempt does not count. */
  | { readonly kind: 'pause'; readonly mayHaveArrived: boolean }
  | { readonly kind: 'final'; readonly outcome: Outcome }
  /** The run cannot go on; the row ends as `outcome` says. */
  | { readonly kind: 'stop'; readonly why: DeadEnd; readonly outcome: Outcome };

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 30_000;

/** Exponential with full jitter in its upper half, so that rows which failed together do not come back together. */
export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(attempt - 1, 20));
  return Math.round(ceiling * (0.5 + random() / 2));
}

/** What to do after a reply: by what is known of the customer, not by the status alone. */
export function decide(reply: Reply, history: History, random: () => number): Decision {
  const { attempts, maxAttempts, mayHaveArrived, repeatIsSafe, isHeld } = history;
  const attemptsLeft = attempts < maxAttempts;
  const final = (outcome: Outcome): Decision => ({ kind: 'final', outcome });
  const unknown = (doubt: Doubt, why: string): Outcome & { status: 'unknown' } => ({
    status: 'unknown',
    doubt,
    findings: [finding('', 'in_doubt', { why })],
  });
  const unsent: Outcome = mayHaveArrived
    ? unknown('noAnswer', 'stopped before it could be repeated')
    : { status: 'pending' };
  const again = (inDoubt = mayHaveArrived): Decision => ({
    kind: 'again',
    afterMs: backoffMs(attempts, random),
    mayHaveArrived: inDoubt,
  });

  switch (reply.kind) {
    case 'created':
      return final({
        status: 'created',
        customerId: reply.customerId,
        ...(reply.echoed !== undefined && { echoed: reply.echoed }),
      });
    case 'keyExists':
      return final({
        status: 'unknown',
        doubt: mayHaveArrived ? 'keyExistsAfterOurTry' : 'keyExists',
        findings: [finding('', 'key_exists', {}), ...reply.findings],
      });
    case 'refused':
      // A refused repeat proves nothing of the first attempt: that one may have made the customer.
      return final(
        mayHaveArrived
          ? { status: 'unknown', doubt: 'repeatRefused', findings: reply.findings }
          : { status: 'rejected', findings: reply.findings },
      );
    case 'throttled':
      // Only 429 is known not to have acted. Where a repeat is not safe, the customers list must tell.
      if (reply.mayHaveArrived && !repeatIsSafe) {
        return final(unknown('noAnswer', 'Bond answered 503'));
      }
      return { kind: 'pause', mayHaveArrived: mayHaveArrived || reply.mayHaveArrived };
    case 'noAnswer':
      return repeatIsSafe && attemptsLeft ? again(true) : final(unknown('noAnswer', reply.why));
    case 'unreachable':
      if (attemptsLeft) return again();
      return final(
        mayHaveArrived
          ? unknown('noAnswer', reply.why)
          : { status: 'failed', findings: [finding('', 'unreachable', { why: reply.why })] },
      );
    case 'gateway':
      if (attemptsLeft || isHeld) return again();
      return final(
        mayHaveArrived
          ? unknown('noAnswer', `a gateway answered ${reply.status}`)
          : { status: 'failed', findings: [finding('', 'gateway', { status: reply.status })] },
      );
    case 'forbidden': {
      if (isHeld) return again();
      // The credentials are good (or the run would have stopped): it is about this row.
      const findings = [finding('', 'forbidden', { message: reply.says })];
      return final(
        mayHaveArrived
          ? { status: 'unknown', doubt: 'repeatRefused', findings }
          : { status: 'rejected', findings },
      );
    }
    case 'unauthorised':
    case 'keyUnknown':
    case 'misconfigured':
      return { kind: 'stop', why: reply, outcome: unsent };
    case 'redirected':
      return {
        kind: 'stop',
        why: reply,
        outcome: unknown('noAnswer', `redirected to ${reply.to}; redirects are not followed`),
      };
    case 'otherKey':
      return {
        kind: 'stop',
        why: reply,
        outcome: {
          status: 'unknown',
          doubt: 'noAnswer',
          findings: [finding('', 'other_key', { customer_id: reply.customerId })],
          echoed: false,
        },
      };
  }
}
