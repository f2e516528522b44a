import { rename, rm, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { inWorld, type World } from '../support/world.js';

// All that decides how a file is read may stand in its mapping file, and counts in every command.

const FILE = Buffer.from(
  'Nr;Vor;Nach;Geb;Str;Ort;St;PLZ;Tel\n' +
    'k1;Zo\u00eb;Fuchs;04.03.1985;12 Elm St;Boston;MA;2134;none\n' +
    'k2;Omar;Reyes;23.11.1990;9 Oak Ave;Boise;ID;83702;12\n',
  'latin1',
);
const MAPPING = {
  columns: {
    ...{ Vor: 'first_name', Nach: 'last_name', Geb: 'dob', Str: 'street', Ort: 'city' },
    ...{ St: 'state', PLZ: 'zip_code', Tel: 'phone' },
  },
  constants: { address_type: 'PHYSICAL', country: 'US' },
  key: 'Nr',
  dateFormat: 'dd.MM.yyyy',
  encoding: 'windows-1252',
  delimiter: ';',
  rules: 'minimal',
  repair: ['zip', 'empty'],
  omitInvalid: ['phone'],
};

const inMigration = (mapping: object, act: (world: World) => Promise<void>): Promise<void> =>
  inWorld([], async (world) => {
    await rm(world.path('customers.csv'));
    await writeFile(world.path('k.csv'), FILE);
    await world.write('m.json', JSON.stringify(mapping));
    await act(world);
  });

test('a mapping file that holds every setting is enough for every command', () =>
  inMigration(MAPPING, async (world) => {
    const flags = [world.path('k.csv'), '--mapping', world.path('m.json')];
    for (const command of ['inspect', 'validate', 'run', 'results', 'status']) {
      const { code, stderr, stdout } = await world.obeyInside([command, ...flags]);
      expect({ command, code }, stdout + stderr).toEqual({ command, code: 0 });
    }
    expect(world.sandbox.customers.map(({ first_name, dob }) => `${first_name} ${dob}`)).toEqual([
      'Zoë 1985-03-04',
      'Omar 1990-11-23',
    ]);
  }));

describe('after a run, the other commands read the file as it did', () => {
  const COMMANDS = ['status', 'results', 'reconcile'];

  test('when the mapping file is elsewhere', () =>
    inMigration(MAPPING, async (world) => {
      await world.obeyInside(['run', world.path('k.csv'), '--mapping', world.path('m.json')]);
      await rename(world.path('m.json'), world.path('moved.json'));
      for (const command of COMMANDS) {
        const { code, stderr } = await world.obeyInside([command, world.path('k.csv')]);
        expect({ command, code }, stderr).toEqual({ command, code: 0 });
      }
    }));

  test('when the mapping file was edited, and say so', () =>
    inMigration(MAPPING, async (world) => {
      const mapping = ['--mapping', world.path('m.json')];
      await world.obeyInside(['run', world.path('k.csv'), ...mapping]);
      await world.write('m.json', JSON.stringify({ ...MAPPING, dateFormat: 'MM.dd.yyyy' }));
      for (const command of COMMANDS) {
        const { code, stderr, stdout } = await world.obeyInside([command, world.path('k.csv')]);
        expect({ command, code }, stderr).toEqual({ command, code: 0 });
        expect(stderr + stdout).not.toMatch(/changed since they were created/i);
        expect(stderr).toMatch(/m\.json has been edited since the last run.*--mapping .*m\.json takes what/);
      }
      const { stdout, stderr } = await world.obeyInside(['status', world.path('k.csv'), ...mapping]);
      expect(stdout).toMatch(/changed since they were created/i);
      expect(stderr).not.toContain('edited');
    }));
});

test.each([
  ['repair', ['zipp'], /m\.json: --repair: expected one or more of zip/],
  ['omitInvalid', ['ssn'], /m\.json: --omit-invalid: expected one or more of phone/],
])('a word for %s that is none is refused, as its flag would be', (name, words, message) =>
  inMigration({ ...MAPPING, [name]: words }, async (world) => {
    const { code, stderr } = await world.obeyInside([
      ...['validate', world.path('k.csv'), '--mapping', world.path('m.json')],
    ]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(message) as string });
  }),
);

test('all, for repair, is every repair', () =>
  inMigration({ ...MAPPING, repair: 'all' }, async (world) => {
    const { code, stderr } = await world.obeyInside([
      ...['validate', world.path('k.csv'), '--mapping', world.path('m.json')],
    ]);
    expect(code, stderr).toBe(0);
  }));
