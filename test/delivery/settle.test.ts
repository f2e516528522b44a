import { describe, expect, test } from 'vitest';
import type { Customer } from '../../src/customer/customer.js';
import { Breaker } from '../../src/delivery/breaker.js';
import { systemClock } from '../../src/delivery/clock.js';
import type { Outcome } from '../../src/ledger/outcome.js';
import { Pacer } from '../../src/delivery/pacer.js';
import type { RunTools } from '../../src/delivery/run-tools.js';
import { settle, type Wanted } from '../../src/delivery/settle.js';
import { Stop } from '../../src/delivery/stop.js';
import { Ledger } from '../../src/ledger/ledger.js';
import { bondAt, rawServer, respond } from '../bond/raw-server.js';
import { FINGERPRINT, OWNER, scratch, uuid, withLedger } from '../ledger/support.js';

const CUSTOMER: Customer = {
  first_name: 'James',
  last_name: 'Bond',
  dob: '1997-12-25',
  ssn: '333-52-7584',
  addresses: [],
};
const LISTED = {
  customer_id: uuid(1, 'customer'),
  first_name: 'James',
  last_name: 'Bond',
  dob: '1997-12-25',
  ssn: 'XXX-XX-7584',
};
const WANTED: ReadonlyMap<string, Wanted> = new Map([
  [uuid(1), { row: 1, key: uuid(1), customer: CUSTOMER, id: 'id 1' }],
]);

/** A run against a Bond whose list has these pages, and none after them unless `endless`. */
async function toolsFor(pages: readonly (readonly object[])[], endless = false): Promise<RunTools> {
  const server = await rawServer((socket, request) => {
    const page = Number(/page=(\d+)/.exec(request)?.[1] ?? 0);
    const at = endless ? (page - 1) % pages.length : page - 1;
    socket.write(respond('200 OK', JSON.stringify(pages[at] ?? [])));
  });
  const stop = new Stop();
  const nothing = (): void => undefined;
  return {
    bond: bondAt(server.url),
    stop,
    pacer: new Pacer(0, systemClock, stop),
    breaker: new Breaker(60_000, systemClock, stop),
    clock: systemClock,
    random: Math.random,
    events: { called: nothing, retried: nothing, paused: nothing, settling: nothing, ended: nothing },
    maxAttempts: 5,
    timeoutMs: 5,
    sendsKey: true,
    learnBrand: nothing,
  };
}

/** The ledger in which the row ended so far as `outcome` says, or was being sent. */
async function doubt(ledger: Ledger, outcome?: Outcome): Promise<void> {
  await ledger.send(uuid(1), 1, FINGERPRINT, true);
  if (outcome) ledger.done(uuid(1), outcome);
}

const doubtful = (kind: 'noAnswer' | 'keyExists' | 'keyExistsAfterOurTry' | 'repeatRefused'): Outcome => ({
  status: 'unknown',
  doubt: kind,
  findings: [{ path: 'dob', code: 'code', args: { message: 'Too old.' } }],
});
const echoed = { ...LISTED, brand_person_id: uuid(1) };
const kept: Outcome = { status: 'created', customerId: uuid(9, 'customer') };

