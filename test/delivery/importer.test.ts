import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { SourceRow } from '../../src/csv/source-row.js';
import type { Customer } from '../../src/customer/customer.js';
import { compileFingerprint } from '../../src/customer/identity.js';
import type { KeyedRow } from '../../src/customer/payload.js';
import { importRows, TAKEN_TO_STOP, type ImportOptions } from '../../src/delivery/importer.js';
import type { RunTools } from '../../src/delivery/run-tools.js';
import type { Stop } from '../../src/delivery/stop.js';
import { Tolerance, type MaxErrors } from '../../src/delivery/tolerance.js';
import { ExitCode } from '../../src/errors.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { Outcome } from '../../src/ledger/outcome.js';
import { envelope } from '../bond/attempts.js';
import { rawServer, respond, type RawServer } from '../bond/raw-server.js';
import { scratch, uuid, withLedger } from '../ledger/support.js';
import { toolsAt } from './tools.js';

const customerOf = (n: number, first_name = 'James'): Customer => ({
  first_name,
  last_name: `Bond ${n}`,
  dob: '1997-12-25',
  addresses: [],
});
const rowOf = (row: number): SourceRow => ({ row, line: row + 1, cells: [] });
const keyedRow = (n: number, customer: Customer = customerOf(n)): KeyedRow => ({
  key: uuid(n),
  id: `id ${n}`,
  reading: () => ({ kind: 'customer', key: uuid(n), customer, groups: [], omitted: [] }),
  omitted: () => [],
});
const invalidRow = (n: number): KeyedRow => ({
  ...keyedRow(n),
  reading: () => ({ kind: 'invalid', key: uuid(n), issues: [], groups: [] }),
});
const keyless: KeyedRow = { ...invalidRow(0), key: null };

async function* inOneBatch(rows: readonly SourceRow[]): AsyncGenerator<readonly SourceRow[]> {
  yield await Promise.resolve(rows);
}

const TAKEN = respond(
  '400 Bad Request',
  JSON.stringify(envelope('A person with this ID already exists.', 'person_id_dup')),
);
const keyIn = (request: string): string => /"brand_person_id":"([^"]*)"/.exec(request)?.[1] ?? '';
function created(request: string): string {
  const answer = { customer_id: keyIn(request), brand_person_id: keyIn(request) };
  return respond('201 Created', JSON.stringify(answer));
}

/** Imports the rows, numbered from 1, into a Bond that answers each request so. */
async function importAll(
  ledger: Ledger,
  rows: readonly KeyedRow[],
  {
    answer = created,
    maxErrors,
    with: tooling = {},
    ...options
  }: Partial<ImportOptions> & {
    readonly answer?: (request: string, nth: number, tools: RunTools) => string | Promise<string>;
    readonly maxErrors?: MaxErrors;
    readonly with?: Partial<RunTools>;
  } = {},
): Promise<{ readonly server: RawServer; readonly stop: Stop; readonly sent: number[] }> {
  const server = await rawServer((socket, request, nth) => {
    void Promise.resolve(answer(request, nth, tools)).then((text) => socket.write(text));
  });
  const tools: RunTools = { ...toolsAt(server.url), ...tooling };
  const read = ({ row }: SourceRow): KeyedRow => rows[row - 1] ?? keyless;
  await importRows(inOneBatch(rows.map((_, at) => rowOf(at + 1))), read, ledger, tools, {
    concurrency: 2,
    resendRejected: false,
    fingerprint: fingerprintsOf(ledger),
    clean: (message) => message,
    tolerance: new Tolerance(maxErrors, tools.stop),
    preflight: () => Promise.resolve(true),
    ...options,
  });
  const numbers = new Map(Array.from({ length: 100 }, (_, n) => [uuid(n), n]));
  return { server, stop: tools.stop, sent: server.requests.map((one) => numbers.get(keyIn(one)) ?? -1) };
}

/** Of a row by which Bond has shown that it keeps keys. */
const KEPT: Outcome = { status: 'created', customerId: uuid(9, 'customer'), echoed: true };
const fingerprintsOf = (ledger: Ledger) => compileFingerprint(ledger.secret, 'authorization');
const withScratch = async (use: (ledger: Ledger, path: string) => Promise<void>): Promise<void> => {
  const path = await scratch();
  await withLedger(path, (ledger) => use(ledger, path));
};

