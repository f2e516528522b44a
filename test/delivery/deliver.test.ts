import { describe, expect, test } from 'vitest';
import type { Customer } from '../../src/customer/customer.js';
import { deliver } from '../../src/delivery/deliver.js';
import { pauseRun, type RunTools } from '../../src/delivery/run-tools.js';
import { ExitCode } from '../../src/errors.js';
import type { Outcome } from '../../src/ledger/outcome.js';
import { envelope } from '../bond/attempts.js';
import { rawServer, respond } from '../bond/raw-server.js';
import { uuid } from '../ledger/support.js';
import { toolsAt } from './tools.js';

const KEY = uuid(1);
const BRAND = uuid(1, 'brand');
const CUSTOMER: Customer = {
  first_name: 'James',
  last_name: 'Bond',
  dob: '1997-12-25',
  ssn: '333-52-7584',
  addresses: [],
};
const STOPPED = { message: 'stopped', exitCode: ExitCode.runAgain };

/** The bytes of an answer; without any the connection ends. */
type Answer = string;
const CUT: Answer = '';
const json = (status: string, body: unknown, ...headers: string[]): Answer =>
  respond(status, JSON.stringify(body), headers);
const CREATED = json('201 Created', {
  customer_id: uuid(1, 'customer'),
  brand_person_id: KEY,
  bond_brand_id: BRAND,
});
const REFUSED = json('400 Bad Request', envelope({ dob: ['James is too old.'] }));
const TAKEN = json('400 Bad Request', envelope('A person with this ID already exists.', 'person_id_dup'));
const BROKEN = respond('500 Internal Server Error', '');
const THROTTLED = respond('429 Too Many Requests', '', ['Retry-After: 7']);
const BUSY = respond('503 Service Unavailable', '', ['Retry-After: 7']);
const FORBIDDEN = respond('403 Forbidden', '<p>Blocked</p>');
const GATEWAY = respond('413 Payload Too Large', '<html>');

/** A run of which Bond gives these answers, the last one for ever. */
async function against(
  answers: readonly Answer[],
  onRequest: (nth: number) => void = () => undefined,
): Promise<{ readonly requests: readonly string[]; readonly waitsMs: number[]; readonly tools: RunTools }> {
  const server = await rawServer((socket, _request, nth) => {
    onRequest(nth);
    const answer = answers[Math.min(nth, answers.length) - 1] ?? CUT;
    if (answer === CUT) socket.destroy();
    else socket.write(answer);
  });
  const waitsMs: number[] = [];
  return { requests: server.requests, waitsMs, tools: toolsAt(server.url, waitsMs) };
}

interface History {
  readonly mayHaveArrived?: boolean;
  readonly bondKeepsKeys?: boolean;
}

function deliverTo(
  tools: RunTools,
  { mayHaveArrived = false, bondKeepsKeys = true }: History = {},
): Promise<Outcome> {
  const delivery = { key: KEY, customer: CUSTOMER, id: 'id 1', mayHaveArrived };
  const clean = (message: string, { first_name }: Customer): string => message.replace(first_name, '[name]');
  return deliver(delivery, tools, clean, () => bondKeepsKeys);
}

function inShort(outcome: Outcome): string {
  return outcome.status === 'unknown' ? `unknown ${outcome.doubt}` : outcome.status;
}

const bodyOf = (request = ''): unknown => JSON.parse(request.slice(request.indexOf('\r\n\r\n')));

test('the key goes along as brand_person_id', async () => {
  const { tools, requests } = await against([CREATED]);
  expect(await deliverTo(tools)).toEqual({
    status: 'created',
    customerId: uuid(1, 'customer'),
    echoed: true,
  });
  expect(requests.map(bodyOf)).toEqual([{ brand_person_id: KEY, ...CUSTOMER }]);
});

test('with --no-brand-person-id it does not, and no repeat is safe', async () => {
  const { tools, requests } = await against([BROKEN]);
  expect(inShort(await deliverTo({ ...tools, sendsKey: false }))).toBe('unknown noAnswer');
  expect(requests.map(bodyOf)).toEqual([CUSTOMER]);
});

