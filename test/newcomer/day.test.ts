import { describe, expect, test } from 'vitest';
import { inWorld, type World } from '../support/world.js';
import { german, hubspot, peopleOf, salesforce, type Someone } from './files.js';
import { follow, last, told, type Hands } from './follow.js';

/** Everybody is in Bond once, under their own name and birth date. */
function expectEverybodyOnce(world: World, people: readonly Someone[]): void {
  const inBond = world.sandbox.customers.map((customer) =>
    [customer.first_name, customer.last_name, customer.dob].join('|'),
  );
  const wanted = people.map(({ first, last: surname, dob }) => [first, surname, dob].join('|'));
  expect(inBond.sort()).toEqual(wanted.sort());
}

/** Corrects a file by hand, once, when a step has just been taken. */
function once(world: World, when: RegExp, name: string, correct: (text: string) => string): Hands {
  let isDone = false;
  return async ({ said }) => {
    if (isDone || !when.test(said)) return false;
    isDone = true;
    await world.write(name, correct(await world.read(name)));
    return true;
  };
}

const fillBlank = (text: string): string => text.replace('"address_type": ""', '"address_type": "PHYSICAL"');
const DAY = { timeout: 180_000 };

// Nothing is typed but a first command and what the screen says is next; by hand are only files corrected.
describe("a newcomer's day", () => {
  test(
    'with an export of Salesforce, in which some countries are empty, and the one of next month',
    DAY,
    () =>
      inWorld([], async (world) => {
        const people = peopleOf(2000, 'SF', 1);
        await world.write('contacts.csv', salesforce(people));
        const fillCountries = once(world, /needs? a person/, 'contacts.csv', (text) =>
          text.replaceAll(/,,Web$/gm, ',United States,Web'),
        );
        const steps = await follow(world, 'bond-import inspect contacts.csv', 9, fillCountries);
        expect(told(steps)).toBe('inspect 0, validate 2, run 0, run 2, run 0');
        const [looked, checked, canary] = steps;
        expect(looked?.said).toMatch(/it looks like the export Salesforce contacts/);
        expect(checked?.said).toMatch(/--set country=… would fill 286 empty cells/);
        expect(canary?.said).toMatch(/created +5/);
        expectEverybodyOnce(world, people);

        // The wrong turn: the same command over next month's file, without the ledger of this one.
        const more = peopleOf(2100, 'SF', 1);
        const december = salesforce(more).replaceAll(/,,Web$/gm, ',United States,Web');
        await world.write('december.csv', december);
        const turn = await follow(world, last(steps).command.replace('contacts.csv', 'december.csv'));
        expect(told(turn)).toBe('run 1, run 0');
        expect(turn[1]?.command).toMatch(/--ledger contacts\.ledger$/);
        expectEverybodyOnce(world, more);
      }),
  );

  test('with an export of HubSpot that lacks a field, and a row that is corrected in the rejects', DAY, () =>
    inWorld([], async (world) => {
      const people = peopleOf(600, 'HS', 2);
      const broken = people.map((person, at) => (at === 3 ? { ...person, email: 'no address' } : person));
      await world.write('contacts.csv', hubspot(broken));
      const fill = once(world, /Mapping written/, 'contacts.mapping.json', fillBlank);
      const steps = await follow(world, 'bond-import inspect contacts.csv', 9, fill);
      expect(told(steps)).toBe('inspect 1, inspect 1, inspect 0, validate 2, run 0, run 2');

      const { next = '' } = last(steps);
      const [refused] = await follow(world, `${next} --rejects fixme.csv`, 1);
      expect(refused?.next).toMatch(/^bond-import run fixme\.csv .*--ledger contacts\.ledger$/);
      const corrected = (await world.read('fixme.csv')).replace('no address', people[3]?.email ?? '');
      await world.write('fixme.csv', corrected);
      // The wrong turn: the command that wrote the rejects once more, as after any other correction.
      const [turn] = await follow(world, `${next} --rejects fixme.csv`, 1);
      expect(turn?.code).toBe(1);
      expect(await world.read('fixme.csv')).toBe(corrected);
      expect(turn?.said).toContain(`(${refused?.next})`);
      expect(told(await follow(world, refused?.next))).toBe('run 0');
      expectEverybodyOnce(world, people);
    }),
  );

  test('with a German file, its mapping filled in, and a person who stands in it twice', DAY, () =>
    inWorld([], async (world) => {
      const people = peopleOf(400, 'DE', 3);
      const [first] = people;
      if (first === undefined) throw new Error('nobody');
      const again = { ...first, email: 'new.address@example.com' };
      await world.write('kunden.csv', german([...people, again]));
      const fill = once(world, /Mapping written/, 'kunden.mapping.json', fillBlank);
      const steps = await follow(world, 'bond-import inspect kunden.csv', 9, fill);
      expect(told(steps)).toBe('inspect 1, inspect 1, inspect 0, validate 2, run 0, run 2');
      expect(await world.read('kunden.mapping.json')).toContain('"dateFormat": "dd.MM.yyyy"');
      // The second row of the person is a duplicate; the advice must not be to give it another id.
      const duplicate = (await world.read('kunden.results.csv'))
        .split('\n')
        .find((line) => line.includes(';duplicate;'));
      expect(duplicate).toBeDefined();
      expect(duplicate).not.toMatch(/another id|other id/);
      expectEverybodyOnce(world, people);
      const street = world.sandbox.customers.find(
        (customer) => customer.last_name === first.last && customer.dob === first.dob,
      );
      expect(JSON.stringify(street)).toContain(`${first.street} ${first.house}`);
    }),
  );
});
