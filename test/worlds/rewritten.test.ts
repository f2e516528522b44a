import { describe, test } from 'vitest';
import { person } from '../support/people.js';
import { inWorld } from '../support/world.js';
import { ALONE, idsOf, play } from './play.js';

const REWRITTEN: [from: string, to: string][] = [
  ['00123', '123'],
  ['1001', '1001.0'],
  ['ab-7', 'AB-7'],
  ['17', '  17  '],
];

describe.concurrent('ids that a spreadsheet rewrote', () => {
  test.for(REWRITTEN)('%s → %s', ([from, to], { expect }) =>
    inWorld([person(1, { ...ALONE, 'Customer No': from }), person(2)], async (world) => {
      expect.soft((await play(world)).code).toBe(0);
      await world.write('customers.csv', [person(1, { ...ALONE, 'Customer No': to }), person(2)]);
      const then = await play(world);
      expect.soft(then.posts, then.said).toBe(0);
      if (to.trim() !== from) {
        expect.soft([1, 2]).toContain(then.code);
        expect.soft(then.said).toContain('Customer No');
      }
      expect.soft(world.input.map((each) => idsOf(world, each).length)).toEqual([1, 1]);
    }),
  );

  test('both forms in one file are two people', ({ expect }) =>
    inWorld([person(1, { 'Customer No': '00123' })], async (world) => {
      await play(world);
      const input = [person(1, { 'Customer No': '00123' }), person(2, { 'Customer No': '123' })];
      await world.write('customers.csv', input);
      const { code, statuses, said } = await play(world);
      expect.soft({ code, statuses }, said).toEqual({ code: 0, statuses: 'created created' });
    }));
});
