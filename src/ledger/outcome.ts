import type { Finding } from '../issues/issue.js';

/** What a results line can say of a row (README, "Results"). */
export const STATUSES = [
  'created',
  'existing',
  'invalid',
  'duplicate',
  'rejected',
  'failed',
  'unknown',
  'pending',
] as const;

export type Status = (typeof STATUSES)[number];

/**
 * Why a customer may exist without our knowing its id:
 * `unclear` no usable answer · `taken` Bond had the key at our first attempt · `ours` Bond had the key after
 * an attempt of ours that may have arrived · `refused` Bond refused a repeat of such an attempt.
 */
type Doubt = 'unclear' | 'taken' | 'ours' | 'refused';

/** How one delivery ended; what the ledger writes down under the key. */
export type Outcome =
  | { readonly status: 'created' | 'existing'; readonly customerId: string; readonly echoed?: boolean }
  | { readonly status: 'rejected' | 'failed'; readonly findings: readonly Finding[] }
  | {
      readonly status: 'unknown';
      readonly doubt: Doubt;
      readonly echoed?: false;
      readonly findings: readonly Finding[];
    }
  /** Given back unsent: as if it had not been taken. */
  | { readonly status: 'pending' };
