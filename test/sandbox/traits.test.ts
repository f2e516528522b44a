import { gunzipSync, brotliDecompressSync, inflateSync } from 'node:zlib';
import { request } from 'undici';
import { expect, test } from 'vitest';
import { readFaultPlan } from '../../src/sandbox/faults.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { ask, create, person, personId, sandbox } from './start.js';

function bondOf(traits: object, now: () => number = Date.now): Promise<Sandbox> {
  return sandbox({ now, faults: readFaultPlan({ traits, faults: [] }) });
}

const list = async (at: Sandbox, query = '') => (await ask(at, `/customers${query}`)).body;

test.each<[object, object]>([
  [{ names: 'plain' }, { first_name: 'Zoe', last_name: "O'Brien" }],
  [{ names: 'capitals' }, { first_name: 'ZOË', last_name: 'O’BRIEN' }],
  [{ names: 'nested' }, { names: { first_name: 'Zoë', last_name: 'O’Brien' } }],
  [{ phones: 'international' }, { phone: '+15551112222' }],
  [{ dates: 'month first' }, { dob: '02/01/1980' }],
  [{ dates: 'day first' }, { dob: '01/02/1980' }],
  [{ keys: 'dropped' }, { brand_person_id: null }],
  [{ ids: 'upper' }, { customer_id: expect.stringMatching(/^[0-9A-F-]{36}$/) as unknown }],
  [{ ids: 'text' }, { customer_id: expect.stringMatching(/^cus_0_/) as unknown }],
])('%j shows itself in the answer, the list and the customer', async (traits, shown) => {
  const at = await bondOf(traits);
  const { body } = await create(at, person(1, { last_name: 'O’Brien', dob: '1980-02-01' }));
  expect(body).toMatchObject(shown);
  expect(await list(at)).toMatchObject([shown]);
  expect((await ask(at, `/customers/${String(at.customers[0]?.customer_id)}`)).body).toMatchObject(shown);
  expect(at.customers).toMatchObject([{ first_name: 'Zoë', last_name: 'O’Brien', dob: '1980-02-01' }]);
});

test.each<[object, number]>([
  [{}, 400],
  [{ keys: 'dropped' }, 201],
  [{ keys: 'unguarded' }, 201],
])('%j answers a second create under the same key with %i', async (traits, status) => {
  const at = await bondOf(traits);
  await create(at);
  expect((await create(at, person(2, { brand_person_id: personId(1) }))).status).toBe(status);
});

test('a list may hide its keys, come in an envelope and end in many ways', async () => {
  const at = await bondOf({ listedKeys: 'hidden', envelope: true });
  expect((await create(at)).body).toHaveProperty('brand_person_id', personId());
  const page_info = { page: 1, pages: 1, page_size: 20 };
  expect(await list(at)).toMatchObject({ page_info, data: [{ first_name: 'Zoë' }] });
  expect(JSON.stringify(await list(at))).not.toContain('brand_person_id');
  at.setFaults(readFaultPlan({ traits: { listEnd: '404' }, faults: [] }));
  expect((await ask(at, '/customers?page=2')).status).toBe(404);
  at.setFaults(readFaultPlan({ traits: { listEnd: 'repeats' }, faults: [] }));
  expect(await list(at, '?page=7')).toEqual(await list(at));
});

test('a customer may be listed only some time after it was created', async () => {
  let nowMs = 1_000_000;
  const at = await bondOf({ listedAfterMs: 3000 }, () => nowMs);
  await create(at);
  nowMs += 2999;
  expect(await list(at)).toEqual([]);
  nowMs += 1;
  expect(await list(at)).toHaveLength(1);
});

test.each([
  ['gzip', gunzipSync],
  ['br', brotliDecompressSync],
  ['deflate', inflateSync],
])('answers may be compressed with %s and begin with a byte order mark', async (encoding, decode) => {
  const at = await bondOf({ encoding, bom: true });
  const answer = await request(`${at.url}/customers`);
  expect(answer.headers['content-encoding']).toBe(encoding);
  expect(decode(await answer.body.arrayBuffer()).toString()).toMatch(/^\uFEFF\{"Message"/);
});

test('so many calls a second are let through', async () => {
  let nowMs = 1_000_000;
  const at = await bondOf({ callsPerSecond: 2 }, () => nowMs);
  const statuses = async () => [(await ask(at, '/customers')).status, (await ask(at, '/customers')).status];
  expect(await statuses()).toEqual([200, 200]);
  nowMs += 500;
  expect(await statuses()).toEqual([429, 429]);
  nowMs += 500;
  expect(await statuses()).toEqual([200, 200]);
});
