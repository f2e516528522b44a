import { forShell } from '../customer/shell.js';
import { ExitCode } from '../errors.js';
import type { Status } from '../ledger/outcome.js';
import { allSettings, type Command, type GivenFlag, type SettingName } from '../settings.js';
import { groupsOf } from './tally.js';

/** What is known when a command has ended. */
export interface NextFacts {
  readonly command: 'run' | 'validate' | 'results' | 'status' | 'reconcile';
  /** As the operator named it; `-` is standard input. */
  readonly file: string;
  readonly given: readonly GivenFlag[];
  readonly exitCode: ExitCode;
  readonly counts: Readonly<Record<Status, number>>;
  readonly isStopped: boolean;
  readonly files: Readonly<Partial<Record<'results' | 'ledger' | 'rejects' | 'changes', string | undefined>>>;
  /** Where the ledger's last run sent to, for a command that was not told. */
  readonly target?: readonly GivenFlag[];
  /** How many of the rejected rows need no correction: sent again, they pass once a firewall is mended. */
  readonly forbidden: number;
  /** The flag with which a stopped run gets further. */
  readonly cure?: GivenFlag;
  /** A run goes on at this moment, in advice: `since 12:03 on host web1`. */
  readonly running?: string;
}

/** What to do next, and the command that does it, to be copied as it is. */
export interface Next {
  readonly advice: string;
  /** Absent when there is nothing to run. */
  readonly command?: string;
}

/** Flags that speak of this file, and of no other one. */
const OF_THIS_FILE: readonly SettingName[] = [
  'results',
  'resultsDir',
  'rejects',
  'ledger',
  'limit',
  'changes',
  'expectRows',
  'expectSha256',
];
const CANARY_ROWS = 5;

/** The one place that makes a `Next:`. No command ever advises itself, but `run`. */
export function nextStep(facts: NextFacts): Next {
  if (facts.running !== undefined) {
    return { advice: `a run is going on ${facts.running}: wait until it has ended, then look again` };
  }
  return facts.command === 'validate' ? afterValidate(facts) : afterRun(facts);
}

/** What an inspection has shown, as far as it matters for what comes next. */
export interface InspectedFacts extends Pick<NextFacts, 'file' | 'given'> {
  /** Nothing is missing, and nothing stops a run. */
  readonly isComplete: boolean;
  /** The mapping file that was just written. */
  readonly saved: string | undefined;
  /** The one format that reads all dates, when it was not given. */
  readonly dateFormat: string | undefined;
  readonly exists: (path: string) => boolean;
}

/** For people: the advice, and on a line of its own the command. */
export function nextText({ advice, command }: Next): string {
  const sentence = `${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`;
  return command === undefined ? sentence : `${sentence}\nNext: ${command}`;
}

/** First the columns are mended until none is missing, then the rows are looked at. */
export function nextAfterInspect({ isComplete, saved, dateFormat, exists, ...facts }: InspectedFacts): Next {
  const mapping: GivenFlag[] = saved === undefined ? [] : [{ name: 'mapping', value: saved }];
  const used = saved ?? facts.given.find(({ name }) => name === 'mapping')?.value;
  const given = facts.given.filter(({ name }) => name !== 'saveMapping');
  const at = { ...facts, given };
  if (isComplete) {
    const dates: GivenFlag[] =
      dateFormat === undefined || saved !== undefined ? [] : [{ name: 'dateFormat', value: dateFormat }];
    return {
      advice: 'check every row; nothing is sent',
      command: again(at, 'validate', [...mapping, ...dates]),
    };
  }
  const name =
    facts.file === '-' ? 'mapping.json' : `${facts.file.replace(/\.csv(\.gz)?$/i, '')}.mapping.json`;
  if (used === undefined && exists(name)) {
    return {
      advice: `give what is missing, as said above, or fill in the blanks of ${name}, which is there already`,
      command: again(at, 'inspect', [{ name: 'mapping', value: name }]),
    };
  }
  if (used !== undefined) {
    const what = saved === undefined ? 'correct' : 'fill in the blanks of';
    return { advice: `${what} ${used}, then look again`, command: again(at, 'inspect', mapping) };
  }
  return {
    advice: 'give what is missing, as said above, or write a mapping file and fill in its blanks',
    command: again(at, 'inspect', [{ name: 'saveMapping', value: name }]),
  };
}

