import { OperatorError } from '../errors.js';
import { recordsIn } from './quoting.js';

/** What others know of column names. */
export interface HeaderKnowledge {
  /** How many of some headers name a field by themselves. */
  readonly countKnown: (headers: readonly string[]) => number;
  /** How many of some headers the mapping file names. */
  readonly countMapped: (headers: readonly string[]) => number;
}

/** The line that was taken for the header. */
interface HeaderLine {
  readonly title: string;
  /** 1-based. */
  readonly line: number;
  /** The text from it on. */
  readonly text: Buffer;
  readonly header: readonly string[];
  /** How many of its cells name a field. */
  readonly known: number;
  /** A few of the rows below it. */
  readonly rows: readonly (readonly string[])[];
}

/** Refuses a first line that is not the header that the rows need: titles above it, a row, or quotes of another kind. */
export function refuseOtherHeader(
  first: HeaderLine,
  delimiters: readonly string[],
  knowledge: HeaderKnowledge,
): void {
  const { title, line, header } = first;
  const below = headerBelow(first, delimiters, knowledge);
  if (below !== undefined) {
    const above = below === line + 1 ? `line ${line}` : `lines ${line} to ${below - 1}`;
    throw new OperatorError(
      `${title}: line ${below} looks like the header, line ${line} was expected to be: remove ${above}`,
    );
  }
  if (!/[\p{L}\p{N}]/u.test(header.join(''))) {
    throw new OperatorError(
      `${title}, line ${line}: the header is empty, column names were expected: put them there`,
    );
  }
  refuseWholeLines(first, delimiters, knowledge);
  refuseOtherQuotes(first);
  refuseFixedWidth(first, knowledge);
  refuseRowForHeader(first, knowledge);
}

/** Lines from the first one on that may be titles and comments. */
const LOOK_DOWN_LINES = 20;
const LOOK_DOWN_BYTES = 64 * 1024;
/** So many known names are no accident. */
const ENOUGH_KNOWN = 3;

/** The line below the first one that has clearly more known names. */
function headerBelow(
  { line, text, known }: HeaderLine,
  delimiters: readonly string[],
  { countKnown, countMapped }: HeaderKnowledge,
): number | undefined {
  const lines = text.toString('utf8', 0, LOOK_DOWN_BYTES).split(/\r\n|\n|\r/, LOOK_DOWN_LINES);
  const counts = lines.slice(1).map((content) =>
    Math.max(
      ...delimiters.map((delimiter) => {
        const cells = cellsOf(content, delimiter).map((cell) => cell.trim());
        return countKnown(cells) + countMapped(cells);
      }),
    ),
  );
  const most = Math.max(0, ...counts);
  return most >= ENOUGH_KNOWN && most > known ? line + 1 + counts.indexOf(most) : undefined;
}

function cellsOf(line: string, delimiter: string): readonly string[] {
  const [record] = recordsIn(Buffer.from(line), { delimiter, escape: '"', spacedQuotes: false }, 1);
  return record?.cells ?? [];
}

/** `"a1,Nora,Vance"`: one cell for csv-parse and for every spreadsheet. */
function refuseWholeLines(
  { title, line, header }: HeaderLine,
  delimiters: readonly string[],
  { countKnown, countMapped }: HeaderKnowledge,
): void {
  const [only = ''] = header;
  if (header.length !== 1) return;
  const inside = delimiters.map((delimiter) => cellsOf(only, delimiter).map((cell) => cell.trim()));
  if (!inside.some((cells) => cells.length > 1 && countKnown(cells) + countMapped(cells) >= 2)) return;
  throw new OperatorError(
    `${title}, line ${line}: the whole line is in quotes, which makes one cell of it; quotes around single cells were expected: ` +
      'remove the first and last quote of every line, and make one quote of each doubled one inside',
  );
}

const OTHER_QUOTES: readonly (readonly [string, RegExp])[] = [
  ['single quotes', /^'[^]*'$/],
  ['quotes within quotes', /^"[^]*"$/],
  ['backticks', /^`[^]*`$/],
  ['curly quotes', /^[“”„‘’‚«‹][^]*[“”‘’»›]$/],
];

/** Cells in quotes of another kind: what a comma in them means is not certain. */
function refuseOtherQuotes({ title, line, header, rows }: HeaderLine): void {
  const wordsOf = (cells: readonly string[]): string[] =>
    cells.map((cell) => cell.trim()).filter((cell) => !/^(?:[-+]?[\d.]+|NULL)?$/i.test(cell));
  const headerWords = [wordsOf(header)];
  const rowWords = rows
    .slice(0, 20)
    .filter((cells) => cells.some((cell) => cell.trim() !== ''))
    .map(wordsOf);
  for (const [name, quoted] of OTHER_QUOTES) {
    // One cell alone may hold a nickname as it is written: "Bob".
    const areQuoted = (lines: readonly string[][]): boolean =>
      lines.flat().length >= 2 &&
      lines.every((words) => words.length > 0 && words.every((word) => quoted.test(word)));
    const inHeader = areQuoted(headerWords);
    if (!inHeader && !areQuoted(rowWords)) continue;
    const where = inHeader ? line : line + 1;
    throw new OperatorError(
      `${title}, line ${where}: the cells are in ${name}, double quotes or none were expected: ` +
        'export again with " as the quote, or replace the quotes around every cell',
    );
  }
}

/** A first line whose names stand under each other, padded with spaces. */
function refuseFixedWidth({ title, line, header }: HeaderLine, { countKnown }: HeaderKnowledge): void {
  const [only = ''] = header;
  if (header.length !== 1) return;
  if (countKnown(only.split(/\s{2,}/)) < 2 && countKnown(only.split(/\s+/)) < ENOUGH_KNOWN) return;
  throw new OperatorError(
    `${title}, line ${line}: the columns are set apart by spaces (fixed width), a comma, semicolon, tab or | was expected: export the data as CSV`,
  );
}

const DATE = /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ].*)?$|^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?: .*)?$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const NUMBER = /^[-+()\d. ]{5,}$/;

/** A file without a header: its first row would be taken for one, and be lost, also when a mapping file names its cells. */
function refuseRowForHeader(
  { title, line, header }: HeaderLine,
  { countKnown, countMapped }: HeaderKnowledge,
): void {
  if (countKnown(header) >= 2) return;
  // A mapping file that names other cells knows the header; what it leaves out may be called by a date.
  const isMapped = countMapped(header) >= 2;
  const kinds: [string, RegExp][] = [
    ['a date', DATE],
    ['an e-mail address', EMAIL],
    ['a number', NUMBER],
  ];
  const found = header.flatMap((cell, at) => {
    if (isMapped && countMapped([cell]) === 0) return [];
    const kind = kinds.find(([, pattern]) => pattern.test(cell))?.[0];
    return kind === undefined ? [] : [{ kind, at }];
  });
  const [best] = [...found].sort((a, b) => Number(a.kind === 'a number') - Number(b.kind === 'a number'));
  if (!best || (best.kind === 'a number' && found.length < 2)) return;
  throw new OperatorError(
    `${title}, line ${line}: this is a row and no header (its cell ${best.at + 1} is ${best.kind}), column names were expected: ` +
      'put a line with the names of the columns above it',
  );
}
