import { z } from 'zod';
import type { Outcome } from './outcome.js';
import type { State } from './key-index.js';

/** The format that this program writes; a ledger with a higher one is refused. */
export const LEDGER_VERSION = 1;

const runSchema = z.object({
  type: z.literal('run'),
  version: z.number(),
  at: z.string(),
  tool: z.string(),
  /** Base URL. */
  target: z.string(),
  /** A hash that tells brands apart. */
  identity: z.string(),
  /** How keys are made, e.g. `external_id: customer no`. */
  keys: z.string(),
  /** SHA-256 of the input, and of all that decides how it is read. */
  input: z.string(),
  reading: z.string(),
});

/** The input was finished with every row created: it need not be read again. */
const endSchema = z.object({
  type: z.literal('end'),
  input: z.string(),
  reading: z.string(),
  rows: z.number(),
  created: z.number(),
  resultsBytes: z.number(),
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
    doubt: z.enum(['unclear', 'taken', 'ours', 'refused']),
    findings,
    /** Bond gave another key back than it was sent. */
    echoed: z.literal(false).exactOptional(),
  }),
  z.object({ ...done, status: z.literal('pending') }),
]);

/**
 * The lines of a ledger, one fact each. None holds a name, an SSN or an e-mail: keys, ids, codes, hashes,
 * and Bond's messages cleaned of the row's values.
 */
export const factSchema = z.discriminatedUnion('type', [
  runSchema,
  endSchema,
  /** Bond's own id of the brand, once an answer has named it. */
  z.object({ type: z.literal('brand'), id: z.string() }),
  z.object({ type: z.literal('send'), key: z.string(), row: z.number(), hash: z.string() }),
  doneSchema,
]);

export type Fact = z.infer<typeof factSchema>;
export type RunFact = z.infer<typeof runSchema>;
export type EndFact = z.infer<typeof endSchema>;

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
    case 'unclear':
    case 'taken':
    case 'ours':
    case 'refused':
      return true;
    case 'none':
    case 'created':
    case 'existing':
    case 'rejected':
    case 'failed':
      return false;
  }
}
