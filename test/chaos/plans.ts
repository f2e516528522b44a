import fc from 'fast-check';
import { row } from '../support/people.js';

/** A run under faults, and what may be expected of it. */
export interface Plan {
  /** What Bond does with our keys: keeps them all, keeps none, or anything at all. */
  readonly keys: 'kept' | 'dropped' | 'any';
  readonly rows: number;
  readonly faults: readonly object[];
  readonly args: readonly string[];
}

const refusalBody = fc.constantFrom<unknown>(
  { Message: { city: ['No.'] }, Status: 400, Code: 'create_customer_schema' },
  { Message: "{'dob': ['Not a valid date.']}", Code: 'create_customer_schema' },
  { addresses: { 0: { zip_code: ['Not a valid zip code.'] } } },
  { Error: 'no' },
  '<html>no</html>',
  '',
);
/** Nothing is stored. */
const fruitless = fc.oneof(
  fc.record({ status: fc.constantFrom(400, 404, 422), body: refusalBody }),
  fc.record({ status: fc.constantFrom(401, 403, 408, 424, 425, 500, 502, 503, 504) }),
  fc.constant({ status: 503, headers: { 'retry-after': '0' } }),
  fc.record({ html: fc.constantFrom(200, 400, 502, 503) }),
  fc.record({ throttle: fc.constantFrom(null, 0, { dateInSeconds: 0 }) }),
  fc.constant({ redirect: 'http://127.0.0.1:1/' }),
  fc.constant({ hang: true }),
  fc.constant({ cut: 'before' }),
  fc.constant({ reset: true }),
);
/** Bond says that it has the key, and has it not: only a Bond that keeps keys says so. */
const mistaken = fc.constantFrom(
  { status: 409 },
  { status: 400, body: { Message: 'A person with this ID already exists.', Code: 'person_id_dup' } },
);
/** The customer is stored under its key, and we may not hear of it. */
const lossy = fc.oneof(
  fc.constant({ hang: true, store: true }),
  fc.constant({ cut: 'after' }),
  fc.constant({ half: true }),
  fc.constant({ garbage: true }),
  fc.constant({ noCustomerId: true }),
  fc.constant({ bodyBytes: 5_000_000 }),
  fc.record({ storeThen: fc.record({ status: fc.constantFrom(200, 500, 502, 503) }) }),
  fc.record({ delayMs: fc.constantFrom(20, 120, 400) }),
);
const outage = fc.record({
  down: fc.record({ forMs: fc.constantFrom(50, 400, 900), status: fc.constantFrom(500, 502, 503) }),
});
const listFault = fc.oneof(
  fc.record({ shift: fc.integer({ min: -5, max: 60 }) }),
  fc.constant({ status: 200, body: { nothing: true } }),
  fc.constant({ status: 500 }),
  fc.constant({ half: true }),
);
/** The key is not kept. */
const faithless = fc.oneof(
  fc.constant({ wrongId: true }),
  fc.constant({ ignoreReference: true }),
  fc.constant({ ignoreReference: true, lost: true }),
  fc.constant({ refuseKey: true }),
);

const times = fc.integer({ min: 1, max: 5 });

function onCreates(rows: number, effect: fc.Arbitrary<object>): fc.Arbitrary<object> {
  const nth = fc.integer({ min: 1, max: rows });
  const when = fc.oneof(
    nth.map(row),
    nth.map((create) => ({ create })),
    fc.tuple(nth, nth).map(([from, more]) => ({ create: { from, to: from + more } })),
    fc.constant({ route: 'create' }),
  );
  return fc.record({ when, times, do: effect });
}

const onLists = fc.record({ when: fc.constant({ route: 'list' }), times, do: listFault });

function faultsOf(keys: Plan['keys'], rows: number): fc.Arbitrary<object[]> {
  const some = (effect: fc.Arbitrary<object>) => onCreates(rows, effect);
  switch (keys) {
    case 'kept':
      return fc.array(fc.oneof(some(fruitless), some(mistaken), some(lossy), some(outage), onLists), {
        maxLength: 10,
      });
    case 'dropped': {
      const dropped = fc.constant({ ignoreReference: true, lost: true });
      const always = { when: { route: 'create' }, do: { ignoreReference: true } };
      return fc
        .array(fc.oneof(some(fruitless), some(dropped), some(outage)), { maxLength: 8 })
        .map((faults) => [...faults, always]);
    }
    case 'any':
      return fc.array(
        fc.oneof(some(fruitless), some(mistaken), some(lossy), some(outage), onLists, some(faithless)),
        {
          maxLength: 10,
        },
      );
  }
}

export const plans: fc.Arbitrary<Plan> = fc
  .record({
    keys: fc.constantFrom('kept', 'kept', 'kept', 'dropped', 'any'),
    rows: fc.integer({ min: 10, max: 16 }),
    concurrency: fc.integer({ min: 1, max: 8 }),
    maxAttempts: fc.integer({ min: 1, max: 4 }),
    sendsKey: fc.boolean(),
  })
  .chain(({ keys, rows, concurrency, maxAttempts, sendsKey }) =>
    faultsOf(keys, rows).map((faults) => ({
      keys,
      rows,
      faults,
      args: [
        ...['--timeout', '150ms', '--give-up-after', '400ms'],
        ...['--concurrency', String(concurrency), '--max-attempts', String(maxAttempts)],
        ...(keys === 'dropped' && !sendsKey ? ['--no-brand-person-id'] : []),
      ],
    })),
  );
