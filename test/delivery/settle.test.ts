import { describe, expect, test } from 'vitest';
import type { Customer } from '../../src/customer/customer.js';
import { compileFingerprint } from '../../src/customer/identity.js';
import { likeness } from '../../src/customer/same-person.js';
import type { Outcome } from '../../src/ledger/outcome.js';
import type { RunEvents, RunTools } from '../../src/delivery/run-tools.js';
import type { Matcher, Wanted } from '../../src/delivery/match.js';
import { settle } from '../../src/delivery/settle.js';
import { Ledger } from '../../src/ledger/ledger.js';
import { bondAt, rawServer, respond } from '../bond/raw-server.js';
import { OWNER, scratch, uuid, withLedger } from '../ledger/support.js';
import { toolsAt } from './tools.js';

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

type Told = { readonly pages: (number | undefined)[]; readonly twice: unknown[]; readonly waitsMs: number[] };

/** A run against a Bond that shows these pages, by look; behind the last one it answers as `end` says. */
async function toolsFor(
  looks: readonly (readonly (readonly object[])[])[],
  end: 'empty' | '404' | 'html 404' | 'repeats' | 'same page' | 'wraps' = 'empty',
): Promise<RunTools & Told> {
  let look = -1;
  const server = await rawServer((socket, request) => {
    const page = Number(/page=(\d+)/.exec(request)?.[1] ?? 0);
    if (page === 1) look++;
    const pages = looks[Math.min(Math.max(look, 0), looks.length - 1)] ?? [];
    const last = Math.max(1, pages.length);
    const isBehind = page > last;
    if (isBehind && end === '404') socket.write(respond('404 Not Found', '{"Error":"no such page"}'));
    else if (isBehind && end === 'html 404') socket.write(respond('404 Not Found', '<html>'));
    else {
      const shown = { repeats: Math.min(page, last), 'same page': 1, wraps: ((page - 1) % last) + 1 };
      const at = end in shown ? shown[end as keyof typeof shown] : page;
      socket.write(respond('200 OK', JSON.stringify(pages[at - 1] ?? [])));
    }
  });
  const told: Told = { pages: [], twice: [], waitsMs: [] };
  const tools = toolsAt(server.url, told.waitsMs);
  const events: RunEvents = {
    ...tools.events,
    settling: (at) => void told.pages.push(at?.page),
    seenTwice: (found) => void told.twice.push(found),
  };
  return { ...told, ...tools, events, timeoutMs: 5 };
}

function matcherOf(ledger: Ledger): Matcher {
  return { ledger, likeness, fingerprint: compileFingerprint(ledger.secret, 'authorization') };
}

/** The ledger in which the row was sent, and ended so far as `outcome` says. */
async function doubt(
  ledger: Ledger,
  outcome?: Outcome,
  { sent = CUSTOMER, keyed = true }: { sent?: Customer; keyed?: boolean } = {},
): Promise<void> {
  await ledger.send(uuid(1), 1, matcherOf(ledger).fingerprint.of(uuid(1), sent, 'id 1'), keyed);
  if (outcome) ledger.done(uuid(1), outcome);
}

const doubtful = (kind: 'noAnswer' | 'keyExists' | 'keyExistsAfterOurTry' | 'repeatRefused'): Outcome => ({
  status: 'unknown',
  doubt: kind,
  findings: [{ path: 'dob', code: 'code', args: { message: 'Too old.' } }],
});
const echoed = { ...LISTED, brand_person_id: uuid(1) };
const KEPT: Outcome = { status: 'created', customerId: uuid(9, 'customer'), echoed: true };
const bare = { ...LISTED, ssn: '' };
const other = (n: number): object => ({
  ...LISTED,
  customer_id: uuid(50 + n),
  brand_person_id: uuid(60 + n),
  first_name: 'Ernst',
  dob: '1950-01-01',
});
const full = (from: number): object[] => Array.from({ length: 50 }, (_, n) => other(from + n));

interface Given {
  readonly outcome?: Outcome;
  readonly listed?: readonly object[];
  /** Bond has been seen to keep our keys. */
  readonly echoes?: boolean;
  readonly keyed?: boolean;
  readonly sent?: Customer;
  readonly customer?: Customer | undefined;
}