describe('one line a history', () => {
  const five = <T>(one: T): T[] => Array<T>(5).fill(one);
  const cases: [string, readonly Answer[], History, string, number][] = [
    ['created at once', [CREATED], {}, 'created', 1],
    ['created at the second attempt', [BROKEN, CREATED], {}, 'created', 2],
    ['a lost answer is repeated where that is safe', [CUT, CREATED], {}, 'created', 2],
    ['a lost answer, and no repeat is safe', [CUT, CREATED], { bondKeepsKeys: false }, 'unknown noAnswer', 1],
    ['taken before our first attempt', [TAKEN], {}, 'unknown keyExists', 1],
    ['taken after a lost answer', [CUT, TAKEN], {}, 'unknown keyExistsAfterOurTry', 2],
    [
      'taken after an earlier run tried',
      [TAKEN],
      { mayHaveArrived: true },
      'unknown keyExistsAfterOurTry',
      1,
    ],
    ['refused', [REFUSED], {}, 'rejected', 1],
    ['refused after a lost answer', [CUT, REFUSED], {}, 'unknown repeatRefused', 2],
    ['no answer to the last attempt', five(BROKEN), {}, 'unknown noAnswer', 5],
    ['a gateway to the last attempt', five(GATEWAY), {}, 'failed', 5],
    ['a pause costs no attempt', [...five(THROTTLED), ...five(THROTTLED), CREATED], {}, 'created', 11],
    ['after a pause all attempts are left', [THROTTLED, ...five(BROKEN)], {}, 'unknown noAnswer', 6],
    ['a 503 that asks to wait may have created', [BUSY, TAKEN], {}, 'unknown keyExistsAfterOurTry', 2],
    ['a 429 has not', [THROTTLED, TAKEN], {}, 'unknown keyExists', 2],
    ['a 503 where no repeat is safe', [BUSY, CREATED], { bondKeepsKeys: false }, 'unknown noAnswer', 1],
    ['a 403 while the credentials are good', [FORBIDDEN], {}, 'rejected', 1],
    ['a 403 after a lost answer', [CUT, FORBIDDEN], {}, 'unknown repeatRefused', 2],
  ];
  test.each(cases)('%s', async (_what, answers, history, ends, calls) => {
    const { tools, requests } = await against(answers);
    let retries = 0;
    const retried = (): void => {
      retries++;
    };
    let asked = 0;
    const credentialsAreGood = (): Promise<boolean> => {
      asked++;
      return Promise.resolve(true);
    };
    const events = { ...tools.events, retried };
    expect(inShort(await deliverTo({ ...tools, events, credentialsAreGood }, history))).toBe(ends);
    expect(asked).toBe(answers.includes(FORBIDDEN) ? 1 : 0);
    expect(tools.createdLately).toEqual(ends === 'created' ? [uuid(1, 'customer')] : []);
    expect(requests.length).toBe(calls);
    expect(retries).toBe(calls - 1);
    expect(tools.stop.reason).toBeUndefined();
  });
});

test.each([
  ['was not sent before', false, 'pending'],
  ['may have arrived before', true, 'unknown noAnswer'],
])(
  'a 403 while the credentials are refused gives a row back that %s',
  async (_what, mayHaveArrived, ends) => {
    const { tools, requests } = await against([FORBIDDEN, CREATED]);
    const refused = { ...tools, credentialsAreGood: () => Promise.resolve(false) };
    expect(inShort(await deliverTo(refused, { mayHaveArrived }))).toBe(ends);
    expect(requests.length).toBe(1);
  },
);

test('a 401 stops the run, and the row is not sent again', async () => {
  const { tools, requests } = await against([respond('401 Unauthorized', '{}')]);
  expect(await deliverTo(tools)).toEqual({ status: 'pending' });
  expect(requests.length).toBe(1);
  expect(tools.stop.reason?.exitCode).toBe(ExitCode.stopped);
  expect(tools.stop.reason?.message).toContain('refuses the credentials');
});

describe('a run that is stopping', () => {
  const IN_DOUBT = [{ path: '', code: 'in_doubt_stopped', args: {} }];

  test('sends nothing', async () => {
    const { tools, requests } = await against([CREATED]);
    tools.stop.ask(STOPPED);
    expect(await deliverTo(tools)).toEqual({ status: 'pending' });
    expect(await deliverTo(tools, { mayHaveArrived: true })).toEqual({
      status: 'unknown',
      doubt: 'noAnswer',
      findings: IN_DOUBT,
    });
    expect(requests).toEqual([]);
  });

  test.each([
    ['lost answer', BROKEN, 'unknown noAnswer'],
    ['request that a gateway held back', GATEWAY, 'pending'],
  ])('does not wait to repeat a %s', async (_what, answer, ends) => {
    const { tools, requests } = await against([answer, CREATED], () => {
      tools.stop.ask(STOPPED);
    });
    expect(inShort(await deliverTo(tools))).toBe(ends);
    expect(requests.length).toBe(1);
  });

  test('takes the answer that was on its way', async () => {
    const { tools } = await against([CREATED], () => {
      tools.stop.ask(STOPPED);
    });
    expect(inShort(await deliverTo(tools))).toBe('created');
  });
});

