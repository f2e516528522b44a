import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../src/bond/client.js';
import { judgeCreate, judgeRead } from '../../src/bond/reply.js';
import { answer, CUSTOMER_ID, envelope, KEY, OTHER_KEY } from './attempts.js';

const words = fc.oneof(
  fc.string(),
  fc.constantFrom('already exists', 'Unknown field.', 'brand_person_id', "{'a': ['b']}", '[[{', 'null'),
);
const anyBody = fc.oneof(
  fc.string(),
  fc.json(),
  fc.jsonValue().map((value) => JSON.stringify(envelope(value))),
  words.map((message) => JSON.stringify(envelope(message))),
  fc
    .record(
      {
        customer_id: fc.oneof(words, fc.constant(CUSTOMER_ID), fc.constant(null), fc.integer()),
        brand_person_id: fc.constantFrom(KEY, OTHER_KEY, null, 'null', '', 7),
        Code: words,
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
);
const anyAttempt: fc.Arbitrary<Attempt> = fc.oneof(
  fc.record({ kind: fc.constant('lost' as const), sent: fc.boolean(), why: fc.string() }),
  fc
    .record({
      status: fc.oneof(
        fc.integer({ min: 100, max: 599 }),
        fc.constantFrom(200, 201, 400, 409, 422, 429, 503),
      ),
      body: anyBody,
      isCut: fc.boolean(),
      retryAfter: fc.oneof(fc.string(), fc.constantFrom('1', '0', '-1', '1e9', '9'.repeat(400))),
      location: fc.oneof(fc.string(), fc.webUrl()),
    })
    .map(({ status, body, isCut, retryAfter, location }) =>
      answer(status, body, {
        headers: { 'retry-after': retryAfter, location },
        ...(isCut && { cutBecause: 'it was cut' }),
      }),
    ),
);

/** Runs of a law: enough for each to have met every status and shape. */
const RUNS = { numRuns: 2000 };

describe('whatever an attempt brings', () => {
  test('the judgement is one, and it never throws', () => {
    fc.assert(
      fc.property(anyAttempt, fc.constantFrom(KEY, null), fc.integer(), (attempt, key, now) => {
        const reply = judgeCreate(attempt, key, Math.abs(now));
        judgeRead(attempt, Math.abs(now));
        if (reply.kind === 'throttled' && reply.retryAfterMs !== null) {
          expect(reply.retryAfterMs).toBeGreaterThan(0);
        }
      }),
      RUNS,
    );
  });

  test('created means: a whole 2xx that carries an id, for our key', () => {
    fc.assert(
      fc.property(anyAttempt, (attempt) => {
        const reply = judgeCreate(attempt, KEY, 0);
        if (reply.kind !== 'created') return;
        expect(attempt).not.toHaveProperty('cutBecause');
        expect(attempt.kind === 'answer' && Math.floor(attempt.status / 100)).toBe(2);
        const sent: unknown = JSON.parse(attempt.kind === 'answer' ? attempt.body : '');
        expect(sent).toMatchObject({ customer_id: reply.customerId });
        expect(reply.customerId).not.toMatch(/^(null)?$/);
        expect(attempt.kind === 'answer' && attempt.body).not.toContain(OTHER_KEY);
      }),
      RUNS,
    );
  });

  test('no 5xx, no lost and no cut answer is a refusal, nor a word that the key is taken', () => {
    fc.assert(
      fc.property(anyAttempt, (attempt) => {
        const { kind } = judgeCreate(attempt, KEY, 0);
        if (!['refused', 'keyExists', 'keyUnknown', 'gateway'].includes(kind)) return;
        expect(attempt).not.toHaveProperty('cutBecause');
        expect(attempt.kind === 'answer' && Math.floor(attempt.status / 100)).toBe(4);
      }),
      RUNS,
    );
  });

  test('nesting without end is cut off, not followed', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
      ['[{"a":', '}]'],
    ] as const) {
      const deep = open.repeat(50_000) + '"x"' + close.repeat(50_000);
      expect(['refused', 'gateway']).toContain(judgeCreate(answer(400, deep), KEY, 0).kind);
      expect(judgeCreate(answer(400, envelope(deep)), KEY, 0).kind).toBe('refused');
      expect(judgeCreate(answer(400, envelope(deep.replaceAll('"', "'"))), KEY, 0).kind).toBe('refused');
    }
  });
});
