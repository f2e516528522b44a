import { describe, expect, test } from 'vitest';
import { people, person, row } from '../support/people.js';
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
