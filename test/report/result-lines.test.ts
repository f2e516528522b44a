import { describe, expect, test } from 'vitest';
import type { SourceRow } from '../../src/csv/source-row.js';
import { compileFingerprint } from '../../src/customer/identity.js';
import { compileReader } from '../../src/customer/payload.js';
import type { Outcome } from '../../src/ledger/outcome.js';
import { type Ledger } from '../../src/ledger/ledger.js';
import {
  judge,
  NEED_A_PERSON,
  originalsOf,
  resultsOf,
  type LinesOptions,
} from '../../src/report/result-lines.js';
import { finding } from '../../src/issues/codes.js';
import { sentence } from '../../src/issues/words.js';
import { Tally } from '../../src/report/tally.js';
import { JAMES, TODAY, planOf } from '../customer/plan-of.js';
import { scratch, uuid, withLedger } from '../ledger/support.js';

const FINGERPRINT = compileFingerprint('a secret', 'a credential');
const HEADERS = Object.keys(JAMES);
const plan = planOf({ headers: HEADERS });
const OPTIONS: LinesOptions = {
  plan,
  read: compileReader(plan, { rules: 'documented', repair: new Set(), today: TODAY }),
  fingerprint: FINGERPRINT,
};

function rowOf(row: number, cells: Partial<typeof JAMES> = {}): SourceRow {
  return { row, line: row + 1, cells: Object.values({ ...JAMES, external_id: `id ${row}`, ...cells }) };
}

async function* inBatches(rows: readonly SourceRow[]): AsyncGenerator<SourceRow[]> {
  for (let at = 0; at < rows.length; at += 2) yield await Promise.resolve(rows.slice(at, at + 2));
}

/** Writes the row down as sent, and how it ended. */
async function send(ledger: Ledger, row: SourceRow, outcome?: Outcome): Promise<void> {
  const keyed = OPTIONS.read(row);
  const reading = keyed.reading();
  if (reading.kind === 'invalid') throw new Error(reading.issues.map(sentence).join());
  await ledger.send(reading.key, row.row, FINGERPRINT.of(reading.key, reading.customer, keyed.id), true);
  if (outcome) ledger.done(reading.key, outcome);
  await ledger.sync();
}

async function lines(
  rows: readonly SourceRow[],
  ledger: Ledger,
  options = OPTIONS,
): Promise<[status: string, customerId: string, errors: string][]> {
  const tally = new Tally();
  const all = [];
  for await (const batch of judge(inBatches(rows), ledger, options)) {
    for (const judged of batch) {
      tally.add(judged.row.row, judged.verdict);
      all.push(resultsOf(options.plan).line(judged));
    }
  }
  expect(all.map(([row]) => row)).toEqual(rows.map(({ row }) => String(row)));
  expect(tally.rows).toBe(rows.length);
  return all.map(([, , status = '', customerId = '', , , errors = '']) => [status, customerId, errors]);
}

const created: Outcome = { status: 'created', customerId: uuid(1, 'customer') };
const said = (path: string, message: string): Outcome => ({
  status: 'rejected',
  findings: [{ path, code: 'create_customer_schema', args: { message } }],
});

