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
  const OTHERS = { 'Social Security Number': '612-99-1234', 'E-mail': 'other@vexfor.example' };
  const namesake = byName({ ...OTHERS, Mobile: '415-555-7788' });
  test('of one name and birth date, with another SSN, e-mail and phone, in a later file', ({ expect }) =>
    inWorld([byName({})], async (world) => {
      await play(world);
      const [first] = world.sandbox.customers;
      await world.write('customers.csv', [namesake]);
      for (let run = 0; run < 2; run++) {
        const { code, statuses, lines, said } = await play(world);
        expect.soft({ code, statuses }, said).toEqual({ code: 2, statuses: 'rejected' });
        expect.soft(lines[0]?.codes).toBe('another_namesake');
        expect.soft(JSON.stringify(lines[0]) + said).not.toContain(first?.customer_id);
      }
      expect.soft(world.sandbox.customers).toHaveLength(1);
    }));
  test.for([
    ['a new e-mail', { 'E-mail': 'new@vexfor.example' }],
    ['a corrected SSN', { 'Social Security Number': '612-99-1234' }],
    ['another SSN and e-mail, and the same phone', OTHERS],
    ['no SSN, no phone, and another e-mail', { ...OTHERS, 'Social Security Number': '', Mobile: '' }],
  ] as const)('with %s it is the same person', ([, changes], { expect }) =>
    inWorld([byName({})], async (world) => {
      await play(world);
      await world.write('customers.csv', [byName(changes)]);
      const { code, statuses, said } = await play(world);
      expect.soft({ code, statuses }, said).toEqual({ code: 0, statuses: 'created' });
    }),
  );
  test('of one name and birth date in one file', ({ expect }) =>
    inWorld([byName({}), namesake, byName({ 'E-mail': 'new@vexfor.example' })], async (world) => {
      for (const expected of ['duplicate_namesake', 'duplicate_namesake']) {
        const { code, statuses, lines, said } = await play(world);
        expect.soft({ code, statuses }, said).toEqual({ code: 2, statuses: 'created duplicate duplicate' });
        expect.soft(lines.map(({ codes }) => codes)).toEqual(['', expected, 'duplicate_name_dob']);
        const [id] = world.sandbox.customers.map(({ customer_id }) => customer_id);
        expect.soft(lines.map(({ customerId }) => customerId)).toEqual([id, '', id]);
      }
    }));

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
