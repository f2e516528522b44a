import type { z } from 'zod';
import { OMITTABLE } from './customer/customer.js';
import { REPAIRS } from './issues/issue.js';
import { OperatorError } from './errors.js';
import type { Env } from './io.js';
import { STATUSES } from './ledger/outcome.js';
import {
  apiUrl,
  constants,
  duration,
  kind,
  listed,
  maxErrors,
  oneOf,
  sha256,
  someOf,
  text,
  whole,
  type ValueType,
} from './setting-kinds.js';

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
  /** Absent: a switch. */
  readonly value?: ValueType;
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

/** Every setting there is, by its name in the program; its flag is the name with dashes. */
const SETTINGS = {
  env: {
    ...oneOf('sandbox', 'live'),
    env: 'BOND_ENV',
    default: 'sandbox',
    meaning: 'which of Bond’s environments; `live` is only ever chosen explicitly',
    commands: CALLING,
  },
  apiUrl: {
    ...kind('url', apiUrl),
    env: 'BOND_API_URL',
    defaultNote: 'by `--env`',
    meaning: 'another base URL; plain `http:` for loopback only',
    commands: CALLING,
  },
  clientCertFile: {
    ...text('file'),
    env: 'BOND_CLIENT_CERT_FILE',
    envOnly: true,
    meaning: 'client certificate (PEM) for a network that asks for one',
    commands: CALLING,
  },
  clientKeyFile: {
    ...text('file'),
    env: 'BOND_CLIENT_KEY_FILE',
    envOnly: true,
    meaning: 'the private key (PEM) of the client certificate',
    commands: CALLING,
  },
  concurrency: {
    ...whole('n', 1, 1000),
    env: 'BOND_CONCURRENCY',
    default: '10',
    meaning: 'requests in flight at most',
    commands: ['run'],
  },
  rate: {
    ...whole('calls/min', 0),
    env: 'BOND_RATE',
    default: '600',
    meaning: 'API calls a minute at most, evenly spaced, all calls counted; 0 = no limit',
    commands: ['run', 'inspect', 'reconcile'],
  },
  results: {
    ...text('file'),
    defaultNote: '`<file>.results.csv`',
    meaning: 'the results CSV; `-` writes it to stdout',
    commands: WRITING,
  },
  resultsDir: {
    ...text('folder'),
    defaultNote: 'beside the file',
    meaning: 'for several files: where their results go',
    commands: ['run'],
  },
  ledger: {
    ...text('file|url'),
    env: 'BOND_LEDGER',
    defaultNote: '`<file>.ledger`',
    meaning:
      'the memory of what was sent: a file, or a PostgreSQL database (`postgres://…`); several files may share one',
    commands: ['run', 'validate', 'inspect', 'results', 'status', 'reconcile', 'runs'],
  },
  mapping: {
    ...text('file'),
    meaning: 'mapping file (JSON): columns, constants, ignored columns, and how the file is read',
    commands: READING,
  },
  key: {
    ...text('column'),
    defaultNote: '`external_id`',
    meaning: 'the column that identifies a person in your own system',
    commands: READING,
  },
  rules: {
    ...oneOf('documented', 'minimal'),
    defaultNote: '`documented`',
    meaning: 'enforce every documented limit here, or only what is certain and let Bond decide the rest',
    commands: READING,
  },
  delimiter: {
    ...text('char'),
    defaultNote: 'found out',
    meaning: 'what stands between cells: `,` `;` `|` or `tab`',
    commands: READING,
  },
  encoding: {
    ...text('name'),
    defaultNote: 'UTF-8, or by BOM',
    meaning: 'how the file’s characters are written, e.g. `windows-1252`',
    commands: READING,
  },
  dateFormat: {
    ...text('format'),
    defaultNote: 'ISO `yyyy-MM-dd`',
    meaning: 'how dates are written, e.g. `MM/DD/YYYY`',
    commands: READING,
  },
  repair: {
    ...someOf('what,…', REPAIRS, 'all'),
    meaning:
      'damage to mend: `zip`, `ssn`, `phone`, `date`, `empty` (words such as NULL in optional cells read as nothing), or `all`',
    commands: READING,
  },
  set: {
    ...kind('field=value', constants),
    repeats: true,
    meaning: 'a constant for empty cells and absent columns, as in the mapping file; may be repeated',
    commands: READING,
  },
  omitInvalid: {
    ...someOf('field,…', OMITTABLE),
    meaning: 'optional fields (`phone,middle_name,email`) whose cells are left out when they are invalid',
    commands: READING,
  },
  limit: {
    ...whole('rows', 1, 1e9),
    meaning: '`run`: the first n rows that are valid and not yet sent (a canary); else: the first n rows',
    commands: ['run', 'validate', 'inspect'],
  },
  expectRows: {
    ...whole('rows', 1, 1e9),
    meaning: 'stop before the first customer unless the file has exactly so many data rows',
    commands: ['run', 'validate'],
  },
  expectSha256: {
    ...kind('digest', sha256),
    meaning: 'stop before the first customer unless the file has this SHA-256',
    commands: ['run', 'validate'],
  },
  timeout: {
    ...duration(),
    default: '30s',
    meaning: 'one deadline for one attempt, response body included',
    commands: CALLING,
  },
  maxAttempts: {
    ...whole('n', 1, 100),
    default: '5',
    meaning: 'attempts for one row in one run',
    commands: ['run'],
  },
  maxErrors: {
    ...kind('n|n%', maxErrors),
    meaning: 'stop when more than n rows, or n% of the rows sent (after 20), end invalid or rejected',
    commands: ['run'],
  },
  maxRuntime: {
    ...duration(),
    meaning: 'stop taking rows after this long, finish what is in flight',
    commands: SENDING,
  },
  giveUpAfter: {
    ...duration(),
    default: '5m',
    meaning: 'how long the service may be down before the run stops',
    commands: CALLING,
  },
  wait: {
    ...duration(),
    meaning: 'how long to wait for a ledger that is in use',
    commands: [...SENDING, 'ledger'],
  },
  resendRejected: { meaning: 'send refused rows again though their payload is the same', commands: ['run'] },
  noBrandPersonId: {
    meaning: 'do not send the key: repeats are then settled by the customers list alone',
    commands: SENDING,
  },
  yes: { alias: 'y', meaning: 'do not ask before a run on a terminal sends to `live`', commands: ['run'] },
  dryRun: { meaning: 'check the file and send nothing: the same as `validate`', commands: ['run'] },
  rejects: {
    ...text('file'),
    meaning:
      'also write the rows that need a person, original cells and header (SSN included), to be corrected and imported as they are',
    commands: ['run', 'validate', 'results'],
  },
  changes: {
    ...text('file'),
    meaning: 'also write the rows created earlier whose cells changed since, with what changed',
    commands: ['run', 'results'],
  },
  columns: {
    ...kind('name,…', listed.describe('names with commas between')),
    meaning: 'only these columns of the results',
    commands: ['results'],
  },
  status: { ...someOf('status,…', STATUSES), meaning: 'only rows of these statuses', commands: ['results'] },
  raw: { meaning: 'cells without the guard against spreadsheet formulas', commands: ['results'] },
  saveMapping: {
    ...text('file'),
    meaning: 'write what was understood as a mapping file, to be corrected by hand',
    commands: ['inspect'],
  },
  showValues: {
    meaning: 'show samples and the first payload as they are, instead of masked',
    commands: ['inspect'],
  },
  report: { ...text('file'), meaning: 'also write the run page (HTML)', commands: WRITING },
  metrics: {
    ...text('file'),
    meaning: 'write a Prometheus text file when the run ends, for node_exporter’s textfile collector',
    commands: SENDING,
  },
  logFormat: {
    ...oneOf('text', 'json'),
    default: 'text',
    meaning: '`json`: every line on stderr is one JSON object; no bar',
    commands: [...READING, 'check'],
  },
  quiet: { alias: 'q', meaning: 'no progress: only warnings and the summary', commands: SENDING },
  json: { meaning: 'the summary as one JSON object on stdout', commands: [...READING, 'runs', 'check'] },
  port: {
    ...whole('n', 0, 65535),
    default: '0',
    meaning: 'the sandbox’s port; 0 = a free one, printed',
    commands: ['sandbox'],
  },
  latency: {
    ...duration(0),
    default: '0ms',
    meaning: 'how long the sandbox takes for an answer',
    commands: ['sandbox'],
  },
  rateLimit: {
    ...whole('calls/min', 0),
    default: '1000',
    meaning: 'calls a minute, then the sandbox answers 429 with Retry-After; 0 = no limit',
    commands: ['sandbox'],
  },
  faults: { ...text('file'), meaning: 'a plan (JSON) of how the sandbox misbehaves', commands: ['sandbox'] },
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
