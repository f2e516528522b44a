import { describe, test, type ExpectStatic } from 'vitest';
import { people, person, row, type Person } from '../support/people.js';
import { inWorld, type World } from '../support/world.js';
import { ALONE, BRIEF, command, idsOf, NO_LIST, play } from './play.js';

const KEYLESS = '--no-brand-person-id';
const WAIT_AFTER_STORING = { storeThen: { status: 503, headers: { 'retry-after': '1' } } };
/** The second person of four, in doubt: the customer is stored, and the answer is lost. */
const second = person(2);
const inDoubt = { when: { create: 2 }, times: 1, do: { cut: 'after' } };

function nobodyTwice(world: World, input: readonly Person[], expect: ExpectStatic): void {
  expect.soft(input.map((each) => idsOf(world, each).length)).toEqual(input.map(() => 1));
}

describe.concurrent('nobody is created twice', () => {
  test.for([
    { args: [KEYLESS], traits: {} },
    { args: [], traits: { keys: 'dropped' } },
  ])('a 503 with Retry-After that did create: $args $traits', ({ args, traits }, { expect }) =>
    inWorld(people(3), async (world) => {
      world.setTraits(traits);
      world.setFaults({ when: row(2), times: 1, do: WAIT_AFTER_STORING });
      const { code, statuses, said } = await play(world, '--concurrency', '1', ...args);
      expect.soft({ code, statuses }, said).toEqual({ code: 0, statuses: 'created created created' });
      nobodyTwice(world, world.input, expect);
    }),
  );

  const josé = { ...person(2), 'Given Name': 'José', Surname: "O'Brien", 'Date of Birth': '1980-02-01' };
  /** How the list shows the one who is in doubt, and whether a program can be sure that it is the row's. */
  const LISTED: [what: string, traits: object, changes: Person, status: RegExp][] = [
    ['the row has neither SSN, e-mail nor phone', {}, { ...second, ...ALONE }, /unknown/],
    ['names without accents', { names: 'plain' }, josé, /created/],
    ['names in capitals', { names: 'capitals' }, josé, /created/],
    ['phones with the country code', { phones: 'international' }, josé, /created/],
    ['names nested', { names: 'nested' }, josé, /created|unknown/],
    ['birth dates with the month first', { dates: 'month first' }, josé, /created|unknown/],
    ['birth dates with the day first', { dates: 'day first' }, josé, /created|unknown/],
    ['all of it', { names: 'plain', phones: 'international', dates: 'day first' }, josé, /created|unknown/],
  ];
  test.for(LISTED)('a list without keys: %s', ([, traits, changes, status], { expect }) =>
    inWorld([person(1), { ...second, ...changes }, person(3)], async (world) => {
      world.setTraits(traits);
      world.setFaults(inDoubt);
      for (let run = 0; run < 2; run++) {
        const { lines, posts, said } = await play(world, ...BRIEF, KEYLESS);
        const [, line] = lines;
        expect.soft(line?.status, said).toMatch(status);
        expect.soft(`${line?.customerId} ${line?.errors}`).toContain(world.sandbox.customers[1]?.customer_id);
        expect.soft(posts).toBe(run === 0 ? 3 : 0);
      }
      nobodyTwice(world, world.input, expect);
    }),
  );

  test('a typo corrected between two runs', ({ expect }) =>
    inWorld(people(3), async (world) => {
      world.setFaults(inDoubt, NO_LIST);
      await play(world, ...BRIEF, KEYLESS);
      world.setFaults();
      const input = [person(1), { ...second, Surname: 'Vexforr' }, person(3)];
      await world.write('customers.csv', input);
      const { lines, said } = await play(world, ...BRIEF, KEYLESS);
      expect.soft(lines[1]?.status, said).toMatch(/created|unknown/);
      nobodyTwice(world, input, expect);
    }));

  test('customers that are listed only seconds later', ({ expect }) =>
    inWorld(people(3), async (world) => {
      world.setTraits({ listedAfterMs: 3000 });
      world.setFaults(inDoubt);
      const first = await play(world, ...BRIEF, KEYLESS);
      const then = await play(world, ...BRIEF, KEYLESS);
      expect.soft(then.lines[1]?.status, first.said + then.said).toMatch(/created|unknown/);
      nobodyTwice(world, world.input, expect);
    }));

  test('what is advised when Bond shows another key', ({ expect }) =>
    inWorld([person(1), { ...second, ...ALONE }, person(3)], async (world) => {
      world.setFaults({ when: { create: 2 }, times: 1, do: { wrongId: true } });
      const first = await play(world, ...BRIEF);
      expect.soft(first.code, first.said).toBe(1);
      expect.soft(first.said).toContain(KEYLESS);
      await play(world, ...BRIEF, KEYLESS);
      nobodyTwice(world, world.input, expect);
    }));

  test.for([
    { first: [KEYLESS], then: [] },
    { first: [], then: [KEYLESS] },
  ])('$first in one run and $then in the next, a row in doubt between', ({ first, then }, { expect }) =>
    inWorld([person(1), { ...second, 'Social Security Number': '' }, person(3)], async (world) => {
      world.setFaults(inDoubt, NO_LIST);
      expect
        .soft((await play(world, ...BRIEF, '--max-attempts', '1', ...first)).lines[1]?.status)
        .toBe('unknown');
      world.setFaults();
      const { code, statuses, said } = await play(world, ...BRIEF, ...then);
      expect.soft({ code, statuses }, said).toEqual({ code: 0, statuses: 'created created created' });
      nobodyTwice(world, world.input, expect);
    }),
  );
});

