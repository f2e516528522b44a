import { CsvError, Parser } from 'csv-parse';
import { OperatorError } from '../errors.js';
import type { FileFormat } from './dialect.js';
import { utf8Chunks } from './encoding.js';
import { quoteScanner } from './quotes.js';
import type { SourceRow } from './source-row.js';
import { titleOf, type Source } from './source.js';

const maxRowBytes = 1_000_000;

/** Hands each record over at once: `on_record` copies a dozen counters a row, and a readable side costs as much again. */
class DirectParser extends Parser {
  onRecord: (cells: string[]) => void = () => undefined;

  override push(cells: string[] | null): boolean {
    if (cells === null) return super.push(null);
    this.onRecord(cells);
    return true;
  }
}

/**
 * The data rows in file order, a batch for each chunk of the source; the next chunk is read when the next batch is
 * asked for. `onBytes` is told, before each batch, how many decompressed bytes have been read in all.
 */
export async function* readRows(
  source: Source,
  format: FileFormat,
  options: { limit?: number | undefined; onBytes?: ((bytes: number) => void) | undefined } = {},
): AsyncGenerator<SourceRow[]> {
  const limit = options.limit ?? Infinity;
  const parser = new DirectParser({
    delimiter: format.delimiter,
    record_delimiter: format.carriageReturns ? ['\r\n', '\n', '\r'] : ['\n'],
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: maxRowBytes,
  });
  // The callback of each write tells of an error; without a listener it would be thrown as well.
  parser.on('error', () => undefined);
  const rows = rowMaker(parser, format, limit);
  parser.onRecord = rows.take;
  let bytes = 0;
  let toSkip = format.headerByte;
  try {
    for await (const { raw, text } of utf8Chunks(source, format.encoding)) {
      const piece = text.subarray(toSkip);
      toSkip -= text.length - piece.length;
      rows.begin(piece);
      await settled((done) => parser.write(piece, done));
      bytes += raw.length;
      options.onBytes?.(bytes);
      const batch = rows.batch();
      if (batch.length > 0) yield batch;
      if (rows.count() >= limit) return;
    }
    await settled((done) => parser.end(done));
    const batch = rows.batch();
    if (batch.length > 0) yield batch;
  } catch (error) {
    throw asOperatorError(error, source, rows.line());
  } finally {
    parser.destroy();
  }
}

function settled(act: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    act((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/** Turns csv-parse's records into rows: counts rows and lines, passes over header and blank lines, judges the form. */
function rowMaker(parser: Parser, format: FileFormat, limit: number) {
  const width = format.header.length;
  const pieces: Buffer[] = [];
  let piecesByte = 0;
  let recordByte = 0;
  let batch: SourceRow[] = [];
  let row = 0;
  let line = format.headerLine;
  let linesParsed = 0;
  let headerSeen = false;
  // Delimiters at the end of the header or of the first row stand at the end of every row: Excel's way of saving.
  let widest = format.headerCells;

  const recordText = () =>
    Buffer.concat(pieces).subarray(recordByte - piecesByte, parser.info.bytes - piecesByte);

  const take = (cells: string[]): void => {
    // csv-parse counts a quoted CRLF twice, but it never misses a line end.
    const innerLines = parser.info.lines - linesParsed === 1 ? 0 : countLineEnds(cells);
    const firstLine = line;
    line += 1 + innerLines;
    linesParsed = parser.info.lines;
    if (!headerSeen) headerSeen = !isBlank(cells);
    else if (row < limit && !isBlank(cells)) {
      row++;
      if (cells.length === width && innerLines === 0) batch.push({ row, line: firstLine, cells });
      else batch.push(fitted(row, firstLine, cells, innerLines));
    }
    recordByte = parser.info.bytes;
  };

  const fitted = (number: number, firstLine: number, cells: string[], innerLines: number): SourceRow => {
    if (number === 1 && isSurplusEmpty(cells, width)) widest = Math.max(widest, cells.length);
    const malformed = formTrouble(cells, format, widest, innerLines, firstLine, recordText);
    const fit = Array.from({ length: width }, (_, at) => cells[at] ?? '');
    const plain = { row: number, line: firstLine, cells: fit };
    return malformed === undefined ? plain : { ...plain, malformed };
  };

  return {
    take,
    /** Keeps what the record under way consists of, to look at its quotes if they are suspicious. */
    begin(piece: Buffer) {
      for (let first = pieces[0]; first && piecesByte + first.length <= recordByte; first = pieces[0]) {
        pieces.shift();
        piecesByte += first.length;
      }
      pieces.push(piece);
    },
    batch() {
      const made = batch;
      batch = [];
      return made;
    },
    count: () => row,
    line: () => line,
  };
}

function isSurplusEmpty(cells: readonly string[], width: number): boolean {
  return cells.slice(width).every((cell) => cell === '');
}

function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0]?.trim() === '';
}

function countLineEnds(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
}

/** What is wrong with a row's form, and what to look for; undefined when nothing is. */
function formTrouble(
  cells: readonly string[],
  format: FileFormat,
  widest: number,
  innerLines: number,
  firstLine: number,
  recordText: () => Buffer,
): string | undefined {
  const width = format.header.length;
  const lastLine = firstLine + innerLines;
  if (innerLines > 0 && cells.some((cell) => cell.startsWith('"'))) {
    const quotes = quoteScanner(format.delimiter);
    quotes.scan(recordText());
    if (quotes.brokeOff()) {
      return `runs on to line ${lastLine}: look for a quote that is opened and not closed, the lines after it belong to other rows`;
    }
  }
  const many = cells.length > widest || !isSurplusEmpty(cells, width);
  if (cells.length >= width && !many) return undefined;
  const name = { ',': 'comma', ';': 'semicolon', '\t': 'tab' }[format.delimiter] ?? `"${format.delimiter}"`;
  const hint =
    innerLines > 0
      ? `it runs on to line ${lastLine}, look for a quote that is opened and not closed`
      : many
        ? `look for a ${name} inside a value that is not in quotes`
        : `look for a missing ${name} or a line break inside a value that is not in quotes`;
  return `has ${cells.length} cell${cells.length === 1 ? '' : 's'}, the header has ${width}: ${hint}`;
}

function asOperatorError(error: unknown, source: Source, line: number): unknown {
  if (!(error instanceof CsvError)) return error;
  if (error.code !== 'CSV_MAX_RECORD_SIZE' && error.code !== 'CSV_QUOTE_NOT_CLOSED') return error;
  const what = error.code === 'CSV_MAX_RECORD_SIZE' ? 'is longer than 1 MB' : 'does not end';
  return new OperatorError(
    `${titleOf(source.name)}: the row that begins on line ${line} ${what}: look there for a quote that is opened and not closed`,
    { cause: error },
  );
}
