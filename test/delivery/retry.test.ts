import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reply } from '../../src/bond/reply.js';
import { backoffMs, decide, type Decision, type History } from '../../src/delivery/retry.js';

const ID = '931cb88b-a3d0-4d35-9bd0-b55e8c2e4d31';
const FINDING = { path: 'dob', code: 'create_customer_schema', args: { message: 'Too old.' } };

const FIRST: History = {
  attempts: 1,
  maxAttempts: 5,
  mayHaveArrived: false,
  repeatIsSafe: false,
  isHeld: false,
};
const ECHOED: History = { ...FIRST, repeatIsSafe: true };
const REPEAT: History = { ...ECHOED, attempts: 2, mayHaveArrived: true };
const DOUBTED: History = { ...FIRST, attempts: 2, mayHaveArrived: true };
const LAST: History = { ...ECHOED, attempts: 5 };
const LAST_REPEAT: History = { ...REPEAT, attempts: 5 };

const created: Reply = { kind: 'created', customerId: ID, echoed: true };
const keyExists: Reply = { kind: 'keyExists', findings: [] };
const refused: Reply = { kind: 'refused', findings: [FINDING] };
const noAnswer: Reply = { kind: 'noAnswer', why: 'Bond answered 502' };
const unreachable: Reply = { kind: 'unreachable', why: 'ECONNREFUSED' };
const throttled: Reply = { kind: 'throttled', retryAfterMs: 7000, mayHaveArrived: false };
const busy: Reply = { kind: 'throttled', retryAfterMs: 7000, mayHaveArrived: true };
const unauthorised: Reply = { kind: 'unauthorised' };
const otherKey: Reply = { kind: 'otherKey', customerId: ID };
const keyUnknown: Reply = { kind: 'keyUnknown' };
const gateway: Reply = { kind: 'gateway', status: 413 };
const forbidden: Reply = { kind: 'forbidden', says: 'blocked' };
const misconfigured: Reply = { kind: 'misconfigured', why: 'check HTTPS_PROXY' };
const redirected: Reply = { kind: 'redirected', to: 'https://elsewhere.example' };

/** A decision in a few words: what, and how the row ends or what is remembered of it. */
function inShort(decision: Decision): string {
  switch (decision.kind) {
    case 'again':
    case 'pause':
      return `${decision.kind}, ${decision.mayHaveArrived ? 'in doubt' : 'not sent'}`;
    case 'final':
    case 'stop': {
      const { outcome } = decision;
      return `${decision.kind}, ${outcome.status}${'doubt' in outcome ? ` ${outcome.doubt}` : ''}`;
    }
  }
}

describe('one rule a line', () => {
  const rules: [string, Reply, History, string][] = [
    ['an answer with the id is the end', created, FIRST, 'final, created'],
    ['also after doubtful attempts', created, LAST_REPEAT, 'final, created'],
    ['taken at the first attempt was somebody before us', keyExists, FIRST, 'final, unknown keyExists'],
    [
      'taken after an attempt that may have arrived is ours',
      keyExists,
      REPEAT,
      'final, unknown keyExistsAfterOurTry',
    ],
    ['a refusal at the first attempt is one', refused, FIRST, 'final, rejected'],
    ['a refusal after a doubtful attempt is doubt', refused, REPEAT, 'final, unknown repeatRefused'],
    ['a refusal of what an earlier run sent is doubt', refused, DOUBTED, 'final, unknown repeatRefused'],
    ['no usable answer: again, where a repeat is safe', noAnswer, ECHOED, 'again, in doubt'],
    ['no usable answer: left, where it is not', noAnswer, FIRST, 'final, unknown noAnswer'],
    ['no usable answer: left, when attempts are used up', noAnswer, LAST, 'final, unknown noAnswer'],
    ['not sent: again, though no repeat were safe', unreachable, FIRST, 'again, not sent'],
    ['not sent: again, and the doubt of before stays', unreachable, DOUBTED, 'again, in doubt'],
    ['never sent: failed when attempts are used up', unreachable, LAST, 'final, failed'],
    ['once sent: in doubt when attempts are used up', unreachable, LAST_REPEAT, 'final, unknown noAnswer'],
    ['429 did not arrive', throttled, FIRST, 'pause, not sent'],
    ['429 after the last attempt still waits', throttled, LAST, 'pause, not sent'],
    ['429 takes no doubt away', throttled, REPEAT, 'pause, in doubt'],
    ['503 with Retry-After may have arrived', busy, ECHOED, 'pause, in doubt'],
    ['503 with Retry-After is left, where a repeat is not safe', busy, FIRST, 'final, unknown noAnswer'],
    ['a gateway: again, for it may pass', gateway, FIRST, 'again, not sent'],
    ['a gateway to the last: failed', gateway, LAST, 'final, failed'],
    [
      'a gateway to the last while the run is held: again',
      gateway,
      { ...LAST, isHeld: true },
      'again, not sent',
    ],
    ['a gateway takes no doubt away', gateway, LAST_REPEAT, 'final, unknown noAnswer'],
    ['403 with good credentials is about the row', forbidden, FIRST, 'final, rejected'],
    ['403 after a doubtful attempt is doubt', forbidden, REPEAT, 'final, unknown repeatRefused'],
    ['403 while the run is held is no row’s own', forbidden, { ...FIRST, isHeld: true }, 'again, not sent'],
    ['a network that cannot work', misconfigured, FIRST, 'stop, pending'],
    ['credentials refused: not sent', unauthorised, FIRST, 'stop, pending'],
    ['credentials refused: doubt stays', unauthorised, REPEAT, 'stop, unknown noAnswer'],
    ['the key refused: not sent', keyUnknown, FIRST, 'stop, pending'],
    ['the key refused: doubt stays', keyUnknown, DOUBTED, 'stop, unknown noAnswer'],
    ['another key answered: there is a customer somewhere', otherKey, FIRST, 'stop, unknown noAnswer'],
    ['a redirect: who knows what it led to', redirected, FIRST, 'stop, unknown noAnswer'],
  ];
  test.each(rules)('%s', (_rule, reply, history, expected) => {
    expect(inShort(decide(reply, history, Math.random))).toBe(expected);
  });
});