describe('a row in doubt, by what the list shows', () => {
  const cases: [string, Outcome | undefined, object[], string][] = [
    ['its key', undefined, [echoed], 'created'],
    ['its key, ours', doubtful('keyExistsAfterOurTry'), [echoed], 'created'],
    ['its key, taken before us', doubtful('keyExists'), [echoed], 'existing'],
    ['its key on somebody else', doubtful('keyExists'), [{ ...echoed, last_name: 'Blofeld' }], 'rejected'],
    ['its key on a customer without a name', undefined, [{ ...echoed, last_name: '' }], 'failed'],
    ['the person without a key', undefined, [LISTED], 'created'],
    [
      'the person twice without a key',
      undefined,
      [LISTED, { ...LISTED, customer_id: uuid(2, 'customer') }],
      'sent',
    ],
    ['the person under another key', undefined, [{ ...LISTED, brand_person_id: uuid(2) }], 'failed'],
    [
      'the person, made years before the ledger',
      undefined,
      [{ ...LISTED, date_created: '2020-01-01T00:00:00Z' }],
      'failed',
    ],
    ['name and birthday alone', undefined, [{ ...LISTED, ssn: '' }], 'failed'],
    [
      'the person, who is another row’s already',
      undefined,
      [{ ...LISTED, customer_id: uuid(9, 'customer') }],
      'sent',
    ],
    ['nobody', undefined, [], 'failed'],
    ['nobody, unclear', doubtful('noAnswer'), [], 'failed'],
    ['nobody, refused', doubtful('repeatRefused'), [], 'rejected'],
    ['nobody, though the key is taken', doubtful('keyExists'), [], 'keyExists'],
    ['nobody, though the key is ours', doubtful('keyExistsAfterOurTry'), [], 'keyExistsAfterOurTry'],
  ];
  test.each(cases)('%s', async (_what, outcome, listed, state) => {
    const others = Array.from({ length: 3 }, (_, n) => ({
      ...LISTED,
      customer_id: uuid(50 + n),
      dob: '1950-01-01',
    }));
    const tools = await toolsFor([others, listed].filter((page) => page.length > 0));
    await withLedger(await scratch(), async (ledger) => {
      await doubt(ledger, outcome);
      ledger.done(uuid(9), kept);
      const absent = await settle(WANTED, ledger, tools);
      const entry = ledger.index.entry(uuid(1));
      expect(ledger.index.state(entry)).toBe(state);
      expect(absent.map(({ row }) => row)).toEqual(state === 'failed' ? [1] : []);
      if (state === 'created' || state === 'existing') {
        expect(ledger.index.customerId(entry)).toBe(LISTED.customer_id);
      }
    });
  });
});

test('a list without end proves no absence where a repeat could make a second customer', async () => {
  const pages = [
    [{ ...LISTED, customer_id: uuid(2), dob: '1950-01-01' }],
    [{ ...LISTED, customer_id: uuid(3), dob: '1950-01-01' }],
  ];
  const tools = await toolsFor(pages, true);
  await withLedger(await scratch(), async (ledger) => {
    await doubt(ledger);
    expect(await settle(WANTED, ledger, tools)).toEqual([]);
    expect(ledger.index.state(0)).toBe('sent');
  });
});

test('each page of both looks is told, and that it is over', async () => {
  const pages = [[{ ...LISTED, customer_id: uuid(2), dob: '1950-01-01' }]];
  const tools = await toolsFor(pages);
  const told: (number | undefined)[] = [];
  const events = { ...tools.events, settling: (page: number | undefined) => void told.push(page) };
  await withLedger(await scratch(), async (ledger) => {
    await doubt(ledger);
    await settle(WANTED, ledger, { ...tools, events });
  });
  expect(told).toEqual([1, 2, 1, 2, undefined]);
});

test('an answer that is no list stops with 75 and leaves the row unknown', async () => {
  const server = await rawServer((socket) => socket.write(respond('200 OK', '<html>')));
  const tools = { ...(await toolsFor([])), bond: bondAt(server.url) };
  await withLedger(await scratch(), async (ledger) => {
    await doubt(ledger);
    expect(await settle(WANTED, ledger, tools)).toEqual([]);
    expect(ledger.index.state(0)).toBe('sent');
  });
  expect(tools.stop.reason?.exitCode).toBe(75);
});

test.each([[[echoed]], [[]]])(
  'what cannot be written down stops the run, sends nothing, and does not keep the results from being written',
  async (listed) => {
    const tools = await toolsFor([listed]);
    const ledger = await Ledger.open(await scratch(), OWNER);
    await doubt(ledger);
    await ledger.close();
    expect(await settle(WANTED, ledger, tools)).toEqual([]);
    expect(tools.stop.reason).toBe(ledger.failure);
    expect(tools.stop.reason?.exitCode).toBe(1);
  },
);