test('each row once, and never more in flight than --concurrency', async () => {
  await withScratch(async (ledger) => {
    const rows = Array.from({ length: 30 }, (_, n) => keyedRow(n));
    let inFlight = 0;
    let most = 0;
    const { sent } = await importAll(ledger, rows, {
      concurrency: 3,
      async answer(request) {
        most = Math.max(most, ++inFlight);
        // Time for as many more as the run would send.
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        inFlight--;
        return created(request);
      },
    });
    expect([...sent].sort((a, b) => a - b)).toEqual(rows.map((_, n) => n));
    expect(most).toBe(3);
    for (const [n] of rows.entries()) expect(ledger.index.state(ledger.index.find(uuid(n)))).toBe('created');
  });
});

test('no request goes out before the ledger file says so', async () => {
  await withScratch(async (ledger, path) => {
    const missing: string[] = [];
    const checks: Promise<void>[] = [];
    await importAll(ledger, [keyedRow(1), keyedRow(2), keyedRow(3)], {
      answer(request) {
        const key = keyIn(request);
        checks.push(
          readFile(path, 'utf8').then((text) => {
            if (!text.includes(`"type":"send","key":"${key}"`)) missing.push(key);
          }),
        );
        return created(request);
      },
    });
    await Promise.all(checks);
    expect(checks.length).toBe(3);
    expect(missing).toEqual([]);
  });
});

test('a row whose key an earlier row has is not sent, though that one is still on its way', async () => {
  await withScratch(async (ledger) => {
    // Where a repeat is safe, nothing else would hold it back.
    await ledger.send(uuid(9), 9, fingerprintsOf(ledger).of(uuid(9), customerOf(9), 'id 9'), true);
    ledger.done(uuid(9), KEPT);
    expect((await importAll(ledger, [keyedRow(1), keyedRow(1), keyedRow(2)])).sent).toEqual([1, 2]);
  });
});

describe('what the ledger knows of a row decides whether it is sent', () => {
  const unknown = (doubt: 'noAnswer' | 'keyExists' | 'keyExistsAfterOurTry' | 'repeatRefused'): Outcome => ({
    status: 'unknown',
    doubt,
    findings: [],
  });
  const rejected: Outcome = { status: 'rejected', findings: [] };
  const failed: Outcome = { status: 'failed', findings: [] };
  const DROPPED: Outcome = { ...KEPT, echoed: false };
  interface Before {
    /** How the row ended; undefined when it never did. */
    readonly outcome?: Outcome;
    /** What another row has shown of Bond's manner. */
    readonly other?: Outcome;
    readonly keyed?: boolean;
    readonly edited?: boolean;
    readonly sendsKey?: boolean;
    readonly resendRejected?: boolean;
  }
  const cases: [string, Before, boolean][] = [
    ['created', { outcome: { status: 'created', customerId: 'c' } }, false],
    ['existing', { outcome: { status: 'existing', customerId: 'c' } }, false],
    ['created, and edited since', { outcome: { status: 'created', customerId: 'c' }, edited: true }, false],
    ['failed', { outcome: failed }, true],
    ['given back', { outcome: { status: 'pending' } }, true],
    ['refused, and the same as then', { outcome: rejected }, false],
    ['refused, and edited since', { outcome: rejected, edited: true }, true],
    ['refused, with --resend-rejected', { outcome: rejected, resendRejected: true }, true],
    ['sent, where Bond keeps keys', { other: KEPT }, true],
    ['sent, where that is not known', {}, false],
    ['sent, where Bond drops keys', { other: DROPPED }, false],
    ['sent without its key', { other: KEPT, keyed: false }, false],
    ['sent, and edited since', { other: KEPT, edited: true }, false],
    ['sent, and this run sends no keys', { other: KEPT, sendsKey: false }, false],
    ['without an answer, where Bond keeps keys', { outcome: unknown('noAnswer'), other: KEPT }, true],
    ['without an answer, where that is not known', { outcome: unknown('noAnswer') }, false],
    ['known to Bond', { outcome: unknown('keyExists'), other: KEPT }, false],
    ['known to Bond by us', { outcome: unknown('keyExistsAfterOurTry'), other: KEPT }, false],
    ['refused after doubt', { outcome: unknown('repeatRefused'), other: KEPT }, false],
  ];
  test.each(cases)('%s', async (_what, before, isSent) => {
    const { outcome, other, keyed = true, edited = false, sendsKey = true, resendRejected = false } = before;
    await withScratch(async (ledger) => {
      const fingerprints = fingerprintsOf(ledger);
      if (other) {
        await ledger.send(uuid(9), 9, fingerprints.of(uuid(9), customerOf(9), 'id 9'), true);
        ledger.done(uuid(9), other);
      }
      await ledger.send(uuid(1), 1, fingerprints.of(uuid(1), customerOf(1), 'id 1'), keyed);
      if (outcome) ledger.done(uuid(1), outcome);
      const row = keyedRow(1, customerOf(1, edited ? 'Jimmy' : 'James'));
      const { server } = await importAll(ledger, [row], { resendRejected, with: { sendsKey } });
      expect(server.requests.length).toBe(isSent ? 1 : 0);
    });
  });

  test.each([
    ['in doubt before: the customer is ours', undefined, 'keyExistsAfterOurTry'],
    ['failed before: somebody else was first', failed, 'keyExists'],
    ['refused before, and edited since: somebody else was first', rejected, 'keyExists'],
  ])('that Bond has the key already, %s', async (_what, outcome, state) => {
    await withScratch(async (ledger) => {
      const fingerprints = fingerprintsOf(ledger);
      await ledger.send(uuid(9), 9, fingerprints.of(uuid(9), customerOf(9), 'id 9'), true);
      ledger.done(uuid(9), KEPT);
      await ledger.send(uuid(1), 1, fingerprints.of(uuid(1), customerOf(1), 'id 1'), true);
      if (outcome) ledger.done(uuid(1), outcome);
      const row = keyedRow(1, customerOf(1, outcome === rejected ? 'Jimmy' : 'James'));
      await importAll(ledger, [row], { answer: () => TAKEN });
      expect(ledger.index.state(ledger.index.find(uuid(1)))).toBe(state);
    });
  });
});