describe('what the row is told', () => {
  const inDoubt = (why: string): unknown => ({ path: '', code: 'in_doubt', args: { why } });
  const told: [Reply, History, readonly unknown[]][] = [
    [refused, FIRST, [FINDING]],
    [refused, REPEAT, [FINDING]],
    [
      { kind: 'keyExists', findings: [FINDING] },
      FIRST,
      [{ path: '', code: 'key_exists', args: {} }, FINDING],
    ],
    [noAnswer, FIRST, [inDoubt('Bond answered 502')]],
    [busy, FIRST, [inDoubt('Bond answered 503')]],
    [unreachable, LAST, [{ path: '', code: 'unreachable', args: { why: 'ECONNREFUSED' } }]],
    [unreachable, LAST_REPEAT, [inDoubt('ECONNREFUSED')]],
    [gateway, LAST, [{ path: '', code: 'gateway', args: { status: 413 } }]],
    [gateway, LAST_REPEAT, [inDoubt('a gateway answered 413')]],
    [forbidden, FIRST, [{ path: '', code: 'forbidden', args: { message: 'blocked' } }]],
    [unauthorised, REPEAT, [inDoubt('stopped before it could be repeated')]],
    [redirected, FIRST, [inDoubt('redirected to https://elsewhere.example; redirects are not followed')]],
    [otherKey, FIRST, [{ path: '', code: 'other_key', args: { customer_id: ID } }]],
  ];
  test.each(told)('%o after %o', (reply, history, findings) => {
    expect(decide(reply, history, Math.random)).toMatchObject({ outcome: { findings } });
  });
});

test('whether Bond echoed the key is remembered, where the answer tells', () => {
  const outcomeOf = (reply: Reply): unknown => decide(reply, FIRST, Math.random);
  expect(outcomeOf(created)).toStrictEqual({
    kind: 'final',
    outcome: { status: 'created', customerId: ID, echoed: true },
  });
  expect(outcomeOf({ kind: 'created', customerId: ID })).toStrictEqual({
    kind: 'final',
    outcome: { status: 'created', customerId: ID },
  });
  expect(outcomeOf(otherKey)).toMatchObject({ outcome: { echoed: false } });
});

const anyReply = fc.constantFrom(
  created,
  keyExists,
  refused,
  noAnswer,
  unreachable,
  throttled,
  busy,
  unauthorised,
  otherKey,
  keyUnknown,
  redirected,
  gateway,
  forbidden,
  misconfigured,
);
const anyHistory = fc.record({
  attempts: fc.integer({ min: 0, max: 10 }),
  maxAttempts: fc.integer({ min: 1, max: 10 }),
  mayHaveArrived: fc.boolean(),
  repeatIsSafe: fc.boolean(),
  isHeld: fc.boolean(),
});

describe('laws', () => {
  test('what may have arrived never ends as rejected, failed or pending, and is never forgotten', () => {
    fc.assert(
      fc.property(anyReply, anyHistory, (reply, history) => {
        const decision = decide(reply, { ...history, mayHaveArrived: true }, Math.random);
        if ('outcome' in decision) expect(['created', 'unknown']).toContain(decision.outcome.status);
        else expect(decision.mayHaveArrived).toBe(true);
      }),
    );
  });

  test('nothing that may have arrived is sent again unless a repeat is safe, or Bond said that it did not arrive', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        for (const reply of [noAnswer, busy]) {
          const decision = decide(reply, { ...history, repeatIsSafe: false }, Math.random);
          expect(decision.kind).toBe('final');
        }
      }),
    );
  });

  test('attempts end: with all of them used up nothing but a pause goes on', () => {
    fc.assert(
      fc.property(anyReply, anyHistory, (reply, history) => {
        const decision = decide(
          reply,
          { ...history, attempts: history.maxAttempts, isHeld: false },
          Math.random,
        );
        expect(decision.kind === 'again').toBe(false);
      }),
    );
  });

  test('waits grow, spread over their upper half, and stay within 30 s', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, chance) => {
          const ms = backoffMs(attempt, () => chance);
          const most = Math.min(30_000, 500 * 2 ** (attempt - 1));
          expect(ms).toBeGreaterThanOrEqual(Math.floor(most / 2));
          expect(ms).toBeLessThanOrEqual(Math.ceil(most));
          expect(backoffMs(attempt + 1, () => chance)).toBeGreaterThanOrEqual(ms);
        },
      ),
    );
  });
});
