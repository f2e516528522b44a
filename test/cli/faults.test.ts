import { test } from 'vitest';
import { people, person, row } from '../support/people.js';
import { againIsDone, runCase, type Case } from './run-case.js';

const ZIP = 'Not a valid zip code.';
const LAST = 'Missing data for required field.';

/** A body of a refusal, and what the operator reads of it. */
const refusals: [what: string, status: number, body: unknown, errors: unknown][] = [
  [
    'Message as text',
    400,
    { Message: "Missing Required Field(s): 'x'", Status: 400, Code: 'input_error' },
    "Bond: Missing Required Field(s): 'x'",
  ],
  ['Message as a map', 400, { Message: { last_name: [LAST] }, Code: 'a' }, `Surname: ${LAST}`],
  ['Message as a Python dict', 400, { Message: `{'last_name': ['${LAST}']}` }, `Surname: ${LAST}`],
  ['a bare nested map', 400, { names: { first_name: [LAST] } }, `Given Name: ${LAST}`],
  [
    'nested addresses',
    422,
    { addresses: { 0: { zip_code: [ZIP], city: [LAST] } }, dob: ['No.'] },
    `Postal Code: ${ZIP}; Town: ${LAST}; Date of Birth: No.`,
  ],
  ['Error', 404, { Error: 'No such programme.' }, 'Bond: No such programme.'],
  ['message', 400, { message: 'No.' }, 'Bond: No.'],
  [
    'nested to any depth',
    400,
    { Message: { json: { customer: [{ addresses: { 0: { state: [['Not a state.']] } } }] } } },
    'Province: Not a state.',
  ],
  ['a word that is no field', 400, { Message: { tier: ['No.'] } }, 'Bond: tier: No.'],
];

/** Each loses an answer, or the customer with it. */
const losses: [what: string, effect: object][] = [
  ['201 without customer_id', { noCustomerId: true }],
  ['half a body', { half: true }],
  ['garbage', { garbage: true }],
  ['a body of many megabytes', { bodyBytes: 6_000_000 }],
  ['HTML 502', { html: 502 }],
  ['500', { status: 500 }],
  ['500 after the customer was stored', { storeThen: { status: 500 } }],
  ['503 without Retry-After', { status: 503 }],
  ['504 without a body', { status: 504, body: '' }],
  ['424', { status: 424, body: { Error: 'a service behind failed' } }],
  ['cut before', { cut: 'before' }],
  ['cut after', { cut: 'after' }],
  ['reset', { reset: true }],
  ['hang', { hang: true }],
  ['hang after the customer was stored', { hang: true, store: true }],
];

const throttles: [what: string, effect: object][] = [
  ['429', { throttle: null }],
  ['429 with seconds', { throttle: 1 }],
  ['429 with a date', { throttle: { dateInSeconds: 1 } }],
  ['503 with Retry-After', { status: 503, headers: { 'retry-after': '1' } }],
];

/** The `n`-th fault for the `n`-th row that follows `after`. */
const byRow = (effects: readonly [string, object][], after: number, times: number) =>
  effects.map(([, effect], index) => ({ when: row(index + 1 + after), times, do: effect }));

const refusing = (n: number) => ({ when: row(n), do: { status: 422, body: { Error: 'no' } } });

const tables: Case[] = [
  {
    what: 'refusals: every complaint under the column it is about',
    input: people(refusals.length),
    faults: byRow(
      refusals.map(([what, status, body]) => [what, { status, body }]),
      0,
      9,
    ),
    code: 2,
    counts: { rejected: refusals.length },
    then: async (world, expect) => {
      const lines = await world.lines();
      const said = refusals.map(([what], index) => [what, lines[index]?.errors]);
      expect.soft(said).toEqual(refusals.map(([what, , , errors]) => [what, errors]));
    },
  },
  {
    what: 'answers lost before Bond has been seen to keep a key: the list settles them',
    input: people(losses.length),
    faults: byRow(losses, 0, 1),
    args: ['--concurrency', '20', '--timeout', '1s'],
    code: 0,
    counts: { created: losses.length },
    then: ({ sandbox }, expect) => {
      const stored = sandbox.customers.length;
      const posts = sandbox.calls.filter(({ method }) => method === 'POST').length;
      expect.soft(stored).toBe(losses.length);
      // Those that the list showed were not sent again.
      expect.soft(posts).toBeLessThan(2 * losses.length);
    },
  },
  {
    what: 'answers lost once it has: sent again with the same key',
    input: people(1 + losses.length + throttles.length),
    faults: byRow([...losses, ...throttles], 1, 1),
    args: ['--concurrency', '1', '--timeout', '1s'],
    code: 0,
    counts: { created: 1 + losses.length + throttles.length },
  },
];

