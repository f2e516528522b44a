import { describe, test } from 'vitest';
import { people, person, row, type Person } from '../support/people.js';
import { inWorld } from '../support/world.js';
import { BRIEF, command, idsOf, NO_LIST, play } from './play.js';

const twoRows = [
  person(1),
  person(2, { 'Given Name': 'José', Surname: 'O’Brien', Mobile: '+1 415 555 0002' }),
];
const inDoubt = { when: row(2), times: 1, do: { cut: 'after' } };

describe.concurrent('Bond’s ids are text', () => {
  test.for(['upper', 'text'])('%s', (ids, { expect }) =>
    inWorld(people(3), async (world) => {
      world.setTraits({ ids });
      for (let run = 0; run < 2; run++) {
        const { code, lines, said } = await play(world);
        expect.soft(code, said).toBe(0);
        expect
          .soft(lines.map(({ customerId }) => customerId))
          .toEqual(world.input.flatMap((each) => idsOf(world, each)));
      }
      await world.write('customers.results.csv', '');
      const { lines } = await command(world, ['results', 'customers.csv']);
      expect
        .soft(lines.map(({ customerId }) => customerId))
        .toEqual(world.input.flatMap((each) => idsOf(world, each)));
    }),
  );
});

const LISTED: object[] = [
  { names: 'plain' },
  { names: 'capitals' },
  { phones: 'international' },
  { names: 'nested' },
];

describe.concurrent('our own customer is known again', () => {
  test.for(LISTED)('in doubt, under its key, in a list with %j', (traits, { expect }) =>
    inWorld(twoRows, async (world) => {
      world.setTraits(traits);
      world.setFaults(inDoubt);
      const { code, statuses, said } = await play(world, ...BRIEF);
      expect.soft({ code, statuses }, said).toEqual({ code: 0, statuses: 'created created' });
      expect.soft(world.sandbox.customers).toHaveLength(2);
    }),
  );

  test.for(LISTED)('by a ledger that never heard of it, in a list with %j', (traits, { expect }) =>
    inWorld(twoRows, async (world) => {
      world.setTraits(traits);
      await play(world);
      const { statuses, said } = await command(world, [
        'run',
        'customers.csv',
        '--ledger',
        'new.ledger',
        '--results',
        'new.csv',
      ]);
      const lines = await world.lines('new.csv');
      expect
        .soft(
          lines.map(({ status }) => status),
          said + statuses,
        )
        .toEqual(['existing', 'existing']);
      expect
        .soft(lines.map(({ customerId }) => customerId))
        .toEqual(world.sandbox.customers.map((each) => each.customer_id));
    }),
  );

  const CORRECTED: Person[] = [
    { 'E-mail': 'right@vexfor.example' },
    { Surname: 'O’Brian' },
    { Mobile: '415-555-9999' },
  ];
  test.for(CORRECTED)('in doubt, then corrected: %j', (correction, { expect }) =>
    inWorld(twoRows, async (world) => {
      world.setFaults(inDoubt, NO_LIST);
      await play(world, ...BRIEF, '--max-attempts', '1');
      world.setFaults();
      await world.write(
        'customers.csv',
        twoRows.map((each, at) => (at === 1 ? { ...each, ...correction } : each)),
      );
      const { code, lines, said } = await play(world, ...BRIEF);
      expect.soft({ code, status: lines[1]?.status, id: lines[1]?.customerId }, said).toEqual({
        code: 0,
        status: 'created',
        id: world.sandbox.customers[1]?.customer_id,
      });
      expect.soft(world.sandbox.customers).toHaveLength(2);
    }),
  );
});
