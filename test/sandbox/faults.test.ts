import { expect, test } from 'vitest';
import { readFaultPlan } from '../../src/sandbox/faults.js';
import { address, ask, create, faulty, person, personId, plan, sandbox } from './start.js';

test.each<[object, number, unknown, number]>([
  [{ status: 503 }, 503, { Message: 'Injected fault.', Status: 503, Type: 'Server Error' }, 0],
  [{ status: 401 }, 401, { Code: 'auth_err' }, 0],
  [{ status: 424, body: { Error: 'no' } }, 424, { Error: 'no' }, 0],
  [{ status: 500, body: '' }, 500, '', 0],
  [{ html: 502 }, 502, expect.stringContaining('<html>'), 0],
  [{ refuseKey: true }, 400, { Message: { brand_person_id: ['Unknown field.'] } }, 0],
  [{ redirect: 'http://127.0.0.1:1/' }, 307, {}, 0],
  [{ delayMs: 1 }, 201, { brand_person_id: personId() }, 1],
  [{ garbage: true }, 201, expect.stringContaining('created'), 1],
  [
    { noCustomerId: true },
    201,
    expect.not.objectContaining({ customer_id: expect.anything() as unknown }),
    1,
  ],
  [{ storeThen: { status: 500 } }, 500, { Status: 500 }, 1],
  [{ quote: 'values' }, 400, { Message: { dob: ['1997-12-25 is too early.'] } }, 0],
  [{ quote: 'python' }, 400, { Message: expect.stringContaining("{'ssn': ['333521001 is") as unknown }, 0],
  [{ quote: 'keys' }, 400, { Message: { '333-52-1001': ['is not unique'] } }, 0],
  [{ quote: 'long' }, 400, { Message: expect.stringMatching(/^.{288}333-52-1001/) as unknown }, 0],
  [{ quote: 'body' }, 400, { Message: expect.stringContaining('"ssn":"333-52-1001"') as unknown }, 0],
  [{ ignoreReference: true }, 201, { brand_person_id: null }, 1],
  [{ wrongId: true }, 201, { brand_person_id: expect.not.stringMatching(personId()) as unknown }, 1],
])('%j', async (effect, status, body, stored) => {
  const at = await faulty(effect);
  const answer = await create(at);
  expect(answer.status).toBe(status);
  if (typeof body === 'object') expect(answer.body).toMatchObject(body ?? {});
  else expect(answer.body).toEqual(body);
  expect(at.customers).toHaveLength(stored);
  expect(at.calls[0]?.status).toBe(status);
});

test.each<[object, string | RegExp, number, number]>([
  [{ cut: 'before' }, 'other side closed', 0, 0],
  [{ cut: 'after' }, 'other side closed', 1, 0],
  [{ ignoreReference: true, lost: true }, 'other side closed', 1, 0],
  [{ reset: true }, /ECONNRESET|other side closed/, 0, 0],
  [{ half: true }, /terminated|other side closed/, 1, 201],
])('%j loses the answer', async (effect, message, stored, status) => {
  const at = await faulty(effect);
  await expect(create(at)).rejects.toThrow(message);
  expect(at.customers).toHaveLength(stored);
  expect(at.calls[0]?.status).toBe(status);
});

test.each([
  [{ hang: true }, 0],
  [{ hang: true, store: true }, 1],
])('%j never answers', async (effect, stored) => {
  const at = await faulty(effect);
  await expect(create(at, person(), AbortSignal.timeout(100))).rejects.toThrow('timeout');
  expect(at.customers).toHaveLength(stored);
});

test.each([
  [{ gate: 'door' }, 0],
  [{ gate: 'door', after: true }, 1],
])('%j holds requests until it is released', async (effect, stored) => {
  const at = await faulty(effect);
  const leaver = new AbortController();
  const left = create(at, person(1), leaver.signal).catch(() => 'left');
  const answers = [create(at, person(2)), create(at, person(3))];
  await at.waitForHeld('door', 3);
  expect(at.customers).toHaveLength(3 * stored);
  leaver.abort();
  expect(await left).toBe('left');
  at.release('door');
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([201, 201]);
  expect((await create(at, person(4))).status).toBe(201);
  expect(at.customers).toHaveLength(4);
});

test.each<[object, object]>([
  [{ throttle: 7 }, { 'retry-after': '7' }],
  [{ throttle: null }, {}],
  [{ throttle: { dateInSeconds: 90 } }, { 'retry-after': 'Thu, 01 Jan 1970 00:01:30 GMT' }],
  [{ throttle: { epochInSeconds: 90 } }, { 'retry-after': '90' }],
  [{ throttle: { header: 'ratelimit-reset', resetInSeconds: 9 } }, { 'ratelimit-reset': '9' }],
  [{ throttle: { header: 'x-ratelimit-reset', resetInSeconds: 9 } }, { 'x-ratelimit-reset': '9' }],
  [{ throttle: { header: 'ratelimit', resetInSeconds: 9 } }, { ratelimit: '"default";r=0;t=9' }],
])('%j', async (effect, wait) => {
  const at = await sandbox({ now: () => 0, faults: plan({ when: {}, times: 1, do: effect }) });
  const { status, headers } = await create(at);
  expect(status).toBe(429);
  const names = Object.keys(headers).filter((name) => /retry|limit/.test(name));
  expect(names.map((name) => [name, headers[name]])).toEqual(Object.entries(wait));
  expect((await create(at)).status).toBe(201);
});

