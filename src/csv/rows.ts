import type { FileFormat } from './dialect.js';
import { linesIn, readQuotes } from './raw-record.js';
import type { Malformed, SourceRow } from './source-row.js';

/** Turns the records of a file into its data rows: counts rows and lines, passes over the header and blank lines, judges the form. */
export function rowMaker(format: FileFormat) {
  const width = format.header.length;
  let line = format.headerLine;
  let row = 0;
  let headerSeen = false;
  // Delimiters at the end of the header or of the first row stand at the end of every row: Excel's way of saving.
  let widest = format.headerCells;

  return {
    /** The row that a record is; undefined for the header and for a line without text. */
    of(cells: string[], raw: string): SourceRow | undefined {
      const lines = linesIn(raw);
      const begin = line;
      line += lines;
      if (isBlank(cells)) return undefined;
      if (!headerSeen) {
        headerSeen = true;
        return undefined;
      }
      row++;
      if (cells.length === width && lines === 1) return { row, line: begin, cells };
      if (row === 1 && isSurplusEmpty(cells, width)) widest = Math.max(widest, cells.length);
      const malformed = formTrouble(cells, raw, { format, widest, lines, lastLine: line - 1 });
      const fit = Array.from({ length: width }, (_, at) => cells[at] ?? '');
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

function isSurplusEmpty(cells: readonly string[], width: number): boolean {
  return cells.slice(width).every((cell) => cell === '');
}

interface Form {
  readonly format: FileFormat;
  /** Cells that a row may have when those beyond the header are empty. */
  readonly widest: number;
  readonly lines: number;
  readonly lastLine: number;
}

/** What is wrong with a row's form, and what to look for; undefined when nothing is. */
function formTrouble(
  cells: readonly string[],
  raw: string,
  { format, widest, lines, lastLine }: Form,
): Malformed | undefined {
  const width = format.header.length;
  if (lines > 1 && readQuotes(raw, format.delimiter).brokeOff) {
    return { code: 'row_runs_on', args: { lastLine } };
  }
  const many = cells.length > widest || !isSurplusEmpty(cells, width);
  if (cells.length >= width && !many) return undefined;
  const size = { cells: cells.length, columns: width };
  if (lines > 1) return { code: 'cells_run_on', args: { ...size, lastLine } };
  const names: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab' };
  const delimiter = names[format.delimiter] ?? `"${format.delimiter}"`;
  return { code: many ? 'too_many_cells' : 'too_few_cells', args: { ...size, delimiter } };
}
