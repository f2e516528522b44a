import { delimiterWord, type FileFormat } from './dialect.js';
import { linesIn, readQuotes, withoutSpacedQuotes } from './raw-record.js';
import { lineThatIsNoRow } from './no-customer.js';
import type { Malformed, SourceRow } from './source-row.js';

/** Turns the records of a file into its data rows: counts rows and lines, passes over the header and blank lines, judges the form. */
export function rowMaker(format: FileFormat) {
  const width = format.header.length;
  const judge = formJudge(format);
  let line = format.headerLine;
  let row = 0;
  let headerSeen = false;

  return {
    /** The row that a record is; undefined for the header and for a line without text. */
    of(record: string[], raw: string): SourceRow | undefined {
      const lines = linesIn(raw);
      const begin = line;
      line += lines;
      if (isBlank(record)) return undefined;
      if (!headerSeen) {
        headerSeen = true;
        return undefined;
      }
      row++;
      const cells = /[ \t]"|"[ \t]/.test(raw) ? withoutSpacedQuotes(record, raw, format) : record;
      const malformed = judge({ cells, raw, lines, lastLine: line - 1, isFirst: row === 1 });
      const fit = cells.length === width ? cells : Array.from({ length: width }, (_, at) => cells[at] ?? '');
      const plain = { row, line: begin, cells: fit };
      return malformed === undefined ? plain : { ...plain, malformed };
    },
    /** Data rows so far. */
    count: () => row,
  };
}

/** A blank line, and a row of delimiters alone: spreadsheets write them below the last row. */
function isBlank(cells: readonly string[]): boolean {
  return cells.every((cell) => cell.trim() === '');
}

interface RecordForm {
  readonly cells: readonly string[];
  readonly raw: string;
  /** Physical lines. */
  readonly lines: number;
  readonly lastLine: number;
  /** Whether it is the first data row. */
  readonly isFirst: boolean;
}

/** Says what is wrong with a row's form; undefined when nothing is. */
function formJudge(format: FileFormat): (record: RecordForm) => Malformed | undefined {
  const width = format.header.length;
  const delimiter = delimiterWord(format.delimiter);
  const isNoRow = lineThatIsNoRow(format);
  // Delimiters at the end of the header or of the first row stand at the end of every row: Excel's way of saving.
  let widest = format.headerCells;
  const surplusIsEmpty = (cells: readonly string[]): boolean =>
    cells.slice(width).every((cell) => cell === '');

  return ({ cells, raw, lines, lastLine, isFirst }) => {
    if (isFirst && surplusIsEmpty(cells)) widest = Math.max(widest, cells.length);
    if (lines > 1 && readQuotes(raw, format).brokeOff) return { code: 'row_runs_on', args: { lastLine } };
    if (format.escape === '\\' && hasOtherEscape(raw, format.delimiter))
      return { code: 'unknown_escape', args: {} };
    const noRow = isNoRow(cells);
    if (noRow) return noRow;
    const many = cells.length > widest || !surplusIsEmpty(cells);
    if (cells.length >= width && !many) return undefined;
    if (cells.length === 1 && (cells[0] ?? '').split(format.delimiter).length >= width) {
      return { code: 'line_in_quotes', args: {} };
    }
    const size = { cells: cells.length, columns: width };
    if (lines > 1) return { code: 'cells_run_on', args: { ...size, lastLine } };
    return {
      code: many ? 'too_many_cells' : 'too_few_cells',
      args: { ...size, delimiter },
    };
  };
}

/** Whether a backslash stands before something that needs none: csv-parse would drop it. `\N` alone is MySQL's NULL. */
function hasOtherEscape(raw: string, delimiter: string): boolean {
  if (!raw.includes('\\')) return false;
  const separator = delimiter.charAt(0);
  const cells = raw
    .replace(/\\["\\\r\n]/g, '')
    .replaceAll(`\\${separator}`, '')
    .split(separator);
  return cells.some((cell) => cell.includes('\\') && cell.trim() !== '\\N');
}