describe('one line a row', () => {
  const cases: [string, Outcome | undefined, Partial<typeof JAMES>, [string, string, string]][] = [
    ['created', created, {}, ['created', uuid(1, 'customer'), '']],
    [
      'created, edited since',
      created,
      { city: 'Oakland' },
      ['created', uuid(1, 'customer'), 'changed since it was created; the change was not sent'],
    ],
    [
      'created, its SSN edited since',
      created,
      { ssn: '333-52-7585' },
      ['created', uuid(1, 'customer'), 'My ssn: changed since it was created; the change was not sent'],
    ],
    [
      'created, its last name edited since',
      created,
      { last_name: 'Bonde' },
      [
        'created',
        uuid(1, 'customer'),
        'My first_name, My last_name: changed since it was created; the change was not sent',
      ],
    ],
    [
      'created, its birth date edited since',
      created,
      { dob: '1997-12-26' },
      ['created', uuid(1, 'customer'), 'My dob: changed since it was created; the change was not sent'],
    ],
    [
      'created, then made invalid',
      created,
      { dob: 'x' },
      ['created', uuid(1, 'customer'), expect.stringContaining('changed')],
    ],
    [
      'created, and another person by now: never with the id of the first',
      created,
      { first_name: 'Ernst', last_name: 'Blofeld', dob: '1950-01-02' },
      ['rejected', '', expect.stringMatching(/^the ledger knows another person under this id/)],
    ],
    ['existing', { ...created, status: 'existing' }, {}, ['existing', uuid(1, 'customer'), '']],
    [
      'refused, under the column',
      said('addresses.0.zip_code', 'No.'),
      {},
      ['rejected', '', 'My zip_code: No.'],
    ],
    ['refused, nobody says where', said('', 'No.'), {}, ['rejected', '', 'Bond: No.']],
    [
      'refused, at a field without a column',
      said('business_id', 'No.'),
      {},
      ['rejected', '', 'business_id: No.'],
    ],
    ['refused, corrected since', said('', 'No.'), { city: 'Oakland' }, ['pending', '', '']],
    ['refused, its SSN corrected since', said('ssn', 'No.'), { ssn: '333-52-7585' }, ['pending', '', '']],
    [
      'refused, invalid since',
      said('', 'No.'),
      { dob: 'x' },
      ['invalid', '', expect.stringMatching(/^My dob: /)],
    ],
    [
      'failed',
      { status: 'failed', findings: [finding('', 'unreachable', { why: 'no route' })] },
      {},
      ['failed', '', 'could not reach Bond: no route'],
    ],
    [
      'in doubt',
      {
        status: 'unknown',
        doubt: 'noAnswer',
        findings: [finding('', 'in_doubt', { why: 'Bond answered 502' })],
      },
      {},
      ['unknown', '', 'Bond answered 502; whether Bond made the customer is not known yet'],
    ],
    [
      'in doubt, invalid since',
      { status: 'unknown', doubt: 'keyExistsAfterOurTry', findings: [] },
      { dob: 'x' },
      ['unknown', '', 'My dob: is "x", expected YYYY-MM-DD'],
    ],
    ['sent, and no answer', undefined, {}, ['unknown', '', expect.stringContaining('next run settles it')]],
    ['given back', { status: 'pending' }, {}, ['pending', '', '']],
  ];
  test.each(cases)('%s', async (_what, outcome, edits, expected) => {
    await withLedger(await scratch(), async (ledger) => {
      await send(ledger, rowOf(1), outcome);
      expect(await lines([rowOf(1, edits)], ledger)).toEqual([expected]);
    });
  });

  test('never sent: pending, or invalid with every complaint', async () => {
    await withLedger(await scratch(), async (ledger) => {
      const [fine, bad] = await lines([rowOf(1), rowOf(2, { dob: 'x', zip_code: 'y' })], ledger);
      expect(fine).toEqual(['pending', '', '']);
      expect(bad?.[0]).toBe('invalid');
      expect(bad?.[2]).toMatch(/^My dob: .*; My zip_code: /);
    });
  });

  test('the same id twice: the second names the first, in every pass anew', async () => {
    await withLedger(await scratch(), async (ledger) => {
      const rows = [
        rowOf(1),
        rowOf(2),
        rowOf(3, { external_id: 'id 1' }),
        rowOf(4, { external_id: 'id 1', dob: 'x' }),
      ];
      for (let pass = 0; pass < 2; pass++) {
        expect(
          (await lines(rows, ledger)).map(([status, , errors]) => [status, errors.split(';')[0]]),
        ).toEqual([
          ['pending', ''],
          ['pending', ''],
          ['duplicate', 'My external_id: same id as row 1'],
          ['invalid', expect.stringMatching(/^My dob: /)],
        ]);
      }
    });
  });

  test('a duplicate says how it differs, and has the customer of its person, never that of another', async () => {
    await withLedger(await scratch(), async (ledger) => {
      await send(ledger, rowOf(1), created);
      const again = { external_id: 'id 1' };
      const rows = [
        rowOf(1),
        rowOf(2, { ...again, email: 'other@example.com' }),
        rowOf(3, { ...again, street: 'PO Box 9' }),
        rowOf(4, { ...again, first_name: 'Ernst', dob: '1950-01-02' }),
      ];
      const same = 'My external_id: same id as row 1';
      expect((await lines(rows, ledger)).slice(1)).toEqual([
        ['duplicate', uuid(1, 'customer'), `${same}; not sent; it differs in My email`],
        [
          'duplicate',
          uuid(1, 'customer'),
          `${same}; not sent; it differs in My street: put both addresses in one row (columns address2_street, address2_city, …)`,
        ],
        ['duplicate', '', expect.stringContaining('another name and date of birth')],
      ]);
    });
  });

  test('an SSN edit goes unnoticed without the credentials, and is no edit then', async () => {
    await withLedger(await scratch(), async (ledger) => {
      await send(ledger, rowOf(1), created);
      const without = { ...OPTIONS, fingerprint: compileFingerprint('a secret', undefined) };
      expect(await lines([rowOf(1, { ssn: '333-52-7585' })], ledger, without)).toEqual([
        ['created', uuid(1, 'customer'), ''],
      ]);
    });
  });

  test('of the done rows of a finished file nothing but the key is read', async () => {
    await withLedger(await scratch(), async (ledger) => {
      await send(ledger, rowOf(1), created);
      const read: number[] = [];
      const options: LinesOptions = {
        ...OPTIONS,
        isFinished: true,
        read: (row) => {
          const keyed = OPTIONS.read(row);
          return { ...keyed, reading: () => (read.push(row.row), keyed.reading()) };
        },
      };
      expect(await lines([rowOf(1, { email: 'new@example.com' }), rowOf(2)], ledger, options)).toEqual([
        ['created', uuid(1, 'customer'), ''],
        ['pending', '', ''],
      ]);
      expect(read).toEqual([2]);
    });
  });

  test('the SSN is masked, the other cells are as they were', async () => {
    await withLedger(await scratch(), async (ledger) => {
      for await (const batch of judge(inBatches([rowOf(1)]), ledger, OPTIONS)) {
        const [line] = batch.map(resultsOf(plan).line);
        expect(line?.slice(7)).toEqual(Object.values({ ...JAMES, external_id: 'id 1', ssn: 'XXX-XX-7584' }));
      }
    });
  });
});