test.each([
  ['again, where Bond keeps keys', [KEPT], 2],
  ['not again, where that is not known', [], 1],
])('what got no answer is sent %s', async (_when, known, requests) => {
  await withScratch(async (ledger) => {
    for (const outcome of known) {
      await ledger.send(uuid(9), 9, fingerprintsOf(ledger).of(uuid(9), customerOf(9), 'id 9'), true);
      ledger.done(uuid(9), outcome);
    }
    const { server } = await importAll(ledger, [keyedRow(1)], {
      answer: (request, nth) => (nth === 1 ? respond('500 Internal Server Error', '') : created(request)),
    });
    expect(server.requests.length).toBe(requests);
  });
});

test('a ledger that cannot be written stops the run: nothing is sent, and nothing else is in doubt', async () => {
  await withScratch(async (ledger) => {
    const fingerprints = fingerprintsOf(ledger);
    for (const [n, outcome] of [[9, KEPT] as const, [1, undefined] as const]) {
      await ledger.send(uuid(n), n, fingerprints.of(uuid(n), customerOf(n), `id ${n}`), true);
      if (outcome) ledger.done(uuid(n), outcome);
    }
    await ledger.sync();
    await ledger.close();
    const { stop, sent } = await importAll(ledger, [keyedRow(1), keyedRow(2)]);
    expect(sent).toEqual([]);
    expect(stop.reason).toBe(ledger.failure);
    const states = [1, 2].map((n) => ledger.index.state(ledger.index.find(uuid(n))));
    expect(states).toEqual(['sent', 'none']);
  });
});

test('a fault of the program itself comes out, after what is in flight has ended', async () => {
  await withScratch(async (ledger) => {
    const fault = new TypeError('a fault');
    const importing = importAll(ledger, [keyedRow(1), keyedRow(2)], {
      answer: () => respond('400 Bad Request', JSON.stringify(envelope('No.'))),
      clean() {
        throw fault;
      },
    });
    await expect(importing).rejects.toBe(fault);
  });
});

test('rows that cannot be sent count as errors, and too many stop the run', async () => {
  await withScratch(async (ledger) => {
    const rows = [invalidRow(1), keyless, keyedRow(2), invalidRow(3), keyedRow(4)];
    const tolerant = await importAll(ledger, rows, { maxErrors: { rows: 3 } });
    expect(tolerant.sent).toEqual([2, 4]);
    expect(tolerant.stop.reason).toBeUndefined();
    const strict = await importAll(ledger, [invalidRow(1), keyless, keyedRow(5)], { maxErrors: { rows: 1 } });
    expect(strict.sent).toEqual([]);
    expect(strict.stop.reason?.message).toContain('2 of 2 rows');
  });
});