describe.concurrent('twins', () => {
  test.for([[], [KEYLESS]])(
    'of the rows of one id only the first is sent, whatever became of it %s',
    (args, { expect }) =>
      inWorld([...people(30), person(1, { 'E-mail': 'mended@vexfor.example' })], async (world) => {
        const refusal = {
          status: 400,
          body: { Message: { email: ['No.'] }, Code: 'create_customer_schema' },
        };
        world.setFaults({ when: row(1), do: refusal });
        const { lines, posts, said } = await play(world, '--concurrency', '1', ...args);
        expect.soft([lines[0]?.status, lines[30]?.status], said).toEqual(['rejected', 'duplicate']);
        expect.soft(posts).toBe(30);
      }),
  );

  test('two rows never take the same customer of the list', ({ expect }) =>
    inWorld(
      [
        person(1),
        person(2, ALONE),
        person(2, { ...ALONE, 'Customer No': 'C-9', 'Address Line 1': '9 Other Road' }),
      ],
      async (world) => {
        world.setFaults(
          { when: { create: 2 }, times: 1, do: { cut: 'after' } },
          { when: { create: 3 }, times: 1, do: { cut: 'before' } },
        );
        for (let run = 0; run < 3; run++) {
          const { lines, said } = await play(world, ...BRIEF, '--no-brand-person-id');
          const ids = lines.map(({ customerId }) => customerId).filter((id) => id !== '');
          expect.soft(new Set(ids).size, said).toBe(ids.length);
        }
        expect.soft(world.sandbox.customers.length).toBeLessThanOrEqual(3);
      },
    ));
});

test.concurrent('a Bond that echoes keys and does not refuse them twice is found out', ({ expect }) =>
  inWorld(
    people(4).map((each) => ({ ...each, 'Social Security Number': '' })),
    async (world) => {
      world.setTraits({ keys: 'unguarded' });
      world.setFaults({ when: { create: 3 }, times: 1, do: { cut: 'after' } });
      await play(world, '--concurrency', '1', '--timeout', '300ms');
      const ids = idsOf(world, person(3));
      const reconciled = await command(world, ['reconcile', 'customers.csv']);
      if (ids.length > 1)
        for (const id of ids) expect.soft(reconciled.said + JSON.stringify(reconciled.lines)).toContain(id);
      // From here on no repeat is trusted.
      world.setFaults({
        when: { field: 'email', equals: 'new@vexfor.example' },
        times: 1,
        do: { cut: 'after' },
      });
      const more = person(9, { 'Social Security Number': '', 'E-mail': 'new@vexfor.example' });
      await world.write('customers.csv', [...world.input, more]);
      const { posts, said } = await play(world, '--concurrency', '1', '--timeout', '300ms');
      expect.soft(posts, said).toBe(1);
      expect.soft(idsOf(world, more)).toHaveLength(1);
    },
  ),
);
