import fc from 'fast-check';
import { QUOTES } from '../../src/sandbox/quotes.js';
import { person, row, type Person } from '../support/people.js';
import { moves, type Move } from './moves.js';

/** What Bond does with our keys decides what may be expected. */
export const KINDS = {
  /** It keeps them all, and refuses a repeat. */
  kept: 'Bond keeps keys',
  /** It would, but some runs are told not to send them. */
  keyless: 'runs without keys between runs with them',
  /** It keeps none: the list alone tells who was created. */
  dropped: 'Bond drops keys',
  /** It keeps other keys than it was sent, some only, or takes them twice: nobody could exclude a second customer. */
  any: 'Bond loses or confuses keys',
} as const;

export type Kind = keyof typeof KINDS;

/** One run of an operator, and what goes wrong meanwhile. */
export interface Chapter {
  readonly moves: readonly Move[];
  readonly faults: readonly object[];
  readonly args: readonly string[];
  readonly deletesResults: boolean;
  /** Another file, of some of the rows and a newcomer, with the same ledger. */
  readonly otherFile: boolean;
  /** A real process that gets a signal after so long, or is started twice. */
  readonly disturbance?:
    { readonly signal: NodeJS.Signals; readonly afterMs: number } | 'started twice' | undefined;
}

export interface Story {
  readonly kind: Kind;
  readonly traits: object;
  readonly people: readonly Person[];
  readonly chapters: readonly Chapter[];
}

const refusalBody = fc.constantFrom<unknown>(
  { Message: { city: ['No.'] }, Status: 400, Code: 'create_customer_schema' },
  { Message: "{'dob': ['Not a valid date.']}", Code: 'create_customer_schema' },
  { addresses: { 0: { zip_code: ['Not a valid zip code.'] } } },
  { Message: { email: ['already exists'] }, Code: 'resource_conflict' },
  { Error: 'no' },
  '<html>no</html>',
  '',
);
const wait = fc.constantFrom<unknown>(
  null,
  0,
  1,
  3600,
  { dateInSeconds: 0 },
  { epochInSeconds: 1 },
  { epochInSeconds: 9999 },
  { header: 'ratelimit-reset', resetInSeconds: 1 },
  { header: 'x-ratelimit-reset', resetInSeconds: 0 },
  { header: 'ratelimit', resetInSeconds: 0 },
);
/** Nothing is stored. */
const fruitless = fc.oneof(
  fc.record({ status: fc.constantFrom(400, 404, 409, 422), body: refusalBody }),
  fc.record({ status: fc.constantFrom(401, 403, 408, 424, 425, 500, 502, 503, 504) }),
  fc.record({ html: fc.constantFrom(200, 400, 403, 404, 413, 502, 503) }),
  fc.record({ quote: fc.constantFrom(...QUOTES) }),
  fc.constant({ status: 503, headers: { 'retry-after': '0' } }),
  fc.record({ throttle: wait }),
  fc.constant({ redirect: 'http://127.0.0.1:1/' }),
  fc.constant({ hang: true }),
  fc.constant({ cut: 'before' }),
  fc.constant({ reset: true }),
);
/** Stored, and we may not hear of it. */
const lossy = fc.oneof(
  fc.constant({ hang: true, store: true }),
  fc.constant({ cut: 'after' }),
  fc.constant({ half: true }),
  fc.constant({ garbage: true }),
  fc.constant({ noCustomerId: true }),
  fc.constant({ bodyBytes: 5_000_000 }),
  fc.record({ storeThen: fc.record({ status: fc.constantFrom(200, 500, 502, 503) }) }),
  fc.record({ storeThen: fc.constant({ status: 503, headers: { 'retry-after': '0' } }) }),
  fc.constant({ delayMs: 20 }),
);
/** Bond does it after we have stopped to wait: under a key that it keeps that is harmless. */
const late = fc.record({ delayMs: fc.constantFrom(120, 400) });
/** Bond says that it has the key, and has it not: only a Bond that keeps keys says so. */
const mistaken = fc.constantFrom(
  { status: 409 },
  { status: 400, body: { Message: 'A person with this ID already exists.', Code: 'person_id_dup' } },
);
const outage = fc.record({
  down: fc.record({ forMs: fc.constantFrom(50, 400, 900), status: fc.constantFrom(500, 502, 503) }),
});
const faithless = fc.oneof(
  fc.constant({ wrongId: true }),
  fc.constant({ ignoreReference: true }),
  fc.constant({ ignoreReference: true, lost: true }),
  fc.constant({ refuseKey: true }),
);
const listFault = fc.oneof(
  fc.constant({ status: 200, body: { nothing: true } }),
  fc.constant({ status: 500 }),
  fc.constant({ half: true }),
);

/** A list that leaves somebody out: where nothing but the list tells who was created, nobody can see it. */
const leavesOut = fc.record({ shift: fc.integer({ min: -5, max: 60 }) });
const LIST_EFFECTS: Readonly<Record<Kind, fc.Arbitrary<object>>> = {
  kept: fc.oneof(listFault, leavesOut),
  keyless: listFault,
  dropped: listFault,
  any: fc.oneof(listFault, leavesOut),
};