test('rows that Bond refuses count as errors, others do not', async () => {
  await withScratch(async (ledger) => {
    const refused = respond('400 Bad Request', JSON.stringify(envelope({ dob: ['Too old.'] })));
    const { stop } = await importAll(
      ledger,
      [1, 2, 3, 4].map((n) => keyedRow(n)),
      {
        concurrency: 1,
        maxErrors: { rows: 1 },
        answer: (request, nth) => (nth % 2 === 0 ? refused : created(request)),
      },
    );
    expect(stop.reason?.message).toContain('2 of 4 rows');
  });
});

test('before the first row the run is made ready, once; where it cannot be, nothing is sent nor written', async () => {
  await withScratch(async (ledger) => {
    let asked = 0;
    const preflight = (isReady: boolean) => (): Promise<boolean> => {
      asked++;
      return Promise.resolve(isReady);
    };
    const refused = await importAll(ledger, [keyedRow(1), keyedRow(2)], { preflight: preflight(false) });
    expect(refused.sent).toEqual([]);
    expect(ledger.index.state(ledger.index.find(uuid(1)))).toBe('none');
    expect(asked).toBe(1);
    expect(
      (await importAll(ledger, [keyedRow(1), keyedRow(2)], { preflight: preflight(true) })).sent,
    ).toEqual([1, 2]);
    expect(asked).toBe(2);
  });
});

test('after a stop no row is taken, and those that were written down and not sent are given back', async () => {
  await withScratch(async (ledger) => {
    const { sent } = await importAll(
      ledger,
      Array.from({ length: 20 }, (_, n) => keyedRow(n)),
      {
        concurrency: 1,
        answer(request, nth, { stop }) {
          if (nth === 3) stop.ask({ message: 'enough', exitCode: ExitCode.runAgain });
          return created(request);
        },
      },
    );
    expect(sent).toEqual([0, 1, 2]);
    const states = Array.from({ length: 20 }, (_, n) => {
      const entry = ledger.index.find(uuid(n));
      return entry < 0 ? 'none' : ledger.index.state(entry);
    });
    expect(states).toEqual([...Array<string>(3).fill('created'), ...Array<string>(17).fill('none')]);
    expect(ledger.inDoubt).toBe(0);
  });
});

describe('a Bond that has the first people already', () => {
  test('does not stop the run that follows one which sent them', async () => {
    await withScratch(async (ledger) => {
      for (const [n] of rows.entries())
        await ledger.send(uuid(n), n, fingerprintsOf(ledger).of(uuid(n), customerOf(n), `id ${n}`), true);
      ledger.done(uuid(0), { ...KEPT, customerId: uuid(0, 'customer') });
      const { stop, sent } = await importAll(ledger, rows, { concurrency: 1, ifTaken, answer: () => TAKEN });
      expect(sent.length).toBe(rows.length - 1);
      expect(stop.reason).toBeUndefined();
    });
  });

  const ifTaken = { message: 'the wrong ledger', exitCode: ExitCode.stopped };
  const rows = Array.from({ length: TAKEN_TO_STOP + 10 }, (_, n) => keyedRow(n));

  test('stops a run with a new ledger', async () => {
    await withScratch(async (ledger) => {
      const { stop, sent } = await importAll(ledger, rows, { concurrency: 1, ifTaken, answer: () => TAKEN });
      expect(stop.reason).toBe(ifTaken);
      expect(sent.length).toBe(TAKEN_TO_STOP);
    });
  });

  test.each([
    ['where that is as it should be', undefined, () => TAKEN],
    [
      'when one of them was new',
      ifTaken,
      (request: string, nth: number) => (nth === 5 ? created(request) : TAKEN),
    ],
  ])('does not, %s', async (_when, given, answer) => {
    await withScratch(async (ledger) => {
      const { stop, sent } = await importAll(ledger, rows, { concurrency: 1, ifTaken: given, answer });
      expect(stop.reason).toBeUndefined();
      expect(sent.length).toBe(rows.length);
    });
  });
});
