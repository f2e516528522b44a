import { readCommandLine, type CommandLine } from './cli/command-line.js';
import type { Topic } from './cli/help.js';
import { readSettings, type Command, type Settings } from './config.js';
import { ExitCode, OperatorError } from './errors.js';
import { say, type Io } from './io.js';

type Act = (files: readonly string[], settings: Settings, io: Io) => Promise<ExitCode>;

interface CommandModule extends Topic {
  readonly act: Act;
}

/** Each command's code is loaded when it is asked for: the help should not wait for all of them. */
const MODULES: Record<Command, CommandModule> = {
  run: {
    takes: '<files..>',
    describe: 'import customers; the same command again continues',
    example: 'run customers.csv --rate 600',
    act: async (files, ...rest) => (await import('./commands/run.js')).run(files, ...rest),
  },
  validate: {
    takes: '<file>',
    describe: 'check every row, without network or credentials',
    example: 'validate customers.csv',
    act: async ([file = ''], ...rest) =>
      (await import('./commands/offline.js')).report('validate', file, ...rest),
  },
  inspect: {
    takes: '<file>',
    describe: 'show what would happen to the columns',
    example: 'inspect customers.csv --save-mapping mapping.json',
    act: async ([file = ''], ...rest) => (await import('./commands/inspect.js')).inspect(file, ...rest),
  },
  results: {
    takes: '<file>',
    describe: 'write the results CSV from the ledger, at any time',
    example: 'results customers.csv',
    act: async ([file = ''], ...rest) =>
      (await import('./commands/offline.js')).report('results', file, ...rest),
  },
  status: {
    takes: '<file>',
    describe: 'show the counts so far, also while a run is going',
    example: 'status customers.csv --json',
    act: async ([file = ''], ...rest) => (await import('./commands/offline.js')).status(file, ...rest),
  },
  reconcile: {
    takes: '<file>',
    describe: 'settle unknown rows by reading the customers list',
    example: 'reconcile customers.csv',
    act: async ([file = ''], ...rest) => (await import('./commands/run.js')).reconcile(file, ...rest),
  },
  sandbox: {
    describe: 'a local Bond API, for trying things out',
    example: 'sandbox --port 4010 --latency 80ms',
    act: async (_files, ...rest) => (await import('./commands/sandbox.js')).sandbox(...rest),
  },
};

/** Runs one command line; an operator's mistake is one sentence on stderr, never a stack. */
export async function cli(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    return await obey(await readCommandLine(args), io);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    say(io.stderr, `bond-import: ${error.sentence}`);
    return error.exitCode;
  }
}

async function obey(line: CommandLine, io: Io): Promise<ExitCode> {
  if (line.asks === 'command') {
    const { command, files, flags } = line;
    checkFiles(command, files);
    return MODULES[command].act(files, readSettings(flags, io.env), io);
  }
  say(io.stdout, await answerTo(line, Math.min(110, io.stdout.columns || 100)));
  return ExitCode.done;
}

async function answerTo(line: Exclude<CommandLine, { asks: 'command' }>, columns: number): Promise<string> {
  switch (line.asks) {
    case 'version':
      return (await import('./version.js')).VERSION;
    case 'completion':
      return (await import('./cli/completion.js')).completionScript();
    case 'help': {
      const { commandHelp, programHelp } = await import('./cli/help.js');
      return line.about === undefined
        ? programHelp(MODULES, columns)
        : commandHelp(line.about, MODULES[line.about], columns);
    }
  }
}

function checkFiles(command: Command, files: readonly string[]): void {
  const { takes } = MODULES[command];
  const [first, second] = files;
  if (takes !== undefined && first === undefined) {
    throw new OperatorError('A file is needed: bond-import <command> <file.csv>');
  }
  const help = `see bond-import ${command} --help`;
  if (takes === undefined && first !== undefined) {
    throw new OperatorError(`${command} takes no file, got "${first}": ${help}`);
  }
  if (takes === '<file>' && second !== undefined) {
    throw new OperatorError(
      `${command} takes one file, got ${files.length}, the second of them "${second}": ${help}`,
    );
  }
}
