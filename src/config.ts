import { z } from 'zod';
import { REPAIRS } from './customer/customer.js';
import { OperatorError } from './errors.js';

/** What a setting says of itself: from it come the help, the README's table and the environment's names. */
interface SettingMeta {
  readonly env?: string;
  /** The value's placeholder in the help; absent for switches. */
  readonly value?: string;
  /** What stands in the default column when it is not a literal. */
  readonly defaultNote?: string;
  readonly meaning: string;
  readonly commands: readonly Command[];
}

export const COMMANDS = ['run', 'validate', 'inspect', 'results', 'status', 'reconcile', 'sandbox'] as const;
export type Command = (typeof COMMANDS)[number];

const READING: Command[] = ['run', 'validate', 'inspect', 'results', 'status', 'reconcile'];
const SENDING: Command[] = ['run', 'reconcile'];
const WRITING: Command[] = ['run', 'validate', 'results', 'reconcile'];
const LEDGER: Command[] = ['run', 'validate', 'results', 'status', 'reconcile'];

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function whole(least: number, most = 1_000_000): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most)
    .meta({ expected: `a whole number from ${least} to ${most}` });
}

/** `80ms`, `30s`, `5m`, `2h` → ms. */
function duration(leastMs = 1): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^\d+(\.\d+)?(ms|s|m|h)$/)
    .transform((text) => parseFloat(text) * (UNIT_MS[text.replace(/[\d.]/g, '')] ?? 1))
    .refine((ms) => ms >= leastMs)
    .meta({ expected: 'a duration like 80ms, 30s, 5m or 2h' });
}

const repairs = z
  .string()
  .transform((text) => text.split(',').map((word) => word.trim()))
  .pipe(z.array(z.enum([...REPAIRS, 'all'])))
  .transform((words) => new Set(words.flatMap((word) => (word === 'all' ? [...REPAIRS] : [word]))))
  .meta({ expected: 'one or more of zip, ssn, phone, date, or all, with commas between' });

const maxErrors = z
  .string()
  .regex(/^\d+(\.\d+)?%$|^\d+$/)
  .transform((text) => (text.endsWith('%') ? { percent: parseFloat(text) } : { rows: Number(text) }))
  .meta({ expected: 'a number of rows like 50, or a share of them like 5%' });

/** Plain http would show SSNs to the network: it is for this machine alone. */
const apiUrl = z
  .string()
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const url = new URL(text);
    const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
    if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
    return url.protocol === 'https:' || (url.protocol === 'http:' && loopback);
  })
  .transform((text) => text.replace(/\/+$/, ''))
  .meta({
    expected:
      'an https URL like https://sandbox.bond.tech/api/v0.1 (http only for localhost), without credentials or query',
  });

function setting<Schema extends z.ZodType>(schema: Schema, meta: SettingMeta): Schema {
  return schema.meta({ ...schema.meta(), setting: meta });
}

const text = z.string().min(1).meta({ expected: 'a value' });
const flag = z.boolean().default(false);

