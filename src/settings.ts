import { z } from 'zod';
import { OMITTABLE } from './customer/customer.js';
import { REPAIRS } from './issues/issue.js';
import { OperatorError } from './errors.js';
import type { Env } from './io.js';
import { STATUSES } from './ledger/outcome.js';

export const COMMANDS = [
  'run',
  'validate',
  'inspect',
  'results',
  'status',
  'reconcile',
  'runs',
  'check',
  'ledger',
  'sandbox',
] as const;
export type Command = (typeof COMMANDS)[number];

/** A setting: from it come the option of the command line, the line of docs/settings.md, and its checking. */
interface Row {
  /** How the text of a value is read; its description says what is expected. Absent: a switch. */
  readonly value?: z.ZodType<unknown, string> | z.ZodType<unknown, readonly string[]>;
  /** Placeholder of the value, with its unit, e.g. `file`. */
  readonly unit?: string;
  readonly env?: string;
  /** The default, as it would be written. */
  readonly default?: string;
  /** What stands in place of a default that is no literal. */
  readonly defaultNote?: string;
  readonly meaning: string;
  readonly commands: readonly Command[];
  /** May be given several times: each value counts. */
  readonly repeats?: true;
  /** Only ever from the environment. */
  readonly envOnly?: true;
  readonly alias?: string;
}

const READING: Command[] = ['run', 'validate', 'inspect', 'results', 'status', 'reconcile'];
const SENDING: Command[] = ['run', 'reconcile'];
const CALLING: Command[] = [...SENDING, 'check'];
const WRITING: Command[] = ['run', 'validate', 'results', 'reconcile'];

const text = z.string().min(1).describe('a value');
const list = text
  .transform((given) => given.split(',').map((word) => word.trim()))
  .describe('names with commas between');

function oneOf<const Word extends string>(...words: Word[]) {
  return z.enum(words).describe(words.join(' or '));
}

/** Words with commas between, each one of these; `all` stands for every one. */
function someOf<const Word extends string>(words: readonly Word[], ...also: 'all'[]) {
  return z
    .string()
    .transform((given) => given.split(',').map((word) => word.trim()))
    .pipe(z.array(z.enum([...words, ...also])).min(1))
    .transform(
      (given) => new Set(words.filter((word) => given.some((each) => each === word || each === 'all'))),
    )
    .describe(`one or more of ${[...words, ...also].join(', ')}, with commas between`);
}

function whole(least: number, most = 1_000_000) {
  return z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most))
    .describe(`a whole number from ${least} to ${most}`);
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `80ms`, `30s`, `5m`, `2h` → ms. */
function duration(leastMs = 1) {
  return z
    .string()
    .regex(/^\d+(\.\d+)?(ms|s|m|h)$/)
    .transform((given) => parseFloat(given) * (UNIT_MS[given.replace(/[\d.]+/, '')] ?? NaN))
    .pipe(z.number().min(leastMs))
    .describe('a duration like 80ms, 30s, 5m or 2h');
}

const maxErrors = z
  .string()
  .regex(/^\d+(\.\d+)?%$|^\d+$/)
  .transform((given): { readonly rows: number } | { readonly percent: number } =>
    given.endsWith('%') ? { percent: parseFloat(given) } : { rows: Number(given) },
  )
  .describe('a number of rows like 50, or a share of them like 5%');

/** Plain http would show SSNs to the network: it is for this machine alone. */
const apiUrl = z
  .string()
  .refine((given) => {
    if (!URL.canParse(given)) return false;
    const { username, password, search, hash, protocol, hostname } = new URL(given);
    const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
    const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback);
    return isSafe && username + password + search + hash === '';
  })
  .transform((given) => given.replace(/\/+$/, ''))
  .describe(
    'an https URL like https://sandbox.bond.tech/api/v0.1 (http only for localhost), without credentials or query',
  );

const constants = z
  .array(z.string().regex(/^[\w.[\]]+=/))
  .readonly()
  .transform((given): Readonly<Record<string, string>> =>
    Object.fromEntries(
      given.map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
    ),
  )
  .describe('field=value, like country=US');

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/i)
  .toLowerCase()
  .describe('the 64 hexadecimal digits that sha256sum prints');

