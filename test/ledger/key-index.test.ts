import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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
  'unclear',
  'taken',
  'ours',
  'refused',
];

interface Known {
  state: State;
  customerId?: string;
  doneOffset: number;
  hash: number;
  seal: number;
  claim?: number;
  asInFile?: true;
}

const key = fc.oneof(
  fc.integer({ min: 0, max: 30 }).map(counted),
  fc.integer({ min: 0, max: 30 }).map(countedFromTheLeft),
  fc.uuid(),
  fc.constantFrom('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
);
const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const operation = fc.oneof(
  fc.record({ do: fc.constant('state' as const), key, state: fc.constantFrom(...STATES) }),
  fc.record({ do: fc.constant('created' as const), key, customerId: fc.uuid() }),
  fc.record({ do: fc.constant('done' as const), key, offset: fc.nat(Number.MAX_SAFE_INTEGER - 1) }),
  fc.record({ do: fc.constant('hash' as const), key, hash: word, seal: word }),
  fc.record({ do: fc.constant('claim' as const), key, row: fc.integer({ min: 1, max: 2 ** 27 - 1 }) }),
  fc.record({ do: fc.constant('mark' as const), key }),
  fc.record({ do: fc.constant('find' as const), key }),
  fc.record({ do: fc.constant('startPass' as const) }),
);

describe('against a map', () => {
  test('any sequence of operations says the same', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const index = new KeyIndex();
        const model = new Map<string, Known>();
        const of = (text: string): Known => {
          const known = model.get(text) ?? { state: 'none', doneOffset: -1, hash: 0, seal: 0 };
          model.set(text, known);
          return known;
        };
        for (const each of operations) {
          if (each.do === 'startPass') {
            index.startPass();
            for (const known of model.values()) delete known.claim;
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
              Object.assign(known, { state: 'created', customerId: each.customerId, doneOffset: undefined });
              break;
            case 'done':
              index.setDoneOffset(entry, each.offset);
              Object.assign(known, { doneOffset: each.offset, customerId: undefined });
              break;
            case 'hash':
              index.setHash(entry, each.hash, each.seal);
              Object.assign(known, { hash: each.hash, seal: each.seal });
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
          expect(index.hash(entry)).toEqual({ hash: known.hash, seal: known.seal });
          // An entry has the one or the other.
          if (known.customerId !== undefined) expect(index.customerId(entry)).toBe(known.customerId);
          else expect(index.doneOffset(entry)).toBe(known.doneOffset);
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
      index.setDoneOffset(entry, n);
    }
    expect(index.size).toBe(keys.length);
    const lost = keys.filter((text, n) => index.find(text) !== n || index.doneOffset(n) !== n);
    expect(lost).toEqual([]);
    expect(index.key(79_999)).toBe(keys[79_999]);
    expect(index.find(uuid(80_001))).toBe(-1);
    // Keys that crowd together would take minutes.
    expect(performance.now() - startedMs).toBeLessThan(5000);
  });

  test('a row that would not fit is refused, not confused with another', () => {
    const index = new KeyIndex();
    expect(index.claim(index.entry(uuid(1)), 2 ** 27 - 1)).toBe(2 ** 27 - 1);
    expect(() => index.claim(index.entry(uuid(2)), 2 ** 27)).toThrow('more than 134217727 rows: split it');
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
    index.setDoneOffset(index.entry(uuid(1)), offset);
    expect(index.doneOffset(0)).toBe(offset);
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