/** Every setting there is: flag (its name with dashes), environment variable, default, unit, meaning. */
const settingsSchema = z.object({
  env: setting(z.enum(['sandbox', 'live']).prefault('sandbox').meta({ expected: 'sandbox or live' }), {
    env: 'BOND_ENV',
    value: 'sandbox|live',
    meaning: 'which of Bond’s environments; `live` is only ever chosen explicitly',
    commands: SENDING,
  }),
  apiUrl: setting(apiUrl.optional(), {
    env: 'BOND_API_URL',
    value: 'url',
    defaultNote: 'by `--env`',
    meaning: 'another base URL; plain `http:` for loopback only',
    commands: SENDING,
  }),
  concurrency: setting(whole(1, 1000).prefault('10'), {
    env: 'BOND_CONCURRENCY',
    value: 'n',
    meaning: 'requests in flight at most',
    commands: ['run'],
  }),
  rate: setting(whole(0).prefault('600'), {
    env: 'BOND_RATE',
    value: 'n',
    meaning: 'API calls a minute at most, evenly spaced, all calls counted; 0 = no limit',
    commands: ['run', 'inspect', 'reconcile'],
  }),
  results: setting(text.optional(), {
    value: 'file',
    defaultNote: '`<file>.results.csv`',
    meaning: 'the results CSV',
    commands: WRITING,
  }),
  resultsDir: setting(text.optional(), {
    value: 'folder',
    defaultNote: 'beside the file',
    meaning: 'for several files: where their results go',
    commands: ['run'],
  }),
  ledger: setting(text.optional(), {
    env: 'BOND_LEDGER',
    value: 'file',
    defaultNote: '`<file>.ledger`',
    meaning: 'the memory of what was sent; several files may share one',
    commands: LEDGER,
  }),
  mapping: setting(text.optional(), {
    value: 'file',
    defaultNote: '–',
    meaning: 'mapping file (JSON): columns, constants, ignored columns, key, date format',
    commands: READING,
  }),
  key: setting(text.optional(), {
    value: 'column',
    defaultNote: '`external_id`',
    meaning: 'the column that identifies a person in your own system',
    commands: READING,
  }),
  rules: setting(
    z.enum(['documented', 'minimal']).prefault('documented').meta({ expected: 'documented or minimal' }),
    {
      value: 'documented|minimal',
      meaning: 'enforce every documented limit here, or only what is certain and let Bond decide the rest',
      commands: READING,
    },
  ),
  delimiter: setting(text.optional(), {
    value: 'char',
    defaultNote: 'found out',
    meaning: 'what stands between cells: `,` `;` `|` or `tab`',
    commands: READING,
  }),
  encoding: setting(text.optional(), {
    value: 'name',
    defaultNote: 'UTF-8, or by BOM',
    meaning: 'how the file’s characters are written, e.g. `windows-1252`',
    commands: READING,
  }),
  dateFormat: setting(text.optional(), {
    value: 'format',
    defaultNote: 'ISO `yyyy-MM-dd`',
    meaning: 'how dates are written, e.g. `MM/dd/yyyy`',
    commands: READING,
  }),
  repair: setting(repairs.optional(), {
    value: 'what',
    defaultNote: '–',
    meaning: 'spreadsheet damage to mend: `zip`, `ssn`, `phone`, `date`, or `all`',
    commands: READING,
  }),
  limit: setting(whole(1, 1e9).optional(), {
    value: 'n',
    defaultNote: '–',
    meaning: 'only the first n data rows (a canary), as if the file ended there',
    commands: READING,
  }),
  timeout: setting(duration().prefault('30s'), {
    value: 'time',
    meaning: 'one deadline for one attempt, response body included',
    commands: SENDING,
  }),
  maxAttempts: setting(whole(1, 100).prefault('5'), {
    value: 'n',
    meaning: 'attempts for one row in one run',
    commands: ['run'],
  }),
  maxErrors: setting(maxErrors.optional(), {
    value: 'n|n%',
    defaultNote: '–',
    meaning: 'stop when more than n rows, or n% of the rows (after 20), end invalid or rejected',
    commands: ['run'],
  }),
  maxRuntime: setting(duration().optional(), {
    value: 'time',
    defaultNote: '–',
    meaning: 'stop taking rows after this long, finish what is in flight',
    commands: ['run'],
  }),
  giveUpAfter: setting(duration().prefault('5m'), {
    value: 'time',
    meaning: 'how long the service may be down before the run stops',
    commands: SENDING,
  }),
  resendRejected: setting(flag, {
    meaning: 'send refused rows again though their payload is the same',
    commands: ['run'],
  }),
  noBrandPersonId: setting(flag, {
    meaning: 'do not send the key: repeats are then settled by the customers list alone',
    commands: SENDING,
  }),
  rejects: setting(text.optional(), {
    value: 'file',
    defaultNote: '–',
    meaning:
      'also write the rows that need a person, original cells and header (SSN included), to be corrected and imported as they are',
    commands: ['run', 'validate', 'results'],
  }),
  saveMapping: setting(text.optional(), {
    value: 'file',
    defaultNote: '–',
    meaning: 'write what was understood as a mapping file, to be corrected by hand',
    commands: ['inspect'],
  }),
  json: setting(flag, {
    meaning: 'the summary as one JSON object on stdout',
    commands: ['run', 'validate', 'inspect', 'status', 'reconcile', 'results'],
  }),
  port: setting(whole(0, 65535).prefault('0'), {
    value: 'n',
    meaning: 'the sandbox’s port; 0 = a free one, printed',
    commands: ['sandbox'],
  }),
  latency: setting(duration(0).prefault('0ms'), {
    value: 'time',
    meaning: 'how long the sandbox takes for an answer',
    commands: ['sandbox'],
  }),
  rateLimit: setting(whole(0).prefault('1000'), {
    value: 'n',
    meaning: 'calls a minute, then the sandbox answers 429 with Retry-After; 0 = no limit',
    commands: ['sandbox'],
  }),
  faults: setting(text.optional(), {
    value: 'file',
    defaultNote: '–',
    meaning: 'a plan (JSON) of how the sandbox misbehaves',
    commands: ['sandbox'],
  }),
});

