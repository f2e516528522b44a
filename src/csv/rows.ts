import type { FileFormat } from './dialect.js';
import { linesIn, readQuotes } from './raw-record.js';
import type { SourceRow } from './source-row.js';

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
): string | undefined {
  const width = format.header.length;
  if (lines > 1 && readQuotes(raw, format.delimiter).brokeOff) {
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