/** What becomes of the row: its state, the customer it is paired with, and whom it says to look at. */
async function settled(given: Given): Promise<[state: string, ...said: unknown[]]> {
  const { outcome, listed = [], echoes = false, keyed = true, sent = CUSTOMER } = given;
  const customer = 'customer' in given ? given.customer : CUSTOMER;
  const tools = await toolsFor([[[other(1), other(2)], listed]]);
  return withLedger(await scratch(), async (ledger) => {
    await doubt(ledger, outcome, { sent, keyed });
    if (echoes) ledger.done(uuid(9), KEPT);
    const wanted = new Map([[uuid(1), { row: 1, key: uuid(1), id: 'id 1', customer }]]);
    const absent = await settle(wanted, matcherOf(ledger), tools);
    const entry = ledger.index.entry(uuid(1));
    const state = ledger.index.state(entry);
    expect(absent.map(({ row }) => row)).toEqual(state === 'failed' && customer ? [1] : []);
    if (state === 'created' || state === 'existing') return [state, ledger.index.customerId(entry)];
    const last = await ledger.lastOutcome(entry);
    return [
      state,
      ...(last && 'findings' in last
        ? last.findings.map(({ args }) => args['customer_ids'] ?? args['message'])
        : []),
    ];
  });
}

const ID = LISTED.customer_id;

describe('a row in doubt, by what the list shows', () => {
  const cases: [string, Given, unknown[]][] = [
    ['its key', { listed: [echoed] }, ['created', ID]],
    [
      'its key, after our try',
      { outcome: doubtful('keyExistsAfterOurTry'), listed: [echoed] },
      ['created', ID],
    ],
    ['its key, there before us', { outcome: doubtful('keyExists'), listed: [echoed] }, ['existing', ID]],
    ['its key, with another name', { listed: [{ ...echoed, last_name: 'Blofeld' }] }, ['created', ID]],
    ['its key, with another birthday', { listed: [{ ...echoed, dob: '1950-01-01' }] }, ['created', ID]],
    ['its key, with another SSN', { listed: [{ ...echoed, ssn: 'XXX-XX-0000' }] }, ['created', ID]],
    [
      'its key, and nothing that can be read',
      { listed: [{ ...echoed, last_name: '', dob: '' }] },
      ['created', ID],
    ],
    [
      'its key on another person',
      { listed: [{ ...other(3), brand_person_id: uuid(1) }] },
      ['rejected', undefined],
    ],
    [
      'its key on the person who was sent, not the one in the row now',
      { listed: [echoed], sent: CUSTOMER, customer: { ...CUSTOMER, first_name: 'Ann', dob: '1960-01-01' } },
      ['created', ID],
    ],
    [
      'its key on what was sent of a row that is invalid now',
      { listed: [echoed], customer: undefined },
      ['created', ID],
    ],
    ['the person without a key', { listed: [LISTED] }, ['created', ID]],
    [
      'the person, whose name was corrected since',
      { listed: [LISTED], customer: { ...CUSTOMER, first_name: 'Jim' } },
      ['created', ID],
    ],
    [
      'the person, as far as an invalid row tells',
      { listed: [LISTED], customer: undefined },
      ['noAnswer', [ID]],
    ],
    ['name and birthday alone', { listed: [bare] }, ['noAnswer', [ID]]],
    ['name and birthday, another SSN', { listed: [{ ...LISTED, ssn: 'XXX-XX-0000' }] }, ['noAnswer', [ID]]],
    ['a birthday that cannot be read', { listed: [{ ...LISTED, dob: '25/12/1997' }] }, ['noAnswer', [ID]]],
    [
      'a name that is not shown',
      { listed: [{ ...LISTED, first_name: '', last_name: '' }] },
      ['noAnswer', [ID]],
    ],
    ['a first name that is not shown', { listed: [{ ...LISTED, first_name: '' }] }, ['noAnswer', [ID]]],
    ['a last name that is not shown', { listed: [{ ...LISTED, last_name: '' }] }, ['noAnswer', [ID]]],
    ['nothing but ids', { listed: [{ customer_id: 'C 17' }] }, ['noAnswer', ['C 17']]],
    ['another name', { listed: [{ ...LISTED, first_name: 'Jim' }] }, ['failed', undefined]],
    ['another birthday', { listed: [{ ...LISTED, dob: '1997-12-26' }] }, ['failed', undefined]],
    [
      'the person twice',
      { listed: [LISTED, { ...LISTED, customer_id: uuid(2, 'customer') }] },
      ['noAnswer', [ID, uuid(2, 'customer')]],
    ],
    [
      'the person, and somebody who could be',
      { listed: [LISTED, { ...bare, customer_id: uuid(2, 'customer') }] },
      ['created', ID],
    ],
    [
      'the person under a key that Bond made',
      { listed: [{ ...LISTED, brand_person_id: uuid(2) }] },
      ['created', ID],
    ],
    [
      'the person under another key, where Bond keeps ours',
      { listed: [{ ...LISTED, brand_person_id: uuid(2) }], echoes: true },
      ['failed', undefined],
    ],
    [
      'the person under another key, where ours was not sent',
      { listed: [{ ...LISTED, brand_person_id: uuid(2) }], echoes: true, keyed: false },
      ['created', ID],
    ],
    [
      'the person, made years before the ledger',
      { listed: [{ ...LISTED, date_created: '2020-01-01T00:00:00Z' }] },
      ['failed', undefined],
    ],
    [
      'the person, made since the ledger was',
      { listed: [{ ...LISTED, date_created: new Date().toISOString() }] },
      ['created', ID],
    ],
    [
      'the person under the key of another row',
      { listed: [{ ...LISTED, brand_person_id: uuid(9) }], echoes: true, keyed: false },
      ['failed', undefined],
    ],
    [
      'the person, who is another row’s already',
      { listed: [{ ...LISTED, customer_id: uuid(9, 'customer') }], echoes: true, keyed: false },
      ['failed', undefined],
    ],
    [
      'somebody who could be the person, where a repeat is safe',
      { listed: [bare], echoes: true },
      ['failed', undefined],
    ],
    ['nobody', {}, ['failed', undefined]],
    ['nobody, after no answer', { outcome: doubtful('noAnswer') }, ['failed', undefined]],
    ['nobody, after a refused repeat', { outcome: doubtful('repeatRefused') }, ['rejected', 'Too old.']],
    ['nobody, of a row that is invalid now', { customer: undefined }, ['failed', undefined]],
    ['nobody, though the key exists', { outcome: doubtful('keyExists') }, ['rejected', [], 'Too old.']],
    [
      'somebody who could be the person, and the key exists',
      { outcome: doubtful('keyExistsAfterOurTry'), listed: [bare], echoes: true },
      ['rejected', [ID], 'Too old.'],
    ],
    [
      'the person without a key, and the key exists',
      { outcome: doubtful('keyExists'), listed: [LISTED], echoes: true },
      ['existing', ID],
    ],
  ];
  test.each(cases)('%s', async (_what, given, expected) => {
    expect(await settled(given)).toEqual(expected);
  });
});

