import { expect, test } from 'vitest';
import { compileFingerprint, keyOfExternalId } from '../../src/customer/identity.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { Outcome } from '../../src/ledger/outcome.js';
import { RewrittenIds } from '../../src/ledger/rewritten-ids.js';
import { FINGERPRINT, scratch, withLedger } from './support.js';

const FINGERPRINTER = compileFingerprint('a secret', undefined);
const keyOf = (id: string): string => keyOfExternalId(id) ?? expect.fail('no id');

async function send(ledger: Ledger, id: string, outcome?: Outcome): Promise<void> {
  await ledger.send(keyOf(id), 1, { ...FINGERPRINT, fold: FINGERPRINTER.fold(id) }, true);
  if (outcome) ledger.done(keyOf(id), outcome);
}

/** Rows of a file with these ids whose person the ledger knows under another form of the id. */
function rewritten(ledger: Ledger, ids: readonly string[]): [row: number, known: string][] {
  const search = new RewrittenIds(ledger.index);
  for (const [at, id] of ids.entries()) search.see(at + 1, keyOf(id), FINGERPRINTER.fold(id));
  return search.found().map(({ row, known }) => [row, ledger.index.key(known)]);
}

const created: Outcome = { status: 'created', customerId: 'c' };
const rejected: Outcome = { status: 'rejected', findings: [] };

const cases: [string, [string, Outcome?][], string[], [number, string][]][] = [
  ['nothing known', [], ['123', '00123'], []],
  ['the same ids', [['00123', created]], ['00123'], []],
  ['leading zeros lost', [['00123', created]], ['7', '123'], [[2, '00123']]],
  ['made numbers', [['1001', created]], ['1001.0', '1002.0'], [[1, '1001']]],
  ['case and white space', [['Ab 1', created]], ['AB1'], [[1, 'Ab 1']]],
  ['also of a row in doubt', [['00123']], ['123'], [[1, '00123']]],
  ['not of a row that was refused: nobody was created', [['00123', rejected]], ['123'], []],
  [
    'both forms in the file are two ids, wherever they stand',
    [['00123', created]],
    ['123', '5', '00123'],
    [],
  ],
  [
    'both forms known',
    [
      ['00123', created],
      ['123', created],
    ],
    ['123', '00123'],
    [],
  ],
  [
    'one of two known forms, and a third one',
    [
      ['00123', created],
      ['123', created],
    ],
    ['0123', '123'],
    [],
  ],
  [
    'several',
    [
      ['01', created],
      ['02', created],
    ],
    ['1', '2', '3'],
    [
      [1, '01'],
      [2, '02'],
    ],
  ],
  ['an empty id', [['01', created]], [' '], []],
];
test.each(cases)('%s', async (_what, known, ids, expected) => {
  await withLedger(await scratch(), async (ledger) => {
    for (const [id, outcome] of known) await send(ledger, id, outcome);
    expect(rewritten(ledger, ids)).toEqual(expected.map(([row, id]) => [row, keyOf(id)]));
  });
});

test('thousands of ids whose zeros were lost', async () => {
  await withLedger(await scratch(), async (ledger) => {
    const numbers = Array.from({ length: 5000 }, (_, n) => n + 1);
    await Promise.all(numbers.map((n) => send(ledger, String(n).padStart(6, '0'), created)));
    const found = rewritten(ledger, [...numbers.map(String), ...numbers.map((n) => `x${n}`)]);
    expect(found).toEqual(numbers.map((n) => [n, keyOf(String(n).padStart(6, '0'))]));
  });
});
