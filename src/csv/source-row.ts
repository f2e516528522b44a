import type { Code } from '../issues/codes.js';
import type { Args } from '../issues/issue.js';

/** What is wrong with the form of a row, as an issue says it. */
export interface Malformed {
  readonly code: Code;
  readonly args: Args;
}

/** One data row of the input, as it stands in the file. */
export interface SourceRow {
  /** 1-based number of the data row: the header and blank lines do not count. */
  readonly row: number;
  /** 1-based number of the physical line on which the row begins. */
  readonly line: number;
  /** The cells in file order, as many as the header has; untouched text. */
  readonly cells: readonly string[];
  /** What is wrong with the row's form; its cells are then not certain to stand under their headers. */
  readonly malformed?: Malformed;
}
