import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { breachesOfLines, NO_BREACH } from '../support/judge.js';
import { people, person, row } from '../support/people.js';
import { countStatuses } from '../support/results.js';
import { inWorld } from '../support/world.js';
import { follow, last } from './follow.js';

const LONG = { timeout: 60_000 };
const RUN = 'bond-import run customers.csv';

describe('what a refusal advises', () => {
  test('a row that a firewall refuses is sent again as it is, once that is mended', LONG, () =>
    inWorld(people(3), async (world) => {
      world.setFaults({ when: row(2), do: { html: 403 } });
      const [first] = await follow(world, RUN, 1);
      expect(first).toMatchObject({ code: 2, next: `${RUN} --resend-rejected` });
      world.setFaults();
      const mended = await follow(world, first?.next);
      expect(last(mended)).toMatchObject({ code: 0, next: undefined });
      expect(world.sandbox.customers).toHaveLength(3);
    }),
  );

  test('rows that were all refused alike are sent again when the settings are mended', LONG, () =>
    inWorld(people(30), async (world) => {
      const refusal = { status: 400, body: { Message: 'No such program.', Code: 'input_error' } };
      world.setFaults({ when: { route: 'create' }, do: refusal });
      const [first] = await follow(world, RUN, 1);
      expect(first).toMatchObject({ code: 1, next: `${RUN} --resend-rejected` });
      world.setFaults();
      expect(last(await follow(world, first?.next)).code).toBe(0);
      expect(world.sandbox.customers).toHaveLength(30);
    }),
  );
});

describe('rejects', () => {
  const BROKEN = [person(1), person(2, { 'E-mail': 'no address' }), person(3)];
  const REJECTS = ['--rejects', 'fixme.csv'];

  test(
    'written by a validation are written again by the next command, while nobody has edited them',
    LONG,
    () =>
      inWorld(BROKEN, async (world) => {
        for (const command of ['validate', 'validate', 'run', 'run', 'results', 'validate']) {
          const { code, stderr } = await world.start([command, 'customers.csv', ...REJECTS]).ended;
          expect({ command, code, stderr }).toMatchObject({ command, code: 2 });
        }
      }),
  );

  test.each(['validate', 'run'])(
    'written by %s are written again once the input was corrected',
    LONG,
    (command) =>
      inWorld(BROKEN, async (world) => {
        await world.start([command, 'customers.csv', ...REJECTS]).ended;
        await world.write('customers.csv', people(3));
        const { code, stderr } = await world.start(['validate', 'customers.csv', ...REJECTS]).ended;
        expect(code, stderr).toBe(0);
        expect((await world.read('fixme.csv')).trim().split('\n')).toHaveLength(1);
      }),
  );

  test.each(['validate', 'run'])('that were edited are overwritten by none, after %s', LONG, (command) =>
    inWorld(BROKEN, async (world) => {
      await world.start([command, 'customers.csv', ...REJECTS]).ended;
      const corrected = (await world.read('fixme.csv')).replace('no address', 'a@vexfor.example');
      await world.write('fixme.csv', corrected);
      for (const other of ['validate', 'run', 'results']) {
        const { code, stderr } = await world.start([other, 'customers.csv', ...REJECTS]).ended;
        expect({ other, code }).toEqual({ other, code: 1 });
        expect(stderr).toMatch(/run fixme\.csv --ledger customers\.ledger/);
        expect(await world.read('fixme.csv')).toBe(corrected);
      }
      // What it says is what helps.
      await follow(world, 'bond-import run fixme.csv --ledger customers.ledger');
      const whole = await follow(world, RUN);
      expect(last(whole).code).toBe(0);
      expect(world.sandbox.customers.map(({ email }) => email)).toContain('a@vexfor.example');
    }),
  );
});

describe('credentials', () => {
  test('that were mistyped at first are corrected, and the same command goes on', LONG, () =>
    inWorld(people(3), async (world) => {
      const mistyped = { env: { BOND_IDENTITY: 'mistyped' } };
      const { code, stderr } = await world.start(['run', 'customers.csv'], mistyped).ended;
      expect(code, stderr).toBe(1);
      expect(last(await follow(world, RUN))).toMatchObject({ code: 0, next: undefined });
      expect(world.sandbox.customers).toHaveLength(3);
    }),
  );
});