test('rejects: the rows that need a person, as they stand, their errors behind; an old column of them replaced', async () => {
  const headers = [...HEADERS, 'errors'];
  const again = { ...planOf({ headers }), headers };
  const options = { ...OPTIONS, plan: again };
  await withLedger(await scratch(), async (ledger) => {
    await send(ledger, rowOf(1), created);
    await send(ledger, rowOf(3), said('', 'No.'));
    const rows = [rowOf(1), rowOf(2, { dob: 'x' }), rowOf(3), rowOf(4), rowOf(5, { external_id: 'id 4' })];
    const withOld = rows.map((row) => ({ ...row, cells: [...row.cells, 'old errors'] }));
    const { header, line } = originalsOf(again);
    const written: string[][] = [];
    for await (const batch of judge(inBatches(withOld), ledger, options)) {
      written.push(...batch.filter(({ verdict }) => NEED_A_PERSON.has(verdict.status)).map(line));
    }
    expect(header).toEqual(headers);
    expect(written.map((cells) => cells[0])).toEqual(['id 2', 'id 3', 'id 4']);
    expect(written.every((cells) => cells.length === headers.length && cells.includes('333-52-7584'))).toBe(
      true,
    );
    expect(written.map((cells) => cells.at(-1))).toEqual([
      expect.stringMatching(/^My dob: /),
      'Bond: No.',
      'My external_id: same id as row 4; not sent',
    ]);
  });
});
