import { OperatorError } from '../errors.js';
import { refuseOtherHeader, type HeaderKnowledge } from './header.js';
import { quotingOf, recordsIn, type Quoting } from './quoting.js';
import { titleOf } from './source.js';

/** How the columns are found in the text. */
interface Dialect extends Quoting {
  /** Trimmed cells of the header, without those at its end that are empty, as the cells below them are. */
  readonly header: readonly string[];
  /** Cells of the header line, with those empty ones. */
  readonly headerCells: number;
  /** 1-based physical line on which the header begins. */
  readonly headerLine: number;
  /** Where the header begins, in bytes of UTF-8 text without a byte order mark. */
  readonly headerByte: number;
  /** Whether the first line is Excel's `sep=;`. */
  readonly sepLine: boolean;
  /** How the header's line ends. */
  readonly lineEnd: string;
}

/** How a file is to be read. */
export interface FileFormat extends Dialect {
  /** A canonical encoding name of TextDecoder's. */
  readonly encoding: string;
  readonly byteOrderMark: boolean;
}

export interface DialectOptions extends HeaderKnowledge {
  readonly delimiter?: string | undefined;
}

/** The first part of a file, as UTF-8. */
export interface Head {
  readonly text: Buffer;
  /** Whether there is no more. */
  readonly isWhole: boolean;
}

const CANDIDATES = [',', ';', '\t', '|'];
/** Too rare to be taken without being asked for: a name or an address may hold them. */
const PROPOSED = ['||', '|~|', '^', '~', '¦', '\u0001', '\u001f', '::', ':', '#', '§'];
/** Rows below the header that are looked at before any pass. */
const SAMPLE_ROWS = 200;

/** Finds delimiter, quoting, header and some rows in the first part of a file; a text that has no header that can be used is refused. */
export function findDialect(
  name: string,
  head: Head,
  options: DialectOptions,
): { dialect: Dialect; sample: readonly (readonly string[])[] } {
  const { byte, line, separator } = skipToHeader(head.text);
  const text = head.text.subarray(byte);
  if (text.length === 0) {
    throw new OperatorError(`${titleOf(name)} is blank, a header and rows were expected: export it again`);
  }
  const read = (delimiter: string): Reading => readHeader(text, delimiter, head.isWhole, options);
  const given = options.delimiter === undefined ? separator : delimiterNamed(options.delimiter);
  const best = bestOf((given === undefined ? CANDIDATES : [given]).map(read));
  if (given === undefined) proposeDelimiter(name, line, best, PROPOSED.map(read));
  const { quoting } = best;
  const [, ...rows] = recordsIn(text, quoting, SAMPLE_ROWS + 1).map(({ cells }) => cells);
  if (given === undefined) refuseOtherSeparator(name, line, best, { text, rows });
  const header = withUnnamed(best, rows);
  refuseOtherHeader(
    { title: titleOf(name), line, text, header, known: best.known, rows },
    given === undefined ? [quoting.delimiter, ...CANDIDATES] : [given],
    options,
  );
  const { headerCells, lineEnd } = best;
  const place = { headerLine: line, headerByte: byte, sepLine: separator !== undefined };
  const sample = rows.filter((cells) => cells.length === header.length);
  return { dialect: { ...quoting, header, headerCells, lineEnd, ...place }, sample };
}

/** The header with those of its empty cells at the end under which rows have text: columns without a name. */
function withUnnamed(
  { header, headerCells }: Reading,
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = rows
    .filter((cells) => cells.length <= headerCells)
    .map((cells) => cells.findLastIndex((cell) => cell.trim() !== '') + 1);
  const unnamed = Math.max(0, ...widths) - header.length;
  return unnamed > 0 ? [...header, ...Array<string>(unnamed).fill('')] : header;
}

/** A header under one delimiter. */
interface Reading extends Pick<Dialect, 'header' | 'headerCells' | 'lineEnd'> {
  readonly quoting: Quoting;
  /** How many of its cells name a field. */
  readonly known: number;
}

function readHeader(text: Buffer, delimiter: string, isWhole: boolean, options: DialectOptions): Reading {
  const quoting = quotingOf(text, delimiter, isWhole);
  const [first] = recordsIn(text, quoting, 1);
  // A quote that is not closed: the reader names its place.
  const [line = ''] = text.toString('utf8', 0, 4096).split(LINE_END, 1);
  const cells = (first?.cells ?? line.split(delimiter)).map((cell) => cell.trim());
  const header = cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);
  const end = first?.end ?? 0;
  return {
    quoting,
    header,
    headerCells: cells.length,
    lineEnd: /(?:\r\n|\n|\r)$/.exec(text.toString('utf8', Math.max(0, end - 2), end))?.[0] ?? '\n',
    known: options.countKnown(header) + options.countMapped(header),
  };
}

