import { describe, test } from 'vitest';
import { people, person } from '../support/people.js';
import { inWorld } from '../support/world.js';
import { command, play, secret, TRACES } from './play.js';

const SIGNS = ['–', '/', '_', '.', ' ', '  ', '-', ''];

describe.concurrent('an SSN in the results', () => {
  test('of rows whose cells are too many', ({ expect }) =>
    inWorld(people(1), async (world) => {
      const text = await world.read('customers.csv');
      const rows = SIGNS.map(
        (sign, at) => `C-${at + 10},x,x,1961-11-23,${['612', '83', '7719'].join(sign)},too,few`,
      );
      await world.write('customers.csv', `${text}${rows.join('\n')}\n`);
      const { lines, said } = await command(world, ['validate', 'customers.csv']);
      expect.soft(lines, said).toHaveLength(1 + SIGNS.length);
      const results = await world.read('customers.results.csv');
      expect.soft(results).not.toMatch(/612.{0,3}83.{0,3}77/);
    }));

  test.for(['SS#', 'Tax ID', 'TIN', 'ITIN', 'National ID', 'Member'])('under %s', (header, { expect }) =>
    inWorld(
      people(12).map((each, at) => ({
        ...each,
        'Social Security Number': '',
        [header]: `612-83-77${10 + at}`,
      })),
      async (world) => {
        await command(world, ['validate', 'customers.csv']);
        const results = await world.read('customers.results.csv').catch(() => '');
        expect.soft(results).not.toMatch(/612.?83.?77/);
        const { said } = await command(world, ['inspect', 'customers.csv']);
        expect.soft(said).not.toMatch(/612.?83.?77/);
      },
    ),
  );

  test('as the id of a row is refused', ({ expect }) =>
    inWorld(
      people(3).map((each) => ({ ...each, 'Customer No': each['Social Security Number'] ?? '' })),
      async (world) => {
        const { code, posts, said } = await play(world);
        expect.soft([1, 2], said).toContain(code);
        expect.soft(posts).toBe(0);
        expect.soft(said).toMatch(/SSN/i);
      },
    ));
});

test.concurrent('inspect outlines values unless told to show them', ({ expect }) =>
  inWorld([secret, person(2)], async (world) => {
    const { said } = await command(world, ['inspect', 'customers.csv']);
    expect.soft(TRACES.filter((trace) => trace.test(said)).map(String), said).toEqual([]);
    const json = await command(world, ['inspect', 'customers.csv', '--json']);
    expect.soft(TRACES.filter((trace) => trace.test(json.said)).map(String), json.said).toEqual([]);
    const shown = await command(world, ['inspect', 'customers.csv', '--show-values']);
    expect.soft(shown.said).toContain('Zyxwilda');
    expect.soft(shown.said).not.toMatch(/612\D{0,3}83\D{0,3}7719/);
  }),
);
