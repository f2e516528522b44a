import { closest, distance } from 'fastest-levenshtein';
import yargs, { type Argv, type Options } from 'yargs';
import { ExitCode, OperatorError } from './errors.js';
import { say, withJsonLines, type Io } from './io.js';
import { allSettings, COMMANDS, readSettings, type Command, type Flags, type Settings } from './settings.js';
import { VERSION } from './version.js';

interface CommandModule {
  /** Its words after the command, as the help shows them. */
  readonly takes: string;
  readonly words: readonly [least: number, most: number];
  readonly describe: string;
  readonly example: string;
  readonly act: (words: readonly string[], settings: Settings, io: Io) => Promise<ExitCode>;
}

const FILE = { takes: '<file.csv>', words: [1, 1] } as const;

/** Each command's code is loaded when it is asked for: the help should not wait for all of them. */
const MODULES: Readonly<Record<Command, CommandModule>> = {
  run: {
    takes: '<file.csv..>',
    words: [1, Infinity],
    describe: 'import customers; the same command again continues',
    example: 'run customers.csv --rate 600',
    act: async (files, ...rest) => (await import('./commands/run.js')).run(files, ...rest),
  },
  validate: {
    ...FILE,
    describe: 'check every row, without network or credentials',
    example: 'validate customers.csv',
    act: async ([file = ''], ...rest) => (await import('./commands/offline.js')).validate(file, ...rest),
  },
  inspect: {
    ...FILE,
    describe: 'show what would happen to the columns',
    example: 'inspect customers.csv --save-mapping mapping.json',
    act: async ([file = ''], ...rest) => (await import('./commands/inspect.js')).inspect(file, ...rest),
  },
  results: {
    ...FILE,
    describe: 'write the results CSV from the ledger, at any time',
    example: 'results customers.csv',
    act: async ([file = ''], ...rest) => (await import('./commands/offline.js')).results(file, ...rest),
  },
  status: {
    ...FILE,
    describe: 'show the counts so far, also while a run is going',
    example: 'status customers.csv --json',
    act: async ([file = ''], ...rest) => (await import('./commands/offline.js')).status(file, ...rest),
  },
  reconcile: {
    ...FILE,
    describe: 'settle unknown rows by reading the customers list',
    example: 'reconcile customers.csv',
    act: async ([file = ''], ...rest) => (await import('./commands/run.js')).reconcile(file, ...rest),
  },
  runs: {
    ...FILE,
    describe: 'the runs that the ledger remembers, newest first',
    example: 'runs customers.csv',
    act: async ([file = ''], ...rest) => (await import('./commands/runs.js')).runs(file, ...rest),
  },
  check: {
    takes: '',
    words: [0, 0],
    describe: 'are the credentials good, and whose are they; no file needed',
    example: 'check --env live',
    act: async (_words, ...rest) => (await import('./commands/check.js')).check(...rest),
  },
  ledger: {
    takes: 'copy <from> <to>',
    words: [3, 3],
    describe: 'copy a ledger from file to database or back, whole or not at all',
    example: 'ledger copy customers.ledger postgres://db.example.com/bond',
    act: async (words, ...rest) => (await import('./commands/ledger.js')).ledger(words, ...rest),
  },
  sandbox: {
    takes: '',
    words: [0, 0],
    describe: 'a local Bond API, for trying things out',
    example: 'sandbox --port 4010 --latency 80ms',
    act: async (_words, ...rest) => (await import('./commands/sandbox.js')).sandbox(...rest),
  },
};

/** Runs one command line; an operator's mistake is one sentence on stderr, never a stack. */
export async function cli(args: readonly string[], given: Io): Promise<ExitCode> {
  let io = given;
  try {
    const line = await readCommandLine(args, io);
    if (!('command' in line)) {
      say(io.stdout, line.answer);
      return ExitCode.done;
    }
    const { command, words, flags } = line;
    const settings = readSettings(flags, io.env);
    if (settings.logFormat === 'json') io = withJsonLines(given);
    return await MODULES[settings.dryRun ? 'validate' : command].act(words, settings, io);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    say(io.stderr, `bond-import: ${error.sentence}`);
    return error.exitCode;
  }
}

type CommandLine =
  | { readonly command: Command; readonly words: readonly string[]; readonly flags: Flags }
  /** Help, the version, or the script of completion. */
  | { readonly answer: string };

/** Flags and words are strings as they were written: what they mean is for the settings to say. */
const AS_WRITTEN = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'short-option-groups': false,
  'strip-aliased': true,
};

