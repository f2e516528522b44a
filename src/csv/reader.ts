import { createHash, type Hash } from 'node:crypto';
import { pipeline } from 'node:stream';
import { finished } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { OperatorError } from '../errors.js';
import type { FileFormat } from './dialect.js';
import { utf8Chunks } from './encoding.js';
import { parseOptions } from './quoting.js';
import { linesIn, readQuotes } from './raw-record.js';
import { rowMaker } from './rows.js';
import type { SourceRow } from './source-row.js';
import { titleOf, type Source } from './source.js';

/** What a pass over the whole file has read. */
export interface Passed {
  /** Of the decompressed bytes, in hex. */
  readonly sha256: string;
  /** Decompressed. */
  readonly bytes: number;
  /** Data rows. */
  readonly rows: number;
}

/** Few, so that little is between file and ledger when a run is stopped. */
const BATCH_ROWS = 50;

/**
 * One pass over the file: its data rows in order, a few at a time. Bytes that are not valid, a quote that is never
 * closed, a row over 1 MB or no data rows at all end in an OperatorError, perhaps after all the rows before.
 * `onEnd` is told what the pass has read when it is whole.
 */
export async function* readRows(
  source: Source,
  format: FileFormat,
  onEnd: (passed: Passed) => void,
): AsyncGenerator<SourceRow[]> {
  const read = { hash: createHash('sha256'), bytes: 0 };
  const rows = rowMaker(format);
  // `raw` costs little and tells what `info` does not: a quoted CRLF is one line end, and where a quote was opened.
  const parser = parse({ ...parseOptions(format), raw: true });
  // The failure is met again where the records are read.
  const records: AsyncIterable<{ record: string[]; raw: string }> = pipeline(
    textOf(source, format, read),
    parser,
    () => undefined,
  );
  let batch: SourceRow[] = [];
  try {
    for await (const { record, raw } of records) {
      const row = rows.of(record, raw);
      if (row) batch.push(row);
      if (batch.length < BATCH_ROWS) continue;
      yield batch;
      batch = [];
    }
  } catch (error) {
    throw error instanceof CsvError ? await endless(source, format, error) : error;
  }
  if (batch.length > 0) yield batch;
  if (rows.count() === 0) {
    throw new OperatorError(
      `${titleOf(source.name)} has a header but no data rows, at least one was expected: check the export`,
    );
  }
  onEnd({ sha256: read.hash.digest('hex'), bytes: read.bytes, rows: rows.count() });
}

/** What has been read so far. */
interface Reading {
  readonly hash?: Hash;
  bytes: number;
}

/** The text from the header on, as UTF-8; `read` is kept of all that passes. */
async function* textOf(
  source: Source,
  format: FileFormat,
  read: Reading = { bytes: 0 },
): AsyncGenerator<Buffer> {
  let toSkip = format.headerByte;
  let padding: Buffer = Buffer.alloc(0);
  for await (const { raw, text } of utf8Chunks(source, format.encoding)) {
    read.hash?.update(raw);
    read.bytes += raw.length;
    const piece = text.subarray(toSkip);
    toSkip -= text.length - piece.length;
    const end = piece.findLastIndex((byte) => !PADDING.includes(byte)) + 1;
    if (end > 0)
      yield padding.length > 0 ? Buffer.concat([padding, piece.subarray(0, end)]) : piece.subarray(0, end);
    const rest = piece.subarray(end);
    if (end > 0 || padding.length === 0) padding = rest;
    else if (rest.length > 0) padding = Buffer.concat([padding, rest]);
  }
  if (!padding.some((byte) => byte === NUL || byte === CTRL_Z)) yield padding;
}

const NUL = 0;
const CTRL_Z = 0x1a;
/** What old programs and preallocated files leave at the very end, before and behind the last line end. */
const PADDING = [NUL, CTRL_Z, 0x0a, 0x0d];

/** A quote that is never closed, or a row that goes on and on, with its place: the stream drops the rows before it, so they are counted again. */
async function endless(source: Source, format: FileFormat, error: CsvError): Promise<OperatorError> {
  const title = titleOf(source.name);
  let line = format.headerLine;
  const counter = parse({
    ...parseOptions(format),
    raw: true,
    on_record: (_, { raw = '' }) => {
      line += linesIn(raw);
      return null;
    },
  });
  await finished(pipeline(textOf(source, format), counter, () => undefined).resume()).catch(() => undefined);
  const raw: unknown = error['raw'];
  const openedAt = typeof raw === 'string' ? readQuotes(raw, format).openedAt : undefined;
  if (error.code === 'CSV_QUOTE_NOT_CLOSED' && typeof raw === 'string' && openedAt !== undefined) {
    const before = raw.slice(0, openedAt).split(/\r\n|\n|\r/);
    const column = Array.from(before.at(-1) ?? '').length + 1;
    return new OperatorError(
      `${title}, line ${line + before.length - 1}, column ${column}: a quote is opened here and never closed: ` +
        'close it, or remove it if it is stray',
      { cause: error },
    );
  }
  return new OperatorError(
    `${title}: the row that begins on line ${line} is longer than 1 MB: look there for a quote that is opened and not closed`,
    { cause: error },
  );
}
