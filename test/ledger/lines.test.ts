import fc from 'fast-check';
import { expect, test } from 'vitest';
import { factSchema, type Fact } from '../../src/ledger/facts.js';
import { factOf, lineOf } from '../../src/ledger/lines.js';

const key = fc.uuid();
const text = fc.string({ unit: 'binary' });
const hex = fc.stringMatching(/^[0-9a-f]{16}(\.[0-9a-f]{12})?$/);
const args = fc.dictionary(
  text.filter((name) => name !== '__proto__'),
  fc.oneof(text, fc.integer(), fc.boolean(), fc.array(text)),
);
const findings = fc.array(fc.record({ path: text, code: text, args }), { maxLength: 3 });

const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({ type: fc.constant('send' as const), key, row: fc.integer({ min: 1, max: 1e9 }), hash: hex }),
  fc.record(
    {
      type: fc.constant('done' as const),
      key,
      status: fc.constantFrom('created' as const, 'existing' as const),
      customerId: fc.uuid(),
      echoed: fc.boolean(),
    },
    { requiredKeys: ['type', 'key', 'status', 'customerId'] },
  ),
  fc.record({
    type: fc.constant('done' as const),
    key,
    status: fc.constantFrom('rejected' as const, 'failed' as const),
    findings,
  }),
  fc.record({
    type: fc.constant('done' as const),
    key,
    status: fc.constant('unknown' as const),
    doubt: fc.constantFrom('unclear' as const, 'taken' as const, 'ours' as const, 'refused' as const),
    findings,
  }),
  fc.record({ type: fc.constant('done' as const), key, status: fc.constant('pending' as const) }),
  fc.record({ type: fc.constant('brand' as const), id: text }),
);

test('a fact is one line of JSON, and reads back the same', () => {
  fc.assert(
    fc.property(fact, (given) => {
      const line = lineOf(given);
      expect(line).not.toMatch(/[\r\n]/);
      expect(factSchema.parse(JSON.parse(line))).toEqual(given);
      expect(factOf(line)).toEqual(given);
    }),
  );
});

test.each([
  '',
  '{}',
  '{"type":"send","key":"00000000-0000-4000-8000-000000000001","row":1}',
  '{"type":"send","key":"00000000-0000-4000-8000-000000000001","row":1,"hash":"ab"',
  '{"type":"done","key":"00000000-0000-4000-8000-000000000001","status":"made","customerId":"00000000-0000-4000-8000-000000000001"}',
  '\0{"type":"brand","id":"a"}',
])('%j is no fact', (line) => {
  expect(() => factOf(line)).toThrow();
});

test('a line in another order or spacing is read as well', () => {
  const line =
    '{ "row": 7, "type": "send", "hash": "ab", "key": "00000000-0000-4000-8000-000000000001", "later": true }';
  expect(factOf(line)).toEqual({
    type: 'send',
    key: '00000000-0000-4000-8000-000000000001',
    row: 7,
    hash: 'ab',
  });
});