const EFFECTS: Readonly<Record<Kind, fc.Arbitrary<object>>> = {
  kept: fc.oneof(fruitless, lossy, lossy, late, mistaken, outage),
  keyless: fc.oneof(fruitless, lossy, lossy, outage),
  dropped: fc.oneof(fruitless, lossy, lossy, outage),
  any: fc.oneof(fruitless, lossy, late, mistaken, outage, faithless, faithless),
};

const ROWS = 14;
const nth = fc.integer({ min: 1, max: ROWS });
const onCreates = fc.oneof(
  nth.map(row),
  nth.map((create) => ({ create })),
  fc.tuple(nth, nth).map(([from, more]) => ({ create: { from, to: from + more } })),
  fc.constant({ route: 'create' }),
);

function faultsOf(kind: Kind): fc.Arbitrary<object[]> {
  const times = fc.integer({ min: 1, max: 4 });
  const create = fc.record({ when: onCreates, times, do: EFFECTS[kind] });
  const list = fc.record({ when: fc.constant({ route: 'list' }), times, do: LIST_EFFECTS[kind] });
  return fc.array(fc.oneof({ weight: 4, arbitrary: create }, { weight: 1, arbitrary: list }), {
    maxLength: 8,
  });
}

const signal = fc.record({
  signal: fc.constantFrom<NodeJS.Signals>('SIGTERM', 'SIGINT', 'SIGKILL'),
  afterMs: fc.integer({ min: 50, max: 1200 }),
});

function chapterOf(kind: Kind): fc.Arbitrary<Chapter> {
  return fc
    .record({
      moves,
      faults: faultsOf(kind),
      concurrency: fc.integer({ min: 1, max: 8 }),
      maxAttempts: fc.integer({ min: 1, max: 4 }),
      keyless: fc.boolean(),
      deletesResults: fc.nat(7).map((n) => n === 0),
      otherFile: fc.nat(5).map((n) => n === 0),
      disturbance: fc.oneof(
        { weight: 6, arbitrary: fc.constant(undefined) },
        { weight: 3, arbitrary: signal },
        { weight: 1, arbitrary: fc.constant('started twice' as const) },
      ),
    })
    .map(({ concurrency, maxAttempts, keyless, ...chapter }) => ({
      ...chapter,
      args: [
        ...['--timeout', '150ms', '--give-up-after', '400ms'],
        ...['--concurrency', String(concurrency), '--max-attempts', String(maxAttempts)],
        ...(keyless && kind !== 'kept' ? ['--no-brand-person-id'] : []),
      ],
    }));
}

const some = <T>(...values: T[]): fc.Arbitrary<T | undefined> =>
  fc.constantFrom(undefined, undefined, ...values);

const lists = fc.record({
  names: some('plain', 'capitals', 'nested'),
  phones: some('international'),
  dates: some('month first', 'day first'),
  envelope: some(true),
  listEnd: some('404', 'repeats'),
  listedAfterMs: some(300),
  listedKeys: some('hidden'),
  ids: some('upper', 'text'),
  encoding: some('gzip', 'br'),
  bom: some(true),
});

function traitsOf(kind: Kind): fc.Arbitrary<object> {
  const keys = { kept: undefined, keyless: undefined, dropped: 'dropped', any: 'unguarded' }[kind];
  return fc
    .oneof(fc.constant({}), lists)
    .map((traits) => JSON.parse(JSON.stringify({ ...traits, keys })) as object);
}

/** Some have no SSN, some nothing but a name; some share name and birth date with another. */
const cast: fc.Arbitrary<Person[]> = fc
  .array(fc.constantFrom('whole', 'whole', 'no SSN', 'no SSN', 'accented', 'alone', 'twin'), {
    minLength: 6,
    maxLength: ROWS,
  })
  .map((roles) =>
    roles.map((role, at) => {
      const n = at + 1;
      const id = { 'Customer No': `00${n}` };
      const noSsn = { ...id, 'Social Security Number': '' };
      switch (role) {
        case 'whole':
          return person(n, id);
        case 'no SSN':
          return person(n, noSsn);
        case 'accented':
          return person(n, { ...noSsn, 'Given Name': 'José', Surname: `O'${person(n)['Surname'] ?? ''}` });
        case 'alone':
          return person(n, { ...noSsn, 'E-mail': '', Mobile: '' });
        case 'twin': {
          const {
            'Given Name': given = '',
            Surname = '',
            'Date of Birth': dob = '',
          } = person(Math.max(1, n - 1));
          return person(n, { ...noSsn, 'Given Name': given, Surname, 'Date of Birth': dob });
        }
      }
    }),
  );

export const stories: fc.Arbitrary<Story> = fc
  .constantFrom<Kind>('kept', 'kept', 'kept', 'keyless', 'keyless', 'dropped', 'dropped', 'any')
  .chain((kind) =>
    fc.record({
      kind: fc.constant(kind),
      traits: traitsOf(kind),
      people: cast,
      chapters: fc.array(chapterOf(kind), { minLength: 1, maxLength: 3 }),
    }),
  );
