import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { OperatorError } from '../src/errors.js';
import type { Env } from '../src/io.js';
import {
  allSettings,
  COMMANDS,
  readSettings,
  type Flags,
  type SettingName,
  type Settings,
} from '../src/settings.js';

const DEFAULTS = {
  env: 'sandbox',
  concurrency: 10,
  rate: 600,
  set: {},
  timeout: 30_000,
  maxAttempts: 5,
  giveUpAfter: 300_000,
  resendRejected: false,
  noBrandPersonId: false,
  yes: false,
  dryRun: false,
  raw: false,
  showValues: false,
  logFormat: 'text',
  quiet: false,
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
  clientCertFile: [['client.pem', 'client.pem']],
  clientKeyFile: [['client.key', 'client.key']],
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
    ['all', new Set(['zip', 'ssn', 'phone', 'date', 'empty'])],
  ],
  set: [
    ['country=US', { country: 'US' }],
    ['addresses.0.street2=a=b', { 'addresses.0.street2': 'a=b' }],
    ['middle_name=', { middle_name: '' }],
  ],
  omitInvalid: [
    ['phone', new Set(['phone'])],
    ['email,phone', new Set(['phone', 'email'])],
  ],
  limit: [['5', 5]],
  expectRows: [['2000', 2000]],
  expectSha256: [['AB'.repeat(32), 'ab'.repeat(32)]],
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
  wait: [['10m', 600_000]],
  resendRejected: [[true, true]],
  noBrandPersonId: [[true, true]],
  yes: [[true, true]],
  dryRun: [[true, true]],
  rejects: [['r.csv', 'r.csv']],
  changes: [['c.csv', 'c.csv']],
  columns: [['Id, customer_id', ['Id', 'customer_id']]],
  status: [['created,existing', new Set(['created', 'existing'])]],
  raw: [[true, true]],
  saveMapping: [['m.json', 'm.json']],
  showValues: [[true, true]],
  report: [['run.html', 'run.html']],
  metrics: [['bond.prom', 'bond.prom']],
  logFormat: [['json', 'json']],
  quiet: [[true, true]],
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
  repair: { values: ['zips', 'zip;ssn', 'zip,'], expected: 'one or more of zip, ssn, phone, date' },
  set: { values: ['country', '=US'], expected: 'field=value, like country=US' },
  omitInvalid: { values: ['ssn', 'phone;email'], expected: 'one or more of phone, middle_name, email' },
  expectRows: { values: ['0', '1,000'], expected: 'a whole number from 1' },
  expectSha256: { values: ['ab', 'xy'.repeat(32)], expected: 'the 64 hexadecimal digits' },
  status: { values: ['done'], expected: 'one or more of created, existing' },
  logFormat: { values: ['xml'], expected: 'text or json' },
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

const settings = allSettings;
const isFlag = ({ envOnly }: (typeof settings)[number]): boolean => !envOnly;

/** A command line's flags with this one among them. */
function flag(name: SettingName, written: string | boolean): Flags {
  const { flag = '' } = settings.find((setting) => setting.name === name) ?? {};
  return { [flag.slice(2)]: [written] };
}

/** What the settings come to; the flags behind them are a matter of their own. */
function read(flags: Flags, env: Env = {}): Partial<Settings> {
  const values = Object.entries(readSettings(flags, env)).filter(([name]) => name !== 'given');
  return Object.fromEntries(values);
}

describe('the list of all settings', () => {
  test('holds every one of the schema, once, with a meaning, a command and a default', () => {
    expect(settings.map(({ name }) => name)).toEqual(Object.keys(WRITTEN));
    expect(new Set(settings.map(({ flag }) => flag)).size).toBe(settings.length);
    for (const setting of settings) {
      expect(setting.meaning).not.toBe('');
      expect(setting.commands.length).toBeGreaterThan(0);
      expect(COMMANDS).toEqual(expect.arrayContaining([...setting.commands]));
      expect(setting.flag).toMatch(isFlag(setting) ? /^--[a-z]+(-[a-z0-9]+)*$/ : /^BOND_[A-Z_]+$/);
    }
  });

  test('its defaults, written, read as the defaults', () => {
    const written = settings.flatMap(({ name, default: literal }) =>
      literal === undefined ? [] : Object.entries(flag(name, literal)),
    );
    expect(read(Object.fromEntries(written))).toEqual(DEFAULTS);
  });

  test('has no credential among them', () => {
    expect(JSON.stringify(settings)).not.toMatch(
      /BOND_IDENTITY|BOND_AUTHORIZATION|--identity|--authorization/i,
    );
  });
});

