import { z } from 'zod';
import { DOUBTS, STATUSES, type Outcome } from './outcome.js';
import type { State } from './key-index.js';

/** The format that this program reads and writes; a ledger of another one is refused. */
export const LEDGER_FORMAT = 3;

const runSchema = z.object({
  type: z.literal('run'),
  format: z.literal(LEDGER_FORMAT),
  at: z.string(),
  /** `bond-import` and its version. */
  tool: z.string(),
  /** `run` or `reconcile`. */
  command: z.string(),
  host: z.string(),
  user: z.string(),
  /** Base URL. */
  target: z.string(),
  /** `sandbox` or `live`. */
  env: z.string(),
  /** A hash that tells brands apart. */
  identity: z.string(),
  /** How keys are made, e.g. `external_id: customer no`. */
  keys: z.string(),
  /** What fingerprints are keyed with: random, made at the ledger's first run. */
  secret: z.string(),
  input: z.object({ name: z.string(), sha256: z.string(), bytes: z.number() }),
  /** A hash of all that decides how the input is read, and its settings themselves. */
  reading: z.string(),
  settings: z.record(z.string(), z.unknown()),
});

const paceSchema = z.object({
  /** How long one bucket is; the first begins with the run. */
  bucketMs: z.number(),
  calls: z.array(z.number()).readonly(),
  /** How long, in each bucket, nothing was sent because Bond asked to wait, or was down. */
  pausedMs: z.array(z.number()).readonly(),
  downMs: z.array(z.number()).readonly(),
});

const endSchema = z.object({
  type: z.literal('end'),
  at: z.string(),
  exitCode: z.number(),
  /** Why the run stopped before its end; absent when it did not. */
  reason: z.string().exactOptional(),
  counts: z.record(z.enum(STATUSES), z.number()),
  calls: z.number(),
  retries: z.number(),
  pauses: z.number(),
  durationMs: z.number(),
  pace: paceSchema,
  /** SHA-256 of the rejects that were written: another file of that name holds corrections. */
  rejects: z.string().exactOptional(),
  /** The input was finished with a customer for every row, and these results: it need not be read again. */
  finished: z
    .object({
      input: z.string(),
      reading: z.string(),
      rows: z.number(),
      created: z.number(),
      /** SHA-256 of the results file. */
      results: z.string(),
    })
    .exactOptional(),
});

const arg = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()).readonly()]);
const findings = z
  .array(z.object({ path: z.string(), code: z.string(), args: z.record(z.string(), arg) }))
  .readonly();
const done = { type: z.literal('done'), key: z.string() };

const doneSchema = z.discriminatedUnion('status', [
  z.object({
    ...done,
    status: z.enum(['created', 'existing']),
    customerId: z.string(),
    echoed: z.boolean().exactOptional(),
  }),
  z.object({ ...done, status: z.enum(['rejected', 'failed']), findings }),
  z.object({
    ...done,
    status: z.literal('unknown'),
    doubt: z.enum(DOUBTS),
    findings,
    /** Bond gave another key back than it was sent. */
    echoed: z.literal(false).exactOptional(),
  }),
  z.object({ ...done, status: z.literal('pending') }),
]);

const sendSchema = z.object({
  type: z.literal('send'),
  key: z.string(),
  row: z.number(),
  payload: z.string(),
  name: z.string(),
  dob: z.string(),
  fold: z.string(),
  contact: z.string(),
  /** Whether the key went along as `brand_person_id`. */
  keyed: z.boolean(),
});

/**
 * How far Bond's customers list was read to settle rows in doubt: page 0 begins a look, and a sweep that was cut
 * short goes on behind its last page.
 */
const sweptSchema = z.object({
  type: z.literal('swept'),
  at: z.string(),
  /** 0 for the first look of a sweep, 1 for a second one. */
  look: z.number(),
  page: z.number(),
  /** Customers on these pages that may be those of rows in doubt, or surely are. */
  candidates: z
    .array(z.object({ key: z.string(), customerId: z.string(), sure: z.boolean() }))
    .exactOptional(),
  ended: z.literal(true).exactOptional(),
});

/**
 * The lines of a ledger, one fact each. None holds a name, an SSN or an e-mail: keys, ids, codes, keyed hashes,
 * and Bond's messages cleaned of the row's values.
 */
export const factSchema = z.discriminatedUnion('type', [
  runSchema,
  endSchema,
  /** Bond's own id of the brand, once an answer has named it. */
  z.object({ type: z.literal('brand'), id: z.string() }),
  sendSchema,
  doneSchema,
  sweptSchema,
  /** Bond's list shows two customers under one key: it does not refuse a key that exists. */
  z.object({ type: z.literal('twice'), key: z.string(), customerIds: z.array(z.string()) }),
]);

export type Fact = z.infer<typeof factSchema>;
export type RunFact = z.infer<typeof runSchema>;
export type EndFact = z.infer<typeof endSchema>;
export type SweptFact = z.infer<typeof sweptSchema>;
export type Candidate = NonNullable<SweptFact['candidates']>[number];
export type Finished = NonNullable<EndFact['finished']>;

/** What an outcome makes of its key. */
export function stateAfter(outcome: Outcome): State {
  switch (outcome.status) {
    case 'unknown':
      return outcome.doubt;
    case 'pending':
      return 'none';
    case 'created':
    case 'existing':
    case 'rejected':
    case 'failed':
      return outcome.status;
  }
}

/** Whether a customer may exist under the key without our knowing its id. */
export function isInDoubt(state: State): boolean {
  switch (state) {
    case 'sent':
    case 'noAnswer':
    case 'keyExists':
    case 'keyExistsAfterOurTry':
    case 'repeatRefused':
      return true;
    case 'none':
    case 'created':
    case 'existing':
    case 'rejected':
    case 'failed':
      return false;
  }
}

/** Whether Bond has, or may have, a customer under the key. */
export function mayHaveCustomer(state: State): boolean {
  return state === 'created' || state === 'existing' || isInDoubt(state);
}
