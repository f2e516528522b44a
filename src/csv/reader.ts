import { OperatorError } from '../errors.js';
import type { FileFormat } from './dialect.js';
import { utf8Chunks } from './encoding.js';
import { recordCutter, type TextRecord } from './records.js';
import type { SourceRow } from './source-row.js';
import { titleOf, type Source } from './source.js';

const maxRowChars = 1_000_000;

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
  const cutter = recordCutter(format);
  const rows = rowMaker(format, limit);
  let bytes = 0;
  let toSkip = format.headerByte;
  for await (const { raw, text } of utf8Chunks(source, format.encoding)) {
    const piece = text.subarray(toSkip);
    toSkip -= text.length - piece.length;
    const batch = rows.of(cutter.cut(piece.toString(), false));
    const { chars, line } = cutter.unfinished();
    if (chars > maxRowChars) throw endless(source, line, 'is longer than 1 MB');
    bytes += raw.length;
    options.onBytes?.(bytes);
    if (batch.length > 0) yield batch;
    if (rows.count() >= limit) return;
  }
  const batch = rows.of(cutter.cut('', true));
  const { chars, line } = cutter.unfinished();
  if (chars > 0) throw endless(source, line, 'does not end');
  if (batch.length > 0) yield batch;
}

function endless(source: Source, line: number, what: string): OperatorError {
  return new OperatorError(
    `${titleOf(source.name)}: the row that begins on line ${line} ${what}: look there for a quote that is opened and not closed`,
  );
}

/** Turns records into rows: counts them, passes over header and blank lines, judges the form. */
function rowMaker(format: FileFormat, limit: number) {
  const width = format.header.length;
  let row = 0;
  let headerSeen = false;
  // Delimiters at the end of the header or of the first row stand at the end of every row: Excel's way of saving.
  let widest = format.headerCells;

  const fitted = (record: TextRecord): SourceRow => {
    const { cells, line } = record;
    if (row === 1 && isSurplusEmpty(cells, width)) widest = Math.max(widest, cells.length);
    const malformed = formTrouble(record, format, widest);
    const fit = Array.from({ length: width }, (_, at) => cells[at] ?? '');
    const plain = { row, line, cells: fit };
    return malformed === undefined ? plain : { ...plain, malformed };
  };

  return {
    of(records: readonly TextRecord[]): SourceRow[] {
      const batch: SourceRow[] = [];
      for (const record of records) {
        const { cells, line, lines } = record;
        if (isBlank(cells) || row >= limit) continue;
        if (!headerSeen) headerSeen = true;
        else {
          row++;
          batch.push(cells.length === width && lines === 1 ? { row, line, cells } : fitted(record));
        }
      }
      return batch;
    },
    count: () => row,
  };
}

function isSurplusEmpty(cells: readonly string[], width: number): boolean {
  return cells.slice(width).every((cell) => cell === '');
}

function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && cells[0]?.trim() === '';
}

/** What is wrong with a row's form, and what to look for; undefined when nothing is. */
function formTrouble(
  { cells, line, lines, broken }: TextRecord,
  format: FileFormat,
  widest: number,
): string | undefined {
  const width = format.header.length;
  const lastLine = line + lines - 1;
  if (broken) {
    return `runs on to line ${lastLine}: look for a quote that is opened and not closed, the lines after it belong to other rows`;
  }
  const many = cells.length > widest || !isSurplusEmpty(cells, width);
  if (cells.length >= width && !many) return undefined;
  const name = { ',': 'comma', ';': 'semicolon', '\t': 'tab' }[format.delimiter] ?? `"${format.delimiter}"`;
  const hint =
    lines > 1
      ? `it runs on to line ${lastLine}, look for a quote that is opened and not closed`
      : many
        ? `look for a ${name} inside a value that is not in quotes`
        : `look for a missing ${name} or a line break inside a value that is not in quotes`;
  return `has ${cells.length} cell${cells.length === 1 ? '' : 's'}, the header has ${width}: ${hint}`;
}