/** @throws OperatorError for words that are not known, or do not go together */
export async function readCommandLine(given: readonly string[], io: Io): Promise<CommandLine> {
  const args = asYargsReads(given);
  refuseValuesOfSwitches(args);
  let chosen: CommandLine | undefined;
  let current: Command | undefined;
  const parser = yargs()
    .scriptName('bond-import')
    .usage(
      '$0 <command> [options]\n\nImports a CSV of customers into Bond and pairs every row with its customer_id or its errors.',
    )
    .parserConfiguration(AS_WRITTEN)
    .detectLocale(false)
    .exitProcess(false)
    .wrap(Math.min(110, io.stdout.columns || 100))
    // Known before the command is, so that `--json status a.csv` does not take the command for a value.
    .boolean(allSettings.filter(({ isSwitch }) => isSwitch).map(({ flag }) => flag.slice(2)))
    .strict()
    .recommendCommands()
    .demandCommand(1, `A command is needed, one of ${COMMANDS.join(', ')}: bond-import --help shows them`)
    .fail((message, _error, helpOf) => {
      refuse(message, current, helpOf, io);
    })
    .completion('completion', 'print a script that completes commands and flags in bash or zsh')
    .version(VERSION)
    .alias('version', ['V', 'v'])
    .alias('help', 'h')
    .epilogue('bond-import <command> --help shows the options of a command.');
  for (const command of COMMANDS) {
    parser.command(
      command,
      MODULES[command].describe,
      (each) => {
        current = command;
        return withOptions(command, each);
      },
      ({ _: [, ...words], ...flags }) => {
        chosen = { command, words: words.map(String), flags: valuesOf(flags) };
      },
    );
  }
  let answer = '';
  await parser.parseAsync(args, {}, (_error: unknown, _argv: unknown, output: string) => {
    answer = output;
  });
  return chosen ?? { answer };
}

/** Every flag with its values, as often as it was given; `$0`, the program's name, is none. */
function valuesOf(argv: Readonly<Record<string, unknown>>): Flags {
  const given = Object.entries(argv).filter(([name]) => name !== '$0');
  return Object.fromEntries(
    given.map(([name, value]) => [
      name,
      [value].flat().map((each) => (typeof each === 'boolean' ? each : String(each))),
    ]),
  );
}

function withOptions(command: Command, parser: Argv): Argv {
  const { takes, words, describe, example } = MODULES[command];
  const [least, most] = words;
  const own = allSettings.filter(({ commands, envOnly }) => commands.includes(command) && !envOnly);
  const usage = `bond-import ${command}${takes && ` ${takes}`}`;
  const needs = least === 0 ? '' : `${takes} is needed`;
  return (
    parser
      // Declared as positionals, yargs would make nothing of `-`, standard input.
      .strict(false)
      .strictOptions()
      .usage(`${usage} [options]\n\n${describe}`)
      .demandCommand(
        least,
        most,
        `${needs}: ${usage}`,
        `${command} takes ${takes || 'no file'}, and more was given: ${usage}`,
      )
      .options(Object.fromEntries(own.map((setting) => [setting.flag.slice(2), optionOf(setting)])))
      .example(`bond-import ${example}`, '')
      .epilogue('')
  );
}

function optionOf({ unit, meaning, env, isSwitch, alias, ...row }: (typeof allSettings)[number]): Options {
  const choices = unit?.split('|') ?? [];
  const isChoice = choices.some((word) => word === row.default || `\`${word}\`` === row.defaultNote);
  const literal = row.default ?? row.defaultNote;
  return {
    describe:
      `${unit === undefined ? '' : `<${unit}> `}${meaning}${env === undefined ? '' : ` [${env}]`}`.replaceAll(
        '`',
        '',
      ),
    ...(isSwitch && { type: 'boolean' as const }),
    ...(alias !== undefined && { alias }),
    ...(isChoice && { choices }),
    ...(literal !== undefined && { defaultDescription: literal.replaceAll('`', '') }),
  };
}

/** `help run` and `version` as words; a lone dash as a value, which yargs would take for a word. */
function asYargsReads(args: readonly string[]): string[] {
  const [first, ...rest] = args;
  if (first === 'help') return [...rest, '--help'];
  if (first === 'version') return ['--version'];
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    const isValue = arg === '-' && allSettings.some(({ flag, isSwitch }) => flag === before && !isSwitch);
    if (isValue) joined.splice(-1, 1, `${before}=-`);
    else joined.push(arg);
  }
  return joined;
}

/** yargs would read `--json=false` as off. */
function refuseValuesOfSwitches(args: readonly string[]): void {
  const end = args.indexOf('--');
  for (const arg of end < 0 ? args : args.slice(0, end)) {
    const [flag = '', ...value] = arg.split('=');
    if (value.length === 0 || !allSettings.some((each) => each.isSwitch && each.flag === flag)) continue;
    throw new OperatorError(
      `${flag} takes no value, got "${value.join('=')}": give it alone, or leave it out`,
    );
  }
}

/** What yargs found wrong, in our words, after the help of the command where no better advice is known. */
function refuse(message: string, command: Command | undefined, helpOf: Argv, io: Io): void {
  const [, unknown = ''] = /^Unknown arguments?: (.*)$/.exec(message) ?? [];
  if (unknown === '') {
    // The settings check the choices, for the environment's values too.
    if (message.startsWith('Invalid values:')) return;
    throw new OperatorError(message.replace(/^Did you mean/, 'There is no such command: did you mean'));
  }
  const [word = ''] = unknown.split(', ');
  if (command === undefined) {
    throw new OperatorError(`There is no command ${word}: bond-import --help shows them all`);
  }
  const flag = `--${word}`;
  const own = allSettings.filter(({ commands }) => commands.includes(command)).map((each) => each.flag);
  const near = closest(flag, own);
  if (distance(flag, near) <= Math.max(2, flag.length / 3)) {
    throw new OperatorError(`There is no flag ${flag} here: did you mean ${near}?`);
  }
  helpOf.showHelp((help) => {
    say(io.stderr, `${help}\n`);
  });
  throw new OperatorError(
    allSettings.some((each) => each.flag === flag)
      ? `${flag} does not go with ${command}: above are the flags that do`
      : `There is no flag ${flag}: above are those of ${command}`,
  );
}