/** Every setting there is, by its name in the program; its flag is the name with dashes. */
const SETTINGS = {
  env: {
    value: oneOf('sandbox', 'live'),
    unit: 'sandbox|live',
    env: 'BOND_ENV',
    default: 'sandbox',
    meaning: 'which of Bond’s environments; `live` is only ever chosen explicitly',
    commands: CALLING,
  },
  apiUrl: {
    value: apiUrl,
    unit: 'url',
    env: 'BOND_API_URL',
    defaultNote: 'by `--env`',
    meaning: 'another base URL; plain `http:` for loopback only',
    commands: CALLING,
  },
  clientCertFile: {
    value: text,
    unit: 'file',
    env: 'BOND_CLIENT_CERT_FILE',
    envOnly: true,
    meaning: 'client certificate (PEM) for a network that asks for one',
    commands: CALLING,
  },
  clientKeyFile: {
    value: text,
    unit: 'file',
    env: 'BOND_CLIENT_KEY_FILE',
    envOnly: true,
    meaning: 'the private key (PEM) of the client certificate',
    commands: CALLING,
  },
  concurrency: {
    value: whole(1, 1000),
    unit: 'n',
    env: 'BOND_CONCURRENCY',
    default: '10',
    meaning: 'requests in flight at most',
    commands: ['run'],
  },
  rate: {
    value: whole(0),
    unit: 'calls/min',
    env: 'BOND_RATE',
    default: '600',
    meaning: 'API calls a minute at most, evenly spaced, all calls counted; 0 = no limit',
    commands: ['run', 'inspect', 'reconcile'],
  },
  results: {
    value: text,
    unit: 'file',
    defaultNote: '`<file>.results.csv`',
    meaning: 'the results CSV; `-` writes it to stdout',
    commands: WRITING,
  },
  resultsDir: {
    value: text,
    unit: 'folder',
    defaultNote: 'beside the file',
    meaning: 'for several files: where their results go',
    commands: ['run'],
  },
  ledger: {
    value: text,
    unit: 'file|url',
    env: 'BOND_LEDGER',
    defaultNote: '`<file>.ledger`',
    meaning:
      'the memory of what was sent: a file, or a PostgreSQL database (`postgres://…`); several files may share one',
    commands: ['run', 'validate', 'inspect', 'results', 'status', 'reconcile', 'runs'],
  },
  mapping: {
    value: text,
    unit: 'file',
    meaning: 'mapping file (JSON): columns, constants, ignored columns, and how the file is read',
    commands: READING,
  },
  key: {
    value: text,
    unit: 'column',
    defaultNote: '`external_id`',
    meaning: 'the column that identifies a person in your own system',
    commands: READING,
  },
  rules: {
    value: oneOf('documented', 'minimal'),
    unit: 'documented|minimal',
    defaultNote: '`documented`',
    meaning: 'enforce every documented limit here, or only what is certain and let Bond decide the rest',
    commands: READING,
  },
  delimiter: {
    value: text,
    unit: 'char',
    defaultNote: 'found out',
    meaning: 'what stands between cells: `,` `;` `|` or `tab`',
    commands: READING,
  },
  encoding: {
    value: text,
    unit: 'name',
    defaultNote: 'UTF-8, or by BOM',
    meaning: 'how the file’s characters are written, e.g. `windows-1252`',
    commands: READING,
  },
  dateFormat: {
    value: text,
    unit: 'format',
    defaultNote: 'ISO `yyyy-MM-dd`',
    meaning: 'how dates are written, e.g. `MM/DD/YYYY`',
    commands: READING,
  },
  repair: {
    value: someOf(REPAIRS, 'all'),
    unit: 'what,…',
    meaning:
      'damage to mend: `zip`, `ssn`, `phone`, `date`, `empty` (words such as NULL in optional cells read as nothing), or `all`',
    commands: READING,
  },
  set: {
    value: constants,
    unit: 'field=value',
    repeats: true,
    meaning: 'a constant for empty cells and absent columns, as in the mapping file; may be repeated',
    commands: READING,
  },
  omitInvalid: {
    value: someOf(OMITTABLE),
    unit: 'field,…',
    meaning: 'optional fields (`phone,middle_name,email`) whose cells are left out when they are invalid',
    commands: READING,
  },
  limit: {
    value: whole(1, 1e9),
    unit: 'rows',
    meaning: '`run`: the first n rows that are valid and not yet sent (a canary); else: the first n rows',
    commands: ['run', 'validate', 'inspect'],
  },
  expectRows: {
    value: whole(1, 1e9),
    unit: 'rows',
    meaning: 'stop before the first customer unless the file has exactly so many data rows',
    commands: ['run', 'validate'],
  },
  expectSha256: {
    value: sha256,
    unit: 'digest',
    meaning: 'stop before the first customer unless the file has this SHA-256',
    commands: ['run', 'validate'],
  },
  timeout: {
    value: duration(),
    unit: 'time',
    default: '30s',
    meaning: 'one deadline for one attempt, response body included',
    commands: CALLING,
  },
  maxAttempts: {
    value: whole(1, 100),
    unit: 'n',
    default: '5',
    meaning: 'attempts for one row in one run',
    commands: ['run'],
  },
  maxErrors: {
    value: maxErrors,
    unit: 'n|n%',
    meaning: 'stop when more than n rows, or n% of the rows sent (after 20), end invalid or rejected',
    commands: ['run'],
  },
  maxRuntime: {
    value: duration(),
    unit: 'time',
    meaning: 'stop taking rows after this long, finish what is in flight',
    commands: SENDING,
  },
  giveUpAfter: {
    value: duration(),
    unit: 'time',
    default: '5m',
    meaning: 'how long the service may be down before the run stops',
    commands: CALLING,
  },
  wait: {
    value: duration(),
    unit: 'time',
    meaning: 'how long to wait for a ledger that is in use',
    commands: [...SENDING, 'ledger'],
  },
  resendRejected: {
    meaning: 'send refused rows again though their payload is the same',
    commands: ['run'],
  },
  noBrandPersonId: {
    meaning: 'do not send the key: repeats are then settled by the customers list alone',
    commands: SENDING,
  },
  yes: { alias: 'y', meaning: 'do not ask before a run on a terminal sends to `live`', commands: ['run'] },
  dryRun: { meaning: 'check the file and send nothing: the same as `validate`', commands: ['run'] },
  rejects: {
    value: text,
    unit: 'file',
    meaning:
      'also write the rows that need a person, original cells and header (SSN included), to be corrected and imported as they are',
    commands: ['run', 'validate', 'results'],
  },
  changes: {
    value: text,
    unit: 'file',
    meaning: 'also write the rows created earlier whose cells changed since, with what changed',
    commands: ['run', 'results'],
  },
  columns: {
    value: list,
    unit: 'name,…',
    meaning: 'only these columns of the results',
    commands: ['results'],
  },
  status: {
    value: someOf(STATUSES),
    unit: 'status,…',
    meaning: 'only rows of these statuses',
    commands: ['results'],
  },
  raw: { meaning: 'cells without the guard against spreadsheet formulas', commands: ['results'] },
  saveMapping: {
    value: text,
    unit: 'file',
    meaning: 'write what was understood as a mapping file, to be corrected by hand',
    commands: ['inspect'],
  },
  showValues: {
    meaning: 'show samples and the first payload as they are, instead of masked',
    commands: ['inspect'],
  },
  report: {
    value: text,
    unit: 'file',
    meaning: 'also write the run page (HTML)',
    commands: WRITING,
  },
  metrics: {
    value: text,
    unit: 'file',
    meaning: 'write a Prometheus text file when the run ends, for node_exporter’s textfile collector',
    commands: SENDING,
  },
  logFormat: {
    value: oneOf('text', 'json'),
    unit: 'text|json',
    default: 'text',
    meaning: '`json`: every line on stderr is one JSON object; no bar',
    commands: [...READING, 'check'],
  },
  quiet: { alias: 'q', meaning: 'no progress: only warnings and the summary', commands: SENDING },
  json: { meaning: 'the summary as one JSON object on stdout', commands: [...READING, 'runs', 'check'] },
  port: {
    value: whole(0, 65535),
    unit: 'n',
    default: '0',
    meaning: 'the sandbox’s port; 0 = a free one, printed',
    commands: ['sandbox'],
  },
  latency: {
    value: duration(0),
    unit: 'time',
    default: '0ms',
    meaning: 'how long the sandbox takes for an answer',
    commands: ['sandbox'],
  },
  rateLimit: {
    value: whole(0),
    unit: 'calls/min',
    default: '1000',
    meaning: 'calls a minute, then the sandbox answers 429 with Retry-After; 0 = no limit',
    commands: ['sandbox'],
  },
  faults: {
    value: text,
    unit: 'file',
    meaning: 'a plan (JSON) of how the sandbox misbehaves',
    commands: ['sandbox'],
  },
} as const satisfies Record<string, Row>;

