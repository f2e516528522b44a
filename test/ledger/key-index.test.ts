import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PACKED_WORDS } from '../../src/ledger/fingerprint.js';
import { KeyIndex, type State } from '../../src/ledger/key-index.js';
import { uuid } from './support.js';

/** Keys that are counted up, as some systems make them. */
function counted(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** Keys that differ in their first digits alone. */
function countedFromTheLeft(n: number): string {
  return `${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
}

const STATES: readonly State[] = [
  'none',
  'sent',
  'created',
  'existing',
  'rejected',
  'failed',
  'noAnswer',
  'keyExists',
  'keyExistsAfterOurTry',
  'repeatRefused',
];

interface Known {
  state: State;
  customerId?: string;
  donePlace: number;
  sent: number[];
  keyed: boolean;
  sinceSweep: boolean;
  claim?: number;
  asInFile?: true;
}

const key = fc.oneof(
  fc.integer({ min: 0, max: 30 }).map(counted),
  fc.integer({ min: 0, max: 30 }).map(countedFromTheLeft),
  fc.uuid(),
  fc.constantFrom('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
);
const NOTHING = Array<number>(PACKED_WORDS).fill(0);
const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const sent = fc.array(word, { minLength: PACKED_WORDS, maxLength: PACKED_WORDS });
/** Bond's ids are text: most are UUIDs. */
const customerId = fc.oneof(
  { weight: 3, arbitrary: fc.uuid() },
  fc.uuid().map((id) => id.toUpperCase()),
  fc.string(),
  fc.constantFrom('cus_1', '', '00000000-0000-0000-0000-00000000000', 'dfdf8000-ffff-4000-8000-00000000000g'),
);
const operation = fc.oneof(
  fc.record({ do: fc.constant('state' as const), key, state: fc.constantFrom(...STATES) }),
  fc.record({ do: fc.constant('created' as const), key, customerId }),
  fc.record({ do: fc.constant('done' as const), key, offset: fc.nat(Number.MAX_SAFE_INTEGER - 1) }),
  fc.record({ do: fc.constant('sent' as const), key, sent, keyed: fc.boolean() }),
  fc.record({ do: fc.constant('claim' as const), key, row: fc.integer({ min: 1, max: 2 ** 25 - 1 }) }),
  fc.record({ do: fc.constant('mark' as const), key }),
  fc.record({ do: fc.constant('find' as const), key }),
  fc.record({ do: fc.constant('startPass' as const) }),
  fc.record({ do: fc.constant('startSweep' as const) }),
);

describe('against a map', () => {
  test('any sequence of operations says the same', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const index = new KeyIndex();
        const model = new Map<string, Known>();
        const of = (text: string): Known => {
          const known = model.get(text) ?? {
            state: 'none',
            donePlace: -1,
            sent: NOTHING,
            keyed: false,
            sinceSweep: false,
          };
          model.set(text, known);
          return known;
        };
        for (const each of operations) {
          if (each.do === 'startPass') {
            index.startPass();
            for (const known of model.values()) delete known.claim;
            continue;
          }
          if (each.do === 'startSweep') {
            index.startSweep();
            for (const known of model.values()) known.sinceSweep = false;
            continue;
          }
          if (each.do === 'find') {
            expect(index.find(each.key) >= 0).toBe(model.has(each.key));
            continue;
          }
          const entry = index.entry(each.key);
          const known = of(each.key);
          switch (each.do) {
            case 'state':
              index.setState(entry, each.state);
              known.state = each.state;
              break;
            case 'created':
              index.setState(entry, 'created');
              index.setCustomerId(entry, each.customerId);
              Object.assign(known, { state: 'created', customerId: each.customerId, donePlace: undefined });
              break;
            case 'done':
              index.setDonePlace(entry, each.offset);
              Object.assign(known, { donePlace: each.offset, customerId: undefined });
              break;
            case 'sent':
              index.setSent(entry, Int32Array.from(each.sent), each.keyed);
              Object.assign(known, { sent: each.sent, keyed: each.keyed, sinceSweep: true });
              break;
            case 'mark':
              index.markAsInFile(entry);
              known.asInFile = true;
              break;
            case 'claim':
              known.claim ??= each.row;
              expect(index.claim(entry, each.row)).toBe(known.claim);
          }
        }
        expect(index.size).toBe(model.size);
        for (const [text, known] of model) {
          const entry = index.find(text);
          expect(index.key(entry)).toBe(text);
          expect(index.state(entry)).toBe(known.state);
          expect(index.isAsInFile(entry)).toBe(known.asInFile ?? false);
          expect([...index.sent(entry)]).toEqual(known.sent);
          expect(index.sentWithKey(entry)).toBe(known.keyed);
          expect(index.sentSinceSweep(entry)).toBe(known.sinceSweep);
          // An entry has the one or the other.
          if (known.customerId !== undefined) expect(index.customerId(entry)).toBe(known.customerId);
          else expect(index.donePlace(entry)).toBe(known.donePlace);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('upper and lower case are one key', () => {
    const index = new KeyIndex();
    const text = uuid(1);
    expect(index.entry(text.toUpperCase())).toBe(index.entry(text));
    expect(index.key(0)).toBe(text);
  });
});

describe('many keys', () => {
  test.each([
    ['counted up', counted],
    ['counted up on the left', countedFromTheLeft],
    ['random', uuid],
  ])('%s: 80,000 of them, each found again, quickly', (_how, make) => {
    const index = new KeyIndex();
    const keys = Array.from({ length: 80_000 }, (_, n) => make(n));
    const startedMs = performance.now();
    for (const [n, text] of keys.entries()) {
      const entry = index.entry(text);
      if (entry !== n) throw new Error(`entry ${entry} for the key ${n}`);
      index.setDonePlace(entry, n);
    }
    expect(index.size).toBe(keys.length);
    const lost = keys.filter((text, n) => index.find(text) !== n || index.donePlace(n) !== n);
    expect(lost).toEqual([]);
    expect(index.key(79_999)).toBe(keys[79_999]);
    expect(index.find(uuid(80_001))).toBe(-1);
    // Keys that crowd together would take minutes.
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });

  test('a row that would not fit is refused, not confused with another', () => {
    const index = new KeyIndex();
    expect(index.claim(index.entry(uuid(1)), 2 ** 25 - 1)).toBe(2 ** 25 - 1);
    expect(() => index.claim(index.entry(uuid(2)), 2 ** 25)).toThrow('more than 33554431 rows: split it');
  });

  test('claims beyond the first chunk are forgotten with the pass too', () => {
    const index = new KeyIndex();
    for (let n = 0; n < 40_000; n++) index.claim(index.entry(uuid(n)), n + 1);
    expect(index.claim(39_999, 7)).toBe(40_000);
    index.startPass();
    expect([0, 20_000, 39_999].map((entry) => index.claim(entry, 7))).toEqual([7, 7, 7]);
  });
});

test.each([0, 1, 2 ** 31 - 2, 2 ** 31 - 1, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 5e9, 2 ** 40])(
  'a line that begins at byte %i of the ledger is found again',
  (offset) => {
    const index = new KeyIndex();
    index.setDonePlace(index.entry(uuid(1)), offset);
    expect(index.donePlace(0)).toBe(offset);
  },
);

test('customer ids are told from the other words in their place', () => {
  const index = new KeyIndex();
  const states: State[] = ['created', 'existing', 'rejected', 'none', 'sent'];
  states.forEach((state, n) => {
    index.setState(index.entry(uuid(n)), state);
    index.setCustomerId(n, uuid(n, 'customer'));
  });
  const asked = new Set([...states.map((_, n) => uuid(n, 'customer')), uuid(99, 'customer')]);
  expect(index.customerIdsAmong(asked)).toEqual(new Set([uuid(0, 'customer'), uuid(1, 'customer')]));
  expect(index.customerIdsAmong(new Set())).toEqual(new Set());
});