function afterValidate(facts: NextFacts): Next {
  const { counts } = facts;
  const { needPerson } = groupsOf(counts);
  const ready = counts.pending + counts.failed;
  if (ready === 0) {
    return needPerson === facts.forbidden
      ? afterRun(facts)
      : {
          advice: `correct the rows that ${placeOf(facts)} names, then look again`,
          command: again(facts, 'validate'),
        };
  }
  const others =
    needPerson === 0 ? '' : '; the rows with errors stay behind, and are sent once they are corrected';
  return {
    advice: `send the first ${CANARY_ROWS} rows and look at them in Bond${others}`,
    command: again(facts, 'run', [{ name: 'limit', value: String(CANARY_ROWS) }]),
  };
}

function afterRun(facts: NextFacts): Next {
  const { exitCode, given, isStopped, cure } = facts;
  switch (exitCode) {
    case ExitCode.done:
    case ExitCode.rowsNeedAPerson:
      if (given.some(({ name }) => name === 'limit')) {
        return { advice: 'look at these customers in Bond, then send the whole file', command: whole(facts) };
      }
      return exitCode === ExitCode.done ? { advice: 'nothing is left to do' } : afterErrors(facts);
    case ExitCode.runAgain:
      return { advice: 'run it again; it goes on where this one ended', command: again(facts, 'run') };
    case ExitCode.stopped: {
      const advice = isStopped
        ? 'change what is said above, then run it again'
        : 'see above, then run it again';
      return { advice, command: again(facts, 'run', cure ? [cure] : []) };
    }
  }
}

/** The rows with errors are corrected in the rejects, where there are any, else in the file itself. */
function afterErrors(facts: NextFacts): Next {
  const { files, counts, forbidden } = facts;
  const resend: GivenFlag[] = forbidden > 0 ? [{ name: 'resendRejected' }] : [];
  if (groupsOf(counts).needPerson === forbidden) {
    return {
      advice:
        'the refused rows need no correction: ask Bond, or those who run the network, what answered 403; when that is mended, send them again',
      command: again(facts, 'run', resend),
    };
  }
  if (files.rejects === undefined) {
    return {
      advice: `correct the rows that ${placeOf(facts)} names in ${facts.file}, then run it again: ${forbidden > 0 ? 'only they, and those refused before, are sent' : 'only they are sent'}`,
      command: again(facts, 'run', resend),
    };
  }
  return {
    advice: `correct ${files.rejects}, then import it`,
    command: importOf(files.rejects, files.ledger, facts, resend),
  };
}

/** The run over corrected rejects: the same ledger, and the flags that do not speak of the file itself. */
export function importOf(
  rejects: string,
  ledger: string | undefined,
  facts: Pick<NextFacts, 'given' | 'target'>,
  more: readonly GivenFlag[] = [],
): string {
  const kept = carried(facts, 'run').filter(
    ({ name }) => !OF_THIS_FILE.includes(name) && !more.some((each) => each.name === name),
  );
  const same: GivenFlag[] = ledger === undefined ? [] : [{ name: 'ledger', value: ledger }];
  return commandLine('run', rejects, [...kept, ...same, ...more]);
}

function placeOf({ files }: NextFacts): string {
  return files.rejects ?? files.results ?? 'the results file';
}

/** The command over the same file, with all flags that were given and go with it. */
export function again(
  facts: Pick<NextFacts, 'file' | 'given' | 'target'>,
  command: Command,
  more: readonly GivenFlag[] = [],
): string {
  const kept = carried(facts, command).filter(({ name }) => !more.some((each) => each.name === name));
  return commandLine(command, facts.file, [...kept, ...more]);
}

/** The same run, over all rows of the file. */
function whole(facts: NextFacts): string {
  return again({ ...facts, given: facts.given.filter(({ name }) => name !== 'limit') }, 'run');
}

function carried({ given, target = [] }: Pick<NextFacts, 'given' | 'target'>, command: Command): GivenFlag[] {
  const saidWhereTo = given.some(({ name }) => name === 'env' || name === 'apiUrl');
  return [...given, ...(saidWhereTo ? [] : target)].filter(
    ({ name }) => name !== 'dryRun' && settingOf(name)?.commands.includes(command),
  );
}

function commandLine(command: Command, file: string, flags: readonly GivenFlag[]): string {
  const words = flags.map(({ name, value }) => {
    const flag = settingOf(name)?.flag ?? name;
    if (value === undefined) return flag;
    return value.startsWith('-') ? `${flag}=${forShell(value)}` : `${flag} ${forShell(value)}`;
  });
  // A name that begins with a dash would be read as a flag.
  const named = file.startsWith('-') && file !== '-' ? `./${file}` : file;
  return ['bond-import', command, forShell(named), ...words].join(' ');
}

function settingOf(name: SettingName) {
  return allSettings.find((setting) => setting.name === name);
}