type Table = typeof SETTINGS;
export type SettingName = keyof Table;

/** A switch is on or off; what is no switch, has no default and cannot be repeated may be absent. */
type ValueOf<Of extends Row> = Of extends { readonly value: infer Value extends z.ZodType }
  ? | z.output<Value>
    | (Of extends { readonly default: string } | { readonly repeats: true } ? never : undefined)
  : boolean;

export type Settings = { readonly [Name in SettingName]: ValueOf<Table[Name]> } & {
  /** The flags of the command line as they were given, in the order of the table: what a whole command is printed from. */
  readonly given: readonly GivenFlag[];
  /** What the mapping file said at the run that is remembered; absent where the file itself counts. */
  readonly mappingText?: string;
};

export interface GivenFlag {
  readonly name: SettingName;
  /** Absent for a switch. */
  readonly value?: string;
}

/** What decides how a file is read: remembered by the ledger, and taken from there when it is not given. */
export const READING_SETTINGS = [
  'mapping',
  'key',
  'rules',
  'delimiter',
  'encoding',
  'dateFormat',
  'repair',
  'set',
  'omitInvalid',
] as const satisfies readonly SettingName[];

export function flagOf(name: SettingName): string {
  return `--${kebab(name)}`;
}

export interface Setting extends Row {
  readonly name: SettingName;
  /** `--date-format`; of a setting that only the environment has, that name. */
  readonly flag: string;
  readonly isSwitch: boolean;
  /** What its value must be, in words. */
  readonly expected: string;
}