test('a refusal may quote the customer as other systems write it', async () => {
  const { text } = await create(await faulty({ quote: 'rewritten' }));
  for (const form of ['333 52 1001', '333–52–1001', 'zoe%40example.com', '+1 (555) 111-2222', '12/25/1997'])
    expect(text).toContain(form);
});

test('a stored customer may be answered with a request to wait', async () => {
  const at = await faulty({ storeThen: { status: 503, headers: { 'retry-after': '1' } } });
  const { status, headers } = await create(at);
  expect([status, headers['retry-after'], at.customers.length]).toEqual([503, '1', 1]);
});

test('a huge body is as long as asked', async () => {
  const at = await faulty({ bodyBytes: 3_000_000 });
  expect((await create(at)).text.length).toBeGreaterThanOrEqual(3_000_000);
});

test('an outage spares nobody, ends by itself and happens once', async () => {
  let nowMs = 0;
  const down = (status?: number) => plan({ when: { create: 1 }, do: { down: { forMs: 500, status } } });
  const at = await sandbox({ now: () => nowMs, faults: down() });
  expect((await ask(at, '/customers')).status).toBe(200);
  await expect(create(at)).rejects.toThrow('other side closed');
  nowMs = 499;
  await expect(ask(at, '/customers')).rejects.toThrow('other side closed');
  nowMs = 500;
  expect((await create(at)).status).toBe(201);
  at.setFaults(down(503));
  expect([(await create(at)).status, (await ask(at, '/customers')).status]).toEqual([503, 503]);
});

test('a list may shift', async () => {
  const at = await sandbox();
  for (const n of [1, 2, 3]) await create(at, person(n));
  const page = async (n: number) =>
    JSON.stringify((await ask(at, `/customers?per_page=2&page=${n}`)).body).match(/\d(?=","bond_brand_id)/g);
  at.setFaults(plan({ when: { list: { from: 2 } }, do: { shift: -1 } }));
  expect([await page(1), await page(2)]).toEqual([
    ['1', '2'],
    ['2', '3'],
  ]);
});

test.each<[object, object, string]>([
  [{}, {}, 'xxxx'],
  [{}, { times: 2 }, 'xx..'],
  [{ request: 2 }, {}, '.x..'],
  [{ create: { from: 2, to: 3 } }, {}, '.xx.'],
  [{ request: { from: 3 } }, {}, '..xx'],
  [{ route: 'get' }, {}, '....'],
  [{ list: 1 }, {}, '....'],
  [{ brand_person_id: personId(2) }, {}, '..xx'],
  [{ brand_person_id: personId(2), attempt: 2 }, {}, '...x'],
  [{ attempt: 1 }, {}, 'x.x.'],
  [{ field: 'addresses.0.city', equals: 'Berkeley' }, {}, '..xx'],
  [{ field: 'addresses.0.city', equals: 'Berkeley' }, { times: 1 }, '..x.'],
  [{ field: 'addresses.7.city', equals: null }, {}, '....'],
])('when %j %j', async (when, more, expected) => {
  const at = await faulty({ status: 418 }, when, more);
  const second = person(2, { addresses: [address({ city: 'Berkeley' })] });
  let seen = '';
  for (const body of [person(1), person(1), second, second]) {
    seen += (await create(at, body)).status === 418 ? 'x' : '.';
  }
  expect(seen).toBe(expected);
});

test('the first fault that has times left applies', async () => {
  const at = await sandbox({
    faults: plan({ when: {}, times: 1, do: { status: 500 } }, { when: {}, do: { status: 503 } }),
  });
  expect([(await create(at)).status, (await create(at)).status]).toEqual([500, 503]);
});

test.each<[unknown, string]>([
  [[], 'the plan must be object'],
  [{}, "the plan must have required property 'faults'"],
  [{ faults: [{ when: {} }] }, "faults.0 must have required property 'do'"],
  [{ faults: [{ when: { nth: 1 }, do: { half: true } }] }, 'faults.0.when must not have "nth"'],
  [{ faults: [{ when: { request: 0 }, do: { half: true } }] }, 'faults.0.when.request must be >= 1'],
  [
    { faults: [{ when: { field: 'dob' }, do: { half: true } }] },
    'must have property equals when property field is present',
  ],
  [{ faults: [{ when: {}, do: {} }] }, 'faults.0.do must have exactly one of status, html, '],
  [{ faults: [{ when: {}, do: { half: true, hang: true } }] }, 'faults.0.do must have exactly one of'],
  [{ faults: [{ when: {}, do: { cut: 'off' } }] }, 'faults.0.do.cut must be one of ["before","after"]'],
  [{ faults: [{ when: {}, do: { hang: false } }] }, 'faults.0.do.hang must be true'],
  [
    { faults: [{ when: {}, do: { half: true, store: true } }] },
    'must have property hang when property store is present',
  ],
])('the plan %j is refused', (json, sentence) => {
  expect(() => readFaultPlan(json)).toThrow(sentence);
});