describe('every setting', () => {
  test('nothing given: the defaults', () => {
    expect(read({})).toEqual(DEFAULTS);
  });

  test.each(settings.filter(isFlag).map(({ name }) => name))('%s is read as it is written', (name) => {
    for (const [written, value] of WRITTEN[name]) {
      expect(read(flag(name, written))).toEqual({ ...DEFAULTS, [name]: value });
    }
  });

  test.each(
    settings.flatMap(({ name, env, envOnly }) => (env === undefined ? [] : [[name, env, envOnly] as const])),
  )('%s: flag over %s over the default', (name, env, envOnly) => {
    const [[written, value] = ['', undefined]] = WRITTEN[name];
    expect(readSettings({}, { [env]: String(written) })[name]).toEqual(value);
    expect(read({}, { [env]: '' })).toEqual(DEFAULTS);
    if (envOnly) return;
    const [wrong = ''] = WRONG[name]?.values ?? [''];
    expect(readSettings(flag(name, written), { [env]: wrong })[name]).toEqual(value);
  });

  test('what was given is kept, to be given again', () => {
    const flags = { json: [true], limit: ['1', '2'], set: ['country=US', 'state=CA'] };
    expect(readSettings(flags, { BOND_RATE: '60' }).given).toEqual([
      { name: 'set', value: 'country=US' },
      { name: 'set', value: 'state=CA' },
      { name: 'limit', value: '2' },
      { name: 'json' },
    ]);
  });

  test('given twice, the last one counts, but every --set', () => {
    expect(readSettings({ limit: ['0', '1', '2'] }, {}).limit).toBe(2);
    expect(readSettings({ set: ['country=US', 'state=CA'] }, {}).set).toEqual({ country: 'US', state: 'CA' });
  });

  test('a value that was forgotten', () => {
    expect(messageOf(() => readSettings({ limit: [true] }, {}))).toMatch(
      /^--limit: expected a whole number .*, got nothing; a value that begins with a dash is written --limit=-/,
    );
  });

  test('only its own variable is heard', () => {
    expect(read({}, { BOND_TIMEOUT: '1s', BOND_JSON: 'true', TIMEOUT: '1s' })).toEqual(DEFAULTS);
  });
});

describe('a wrong value is named, with what was expected and what came', () => {
  const wrong = settings.flatMap(({ name }) =>
    (WRONG[name]?.values ?? []).map((value) => [name, value] as const),
  );
  test.each(wrong)('%s %j', (name, value) => {
    const given = flag(name, value);
    const message = messageOf(() => readSettings(given, {}));
    expect(message).toContain(`--${Object.keys(given).join('')}: expected ${WRONG[name]?.expected ?? ''}`);
    // A password in a URL is not repeated.
    const came = value === '' ? 'nothing' : `"${value.replace(/\/\/.*@/, '//…@')}"`;
    expect(message).toContain(`got ${came}`);
  });

  test('from the environment, under its name there', () => {
    expect(messageOf(() => readSettings({}, { BOND_RATE: 'fast' }))).toMatch(
      /^BOND_RATE: expected a whole number/,
    );
  });
});

const DOCS = new URL('../docs/settings.md', import.meta.url);

/** docs/settings.md, out of the one table. */
function settingsPage(): string {
  const credentials = ['BOND_IDENTITY', 'BOND_AUTHORIZATION'];
  const entries = settings.map((setting) => {
    const { flag, unit, env, default: literal, defaultNote, meaning, commands, repeats, alias } = setting;
    const names = [
      ...(isFlag(setting) ? [`\`${flag}${unit === undefined ? '' : ` ${unit}`}\``] : []),
      ...(alias === undefined ? [] : [`\`-${alias}\``]),
      ...(env === undefined ? [] : [`\`${env}\``]),
    ];
    const facts = [
      ...(literal === undefined ? [] : [`Default: \`${literal}\`.`]),
      ...(defaultNote === undefined ? [] : [`Default: ${defaultNote}.`]),
      ...(repeats ? ['May be given several times.'] : []),
      `For: ${commands.join(', ')}.`,
    ];
    return `### ${names.join(', ')}\n\n${meaning}.\n${facts.join(' ')}\n`;
  });
  return [
    '# Settings\n',
    'A flag counts before the environment, the environment before the default. A `.env` file in the working',
    'directory stands in for variables that are not set. Written by `UPDATE_DOCS=1 npx vitest run',
    'test/settings.test.ts` from `src/settings.ts`.\n',
    `Credentials are never a flag and never written anywhere: ${credentials.map((name) => `\`${name}\``).join(' and ')}, or`,
    `${credentials.map((name) => `\`${name}_FILE\``).join(' and ')}, which name files that hold them. \`HTTPS_PROXY\`, \`HTTP_PROXY\`, \`NO_PROXY\` and`,
    '`NODE_EXTRA_CA_CERTS` are honoured.\n',
    ...entries,
  ].join('\n');
}

test('docs/settings.md says what the settings say', () => {
  if (process.env['UPDATE_DOCS'] !== undefined) writeFileSync(DOCS, settingsPage());
  expect(readFileSync(DOCS, 'utf8')).toBe(settingsPage());
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