/** All settings, in the order of the help. */
export const allSettings: readonly Setting[] = Object.keys(SETTINGS)
  .filter(isSettingName)
  .map((name): Setting => {
    const row: Row = SETTINGS[name];
    const flag = row.envOnly && row.env !== undefined ? row.env : flagOf(name);
    return { ...row, name, flag, isSwitch: !row.value, expected: row.value?.description ?? 'no value' };
  });

/** A command line's flags by name without dashes, each as often as it was given; a flag without a value is `true`. */
export type Flags = Readonly<Record<string, readonly (string | boolean)[]>>;

/**
 * Flags, then environment, then the default. An OperatorError names the first setting that is wrong, what was
 * expected and what came.
 */
export function readSettings(flags: Flags, env: Env): Settings {
  const settings: Partial<Settings> = { given: givenIn(flags) };
  for (const setting of allSettings) {
    Object.assign(settings, { [setting.name]: readSetting(setting, flags, env) });
  }
  if (!isComplete(settings)) throw new Error('a setting has not been read');
  return settings;
}

function givenIn(flags: Flags): GivenFlag[] {
  return allSettings.flatMap(({ name, flag, isSwitch, repeats }): GivenFlag[] => {
    const values = flags[flag.slice(2)] ?? [];
    if (isSwitch) return values.length > 0 ? [{ name }] : [];
    return values.slice(repeats ? 0 : -1).map((value) => ({ name, value: String(value) }));
  });
}

function readSetting(setting: Setting, flags: Flags, env: Env): unknown {
  const { flag, value, isSwitch, repeats } = setting;
  const given = flags[flag.slice(2)];
  if (isSwitch) return given !== undefined;
  if (repeats) return parsed(setting, flag, given ?? []);
  // Given twice, the last one counts.
  const last = given?.at(-1);
  if (last !== undefined) return parsed(setting, flag, last === true ? '' : last);
  const fromEnv = setting.env === undefined ? undefined : env[setting.env];
  if (setting.env !== undefined && fromEnv) return parsed(setting, setting.env, fromEnv);
  return setting.default === undefined ? undefined : value?.parse(setting.default);
}

function parsed({ value, expected }: Setting, from: string, given: unknown): unknown {
  const result = value?.safeParse(given);
  if (result?.success) return result.data;
  const came = given === '' ? 'nothing' : `"${shown(String(given))}"`;
  const hint =
    given === '' && from.startsWith('--') ? `; a value that begins with a dash is written ${from}=-…` : '';
  throw new OperatorError(`${from}: expected ${expected}, got ${came}${hint}`);
}

/** A URL may carry a password. */
function shown(given: string): string {
  return given.replace(/\/\/[^/]*@/, '//…@');
}

function isSettingName(name: string): name is SettingName {
  return name in SETTINGS;
}

function isComplete(settings: Partial<Settings>): settings is Settings {
  return allSettings.every(({ name }) => name in settings);
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
