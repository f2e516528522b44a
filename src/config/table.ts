import {
  apiUrl,
  duration,
  maxErrors,
  oneOf,
  optional,
  preset,
  repairs,
  text,
  toggle,
  whole,
  type Command,
} from './values.js';

const READING: Command[] = ['run', 'validate', 'inspect', 'results', 'status', 'reconcile'];
const SENDING: Command[] = ['run', 'reconcile'];
const WRITING: Command[] = ['run', 'validate', 'results', 'reconcile'];
const LEDGER: Command[] = ['run', 'validate', 'results', 'status', 'reconcile'];

/** Every setting there is: flag (its name with dashes), environment variable, default, unit, meaning. */
export const SETTINGS = {
  env: preset('sandbox', oneOf('sandbox', 'live'), {
    env: 'BOND_ENV',
    value: 'sandbox|live',
    meaning: 'which of Bond’s environments; `live` is only ever chosen explicitly',
    commands: SENDING,
  }),
  apiUrl: optional(apiUrl, {
    env: 'BOND_API_URL',
    value: 'url',
    defaultNote: 'by `--env`',
    meaning: 'another base URL; plain `http:` for loopback only',
    commands: SENDING,
  }),
  concurrency: preset('10', whole(1, 1000), {
    env: 'BOND_CONCURRENCY',
    value: 'n',
    meaning: 'requests in flight at most',
    commands: ['run'],
  }),
  rate: preset('600', whole(0), {
    env: 'BOND_RATE',
    value: 'n',
    meaning: 'API calls a minute at most, evenly spaced, all calls counted; 0 = no limit',
    commands: ['run', 'inspect', 'reconcile'],
  }),
  results: optional(text, {
    value: 'file',
    defaultNote: '`<file>.results.csv`',
    meaning: 'the results CSV',
    commands: WRITING,
  }),
  resultsDir: optional(text, {
    value: 'folder',
    defaultNote: 'beside the file',
    meaning: 'for several files: where their results go',
    commands: ['run'],
  }),
  ledger: optional(text, {
    env: 'BOND_LEDGER',
    value: 'file',
    defaultNote: '`<file>.ledger`',
    meaning: 'the memory of what was sent; several files may share one',
    commands: LEDGER,
  }),
  mapping: optional(text, {
    value: 'file',
    defaultNote: '–',
    meaning: 'mapping file (JSON): columns, constants, ignored columns, key, date format',
    commands: READING,
  }),
  key: optional(text, {
    value: 'column',
    defaultNote: '`external_id`',
    meaning: 'the column that identifies a person in your own system',
    commands: READING,
  }),
  rules: preset('documented', oneOf('documented', 'minimal'), {
    value: 'documented|minimal',
    meaning: 'enforce every documented limit here, or only what is certain and let Bond decide the rest',
    commands: READING,
  }),
  delimiter: optional(text, {
    value: 'char',
    defaultNote: 'found out',
    meaning: 'what stands between cells: `,` `;` `|` or `tab`',
    commands: READING,
  }),
  encoding: optional(text, {
    value: 'name',
    defaultNote: 'UTF-8, or by BOM',
    meaning: 'how the file’s characters are written, e.g. `windows-1252`',
    commands: READING,
  }),
  dateFormat: optional(text, {
    value: 'format',
    defaultNote: 'ISO `yyyy-MM-dd`',
    meaning: 'how dates are written, e.g. `MM/dd/yyyy`',
    commands: READING,
  }),
  repair: optional(repairs, {
    value: 'what',
    defaultNote: '–',
    meaning: 'spreadsheet damage to mend: `zip`, `ssn`, `phone`, `date`, or `all`',
    commands: READING,
  }),
  limit: optional(whole(1, 1e9), {
    value: 'n',
    defaultNote: '–',
    meaning: 'only the first n data rows (a canary), as if the file ended there',
    commands: READING,
  }),
  timeout: preset('30s', duration(), {
    value: 'time',
    meaning: 'one deadline for one attempt, response body included',
    commands: SENDING,
  }),
  maxAttempts: preset('5', whole(1, 100), {
    value: 'n',
    meaning: 'attempts for one row in one run',
    commands: ['run'],
  }),
  maxErrors: optional(maxErrors, {
    value: 'n|n%',
    defaultNote: '–',
    meaning: 'stop when more than n rows, or n% of the rows (after 20), end invalid or rejected',
    commands: ['run'],
  }),
  maxRuntime: optional(duration(), {
    value: 'time',
    defaultNote: '–',
    meaning: 'stop taking rows after this long, finish what is in flight',
    commands: ['run'],
  }),
  giveUpAfter: preset('5m', duration(), {
    value: 'time',
    meaning: 'how long the service may be down before the run stops',
    commands: SENDING,
  }),
  resendRejected: toggle({
    meaning: 'send refused rows again though their payload is the same',
    commands: ['run'],
  }),
  noBrandPersonId: toggle({
    meaning: 'do not send the key: repeats are then settled by the customers list alone',
    commands: SENDING,
  }),
  rejects: optional(text, {
    value: 'file',
    defaultNote: '–',
    meaning:
      'also write the rows that need a person, original cells and header (SSN included), to be corrected and imported as they are',
    commands: ['run', 'validate', 'results'],
  }),
  saveMapping: optional(text, {
    value: 'file',
    defaultNote: '–',
    meaning: 'write what was understood as a mapping file, to be corrected by hand',
    commands: ['inspect'],
  }),
  json: toggle({
    meaning: 'the summary as one JSON object on stdout',
    commands: ['run', 'validate', 'inspect', 'status', 'reconcile', 'results'],
  }),
  port: preset('0', whole(0, 65535), {
    value: 'n',
    meaning: 'the sandbox’s port; 0 = a free one, printed',
    commands: ['sandbox'],
  }),
  latency: preset('0ms', duration(0), {
    value: 'time',
    meaning: 'how long the sandbox takes for an answer',
    commands: ['sandbox'],
  }),
  rateLimit: preset('1000', whole(0), {
    value: 'n',
    meaning: 'calls a minute, then the sandbox answers 429 with Retry-After; 0 = no limit',
    commands: ['sandbox'],
  }),
  faults: optional(text, {
    value: 'file',
    defaultNote: '–',
    meaning: 'a plan (JSON) of how the sandbox misbehaves',
    commands: ['sandbox'],
  }),
};
