import { allSettings, COMMANDS, type Command, type Setting } from '../config.js';

/** What the help says of a command. */
export interface Topic {
  readonly takes?: '<file>' | '<files..>';
  readonly describe: string;
  readonly example: string;
}

type Row = readonly [left: string, right: string];

const HELP: Row = ['-h, --help', 'show this'];

/** `bond-import --help`: what there is to do. */
export function programHelp(topics: Readonly<Record<Command, Topic>>, columns: number): string {
  const commands = COMMANDS.map((command): Row => [
    usage(command, topics[command]),
    topics[command].describe,
  ]);
  return [
    'bond-import <command> [options]',
    '',
    ...wrapped(
      'Imports a CSV of customers into Bond and pairs every row with its customer_id or its errors.',
      columns,
    ),
    ...sections(columns, {
      Commands: [
        ...commands,
        ['bond-import completion', 'print a script for completion in bash'],
        ['bond-import help <command>', 'show the options of a command, as <command> --help does'],
      ],
      Options: [HELP, ['--version', 'show the version']],
    }),
  ].join('\n');
}

/** `bond-import <command> --help`: all that can be said to a command. */
export function commandHelp(command: Command, topic: Topic, columns: number): string {
  const { takes, describe, example } = topic;
  const settings = allSettings().filter(({ commands }) => commands.includes(command));
  return [
    `${usage(command, topic)} [options]`,
    '',
    ...wrapped(describe, columns),
    ...sections(columns, {
      ...(takes && { Files: [[takes, 'a CSV of customers, gzipped or not; - for standard input']] }),
      Options: [...settings.map(optionRow), HELP],
    }),
    '',
    ...wrapped(
      'In brackets: the default, and the environment variable that counts without the flag.',
      columns,
    ),
    '',
    'Example:',
    `${GAP}bond-import ${example}`,
  ].join('\n');
}

function usage(command: Command, { takes }: Topic): string {
  return ['bond-import', command, ...(takes ? [takes] : [])].join(' ');
}

function optionRow({ flag, value, meaning, env, default: literal, defaultNote }: Setting): Row {
  const notes = [literal ?? defaultNote?.replace('–', ''), env].filter(Boolean);
  const text = notes.length > 0 ? `${meaning} [${notes.join(', ')}]` : meaning;
  return [value === undefined ? flag : `${flag} ${value}`, text.replaceAll('`', '')];
}

const GAP = '  ';
/** Narrower than this, a column of words cannot be read. */
const LEAST_ROOM = 20;

/** Headings with rows beneath them, in two columns that are the same for all. */
function sections(columns: number, parts: Readonly<Record<string, readonly Row[]>>): string[] {
  const width = Math.max(...Object.values(parts).flatMap((rows) => rows.map(([left]) => left.length)));
  const room = Math.max(LEAST_ROOM, columns - width - 2 * GAP.length);
  return Object.entries(parts).flatMap(([heading, rows]) => [
    '',
    `${heading}:`,
    ...rows.flatMap(([left, right]) =>
      wrapped(right, room).map((line, at) => `${GAP}${(at === 0 ? left : '').padEnd(width)}${GAP}${line}`),
    ),
  ]);
}

/** Lines of at most so many characters, but for words that are longer. */
function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > most) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