test("Bond's words are rid of the customer's own", async () => {
  const { tools } = await against([REFUSED]);
  expect(await deliverTo(tools)).toEqual({
    status: 'rejected',
    findings: [{ path: 'dob', code: 'create_customer_schema', args: { message: '[name] is too old.' } }],
  });
  const taken = await against([
    json('400 Bad Request', envelope('James: a person with this ID already exists.', 'person_id_dup')),
  ]);
  const forbidden = await against([respond('403 Forbidden', '<p>James is blocked</p>')]);
  for (const { tools } of [taken, forbidden]) {
    const said = JSON.stringify(await deliverTo(tools));
    expect(said).toContain('[name]');
    expect(said).not.toContain('James');
  }
});

test('attempts are further and further apart', async () => {
  const { tools, waitsMs } = await against([BROKEN]);
  await deliverTo({ ...tools, random: () => 1 });
  expect(waitsMs).toEqual([500, 1000, 2000, 4000]);
});

test('a pause of our own choosing, where Bond says no time, is longer each time', async () => {
  const throttled = respond('429 Too Many Requests', '');
  const { tools, waitsMs } = await against([throttled, throttled, throttled, CREATED]);
  await deliverTo({ ...tools, random: () => 1 });
  expect(waitsMs).toEqual([1000, 2000, 4000]);
});

test('a pause that several ask for is told once', async () => {
  const { tools } = await against([CREATED]);
  const pausesMs: number[] = [];
  const events = { ...tools.events, paused: (forMs: number) => void pausesMs.push(forMs) };
  for (const ms of [7000, 9000]) {
    pauseRun({ pacer: tools.pacer, events }, () => {
      tools.pacer.pause(ms);
    });
  }
  expect(pausesMs).toEqual([7000]);
  expect(tools.pacer.pausedForMs).toBe(9000);
});

test('while the whole run is held, trying costs a row none of its attempts', async () => {
  const { tools, requests } = await against([...Array<Answer>(12).fill(BROKEN), CREATED]);
  for (const row of ['one', 'two', 'three', 'four', 'five'])
    tools.breaker.saw({ kind: 'noAnswer', why: 'Bond answered 500' }, row);
  expect(tools.breaker.holding).toBeDefined();
  expect(inShort(await deliverTo(tools))).toBe('created');
  expect(requests.length).toBe(13);
});

test('each pause is as long as Bond asks, and told', async () => {
  const { tools, waitsMs } = await against([THROTTLED, THROTTLED, CREATED]);
  const pausesMs: number[] = [];
  const events = { ...tools.events, paused: (forMs: number) => void pausesMs.push(forMs) };
  await deliverTo({ ...tools, events });
  expect(pausesMs).toEqual([7000, 7000]);
  expect(waitsMs).toEqual([7000, 7000]);
});

test('the brand and the customers that were created last are remembered', async () => {
  const { tools } = await against(
    Array.from({ length: 25 }, (_, n) =>
      json('201 Created', { customer_id: uuid(n, 'customer'), brand_person_id: KEY, bond_brand_id: BRAND }),
    ),
  );
  const brands: string[] = [];
  const learning = { ...tools, learnBrand: (id: string) => void brands.push(id) };
  for (let n = 0; n < 25; n++) await deliverTo(learning);
  expect(new Set(brands)).toEqual(new Set([BRAND]));
  const nameless = await against([
    json('201 Created', { customer_id: uuid(1, 'customer'), brand_person_id: KEY }),
  ]);
  await deliverTo({ ...nameless.tools, learnBrand: learning.learnBrand });
  expect(brands.length).toBe(25);
  expect(tools.createdLately).toEqual(Array.from({ length: 20 }, (_, n) => uuid(n + 5, 'customer')));
});
