import { describe, expect, test } from 'vitest';
import { inWorld, type World } from '../support/world.js';
import { german, hubspot, peopleOf, salesforce, type Someone } from './files.js';
import { follow, last } from './follow.js';

/** Everybody is in Bond once, under their own name and birth date. */
function expectEverybodyOnce(world: World, people: readonly Someone[]): void {
  const inBond = world.sandbox.customers.map((customer) =>
    [customer.first_name, customer.last_name, customer.dob].join('|'),
  );
  const wanted = people.map(({ first, last: surname, dob }) => [first, surname, dob].join('|'));
  expect(inBond.sort()).toEqual(wanted.sort());
}

describe("a newcomer's day", () => {
  test('with an export of Salesforce', { timeout: 120_000 }, () =>
    inWorld([], async (world) => {
      const people = peopleOf(2000, 'SF', 1);
      await world.write('contacts.csv', salesforce(people));
      const looked = await world.start(['inspect', 'contacts.csv']).ended;
      expect(looked.stdout).toMatch(/it looks like the export Salesforce contacts/);
      const format = /--date-format '?([A-Za-z/]+)'?/.exec(looked.stdout)?.[1] ?? '';
      expect(format).toBe('MM/dd/yyyy');
      const flags = `--date-format ${format} --set country=US`;
      const checked = await follow(world, `bond-import validate contacts.csv ${flags}`, 1);
      expect(last(checked)).toMatchObject({ code: 0 });
      const canary = await follow(world, `bond-import run contacts.csv ${flags} --limit 5`);
      expect(canary[0]?.said).toMatch(/created +5/);
      const whole = await follow(world, `bond-import run contacts.csv ${flags}`);
      expect(last(whole).code).toBe(0);
      expectEverybodyOnce(world, people);
    }),
  );

  test(
    'with an export of HubSpot, and a row that is corrected by hand in the rejects',
    { timeout: 120_000 },
    () =>
      inWorld([], async (world) => {
        const people = peopleOf(600, 'HS', 2);
        const broken = people.map((person, at) => (at === 3 ? { ...person, email: 'no address' } : person));
        await world.write('contacts.csv', hubspot(broken));
        const looked = await world.start(['inspect', 'contacts.csv']).ended;
        expect(looked.code).toBe(1);
        const advice = /--set (address_type=PHYSICAL)/.exec(looked.stdout)?.[1] ?? '';
        const flags = `--set ${advice}`;
        const first = await follow(world, `bond-import run contacts.csv ${flags} --rejects fixme.csv`, 1);
        expect(last(first).code).toBe(2);
        const rejects = await world.read('fixme.csv');
        const corrected = rejects.replace('no address', people[3]?.email ?? '');
        await world.write('fixme.csv', corrected);
        const mended = await follow(world, `bond-import run fixme.csv ${flags} --ledger contacts.ledger`);
        expect(last(mended).code).toBe(0);
        expectEverybodyOnce(world, people);
      }),
  );

  test(
    'with a German file, its mapping written and filled in, and a person who stands in it twice',
    { timeout: 120_000 },
    () =>
      inWorld([], async (world) => {
        const people = peopleOf(400, 'DE', 3);
        const [first] = people;
        if (first === undefined) throw new Error('nobody');
        const again = { ...first, email: 'new.address@example.com' };
        await world.write('kunden.csv', german([...people, again]));
        const looked = await world.start(['inspect', 'kunden.csv', '--save-mapping', 'm.json']).ended;
        expect(looked.code).toBe(1);
        const blank = await world.read('m.json');
        expect(blank).toContain('"dateFormat": "dd.MM.yyyy"');
        await world.write('m.json', blank.replace('"address_type": ""', '"address_type": "PHYSICAL"'));
        const run = await follow(world, 'bond-import run kunden.csv --mapping m.json');
        // The second row of the person is a duplicate; the advice must not be to give it another id.
        expect(last(run).code).toBe(2);
        const duplicate = (await world.read('kunden.results.csv'))
          .split('\n')
          .find((line) => line.includes('duplicate'));
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