describe("next month's file without the ledger", () => {
  test('stops when Bond has its first people already, and goes on with the one that knows them', LONG, () =>
    inWorld(people(60), async (world) => {
      await follow(world, RUN, 1);
      await world.write('december.csv', people(70));
      const [stopped, ...steps] = await follow(world, 'bond-import run december.csv');
      expect(stopped).toMatchObject({
        code: 1,
        next: 'bond-import run december.csv --ledger customers.ledger',
      });
      expect(stopped?.said).toMatch(/customers\.ledger knows 60 of the first 70 people/);
      expect(stopped?.said).toMatch(/Bond has the first 20 people .* go on with --ledger customers\.ledger/);
      expect(last(steps)).toMatchObject({ code: 0, next: undefined });
      const lines = await world.lines('december.results.csv');
      expect(countStatuses(lines)).toEqual({ created: 70 });
      expect(breachesOfLines(people(70), lines, world.sandbox)).toEqual(NO_BREACH);
      expect(world.sandbox.customers).toHaveLength(70);
    }),
  );

  test('with that ledger lost, the ids come from the list once the operator has said so', LONG, () =>
    inWorld(people(40), async (world) => {
      await follow(world, RUN, 1);
      await rm(world.path('customers.ledger'));
      await rm(world.path('customers.results.csv'));
      const [stopped, ...steps] = await follow(world, RUN);
      expect(stopped).toMatchObject({ code: 1, next: `${RUN} --ledger customers.ledger` });
      expect(last(steps)).toMatchObject({ code: 0, next: undefined });
      expect(countStatuses(await world.lines())).toEqual({ existing: 40 });
      expect(await world.breaches(world.input)).toEqual(NO_BREACH);
      expect(world.sandbox.customers).toHaveLength(40);
    }),
  );

  test('and with a ledger that was named, or people who are new, nothing stops', LONG, () =>
    inWorld(people(40), async (world) => {
      await follow(world, RUN, 1);
      await world.write('december.csv', [person(41), ...people(40)]);
      const [mixed] = await follow(world, 'bond-import run december.csv --concurrency 1', 1);
      expect(mixed).toMatchObject({ code: 0 });
      await world.write('january.csv', people(40));
      const [named] = await follow(world, 'bond-import run january.csv --ledger new.ledger', 1);
      expect(named).toMatchObject({ code: 0 });
      expect(world.sandbox.customers).toHaveLength(41);
    }),
  );
});

describe('an inspection leads on', () => {
  test('from a file that lacks a field to a mapping file, and from there to the import', LONG, () =>
    inWorld([], async (world) => {
      const header = 'external_id,first_name,last_name,dob,street,city,state,zip_code,country';
      const lines = [header, 'a1,Nora,Vance,03/25/1985,12 Elm St,Salem,OR,97301,US', ''];
      await world.write('people.csv', lines.join('\n'));
      const [, saved] = await follow(world, 'bond-import inspect people.csv', 2);
      expect(saved).toMatchObject({
        command: 'bond-import inspect people.csv --save-mapping people.mapping.json',
        next: 'bond-import inspect people.csv --mapping people.mapping.json',
      });
      // Begun anew, it goes on with the file that is there by now.
      const [anew] = await follow(world, 'bond-import inspect people.csv', 1);
      expect(anew?.next).toBe('bond-import inspect people.csv --mapping people.mapping.json');
      const blank = await world.read('people.mapping.json');
      await world.write(
        'people.mapping.json',
        blank.replace('"address_type": ""', '"address_type": "PHYSICAL"'),
      );
      const steps = await follow(world, saved?.next);
      expect(steps.map(({ command }) => command.split(' ')[1])).toEqual([
        'inspect',
        'validate',
        'run',
        'run',
      ]);
      expect(last(steps)).toMatchObject({ code: 0, next: undefined });
      expect(world.sandbox.customers).toHaveLength(1);
    }),
  );

  test('from dates that only one format reads, with that format', LONG, () =>
    inWorld(
      people(2).map((each) => ({ ...each, 'Date of Birth': '03/25/1985' })),
      async (world) => {
        const [looked] = await follow(world, 'bond-import inspect customers.csv', 1);
        expect(looked?.next).toBe('bond-import validate customers.csv --date-format MM/dd/yyyy');
      },
    ),
  );
});
