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

/** Why a customer may exist without our knowing its id. */
export const DOUBTS = [
  /** No usable answer. */
  'noAnswer',
  /** Bond had the key at our first attempt. */
  'keyExists',
  /** Bond had the key after an attempt of ours that may have arrived. */
  'keyExistsAfterOurTry',
  /** Bond refused a repeat of an attempt that may have arrived. */
  'repeatRefused',
] as const;

export type Doubt = (typeof DOUBTS)[number];

/** How one delivery ended; what the ledger writes down under the key. */
export type Outcome =
  | { readonly status: 'created' | 'existing'; readonly customerId: string; readonly echoed?: boolean }
  | { readonly status: 'rejected' | 'failed'; readonly findings: readonly Finding[] }
  | {
      readonly status: 'unknown';
      readonly doubt: Doubt;
      /** Bond gave another key back than it was sent. */
      readonly echoed?: false;
      readonly findings: readonly Finding[];
    }
  /** Given back unsent: as if it had not been taken. */
  | { readonly status: 'pending' };
