import { test } from 'vitest';
import { NO_BREACH } from '../support/judge.js';
import { people, person, row } from '../support/people.js';
import { inWorld, type World } from '../support/world.js';

const CHANGED = 'changed since it was created; the change was not sent';
const refusal = { status: 400, body: { Message: { email: ['No.'] }, Code: 'create_customer_schema' } };

/** Runs, and tells the statuses in order and how many creates it took. */
async function next(world: World, args: readonly string[] = []) {
  const before = posts(world);
  const { code, stderr } = await world.runInside(args);
  const lines = await world.lines();
  const statuses = lines.map(({ status }) => status).join(' ');
  return { code, statuses, sent: posts(world) - before, lines, stderr };
}

function posts({ sandbox }: World): number {
  return sandbox.calls.filter(({ method }) => method === 'POST').length;
}

test.concurrent('rows corrected, deleted, inserted, sorted and appended between runs', ({ expect }) =>
  inWorld([person(1), person(2, { 'Date of Birth': 'soon' }), person(3), person(4)], async (world) => {
    world.setFaults({ when: row(3), do: refusal });
    expect(await next(world)).toMatchObject({
      code: 2,
      statuses: 'created invalid rejected created',
      sent: 3,
    });
    // As it is: neither the invalid nor the refused row is sent.
    expect(await next(world)).toMatchObject({ code: 2, sent: 0 });

    world.setFaults();
    const edited = [person(6), person(4), person(2), person(3, { Town: 'Oakland' }), person(5), person(1)];
    await world.write('customers.csv', edited);
    const second = await next(world);
    expect(second).toMatchObject({ code: 0, statuses: Array(6).fill('created').join(' '), sent: 4 });
    expect(await world.breaches(edited)).toEqual(NO_BREACH);

    const shorter = [person(5), person(1)];
    await world.write('customers.csv', shorter);
    expect(await next(world)).toMatchObject({ code: 0, statuses: 'created created', sent: 0 });
    expect(await world.breaches(shorter)).toEqual(NO_BREACH);
  }),
);

test.concurrent('a created row that was edited is not sent, and says so', ({ expect }) =>
  inWorld(people(3), async (world) => {
    await next(world);
    await world.write('customers.csv', [
      person(1, { Town: 'Oakland' }),
      person(2, { 'Social Security Number': '612-99-9999' }),
      person(3, { 'Date of Birth': 'no date any more' }),
    ]);
    const { code, statuses, sent, lines, stderr } = await next(world);
    expect({ code, statuses, sent }).toEqual({ code: 0, statuses: 'created created created', sent: 0 });
    const both = `${CHANGED}; Date of Birth: is "no date any more", expected YYYY-MM-DD`;
    expect(lines.map(({ errors }) => errors)).toEqual([CHANGED, `Social Security Number: ${CHANGED}`, both]);
    // That is no error: it is counted apart.
    expect(stderr).toContain(
      'Changed since they were created, and not sent: 3 rows (2 × other columns, 1 × Social Security Number); results --changes lists them',
    );
    expect(stderr).not.toMatch(/× .*changed since/);
  }),
);

/** Whether the lost answer's customer was made, and what the next run makes of the row, its town corrected by then. */
const LOST: [what: string, effect: object, then: { sent: number; errors: string }][] = [
  ['was made', { storeThen: { status: 500 } }, { sent: 0, errors: CHANGED }],
  ['was not made', { status: 500 }, { sent: 1, errors: '' }],
];

test.concurrent.for(LOST)('a row in doubt that was edited, its customer %s', ([, effect, then], { expect }) =>
  inWorld(people(2), async (world) => {
    world.setFaults({ when: row(2), do: effect }, { when: { route: 'list' }, do: { status: 500 } });
    expect(await next(world, ['--max-attempts', '1', '--give-up-after', '1ms'])).toMatchObject({
      code: 75,
      statuses: 'created unknown',
    });
    world.setFaults();
    const edited = [person(1), person(2, { Town: 'Oakland' })];
    await world.write('customers.csv', edited);
    const { code, statuses, sent, lines } = await next(world);
    expect({ code, statuses, sent }).toEqual({ code: 0, statuses: 'created created', sent: then.sent });
    expect(lines[1]?.errors).toBe(then.errors);
    expect(await world.breaches(edited)).toEqual(NO_BREACH);
  }),
);

test.concurrent('refused rows are sent again when their payload changed, or when told to', ({ expect }) =>
  inWorld(people(3), async (world) => {
    world.setFaults({ when: { route: 'create' }, do: refusal });
    expect(await next(world)).toMatchObject({ code: 2, sent: 3 });
    const more = [person(1), person(2, { 'Social Security Number': '612-99-9999' }), person(3)];
    // A column that is not sent is no change.
    const noted = more.map((each) => ({ ...each, Note: 'asked again' }));
    await world.write('customers.csv', noted);
    expect(await next(world)).toMatchObject({ code: 2, sent: 1 });
    expect(await next(world)).toMatchObject({ code: 2, sent: 0 });
    world.setFaults();
    expect(await next(world, ['--resend-rejected'])).toMatchObject({ code: 0, sent: 3 });
    expect(await world.breaches(noted)).toEqual(NO_BREACH);
  }),
);