/** The one under which most names are known, or else most there are. */
function bestOf(readings: readonly Reading[]): Reading {
  return readings.reduce((best, next) =>
    next.known > best.known || (next.known === best.known && next.header.length > best.header.length)
      ? next
      : best,
  );
}

function proposeDelimiter(name: string, line: number, best: Reading, proposed: readonly Reading[]): void {
  // Under | alone, a header in || has the same names, and empty ones between them.
  const better = proposed.find(
    ({ known, header, quoting }) =>
      known >= 2 &&
      (known > best.known ||
        (known === best.known &&
          header.length < best.header.length &&
          quoting.delimiter.includes(best.quoting.delimiter))),
  );
  if (!better) return;
  const { delimiter } = better.quoting;
  const code = `0x${(delimiter.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`;
  const [shown, given] = delimiter < ' ' ? [code, code] : [`"${delimiter}"`, `'${delimiter}'`];
  throw new OperatorError(
    `${titleOf(name)}, line ${line}: the column names seem to be separated by ${shown}, a comma, semicolon, tab or | was expected: give --delimiter ${given}`,
  );
}

/** A header under one delimiter, and rows that are in one piece under it and whole under another. */
function refuseOtherSeparator(
  name: string,
  line: number,
  { header, quoting: { delimiter } }: Reading,
  { text, rows }: { readonly text: Buffer; readonly rows: readonly (readonly string[])[] },
): void {
  if (header.length < 3 || rows.length === 0 || rows.some((cells) => cells.length > 1)) return;
  const other = CANDIDATES.find((candidate) => {
    const quoting: Quoting = { delimiter: candidate, escape: '"', spacedQuotes: false };
    const [, ...below] = recordsIn(text, quoting, SAMPLE_ROWS + 1);
    return below.length > 0 && below.every(({ cells }) => cells.length === header.length);
  });
  if (other === undefined) return;
  const [names, cells] = [delimiterWord(delimiter), delimiterWord(other)];
  throw new OperatorError(
    `${titleOf(name)}: between the column names of line ${line} stands a ${names}, between the cells below a ${cells}; one sign was expected: ` +
      `put a ${cells} in place of each ${names} in line ${line}`,
  );
}

const SIGNS = /^[^\p{L}\p{M}\p{N}"\r\n\0\ufffd]{1,3}$/u;
const LINE_END = /\r\n|\n|\r/;

/** Passes over a `sep=;` line and blank lines. */
function skipToHeader(text: Buffer): { byte: number; line: number; separator: string | undefined } {
  let byte = 0;
  let separator: string | undefined;
  for (let line = 1; ; line++) {
    const rest = text.toString('utf8', byte, byte + 4096);
    const end = LINE_END.exec(rest);
    const content = rest.slice(0, end?.index);
    const named = line === 1 ? /^"?sep=([^"]{1,3})"?$/i.exec(content)?.[1] : undefined;
    if (named !== undefined && SIGNS.test(named)) separator = named;
    else if (content.trim() !== '' || byte >= text.length) return { byte, line, separator };
    byte += Buffer.byteLength(content + (end?.[0] ?? ''));
  }
}

/** The delimiter that `--delimiter` names: one to three signs, `tab`, `\t` or a code such as `0x01`; else an OperatorError. */
function delimiterNamed(given: string): string {
  if (/^(tab|\\t)$/i.test(given)) return '\t';
  const code = /^(?:0x|\\x|\\u00|U\+00)([0-9a-f]{2})$/i.exec(given)?.[1];
  const delimiter = code === undefined ? given : String.fromCharCode(parseInt(code, 16));
  if (SIGNS.test(delimiter)) return delimiter;
  throw new OperatorError(
    `--delimiter ${JSON.stringify(given)} cannot separate cells, one to three signs were expected: give , or ; or | or tab, or a code such as 0x01`,
  );
}

/** What messages call a delimiter. */
export function delimiterWord(delimiter: string): string {
  switch (delimiter) {
    case ',':
      return 'comma';
    case ';':
      return 'semicolon';
    case '\t':
      return 'tab';
    default:
      return JSON.stringify(delimiter);
  }
}
