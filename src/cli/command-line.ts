import { parseArgs } from 'node:util';
import { allSettings, COMMANDS, type Command, type Setting, type SettingName } from '../config.js';
import { OperatorError } from '../errors.js';

/** What a command line asks for. */
export type CommandLine =
  | { readonly asks: 'help'; readonly about: Command | undefined }
  | { readonly asks: 'version' | 'completion' }
  | {
      readonly asks: 'command';
      readonly command: Command;
      readonly files: readonly string[];
      readonly flags: Readonly<Partial<Record<SettingName, string | true>>>;
    };

/** A flag as it was written. */
interface Written {
  readonly flag: string;
  readonly value: string | undefined;
  /** Whether its value came in one word with it, as in `--flag=value`. */
  readonly isJoined: boolean;
}

interface Given extends Written {
  readonly setting: Setting;
}

/** Words that stand where a command does, and act on nothing. */
const HELPERS = ['completion', 'help'];

/** @throws OperatorError for words that are not known, or do not go together */
export async function readCommandLine(args: readonly string[]): Promise<CommandLine> {
  const { words, written } = take(args);
  const [word, ...files] = words;
  // Also where a value was due.
  const asked = written.map(({ flag, value = flag, isJoined }) => (isJoined ? flag : value));
  if (word === 'help') return { asks: 'help', about: await commandOf(files[0]) };
  if (asked.includes('--help') || asked.includes('-h')) return { asks: 'help', about: await commandOf(word) };
  if (asked.includes('--version')) return { asks: 'version' };

  const given = await withSettings(written);
  const command = await commandOf(word);
  if (word === undefined) {
    const all = COMMANDS.join(', ');
    throw new OperatorError(`A command is needed, one of ${all}: bond-import --help shows them`);
  }
  const stranger = given.find(({ setting }) => !setting.commands.some((each) => each === command));
  if (stranger) {
    const { flag } = stranger;
    throw new OperatorError(`${flag} does not go with this command: see bond-import ${word} --help`);
  }
  // Given twice, the last one counts.
  const flags = Object.fromEntries(given.map((each) => [each.setting.name, valueOf(each)]));
  if (command !== undefined) return { asks: 'command', command, files, flags };
  if (files.length > 0) throw new OperatorError(`${word} stands alone, got "${files.join(' ')}" after it`);
  return { asks: 'completion' };
}

/** Not strict: what is wrong is said in our own words. */
function take(args: readonly string[]): { words: string[]; written: Written[] } {
  const options = Object.fromEntries(
    allSettings().map(({ flag, isSwitch }) => [
      flag.slice(2),
      { type: isSwitch ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const words: string[] = [];
  const written: Written[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const { index, value, inlineValue: isJoined = false } = token;
    // Not the token's own name: parseArgs takes -path for -p -a -t -h, and the last of them would ask for help.
    const [flag = ''] = args[index]?.split('=', 1) ?? [];
    written.push({ flag, value, isJoined });
  }
  return { words, written };
}

/** Undefined where there is no word, and for those that act on nothing. */
async function commandOf(word: string | undefined): Promise<Command | undefined> {
  const known = [...COMMANDS, ...HELPERS];
  if (word !== undefined && !known.includes(word)) throw await refusal('command', word, known);
  return COMMANDS.find((each) => each === word);
}

async function withSettings(written: readonly Written[]): Promise<Given[]> {
  const settings = allSettings();
  const flags = [...settings.map(({ flag }) => flag), '--help', '--version'];
  const given: Given[] = [];
  for (const each of written) {
    const setting = settings.find(({ flag }) => flag === each.flag);
    if (!setting) throw await refusal('flag', each.flag, flags);
    given.push({ ...each, setting });
  }
  return given;
}

/** With the nearest right word, where one is near; what finds it is loaded only then. */
async function refusal(
  kind: 'command' | 'flag',
  given: string,
  words: readonly string[],
): Promise<OperatorError> {
  const { closest, distance } = await import('fastest-levenshtein');
  const near = closest(given, words);
  const isNear = distance(given, near) <= Math.max(2, given.length / 3);
  const cure = isNear ? `did you mean ${near}?` : 'see bond-import --help';
  return new OperatorError(`There is no ${kind} ${given || '""'} here; ${cure}`);
}

function valueOf({ flag, value, isJoined, setting }: Given): string | true {
  const { isSwitch, expected = 'a value' } = setting;
  if (isSwitch) {
    if (!isJoined) return true;
    throw new OperatorError(`${flag} takes no value, got "${value ?? ''}": give it alone, or leave it out`);
  }
  if (value === undefined) throw new OperatorError(`${flag}: expected ${expected}, got nothing`);
  // A lone dash and a negative number are for the setting to judge; else a flag comes where the value was forgotten.
  if (!isJoined && /^-\D/.test(value)) {
    throw new OperatorError(
      `${flag}: expected ${expected}, got the flag ${value}; a value that begins with a dash is written ${flag}=${value}`,
    );
  }
  return value;
}
