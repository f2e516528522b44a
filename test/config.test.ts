import { describe, expect, test } from 'vitest';
import { allSettings, COMMANDS, readSettings, type SettingName } from '../src/config.js';
import { OperatorError } from '../src/errors.js';

const DEFAULTS = {
  env: 'sandbox',
  concurrency: 10,
  rate: 600,
  rules: 'documented',
  timeout: 30_000,
  maxAttempts: 5,
  giveUpAfter: 300_000,
  resendRejected: false,
  noBrandPersonId: false,
  json: false,
  port: 0,
  latency: 0,
  rateLimit: 1000,
};

/** How each setting is written, and what comes of it. */
const WRITTEN: Record<SettingName, [written: string | boolean, read: unknown][]> = {
  env: [['live', 'live']],
  apiUrl: [
    ['https://api.bond.tech/api/v0.1//', 'https://api.bond.tech/api/v0.1'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://127.0.0.1:1/api/', 'http://127.0.0.1:1/api'],
    ['http://[::1]:1', 'http://[::1]:1'],
  ],
  concurrency: [
    ['1', 1],
    ['1000', 1000],
  ],
  rate: [
    ['0', 0],
    ['960', 960],
  ],
  results: [['out.csv', 'out.csv']],
  resultsDir: [['out', 'out']],
  ledger: [['a.ledger', 'a.ledger']],
  mapping: [['m.json', 'm.json']],
  key: [['Member No', 'Member No']],
  rules: [['minimal', 'minimal']],
  delimiter: [['tab', 'tab']],
  encoding: [['windows-1252', 'windows-1252']],
  dateFormat: [['MM/dd/yyyy', 'MM/dd/yyyy']],
  repair: [
    ['zip', new Set(['zip'])],
    ['ssn, date', new Set(['ssn', 'date'])],
    ['all', new Set(['zip', 'ssn', 'phone', 'date'])],
  ],
  limit: [['5', 5]],
  timeout: [
    ['80ms', 80],
    ['1.5s', 1500],
    ['2h', 7_200_000],
  ],
  maxAttempts: [['100', 100]],
  maxErrors: [
    ['0', { rows: 0 }],
    ['50', { rows: 50 }],
    ['2.5%', { percent: 2.5 }],
  ],
  maxRuntime: [['5m', 300_000]],
  giveUpAfter: [['1m', 60_000]],
  resendRejected: [[true, true]],
  noBrandPersonId: [[true, true]],
  rejects: [['r.csv', 'r.csv']],
  saveMapping: [['m.json', 'm.json']],
  json: [[true, true]],
  port: [['65535', 65_535]],
  latency: [['0ms', 0]],
  rateLimit: [['0', 0]],
  faults: [['plan.json', 'plan.json']],
};

const WRONG: Partial<Record<SettingName, { values: string[]; expected: string }>> = {
  env: { values: ['production', 'Live', ' live'], expected: 'sandbox or live' },
  apiUrl: {
    values: [
      'sandbox.bond.tech',
      'http://sandbox.bond.tech/api/v0.1',
      'http://127.0.0.1.example.com',
      'http://localhost.example.com',
      'http://10.0.0.1',
      'ftp://localhost',
      'https://user:word@api.bond.tech',
      'https://api.bond.tech/?token=x',
      'https://api.bond.tech/#x',
    ],
    expected: 'an https URL like https://sandbox.bond.tech/api/v0.1',
  },
  concurrency: {
    values: ['0', '-1', '1.5', 'ten', '1001', '1e2', ' 5'],
    expected: 'a whole number from 1 to 1000',
  },
  rate: { values: ['-1', '10/s', '1000001'], expected: 'a whole number from 0 to 1000000' },
  rules: { values: ['strict'], expected: 'documented or minimal' },
  repair: { values: ['zips', 'zip;ssn', 'zip,'], expected: 'one or more of zip, ssn, phone, date, or all' },
  limit: { values: ['0', 'all'], expected: 'a whole number from 1 to 1000000000' },
  timeout: {
    values: ['30', '30 s', '0s', '-1s', '1d', 's'],
    expected: 'a duration like 80ms, 30s, 5m or 2h',
  },
  maxAttempts: { values: ['0', '101'], expected: 'a whole number from 1 to 100' },
  maxErrors: { values: ['5 %', '%', '-5', '5.5', 'none'], expected: 'a number of rows like 50, or a share' },
  maxRuntime: { values: ['0ms', 'long'], expected: 'a duration like' },
  giveUpAfter: { values: ['0s', 'never'], expected: 'a duration like' },
  port: { values: ['65536', '-1'], expected: 'a whole number from 0 to 65535' },
  latency: { values: ['5'], expected: 'a duration like' },
  rateLimit: { values: ['x'], expected: 'a whole number from 0' },
  results: { values: [''], expected: 'a value' },
  key: { values: [''], expected: 'a value' },
};

const settings = allSettings();
const named = (name: SettingName): (typeof settings)[number] | undefined =>
  settings.find((setting) => setting.name === name);

describe('the list of all settings', () => {
  test('holds every one of the schema, once, with a meaning, a command and a default', () => {
    expect(settings.map(({ name }) => name)).toEqual(Object.keys(WRITTEN));
    expect(new Set(settings.map(({ flag }) => flag)).size).toBe(settings.length);
    for (const setting of settings) {
      expect(setting.meaning).not.toBe('');
      expect(setting.commands.length).toBeGreaterThan(0);
      expect(COMMANDS).toEqual(expect.arrayContaining([...setting.commands]));
      expect(setting.flag).toMatch(/^--[a-z]+(-[a-z]+)*$/);
      expect(setting.isSwitch || setting.default !== undefined || setting.defaultNote !== undefined).toBe(
        true,
      );
    }
  });

  test('its defaults, written, read as the defaults', () => {
    const written: Partial<Record<SettingName, string>> = {};
    for (const { name, default: literal } of settings) if (literal !== undefined) written[name] = literal;
    expect(readSettings(written, {})).toEqual(DEFAULTS);
  });

  test('has no credential among them', () => {
    expect(JSON.stringify(settings)).not.toMatch(
      /BOND_IDENTITY|BOND_AUTHORIZATION|--identity|--authorization/i,
    );
  });
});

describe('every setting', () => {
  test('nothing given: the defaults', () => {
    expect(readSettings({}, {})).toEqual(DEFAULTS);
  });

  test.each(settings.map(({ name }) => name))('%s is read as it is written', (name) => {
    for (const [written, read] of WRITTEN[name]) {
      expect(readSettings({ [name]: written }, {})).toEqual({ ...DEFAULTS, [name]: read });
    }
  });

  test.each(settings.flatMap(({ name, env }) => (env === undefined ? [] : [[name, env] as const])))(
    '%s: flag over %s over the default',
    (name, env) => {
      const [[written, read] = []] = WRITTEN[name];
      expect(readSettings({}, { [env]: String(written) })[name]).toEqual(read);
      expect(readSettings({}, { [env]: '' })).toEqual(DEFAULTS);
      const [wrong = ''] = WRONG[name]?.values ?? [''];
      expect(readSettings({ [name]: written }, { [env]: wrong })[name]).toEqual(read);
      expect(readSettings({ [name]: undefined }, { [env]: String(written) })[name]).toEqual(read);
    },
  );

  test('only its own variable is heard', () => {
    expect(readSettings({}, { BOND_TIMEOUT: '1s', BOND_JSON: 'true', TIMEOUT: '1s' })).toEqual(DEFAULTS);
  });
});

describe('a wrong value is named, with what was expected and what came', () => {
  const wrong = settings.flatMap(({ name }) =>
    (WRONG[name]?.values ?? []).map((value) => [name, value] as const),
  );
  test.each(wrong)('%s %j', (name, value) => {
    const { flag } = named(name) ?? {};
    const message = messageOf(() => readSettings({ [name]: value }, {}));
    expect(message).toContain(`${flag}: expected ${WRONG[name]?.expected ?? ''}`);
    // A password in a URL is not repeated.
    expect(message).toContain(`got "${value.replace(/\/\/.*@/, '//…@')}"`);
  });

  test('from the environment, under its name there', () => {
    expect(messageOf(() => readSettings({}, { BOND_RATE: 'fast' }))).toMatch(
      /^BOND_RATE: expected a whole number/,
    );
  });
});

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof OperatorError && error.exitCode === 1) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
}
