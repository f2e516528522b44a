import { describe, test } from 'vitest';
import { people, person, row } from '../support/people.js';
import { inWorld } from '../support/world.js';
import { BRIEF, idsOf, NO_LIST, play } from './play.js';

const noSsn = { 'Social Security Number': '' };
const refusal = { status: 400, body: { Message: { email: ['No.'] }, Code: 'create_customer_schema' } };
const inDoubt = { when: row(2), times: 1, do: { cut: 'after' } };

describe.concurrent('what a row waits for comes', () => {
  test.for([
    ['added', noSsn, {}],
    ['removed', {}, noSsn],
  ] as const)('a refused row whose SSN was %s is sent again', ([, before, after], { expect }) =>
    inWorld([person(1, before)], async (world) => {
      world.setFaults({ when: row(1), times: 1, do: refusal });
      expect.soft((await play(world)).statuses).toBe('rejected');
      await world.write('customers.csv', [person(1, after)]);
      const { code, statuses, posts, said } = await play(world);
      expect.soft({ code, statuses, posts }, said).toEqual({ code: 0, statuses: 'created', posts: 1 });
    }),
  );

  test('a row in doubt that was edited invalid is settled by what was sent', ({ expect }) =>
    inWorld(people(3), async (world) => {
      world.setFaults(inDoubt, NO_LIST);
      await play(world, ...BRIEF, '--max-attempts', '1');
      world.setFaults();
      await world.write('customers.csv', [person(1), person(2, { 'Date of Birth': 'soon' }), person(3)]);
      const { code, lines, posts, said } = await play(world, ...BRIEF);
      expect.soft(code, said).not.toBe(75);
      expect.soft(lines[1]?.customerId).toBe(idsOf(world, person(2))[0]);
      expect.soft(lines[1]?.errors).toContain('Date of Birth');
      expect.soft(posts).toBe(0);
    }));

  const TAKEN = [
    { status: 409, body: { Message: { email: ['already exists'] }, Code: 'resource_conflict' } },
    { status: 400, body: { Message: { ssn: ['A customer with this ssn already exists.'] } } },
    {
      status: 409,
      body: { Message: 'A customer with this tax id already exists.', Code: 'resource_conflict' },
    },
    { status: 400, body: { Message: "{'email': ['already exists']}", Code: 'create_customer_schema' } },
    // It may be the key: the list, which shows nobody with it, tells that it is not.
    { status: 400, body: { Message: 'Looks like one that already exists.', Code: 'create_customer_schema' } },
  ];
  test.for(TAKEN)('what exists already is another field: %j', (answer, { expect }) =>
    inWorld(people(3), async (world) => {
      world.setFaults({ when: row(2), do: answer });
      const { code, statuses, lines, said } = await play(world, ...BRIEF);
      expect.soft({ code, statuses }, said).toEqual({ code: 2, statuses: 'created rejected created' });
      expect.soft(lines[1]?.errors).toContain('already exists');
      const again = await play(world, ...BRIEF);
      expect.soft({ code: again.code, posts: again.posts }, again.said).toEqual({ code: 2, posts: 0 });
    }),
  );
});

const WAITS: [what: string, effect: object][] = [
  ['an epoch', { throttle: { epochInSeconds: 3600 } }],
  ['an hour', { throttle: 3600 }],
  ['one second, for ever', { throttle: 1 }],
  ['nothing, for ever', { throttle: null }],
  ['one second with a 503, for ever', { status: 503, headers: { 'retry-after': '1' } }],
];

describe.concurrent('a wait longer than --give-up-after ends with 75', () => {
  test.for(WAITS)('Retry-After is %s', ([, effect], { expect }) =>
    inWorld(people(3), async (world) => {
      world.setFaults({ when: { create: { from: 2 } }, do: effect });
      const { code, lines, said } = await play(world, '--give-up-after', '3s', '--concurrency', '1');
      expect.soft(code, said).toBe(75);
      expect.soft(lines.map(({ status }) => status)[0]).toBe('created');
      world.setFaults();
      expect.soft((await play(world)).code).toBe(0);
      expect.soft(world.sandbox.customers).toHaveLength(3);
    }),
  );
});

test.concurrent.for([{ status: 403 }, { html: 403 }])(
  '%j for one row does not stop the run',
  (effect, { expect }) =>
    inWorld(people(4), async (world) => {
      world.setFaults({ when: row(3), do: effect });
      const { code, statuses, said } = await play(world, '--concurrency', '1');
      expect
        .soft({ code, statuses }, said)
        .toEqual({ code: 2, statuses: 'created created rejected created' });
    }),
);

const LISTS: [what: string, traits: object][] = [
  ['shows no keys', { listedKeys: 'hidden' }],
  ['answers 404 after its last page', { listEnd: '404' }],
  ['repeats its last page', { listEnd: 'repeats' }],
  ['comes in an envelope and repeats', { envelope: true, listEnd: 'repeats' }],
];

describe.concurrent('a list that', () => {
  test.for(LISTS)('%s settles what it can, and nothing is asked for ever', ([, traits], { expect }) =>
    inWorld(people(60), async (world) => {
      world.setTraits(traits);
      world.setFaults(inDoubt);
      await play(world, '--timeout', '300ms', '--give-up-after', '1s');
      const { code, lines, said } = await play(world, '--timeout', '300ms', '--give-up-after', '1s');
      if (lines[1]?.status === 'created') expect.soft(code, said).toBe(0);
      else expect.soft(lines[1]?.errors, said).toMatch(/./);
      if (!('listedKeys' in traits)) expect.soft(lines[1]?.status).toBe('created');
      const last = await play(world, '--timeout', '300ms', '--give-up-after', '1s');
      expect.soft(last.posts).toBe(0);
      expect.soft(idsOf(world, person(2)).length).toBeGreaterThan(0);
      expect.soft(world.sandbox.customers).toHaveLength(60);
    }),
  );

  test('is longer than --max-runtime is read to its end in several runs', ({ expect }) =>
    inWorld(
      people(501).map((each) => ({ ...each, ...noSsn })),
      async (world) => {
        const slow = { when: { route: 'list' }, do: { delayMs: 400 } };
        world.setFaults({ when: row(501), times: 1, do: { cut: 'after' } }, slow);
        const args = ['--no-brand-person-id', '--max-runtime', '2s', '--concurrency', '50'];
        let played = await play(world, '--no-brand-person-id', '--max-runtime', '4s', '--concurrency', '50');
        for (let run = 0; run < 6 && played.code === 75; run++) played = await play(world, ...args);
        expect.soft(played.code, played.said).toBe(0);
        expect.soft(world.sandbox.customers).toHaveLength(501);
      },
    ));
});