describe('the end of the list', () => {
  const cases: [string, Parameters<typeof toolsFor>, string][] = [
    ['an empty page', [[[full(1), full(51)]]], 'failed'],
    ['404', [[[full(1), full(51)]], '404'], 'failed'],
    ['a gateway’s 404 behind a full page', [[[full(1), full(51)]], 'html 404'], 'sent'],
    ['a gateway’s 404 behind the last page', [[[full(1), [other(60)]]], 'html 404'], 'failed'],
    ['the last page again', [[[full(1), [other(60)]]], 'repeats'], 'failed'],
    ['the last page again, and full', [[[full(1), full(51)]], 'repeats'], 'failed'],
    ['the only page again', [[[[other(1)]]], 'repeats'], 'failed'],
    ['page numbers are not heeded, and there may be more', [[[full(1), full(51)]], 'same page'], 'noAnswer'],
    ['the first page again', [[[full(1), full(51)]], 'wraps'], 'noAnswer'],
  ];
  test.each(cases)('%s', async (_what, list, state) => {
    const tools = await toolsFor(...list);
    await withLedger(await scratch(), async (ledger) => {
      await doubt(ledger);
      await settle(WANTED, matcherOf(ledger), tools);
      expect(ledger.index.state(0)).toBe(state);
    });
  });
});

describe('looks', () => {
  test('two, a wait apart, each page of them told, where a second customer is possible', async () => {
    const tools = await toolsFor([[[other(1)]]]);
    await withLedger(await scratch(), async (ledger) => {
      await doubt(ledger);
      await settle(WANTED, matcherOf(ledger), { ...tools, timeoutMs: 7000 });
    });
    expect(tools.pages).toEqual([1, 2, 1, 2, undefined]);
    expect(tools.waitsMs).toEqual([7000]);
  });

  test('one, where a repeat is safe', async () => {
    const tools = await toolsFor([[[other(1)]]]);
    await withLedger(await scratch(), async (ledger) => {
      await doubt(ledger);
      ledger.done(uuid(9), KEPT);
      await settle(WANTED, matcherOf(ledger), tools);
    });
    expect(tools.pages).toEqual([1, 2, undefined]);
  });

  test('who is there at the second one is found', async () => {
    const tools = await toolsFor([[[other(1)]], [[other(1), LISTED]]]);
    await withLedger(await scratch(), async (ledger) => {
      await doubt(ledger);
      expect(await settle(WANTED, matcherOf(ledger), tools)).toEqual([]);
      expect(ledger.index.customerId(0)).toBe(ID);
    });
    expect(tools.waitsMs).toEqual([5000]);
  });

  test('more, until the list shows what is known to have been created', async () => {
    const lagging = [[other(1)]];
    const tools = await toolsFor([lagging, lagging, lagging, [[other(1), other(7), LISTED]]]);
    tools.createdLately.push(uuid(57));
    await withLedger(await scratch(), async (ledger) => {
      await doubt(ledger);
      expect(await settle(WANTED, matcherOf(ledger), tools)).toEqual([]);
      expect(ledger.index.customerId(0)).toBe(ID);
    });
  });

  test('a list that never shows it proves nobody absent', async () => {
    const tools = await toolsFor([[[other(1)]]]);
    tools.createdLately.push(uuid(57));
    await withLedger(await scratch(), async (ledger) => {
      await doubt(ledger);
      expect(await settle(WANTED, matcherOf(ledger), tools)).toEqual([]);
      expect(ledger.index.state(0)).toBe('noAnswer');
    });
  });
});

