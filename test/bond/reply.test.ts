import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeCreate, judgeRead, type Reply } from '../../src/bond/reply.js';
import { answer, CUSTOMER_ID, envelope, KEY, OTHER_KEY } from './attempts.js';

const NOW = Date.parse('2024-05-01T12:00:00Z');
const judge = (...args: Parameters<typeof answer>): Reply => judgeCreate(answer(...args), KEY, NOW);

interface Complaint {
  readonly path: string;
  readonly message: string;
}
const LAST_NAME_MISSING: Complaint = { path: 'last_name', message: 'Missing data for required field.' };

describe('a refusal in each of the shapes that errors come in', () => {
  const shapes: [string, unknown, string, Complaint[]][] = [
    [
      'a string',
      envelope("Missing Required Field(s): 'amount'"),
      'create_customer_schema',
      [{ path: '', message: "Missing Required Field(s): 'amount'" }],
    ],
    [
      'a map',
      envelope({ last_name: ['Missing data for required field.'] }),
      'create_customer_schema',
      [LAST_NAME_MISSING],
    ],
    [
      'a Python dict in a string',
      envelope("{'last_name': ['Missing data for required field.']}"),
      'create_customer_schema',
      [LAST_NAME_MISSING],
    ],
    [
      'JSON in a string',
      envelope('{"last_name": ["Missing data for required field."]}'),
      'create_customer_schema',
      [LAST_NAME_MISSING],
    ],
    [
      'a bare nested map',
      { names: { first_name: ['Too short.'] } },
      'http_400',
      [{ path: 'first_name', message: 'Too short.' }],
    ],
    [
      'a bare nested address',
      { addresses: { 0: { zip_code: ['Not a valid zip code.'] } } },
      'http_400',
      [{ path: 'addresses.0.zip_code', message: 'Not a valid zip code.' }],
    ],
    ['Error', { Error: 'no such thing' }, 'http_400', [{ path: '', message: 'no such thing' }]],
    ['message', { message: 'Bad input' }, 'http_400', [{ path: '', message: 'Bad input' }]],
    ['a code alone', { Code: 'input_error' }, 'input_error', [{ path: '', message: 'no reason given' }]],
    [
      'a code that is no word',
      { ...envelope('No.'), Code: '612-34-5678' },
      'http_400',
      [{ path: '', message: 'No.' }],
    ],
    [
      // Bond may quote what it was sent: what is no field goes through the cleaning of messages.
      'values as keys',
      envelope({ '612-34-5678': { ssn: ['Taken.'] }, James: ['No.'] }),
      'create_customer_schema',
      [
        { path: 'ssn', message: '612-34-5678: Taken.' },
        { path: '', message: 'James: No.' },
      ],
    ],
  ];
  test.each(shapes)('%s', (_shape, body, code, problems) => {
    const findings = problems.map(({ path, message }) => ({ path, code, args: { message } }));
    expect(judge(400, body)).toEqual({ kind: 'refused', findings });
  });

  test('several complaints at several depths all arrive', () => {
    const body = envelope({
      _schema: ['Invalid input.'],
      json: {
        addresses: [{ city: ['Too short.', 'Not a city.'] }, { state: 'Unknown.' }],
        dob: { 0: ['Too old.'] },
      },
    });
    expect(judge(422, body)).toMatchObject({
      findings: [
        { path: '', args: { message: 'Invalid input.' } },
        { path: 'addresses.0.city', args: { message: 'Too short.' } },
        { path: 'addresses.0.city', args: { message: 'Not a city.' } },
        { path: 'addresses.1.state', args: { message: 'Unknown.' } },
        { path: 'dob', args: { message: 'Too old.' } },
      ],
    });
  });

  test.each(['unknown_create_customer', 'a_code_of_tomorrow', 'service_disabled'])('code %s', (code) => {
    expect(judge(400, envelope('No.', code))).toMatchObject({ kind: 'refused', findings: [{ code }] });
  });

  test.each([404, 405, 410, 413, 415, 422])('status %i', (status) => {
    expect(judge(status, { Error: 'no' })).toMatchObject({
      kind: 'refused',
      findings: [{ code: `http_${status}` }],
    });
  });

  test('a flood of complaints is cut to what a person can read', () => {
    const flood = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`f${at}`, ['x'.repeat(500)]]));
    const reply = judge(400, envelope(flood));
    const findings = reply.kind === 'refused' ? reply.findings : [];
    expect(findings).toHaveLength(50);
  });
});

test.each([400, 404, 405, 406, 407, 413, 422, 451])(
  'a %i that does not speak as Bond does is a gateway’s',
  (status) => {
    for (const body of ['<html><body>Bad Request</body></html>', '', '[]', '"no"', '{}']) {
      expect(judge(status, body)).toEqual({ kind: 'gateway', status });
    }
  },
);

