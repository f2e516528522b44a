import { parse } from 'csv-parse/sync';
import { OperatorError } from '../errors.js';
import { titleOf } from './source.js';

/** How the columns are found in the text. */
interface Dialect {
  readonly delimiter: string;
  /** Trimmed cells of the header, without empty ones at its end. */
  readonly header: readonly string[];
  /** Cells of the header line, with those empty ones. */
  readonly headerCells: number;
  /** 1-based physical line on which the header begins. */
  readonly headerLine: number;
  /** Where the header begins, in bytes of UTF-8 text without a byte order mark. */
  readonly headerByte: number;
  /** Whether the first line is Excel's `sep=;`. */
  readonly sepLine: boolean;
}

/** How a file is to be read. */
export interface FileFormat extends Dialect {
  /** A canonical encoding name of TextDecoder's. */
  readonly encoding: string;
}

const candidates = [',', ';', '\t', '|'];
const lineEnd = /\r\n|\n|\r/;

/** Finds delimiter and header in the first part of the text; `countKnown` tells how many of some headers name a field. */
export function findDialect(
  name: string,
  head: Buffer,
  options: { delimiter?: string | undefined; countKnown: (headers: readonly string[]) => number },
): Dialect {
  const { byte, line, separator } = skipToHeader(head);
  const text = head.subarray(byte);
  if (text.length === 0) {
    throw new OperatorError(`${titleOf(name)} is blank, a header and rows were expected: export it again`);
  }
  const given = options.delimiter === undefined ? separator : delimiterNamed(options.delimiter);
  const [best = { delimiter: ',', header: [], headerCells: 0 }] = (given === undefined ? candidates : [given])
    .map((delimiter) => ({ delimiter, ...headerOf(text, delimiter) }))
    .map((found) => ({ ...found, known: options.countKnown(found.header) }))
    .sort((a, b) => b.known - a.known || b.header.length - a.header.length);
  if (!/[\p{L}\p{N}]/u.test(best.header.join(''))) {
    throw new OperatorError(
      `${titleOf(name)}, line ${line}: the header is empty, column names were expected: put them there`,
    );
  }
  const { delimiter, header, headerCells } = best;
  return {
    delimiter,
    header,
    headerCells,
    headerLine: line,
    headerByte: byte,
    sepLine: separator !== undefined,
  };
}

/** Passes over a byte-order-free `sep=;` line and blank lines. */
function skipToHeader(head: Buffer): { byte: number; line: number; separator: string | undefined } {
  let byte = 0;
  let separator: string | undefined;
  for (let line = 1; ; line++) {
    const rest = head.toString('utf8', byte, byte + 4096);
    const end = lineEnd.exec(rest);
    const text = rest.slice(0, end?.index);
    const named = line === 1 ? /^"?sep=([^"])"?$/i.exec(text)?.[1] : undefined;
    if (named !== undefined) separator = delimiterNamed(named);
    else if (text.trim() !== '' || byte >= head.length) return { byte, line, separator };
    byte += Buffer.byteLength(text + (end?.[0] ?? ''));
  }
}

function headerOf(text: Buffer, delimiter: string): { header: string[]; headerCells: number } {
  const cells = firstRecord(text, delimiter).map((cell) => cell.trim());
  return {
    header: cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1),
    headerCells: cells.length,
  };
}

function firstRecord(text: Buffer, delimiter: string): readonly string[] {
  const recordDelimiters = ['\r\n', '\n', '\r'];
  try {
    const options = { delimiter, record_delimiter: recordDelimiters, relax_quotes: true, to: 1 };
    const records: string[][] = parse(text, options);
    return records[0] ?? [];
  } catch {
    // A quote that is not closed: the survey names its line.
    return text.toString('utf8', 0, 4096).split(lineEnd, 1).join('').split(delimiter);
  }
}

/** The delimiter that `--delimiter` or a `sep=` line names: a character, `\t` or `tab`; else an OperatorError. */
function delimiterNamed(given: string): string {
  if (/^(tab|\\t)$/i.test(given)) return '\t';
  // One byte, so that quotes can be followed without decoding.
  if (/^[\t\x20-\x7e]$/.test(given) && !/["A-Za-z0-9]/.test(given)) return given;
  throw new OperatorError(
    `--delimiter ${JSON.stringify(given)} cannot separate cells, one ASCII sign was expected: give , or ; or | or tab`,
  );
}