describe('a sweep that was cut short', () => {
  test('goes on behind the last page read, and keeps whom it has seen', async () => {
    const pages = [[LISTED], [other(1)], [other(2)]];
    const path = await scratch();
    const first = await toolsFor([pages]);
    const stopAt2 = {
      ...first.events,
      settling: ({ page }: { page: number } = { page: 0 }) => {
        if (page === 2) first.stop.ask({ message: 'enough', exitCode: 75 });
      },
    };
    await withLedger(path, async (ledger) => {
      await doubt(ledger);
      expect(await settle(WANTED, matcherOf(ledger), { ...first, events: stopAt2 })).toEqual([]);
      expect(ledger.sweep).toMatchObject({ look: 0, page: 1 });
    });
    const second = await toolsFor([pages]);
    await withLedger(path, async (ledger) => {
      await settle(WANTED, matcherOf(ledger), second);
      expect(ledger.index.customerId(0)).toBe(ID);
      expect(ledger.sweep).toBeUndefined();
    });
    expect(second.pages).toEqual([2, 3, 4, undefined]);
  });

  test('says nothing of what was sent since: that is looked for from the first page', async () => {
    const path = await scratch();
    await withLedger(path, (ledger) => {
      ledger.startSweep(0);
      ledger.swept(2);
    });
    const tools = await toolsFor([[[echoed], [other(1)], [other(2)]]]);
    await withLedger(path, async (ledger) => {
      await doubt(ledger);
      expect(await settle(WANTED, matcherOf(ledger), tools)).toEqual([]);
      expect(ledger.index.customerId(0)).toBe(ID);
    });
  });
});

describe('a key that the list shows twice', () => {
  test.each([
    ['of a row in doubt', [echoed, { ...echoed, customer_id: 'second' }], [ID, 'second']],
    ['of a row that is done', [{ ...other(1), brand_person_id: uuid(9) }], [uuid(9, 'customer'), uuid(51)]],
  ])('%s is told once, and no repeat is trusted any more', async (_whose, listed, customerIds) => {
    const tools = await toolsFor([[listed, listed]]);
    await withLedger(await scratch(), async (ledger) => {
      await doubt(ledger);
      ledger.done(uuid(9), KEPT);
      expect(ledger.repeatIsSafe).toBe(true);
      await settle(WANTED, matcherOf(ledger), tools, { wholeList: true });
      expect(tools.twice).toMatchObject([{ customerIds }]);
      expect(ledger.repeatIsSafe).toBe(false);
    });
  });
});

test('two rows that may be one customer are paired with none', async () => {
  const tools = await toolsFor([[[LISTED]]]);
  await withLedger(await scratch(), async (ledger) => {
    await doubt(ledger);
    await ledger.send(uuid(2), 2, matcherOf(ledger).fingerprint.of(uuid(2), CUSTOMER, 'id 2'), true);
    const both = new Map(WANTED).set(uuid(2), { row: 2, key: uuid(2), customer: CUSTOMER, id: 'id 2' });
    expect(await settle(both, matcherOf(ledger), tools)).toEqual([]);
    expect([ledger.index.state(0), ledger.index.state(1)]).toEqual(['noAnswer', 'noAnswer']);
  });
});

test('an answer that is no list stops with 75 and leaves the row unknown', async () => {
  const server = await rawServer((socket) => socket.write(respond('200 OK', '<html>')));
  const tools = { ...(await toolsFor([])), bond: bondAt(server.url) };
  await withLedger(await scratch(), async (ledger) => {
    await doubt(ledger);
    expect(await settle(WANTED, matcherOf(ledger), tools)).toEqual([]);
    expect(ledger.index.state(0)).toBe('sent');
  });
  expect(tools.stop.reason?.exitCode).toBe(75);
});

test.each([[[echoed]], [[]]])(
  'what cannot be written down stops the run, sends nothing, and does not keep the results from being written',
  async (listed) => {
    const tools = await toolsFor([[listed]]);
    const ledger = await Ledger.open(await scratch(), OWNER);
    await doubt(ledger);
    await ledger.close();
    expect(await settle(WANTED, matcherOf(ledger), tools)).toEqual([]);
    expect(tools.stop.reason).toBe(ledger.failure);
    expect(tools.stop.reason?.exitCode).toBe(1);
  },
);