describe('an existing brand_person_id is told from other refusals', () => {
  const cases: [number, unknown, Reply['kind']][] = [
    [400, envelope('A person with this ID already exists.', 'person_id_dup'), 'keyExists'],
    [422, envelope('any words', 'person_id_dup'), 'keyExists'],
    [409, '', 'keyExists'],
    [409, '<html>', 'keyExists'],
    [409, { ssn: ['already exists'] }, 'refused'],
    [409, envelope('A customer with this tax id already exists.', 'resource_conflict'), 'refused'],
    [409, envelope({ email: ['is in use'] }), 'refused'],
    [409, { 'A person with this phone': 'exists' }, 'refused'],
    [409, envelope('conflict', 'resource_conflict'), 'keyExists'],
    [400, envelope({ brand_person_id: ['This value is already in use.'] }), 'keyExists'],
    [400, envelope({ brand_person_id: ['Must be unique.'] }), 'keyExists'],
    [400, envelope({ brand_person_id: ['Try another.'] }), 'keyExists'],
    [400, envelope("{'brand_person_id': ['Already exists.']}"), 'keyExists'],
    [400, envelope('brand_person_id is a duplicate'), 'keyExists'],
    [400, envelope('A customer with this id already exists'), 'keyExists'],
    [400, envelope('A customer with this SSN already exists'), 'refused'],
    [400, envelope({ ssn: ['This SSN already exists.'] }), 'refused'],
    [400, envelope({ email: ['already in use'] }), 'refused'],
    [400, envelope('E-mail already taken'), 'refused'],
    [400, envelope({ brand_person_id: ['Not a valid UUID.'] }), 'refused'],
    [400, envelope({ brand_person_id: ['Missing data for required field.'] }), 'refused'],
    [400, envelope({ brand_person_id: ['Field may not be null.'] }), 'refused'],
    [400, envelope('The program does not exist'), 'refused'],
    [400, envelope("The program doesn't exist"), 'refused'],
    [404, envelope('already exists'), 'refused'],
    [400, envelope({ brand_person_id: ['Unknown field.'] }), 'keyUnknown'],
    [422, { brand_person_id: ['Unknown field.'] }, 'keyUnknown'],
    [400, envelope({ middle_name: ['Unknown field.'] }), 'refused'],
  ];
  test.each(cases)('%i %j → %s', (status, body, kind) => {
    expect(judge(status, body).kind).toBe(kind);
  });
});

describe('a success is one only with the id, and only for the key that was sent', () => {
  const ok = { customer_id: CUSTOMER_ID, business_id: 'null' };
  const cases: [string, unknown, Reply['kind']][] = [
    ['the key echoed', { ...ok, brand_person_id: KEY.toUpperCase() }, 'created'],
    ['no echo', ok, 'created'],
    ['a null echo', { ...ok, brand_person_id: null }, 'created'],
    ['a "null" echo', { ...ok, brand_person_id: 'null' }, 'created'],
    ['an empty echo', { ...ok, brand_person_id: '' }, 'created'],
    ['a foreign echo', { ...ok, brand_person_id: OTHER_KEY }, 'otherKey'],
    ['no id', { brand_person_id: KEY }, 'noAnswer'],
    ['an id that is no UUID', { customer_id: 'CUS/0017', brand_person_id: KEY }, 'created'],
    ['an empty id', { customer_id: '', brand_person_id: KEY }, 'noAnswer'],
    ['a "null" id', { customer_id: 'null', brand_person_id: KEY }, 'noAnswer'],
    ['a null id', { customer_id: null, brand_person_id: KEY }, 'noAnswer'],
    ['a number for an id', { customer_id: 7, brand_person_id: KEY }, 'noAnswer'],
    ['an id in something else alone', { customer: ok, brand_person_id: KEY }, 'noAnswer'],
    ['an id in a list before it', { a: [ok], ...ok, brand_person_id: KEY }, 'created'],
    ['braces in a text', { name: '}{[', ...ok, brand_person_id: KEY }, 'created'],
    [
      'the key of another, and ours in its name',
      { ...ok, brand_person_id: OTHER_KEY, name: KEY },
      'otherKey',
    ],
    ['a name that quotes an answer', { name: `"brand_person_id":"${KEY}"`, ...ok }, 'created'],
    ['a list', [ok], 'noAnswer'],
    ['an empty body', '', 'noAnswer'],
    ['HTML', '<html>Created</html>', 'noAnswer'],
    ['half of JSON', JSON.stringify(ok).slice(0, -4), 'noAnswer'],
  ];
  test.each(cases)('%s', (_name, body, kind) => {
    expect(judge(201, body).kind).toBe(kind);
    expect(judge(200, body).kind).toBe(kind);
  });

  test('says whether the key was given back, and nothing of it when none was sent', () => {
    const body = { ...ok, brand_person_id: KEY, bond_brand_id: OTHER_KEY };
    expect(judge(201, body)).toEqual({
      kind: 'created',
      customerId: CUSTOMER_ID,
      echoed: true,
      brandId: OTHER_KEY,
    });
    expect(judge(201, ok)).toEqual({ kind: 'created', customerId: CUSTOMER_ID, echoed: false });
    expect(judgeCreate(answer(201, body), null, NOW)).not.toHaveProperty('echoed');
  });

  test('a whole body that arrived cut short is no success and no refusal', () => {
    const body = { ...ok, brand_person_id: KEY };
    expect(judge(201, body, { cutBecause: 'too soon' }).kind).toBe('noAnswer');
    expect(judge(400, envelope('no'), { cutBecause: 'too soon' }).kind).toBe('noAnswer');
  });
});

