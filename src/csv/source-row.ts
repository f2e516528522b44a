/** One data row of the input, as it stands in the file. */
export interface SourceRow {
  /** 1-based number of the data row: the header and blank lines do not count. */
  readonly row: number;
  /** 1-based number of the physical line on which the row begins. */
  readonly line: number;
  /** The cells in file order, as many as the header has; untouched text. */
  readonly cells: readonly string[];
  /** What is wrong with the row's form (too few cells, a stray NUL, …), or undefined. */
  readonly malformed?: string;
}
