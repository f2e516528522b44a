import { wordsOf } from './header-text.js';

/** What a column holds, told by its cells. */
export type Holding = 'ssn' | 'email' | 'phone';

/** How many cells of a column look like what. */
export interface CellCounts {
  filled: number;
  /** Nine digits written as an SSN. */
  ssn: number;
  /** Nine digits and nothing else. */
  nineDigits: number;
  email: number;
  /** A phone number with its punctuation. */
  phone: number;
  /** Ten digits, as a number of the US has them, and nothing else. */
  tenDigits: number;
}

const GAP = '[-\\s./_\\u2010-\\u2015\\u2212]{1,2}';
const SSN = new RegExp(`^\\d{3}${GAP}\\d{2}${GAP}\\d{4}$`);
const NINE_DIGITS = /^\d{9}(?:\.0)?$/;
const EMAIL = /^(?:mailto:)?[^\s@<>]+@[^\s@<>]+\.[\p{L}\d-]{2,}$/u;
const PHONE =
  /^(?:\+[\d\s().-]{9,22}|\(\d{3}\)\s*\d{3}[-.\s]?\d{4}|(?:1[-.\s])?\d{3}[-.\s]\d{3}[-.\s]\d{4})(?:\s*(?:x|ext\.?)\s*\d+)?$/i;
const TEN_DIGITS = /^1?[2-9]\d{9}$/;
/** Few cells of a kind in a column of notes are an accident; a fifth of all are not. */
export const A_FEW = 0.2;
/** Bare digits may be anything, so nearly all cells must look alike. */
const NEARLY_ALL = 0.8;
const OTHER_NUMBERS =
  /\b(?:id|no|number|num|account|acct|order|ref|reference|fax|npi|invoice|timestamp|code)\b/;

/** Whether the text is nine digits in the groups of an SSN. */
export function isWrittenAsSsn(text: string): boolean {
  return SSN.test(text.trim());
}

export function noCells(): CellCounts {
  return { filled: 0, ssn: 0, nineDigits: 0, email: 0, phone: 0, tenDigits: 0 };
}

export function countCell(counts: CellCounts, cell: string): void {
  const text = cell.trim();
  if (text === '') return;
  counts.filled++;
  if (text.length > 80) return;
  if (SSN.test(text)) counts.ssn++;
  else if (NINE_DIGITS.test(text)) counts.nineDigits++;
  else if (TEN_DIGITS.test(text)) counts.tenDigits++;
  else if (EMAIL.test(text)) counts.email++;
  else if (PHONE.test(text)) counts.phone++;
}

/** What the cells are, where there are enough of a kind; a phone among faxes or order numbers is not told by digits alone. */
export function holdingOf(counts: CellCounts, header: string): Holding | undefined {
  const { filled } = counts;
  if (filled === 0) return undefined;
  const words = wordsOf(header);
  if (counts.ssn >= filled * A_FEW || counts.nineDigits + counts.ssn >= filled * NEARLY_ALL) return 'ssn';
  if (counts.email >= filled * A_FEW) return 'email';
  if (/\bfax\b/.test(words)) return undefined;
  if (counts.phone >= filled * A_FEW) return 'phone';
  const bare = counts.phone + counts.tenDigits;
  const named = /\b(?:phone|mobile|cell|telephone|tel)\b/.test(words);
  return bare >= filled * NEARLY_ALL && (named || !OTHER_NUMBERS.test(words)) ? 'phone' : undefined;
}

const WORD = "\\p{Lu}[\\p{L}'’.-]*";
const WHOLE_NAME = new RegExp(
  `^${WORD}(?: ${WORD}){1,3}$|^${WORD}(?: ${WORD})?, ?${WORD}(?: ${WORD})?$`,
  'u',
);
/** A number, then at least one comma or line break, then a postal code or a state. */
const WHOLE_ADDRESS = /\d.*[,\n].*(?:\b[A-Z]{2}\b|\d{4,})|[,\n][^,\n]+[,\n].*\d{4,}/s;

/** Whether nearly all of the filled cells are whole names. */
export function areWholeNames(cells: readonly string[]): boolean {
  return nearlyAll(cells, WHOLE_NAME);
}

/** Whether nearly all of the filled cells are whole addresses. */
export function areWholeAddresses(cells: readonly string[]): boolean {
  return nearlyAll(cells, WHOLE_ADDRESS);
}

function nearlyAll(cells: readonly string[], pattern: RegExp): boolean {
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  return (
    filled.length > 0 && filled.filter((cell) => pattern.test(cell)).length >= filled.length * NEARLY_ALL
  );
}
