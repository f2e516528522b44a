import { closest, distance } from 'fastest-levenshtein';
import yargs, { type Argv } from 'yargs';
import {
  allSettings,
  COMMANDS,
  readSettings,
  type Command,
  type SettingName,
  type Settings,
} from './config.js';
import { ExitCode, OperatorError } from './errors.js';
import { say, type Io } from './io.js';
import { VERSION } from './version.js';

type Act = (files: readonly string[], settings: Settings, io: Io) => Promise<ExitCode>;

interface CommandModule {
  readonly usage: string;
  readonly describe: string;
  readonly example: string;
  readonly act: Act;
}

/** Each command's code is loaded when it is asked for: the help should not wait for all of them. */
const MODULES: Record<Command, CommandModule> = {
  run: {
    usage: 'run <files..>',
    describe: 'import customers; the same command again continues',
    example: 'run customers.csv --rate 600',
    act: async (files, ...rest) => (await import('./commands/run.js')).run(files, ...rest),
  },
  validate: {
    usage: 'validate <file>',
    describe: 'check every row, without network or credentials',
    example: 'validate customers.csv',
    act: async ([file = ''], ...rest) =>
      (await import('./commands/offline.js')).report('validate', file, ...rest),
  },
  inspect: {
    usage: 'inspect <file>',
    describe: 'show what would happen to the columns',
    example: 'inspect customers.csv --save-mapping mapping.json',
    act: async ([file = ''], ...rest) => (await import('./commands/inspect.js')).inspect(file, ...rest),
  },
  results: {
    usage: 'results <file>',
    describe: 'write the results CSV from the ledger, at any time',
    example: 'results customers.csv',
    act: async ([file = ''], ...rest) =>
      (await import('./commands/offline.js')).report('results', file, ...rest),
  },
  status: {
    usage: 'status <file>',
    describe: 'show the counts so far, also while a run is going',
    example: 'status customers.csv --json',
    act: async ([file = ''], ...rest) => (await import('./commands/offline.js')).status(file, ...rest),
  },
  reconcile: {
    usage: 'reconcile <file>',
    describe: 'settle unknown rows by reading the customers list',
    example: 'reconcile customers.csv',
    act: async ([file = ''], ...rest) => (await import('./commands/run.js')).reconcile(file, ...rest),
  },
  sandbox: {
    usage: 'sandbox',
    describe: 'a local Bond API, for trying things out',
    example: 'sandbox --port 4010 --latency 80ms',
    act: async (_files, ...rest) => (await import('./commands/sandbox.js')).sandbox(...rest),
  },
};

/** Runs one command line; an operator's mistake is one sentence on stderr, never a stack. */
export async function cli(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = ExitCode.done;
  const parser = build(args, async (command, argv) => {
    code = await MODULES[command].act(filesOf(argv), readSettings(flagsOf(argv), io.env), io);
  });
  try {
    const shielded = args.map((arg) => (arg === '-' ? DASH : arg));
    await parser.parseAsync(shielded, {}, (_error, _argv, output) => {
      if (output !== '') say(io.stdout, output);
    });
    return code;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    say(io.stderr, `bond-import: ${error.message}.`);
    return error.exitCode;
  }
}

function build(args: readonly string[], act: (command: Command, argv: Flags) => Promise<void>): Argv {
  let parser = yargs([])
    .scriptName('bond-import')
    .usage(
      '$0 <command>\n\nImports a CSV of customers into Bond and pairs every row with its customer_id or its errors.',
    )
    .version(VERSION)
    .help()
    .alias('help', 'h')
    .completion('completion', 'print a script for shell completion')
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'duplicate-arguments-array': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .wrap(Math.min(110, process.stdout.columns || 100))
    .exitProcess(false)
    .demandCommand(1, 'NO_COMMAND')
    .strict()
    .fail((message: string, error: Error | undefined) => {
      throw error ?? new OperatorError(explain(message, args));
    });
  for (const command of COMMANDS) {
    const { usage, describe, example } = MODULES[command];
    parser = parser.command(
      usage,
      describe,
      (options) => optionsOf(command, options).example(`$0 ${example}`, ''),
      (argv) => act(command, argv),
    );
  }
  return parser;
}

function optionsOf(command: Command, options: Argv): Argv {
  let built = options;
  if (MODULES[command].usage.includes('<file')) {
    built = built.positional(MODULES[command].usage.includes('..') ? 'files' : 'file', {
      type: 'string',
      describe: 'a CSV of customers, gzipped or not; - for standard input',
    });
  }
  for (const { flag, commands, isSwitch, meaning, env, default: literal, defaultNote } of allSettings()) {
    if (!commands.includes(command)) continue;
    const notes = [literal ?? defaultNote?.replace('–', ''), env].filter(
      (note) => note !== undefined && note !== '',
    );
    built = built.option(flag.slice(2), {
      type: isSwitch ? 'boolean' : 'string',
      requiresArg: !isSwitch,
      describe: (notes.length > 0 ? `${meaning} [${notes.join(', ')}]` : meaning).replaceAll('`', ''),
    });
  }
  return built;
}

/** yargs loses a lone dash, which is how standard input is named. */
const DASH = '(dash)';

function unshielded(value: unknown): unknown {
  return value === DASH ? '-' : value;
}

type Flags = Readonly<Record<string, unknown>>;

function flagsOf(argv: Flags): Partial<Record<SettingName, unknown>> {
  const flags: Partial<Record<SettingName, unknown>> = {};
  for (const { name, flag } of allSettings()) {
    const value = argv[flag.slice(2)];
    // Given twice, the last one counts.
    flags[name] = unshielded(Array.isArray(value) ? value.at(-1) : value);
  }
  return flags;
}

function filesOf({ files, file }: Flags): string[] {
  return [files, file]
    .flat()
    .map(unshielded)
    .filter((path) => typeof path === 'string');
}

/** yargs' words in ours, with the nearest right word where one is near. */
function explain(message: string, args: readonly string[]): string {
  if (message === 'NO_COMMAND')
    return `A command is needed, one of ${COMMANDS.join(', ')}: bond-import --help shows them`;
  if (message.startsWith('Not enough non-option'))
    return 'A file is needed: bond-import <command> <file.csv>';
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(message)?.[1]?.split(', ')[0];
  if (unknown === undefined) return `${message}: see bond-import --help`;
  const isFlag = args.some((arg) => arg === `--${unknown}` || arg.startsWith(`--${unknown}=`));
  const given = isFlag ? `--${unknown}` : unknown;
  const words = isFlag ? allSettings().map(({ flag }) => flag) : [...COMMANDS];
  if (words.includes(given))
    return `${given} does not go with this command: see bond-import ${args[0] ?? ''} --help`;
  const near = closest(given, words);
  const isNear = distance(given, near) <= Math.max(2, given.length / 3);
  return `There is no ${isFlag ? 'flag' : 'command or argument'} ${given} here; ${isNear ? `did you mean ${near}?` : 'see bond-import --help'}`;
}