const others: Case[] = [
  {
    what: 'answers that stay lost leave their row unknown, and the next run settles it',
    faults: [
      { when: row(2), do: { storeThen: { status: 500 } } },
      { when: { route: 'list' }, do: { status: 500 } },
    ],
    args: ['--max-attempts', '2', '--give-up-after', '300ms'],
    code: 75,
    counts: { created: 2, unknown: 1 },
    then: againIsDone(),
  },
  ...[[], ['--no-brand-person-id']].map((args) => ({
    what: `another brand_person_id in the answer, then the same command ${args.join(' ')}`,
    input: people(3).map((each) => ({ ...each, 'Social Security Number': '' })),
    faults: [{ when: row(2), do: { wrongId: true } }],
    args: ['--concurrency', '1'],
    code: 1,
    counts: { created: 1, unknown: 1, pending: 1 },
    says: '--no-brand-person-id',
    then: againIsDone(...args, '--timeout', '300ms'),
  })),
  {
    what: 'the key refused as an unknown field',
    faults: [{ when: { route: 'create' }, do: { refuseKey: true } }],
    code: 1,
    counts: { pending: 3 },
    says: '--no-brand-person-id',
    then: againIsDone('--no-brand-person-id'),
  },
  {
    what: 'the key ignored and an answer lost: settled by the list',
    faults: [
      { when: row(2), times: 1, do: { ignoreReference: true, lost: true } },
      { when: { route: 'create' }, do: { ignoreReference: true } },
    ],
    args: ['--timeout', '300ms'],
    code: 0,
    counts: { created: 3 },
  },
  {
    what: 'no key sent, and answers lost before and after: settled by the list',
    faults: [
      { when: row(1), times: 1, do: { cut: 'after' } },
      { when: row(2), times: 1, do: { cut: 'before' } },
    ],
    args: ['--no-brand-person-id', '--timeout', '300ms'],
    code: 0,
    counts: { created: 3 },
    then: ({ sandbox }, expect) => {
      expect.soft(sandbox.customers.map((customer) => customer.brand_person_id)).toEqual([null, null, null]);
    },
  },
  {
    what: 'a repeat that is refused proves nothing of the attempt before, which made the customer',
    faults: [{ when: row(2), times: 1, do: { storeThen: { status: 500 } } }, refusing(2)],
    args: ['--concurrency', '1'],
    code: 0,
    counts: { created: 3 },
  },
  {
    what: 'a redirect',
    faults: [{ when: row(1), do: { redirect: 'http://127.0.0.1:1/elsewhere' } }],
    args: ['--concurrency', '1'],
    code: 1,
    counts: { unknown: 1, pending: 2 },
    says: 'redirects are not followed',
    then: againIsDone('--timeout', '300ms'),
  },
  ...[401, 403].map((status) => ({
    what: `credentials revoked in mid-run (${status})`,
    faults: [{ when: { request: { from: 3 } }, do: { status } }],
    args: ['--concurrency', '1'],
    code: 1,
    counts: { created: 1, pending: 2 },
    says: 'BOND_AUTHORIZATION',
    then: againIsDone(),
  })),
  {
    what: 'credentials refused before anything is sent',
    faults: [{ when: { route: 'auth' }, do: { status: 401 } }],
    code: 1,
    counts: { pending: 3 },
    says: 'BOND_IDENTITY',
    then: ({ sandbox }, expect) => {
      expect(sandbox.calls).toHaveLength(1);
    },
  },
  {
    what: 'the list that never ends and the list that shifts',
    traits: { listEnd: 'repeats' },
    faults: [
      { when: row(1), times: 1, do: { storeThen: { status: 500 } } },
      { when: { list: 1 }, do: { shift: 50 } },
    ],
    args: ['--concurrency', '1', '--no-brand-person-id', '--timeout', '300ms'],
    code: 0,
    counts: { created: 3 },
  },
  {
    what: 'a list that is no list',
    faults: [
      { when: row(1), times: 1, do: { storeThen: { status: 500 } } },
      { when: { route: 'list' }, do: { status: 200, body: { nothing: true } } },
    ],
    args: ['--concurrency', '1'],
    code: 75,
    counts: { created: 2, unknown: 1 },
    says: 'no list of customers',
    then: againIsDone(),
  },
  {
    what: 'an SSN that Bond has already',
    input: [person(1), person(2), person(3, { 'Social Security Number': '612100001' })],
    faults: [],
    args: ['--concurrency', '1'],
    code: 2,
    counts: { created: 2, rejected: 1 },
    then: async (world, expect) => {
      expect((await world.lines())[2]?.errors).toMatch(/^Social Security Number: /);
    },
  },
  {
    what: 'Retry-After holds the whole run for its full length',
    input: people(6),
    faults: [{ when: row(3), times: 1, do: { throttle: 1 } }],
    args: ['--concurrency', '2'],
    code: 0,
    counts: { created: 6 },
    then: ({ sandbox: { calls } }, expect) => {
      const throttled = calls.findIndex(({ status }) => status === 429);
      const at = calls[throttled]?.atMs ?? 0;
      // One other request may be under way when the answer comes.
      const after = calls.slice(throttled + 2).map(({ atMs }) => atMs - at);
      expect.soft(Math.min(...after)).toBeGreaterThanOrEqual(1000);
    },
  },
];

test.concurrent.for([...tables, ...others])('$what', (each, { expect }) => runCase(each, expect));
