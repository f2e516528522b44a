import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { ask, create, person, personId, sandbox } from './start.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const anyUuid: unknown = expect.stringMatching(UUID);
const anyDate: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);

test('a create answers with the documented body and keeps what was sent, unmasked', async () => {
  const at = await sandbox({ keepBodies: true });
  const answer = await create(at);
  expect(answer.status).toBe(201);
  expect(answer.body).toEqual({
    ...person(),
    ssn: 'XXX-XX-1001',
    customer_id: anyUuid,
    bond_brand_id: anyUuid,
    business_id: 'null',
    date_created: anyDate,
    addresses: [
      expect.objectContaining({
        city: 'San Francisco',
        address_id: anyUuid,
        date_created: anyDate,
        deliverability: 'deliverable',
      }),
    ],
  });
  expect(at.customers).toEqual([
    { ...person(), customer_id: at.customers[0]?.customer_id, date_created: anyDate },
  ]);
  expect(at.calls).toMatchObject([
    { method: 'POST', path: '/api/v0.1/customers/', status: 201, brandPersonId: personId(), body: person() },
  ]);
  expect((await ask(at, `/customers/${String(at.customers[0]?.customer_id)}`)).body).toEqual(answer.body);
});

test('brand_person_id and ssn are unique; the magic ssns may repeat', async () => {
  const at = await sandbox();
  const refused = (Message: unknown, Code: string) => ({
    status: 400,
    body: { Message, Status: 400, Code, Type: 'Request Error' },
  });
  await create(at);
  expect(await create(at)).toMatchObject(refused('A person with this ID already exists.', 'person_id_dup'));
  expect(await create(at, person(2, { ssn: '333521001' }))).toMatchObject(
    refused({ ssn: ['A customer with this ssn already exists.'] }, 'create_customer_schema'),
  );
  for (const n of [3, 4]) expect((await create(at, person(n, { ssn: '222-22-2222' }))).status).toBe(201);
  for (const ssn of ['333-52-0001', '333-52-0002']) {
    const { body } = await create(at, person(0, { ssn, brand_person_id: undefined }));
    expect(body).toMatchObject({ brand_person_id: null });
  }
  expect(at.customers).toHaveLength(5);
});

test('the list has pages of the documented sizes and ends with an empty one', async () => {
  const at = await sandbox();
  for (let n = 1; n <= 23; n++) await create(at, person(n));
  const ids = async (query: string) => {
    const { body } = await ask(at, `/customers${query}`);
    return Array.isArray(body) ? body.map((one: object) => Object.values(one)[0] as unknown) : body;
  };
  const all = at.customers.map(({ customer_id }) => customer_id);
  expect(await ids('')).toEqual(all.slice(0, 20));
  expect(await ids('?page=3&per_page=10')).toEqual(all.slice(20));
  expect(await ids('?per_page=50')).toEqual(all);
  expect(await ids('?page=4&per_page=10')).toEqual([]);
  for (const query of ['?per_page=25', '?per_page=x', '?page=0', '?page=1.5']) {
    expect((await ask(at, `/customers${query}`)).body).toMatchObject({
      Status: 400,
      Code: 'get_customer_schema',
    });
  }
});

test.each([
  { path: '/customers', post: person(), status: 308, code: 'invalid_request' },
  { path: '/customers/', post: '{"first_name":', status: 400, code: 'invalid_request' },
  { path: '/customers/', post: 'x'.repeat(1024 * 1024 + 1), status: 413, code: 'invalid_request' },
  { path: `/customers/${randomUUID()}`, status: 404, code: 'customer_dne' },
  { path: '/customers/17', status: 400, code: 'customer_invalid_uuid4' },
  { path: '/accounts', status: 404, code: 'invalid_request' },
  { path: '/auth/key/other', status: 404, code: 'invalid_request' },
  { path: '/auth/key/0a1b2c3d-0000-4000-8000-000000000000', status: 200, code: undefined },
  { path: '/customers', headers: { identity: 'x', authorization: 'secret' }, status: 401, code: 'auth_err' },
  { path: '/customers/', post: person(), headers: {}, status: 401, code: 'auth_err' },
])('$path answers $status', async ({ path, post, headers, status, code }) => {
  const at = await sandbox();
  const answer = await ask(at, path, { ...(post && { post }), ...(headers && { headers: { ...headers } }) });
  expect(answer.status).toBe(status);
  if (code) expect(answer.body).toMatchObject({ Status: status, Code: code, Type: 'Request Error' });
  if (status === 308) expect(answer.headers['location']).toBe('/api/v0.1/customers/');
  expect(at.customers).toHaveLength(0);
});

test('the rate limit lets so many calls through in any minute', async () => {
  let nowMs = 1_000_000;
  const at = await sandbox({ rateLimitPerMinute: 2, now: () => nowMs });
  const status = async () => (await ask(at, '/customers')).status;
  expect(await status()).toBe(200);
  nowMs += 20_000;
  expect(await status()).toBe(200);
  const refused = await ask(at, '/customers');
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '40']);
  nowMs += 40_000;
  expect([await status(), await status()]).toEqual([200, 429]);
});

test('latency delays every answer', async () => {
  const at = await sandbox({ latencyMs: 30 });
  const startedMs = performance.now();
  await ask(at, '/customers');
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(28);
});
