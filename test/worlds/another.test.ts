import { describe, test } from 'vitest';
import { people, person, type Person } from '../support/people.js';
import { inWorld } from '../support/world.js';
import { play } from './play.js';

describe.concurrent('another person is never paired with somebody’s customer', () => {
  test('under a used id, in a later file', ({ expect }) =>
    inWorld(people(2), async (world) => {
      await play(world);
      const [first] = world.sandbox.customers;
      await world.write('customers.csv', [person(7, { 'Customer No': 'C-1' }), person(2)]);
      for (let run = 0; run < 2; run++) {
        const { code, statuses, lines, said } = await play(world);
        expect.soft({ code, statuses }, said).toEqual({ code: 2, statuses: 'rejected created' });
        expect.soft(JSON.stringify(lines[0]) + said).not.toContain(first?.customer_id);
      }
      expect.soft(world.sandbox.customers).toHaveLength(2);
    }));

  const byName = (changes: Person): Person =>
    Object.fromEntries(Object.entries(person(1, changes)).filter(([column]) => column !== 'Customer No'));
  test('राम and रमा are two', ({ expect }) =>
    inWorld(
      ['राम', 'रमा'].map((name, at) => ({
        ...byName({ 'Given Name': name }),
        'E-mail': `${at}@vexfor.example`,
        'Social Security Number': '',
      })),
      async (world) => {
        const { code, statuses, said } = await play(world);
        expect.soft({ code, statuses }, said).toEqual({ code: 0, statuses: 'created created' });
      },
    ));
});