test.concurrent('a duplicate names the row that has its key', ({ expect }) =>
  inWorld([person(1), person(2), person(1, { Town: 'Oakland' })], async (world) => {
    const { code, statuses, sent, lines } = await next(world);
    expect({ code, statuses, sent }).toEqual({ code: 2, statuses: 'created created duplicate', sent: 2 });
    expect(lines[2]?.errors).toMatch(
      /^Customer No: same id as row 1; not sent; it differs in Town: put both addresses in one row/,
    );
  }),
);

test.concurrent('two files that share a ledger create a person once', ({ expect }) =>
  inWorld(people(3), async (world) => {
    await world.write('next.csv', [person(3), person(4)]);
    const args = ['--ledger', world.path('both.ledger')];
    await next(world, args);
    const { code, stderr } = await world.start(['run', 'next.csv', ...args]).ended;
    expect(code, stderr).toBe(0);
    const [again] = await world.lines('next.results.csv');
    expect(again?.customerId).toBe((await world.lines())[2]?.customerId);
    expect(world.sandbox.customers).toHaveLength(4);
  }),
);

const OTHER_KEYS: [what: string, headers: (name: string) => string, args: string[]][] = [
  ['another column', (name) => name, ['--key', 'Mobile']],
  ['none', (name) => (name === 'Customer No' ? 'Note' : name), []],
  ['brand_person_id', (name) => (name === 'Customer No' ? 'brand_person_id' : name), []],
];

test.concurrent('keys made another way than the ledger’s are refused, with the reason', ({ expect }) =>
  inWorld(people(2), async (world) => {
    await next(world);
    const [header = '', ...rest] = (await world.read('customers.csv')).split('\n');
    for (const [what, rename, args] of OTHER_KEYS) {
      await world.write('customers.csv', [header.split(',').map(rename).join(','), ...rest].join('\n'));
      const { code, stderr } = await world.runInside(args);
      expect.soft(code, what).toBe(1);
      expect.soft(stderr, what).toContain('knows its people by the id in column customerno');
    }
    expect(posts(world)).toBe(2);
  }),
);

test.concurrent('a canary of the first rows that are valid and new, then the rest', ({ expect }) =>
  inWorld([person(1, { 'Date of Birth': 'soon' }), ...people(6).slice(1)], async (world) => {
    const first = await world.runInside(['--limit', '2']);
    expect(first.code, first.stderr).toBe(0);
    expect(world.sandbox.customers.map(({ last_name }) => last_name)).toHaveLength(2);
    for (const { customer_id } of world.sandbox.customers) expect(first.stderr).toContain(customer_id);
    expect([...(await world.files()).keys()]).not.toContain('customers.results.csv');
    const [, rest = ''] = /^Next: bond-import (run .*)$/m.exec(first.stderr) ?? [];
    expect(rest).not.toContain('--limit');
    // The same canary again takes the next ones.
    expect((await world.runInside(['--limit', '2'])).code).toBe(0);
    expect(posts(world)).toBe(4);
    expect(await next(world)).toMatchObject({
      code: 2,
      statuses: 'invalid created created created created created',
    });
    expect(posts(world)).toBe(5);
  }),
);

test.concurrent('a finished file costs no call at all', ({ expect }) =>
  inWorld(people(3), async (world) => {
    expect(await next(world)).toMatchObject({ code: 0, sent: 3 });
    const calls = world.sandbox.calls.length;
    expect(await next(world)).toMatchObject({ code: 0, sent: 0 });
    expect(world.sandbox.calls).toHaveLength(calls);
  }),
);

test.concurrent('status and results lead back to where the runs have sent to', ({ expect }) =>
  inWorld(people(2), async (world) => {
    world.setFaults({ when: row(2), do: { status: 500 } });
    await world.start(['run', 'customers.csv', '--env', 'live', '--max-attempts', '1']).ended;
    // Without the variable, nothing but the ledger knows the address.
    const env = { BOND_API_URL: '' };
    const status = await world.start(['status', 'customers.csv'], { env }).ended;
    const results = await world.start(['results', 'customers.csv'], { env }).ended;
    const next = `Next: bond-import run customers.csv --env live --api-url ${world.sandbox.url}`;
    expect.soft(status.stdout.trimEnd().split('\n').at(-1)).toBe(next);
    expect.soft(results.stderr.trimEnd().split('\n').at(-1)).toBe(next);
  }),
);