export type Settings = z.output<typeof settingsSchema>;
export type SettingName = keyof Settings;

export interface Setting extends SettingMeta {
  readonly name: SettingName;
  readonly flag: string;
  /** The literal default, as it would be written. */
  readonly default?: string;
  readonly isSwitch: boolean;
}

const metaSchema = z.object({ setting: z.custom<SettingMeta>() });
const settingNames = z.array(settingsSchema.keyof());

/** All settings with what they say of themselves, in the order of the help. */
export function allSettings(): Setting[] {
  return settingNames.parse(Object.keys(settingsSchema.shape)).map((name) => {
    const schema: z.ZodType = settingsSchema.shape[name];
    const { setting: meta } = metaSchema.parse(schema.meta());
    const literal = schema instanceof z.ZodPrefault ? schema.def.defaultValue : undefined;
    return {
      ...meta,
      name,
      flag: `--${kebab(name)}`,
      isSwitch: meta.value === undefined,
      ...(typeof literal === 'string' && { default: literal }),
    };
  });
}

/**
 * Flags, then environment, then the default. An OperatorError names the first setting that is wrong, what was
 * expected and what came.
 * @param flags by setting name; undefined where not given
 */
export function readSettings(
  flags: Readonly<Partial<Record<SettingName, unknown>>>,
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  const input: Record<string, unknown> = {};
  const cameFrom = new Map<string, string>();
  for (const { name, flag: flagName, env: envName } of allSettings()) {
    const fromEnv = envName === undefined ? undefined : env[envName];
    if (flags[name] !== undefined) {
      input[name] = flags[name];
      cameFrom.set(name, flagName);
    } else if (envName !== undefined && fromEnv !== undefined && fromEnv !== '') {
      input[name] = fromEnv;
      cameFrom.set(name, envName);
    }
  }
  const parsed = settingsSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const name = settingsSchema.keyof().parse(parsed.error.issues[0]?.path[0]);
  throw new OperatorError(
    `${cameFrom.get(name) ?? kebab(name)}: expected ${expectedOf(settingsSchema.shape[name])}, got "${String(input[name])}"`,
  );
}

function expectedOf(schema: z.ZodType): string {
  const expected = schema.meta()?.['expected'];
  if (typeof expected === 'string') return expected;
  const inner =
    schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault ? schema.def.innerType : undefined;
  return inner instanceof z.ZodType ? expectedOf(inner) : 'another value';
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