describe('what is no word about the customer', () => {
  test.each([408, 424, 425, 500, 501, 502, 503, 504, 599])('%i is unclear', (status) => {
    expect(judge(status, envelope('Already exists', 'person_id_dup')).kind).toBe('noAnswer');
  });

  test('401 is about the credentials, and of 403 that is not known', () => {
    expect(judge(401, '')).toEqual({ kind: 'unauthorised' });
    expect(judge(403, '<html><head><title>no</title></head><p>Request\n<b>blocked</b></html>')).toEqual({
      kind: 'forbidden',
      says: 'Request blocked',
    });
    expect(judge(403, envelope({ dob: ['No.'], x: 'y' }))).toEqual({ kind: 'forbidden', says: 'No.; x: y' });
  });

  test('a redirect tells its origin alone', () => {
    const location = 'https://elsewhere.example/customers?token=abc';
    expect(judge(307, '', { headers: { location } })).toEqual({
      kind: 'redirected',
      to: 'https://elsewhere.example',
    });
    expect(judge(302, '')).toEqual({ kind: 'redirected', to: 'another place' });
  });

  test('a lost attempt is in doubt only when it was sent', () => {
    expect(judgeCreate({ kind: 'lost', sent: true, why: 'reset' }, KEY, NOW).kind).toBe('noAnswer');
    expect(judgeCreate({ kind: 'lost', sent: false, why: 'refused' }, KEY, NOW).kind).toBe('unreachable');
  });

  test('a read is never in doubt: sent or not, it is repeated', () => {
    expect(judgeRead({ kind: 'lost', sent: true, why: 'reset' }, NOW).kind).toBe('unreachable');
    expect(judgeRead(answer(404, 'no'), NOW)).toEqual({ kind: 'ok', body: 'no', status: 404 });
    expect(judgeRead(answer(200, '[', { cutBecause: 'too soon' }), NOW).kind).toBe('noAnswer');
    expect(judgeRead(answer(403), NOW).kind).toBe('forbidden');
    expect(judgeRead(answer(500), NOW).kind).toBe('noAnswer');
  });
});

describe('Retry-After', () => {
  const replies: [number, string | undefined, Reply][] = [
    [429, '7', { kind: 'throttled', retryAfterMs: 7000, mayHaveArrived: false }],
    [429, undefined, { kind: 'throttled', retryAfterMs: null, mayHaveArrived: false }],
    [429, 'garbage', { kind: 'throttled', retryAfterMs: null, mayHaveArrived: false }],
    // No pause at all would hammer: ours then.
    [429, '0', { kind: 'throttled', retryAfterMs: null, mayHaveArrived: false }],
    [429, 'Wed, 01 May 2024 11:59:00 GMT', { kind: 'throttled', retryAfterMs: null, mayHaveArrived: false }],
    [503, '7', { kind: 'throttled', retryAfterMs: 7000, mayHaveArrived: true }],
    [503, 'garbage', { kind: 'noAnswer', why: 'Bond answered 503' }],
    [502, '7', { kind: 'noAnswer', why: 'Bond answered 502' }],
  ];
  test.each(replies)('%i with %j', (status, retryAfter, reply) => {
    expect(
      judge(status, '', retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }),
    ).toEqual(reply);
  });
});

test('in whatever order and spacing a success comes, it says the same', () => {
  const fields = {
    customer_id: CUSTOMER_ID,
    brand_person_id: KEY,
    bond_brand_id: OTHER_KEY,
    addresses: [{ address_id: KEY, street: 'x' }],
    names: { first_name: 'James "}' },
    business_id: 'null',
  };
  const order = fc.shuffledSubarray(Object.entries(fields), { minLength: Object.keys(fields).length });
  fc.assert(
    fc.property(order, fc.constantFrom(0, 1, 4), (entries, indent) => {
      const body = JSON.stringify(Object.fromEntries(entries), null, indent);
      expect(judge(201, body)).toEqual({
        kind: 'created',
        customerId: CUSTOMER_ID,
        echoed: true,
        brandId: OTHER_KEY,
      });
    }),
  );
});

test('without a key nothing is said of one', () => {
  const exists = answer(409, envelope('A customer with this id already exists'));
  expect(judgeCreate(exists, null, NOW).kind).toBe('refused');
  expect(judgeCreate(answer(409), null, NOW)).toEqual({ kind: 'gateway', status: 409 });
});
