import type { Options } from 'csv-parse';
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
  /** How the header's line ends. */
  readonly lineEnd: string;
}

/** How a file is to be read. */
export interface FileFormat extends Dialect {
  /** A canonical encoding name of TextDecoder's. */
  readonly encoding: string;
  readonly byteOrderMark: boolean;
}

const candidates = [',', ';', '\t', '|'];
const lineEnd = /\r\n|\n|\r/;

const MAX_ROW_BYTES = 1_000_000;

/** How csv-parse reads one record after the other as arrays of untouched cells, whatever its quotes and length. */
export function parseOptions(format: Pick<Dialect, 'delimiter'>): Options {
  return {
    delimiter: format.delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: MAX_ROW_BYTES,
  };
}

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
  const [best = { delimiter: ',', header: [], headerCells: 0, lineEnd: '\n' }] = (
    given === undefined ? candidates : [given]
  )
    .map((delimiter) => ({ delimiter, ...headerOf(text, delimiter) }))
    .map((found) => ({ found, known: options.countKnown(found.header) }))
    .sort((a, b) => b.known - a.known || b.found.header.length - a.found.header.length)
    .map(({ found }) => found);
  if (!/[\p{L}\p{N}]/u.test(best.header.join(''))) {
    throw new OperatorError(
      `${titleOf(name)}, line ${line}: the header is empty, column names were expected: put them there`,
    );
  }
  return { ...best, headerLine: line, headerByte: byte, sepLine: separator !== undefined };
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

function headerOf(text: Buffer, delimiter: string): Pick<Dialect, 'header' | 'headerCells' | 'lineEnd'> {
  const { record, end } = firstRecord(text, delimiter);
  const cells = record.map((cell) => cell.trim());
  return {
    header: cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1),
    headerCells: cells.length,
    lineEnd: /(?:\r\n|\n|\r)$/.exec(text.toString('utf8', Math.max(0, end - 2), end))?.[0] ?? '\n',
  };
}

/** The first record, and where its line ends. */
function firstRecord(text: Buffer, delimiter: string): { record: readonly string[]; end: number } {
  let first: { record: readonly string[]; end: number } | undefined;
  const onRecord: Options['on_record'] = (record, { bytes }) => {
    first = { record, end: bytes };
    return record;
  };
  try {
    parse(text, { ...parseOptions({ delimiter }), on_record: onRecord, to: 1 });
  } catch {
    // A quote that is not closed: the reader names its place.
  }
  const [line = ''] = text.toString('utf8', 0, 4096).split(lineEnd, 1);
  return first ?? { record: line.split(delimiter), end: 0 };
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
