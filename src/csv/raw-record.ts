import type { Quoting } from './quoting.js';

/** What csv-parse, with `relax_quotes`, made of the quotes in the text of one record. */
interface QuoteReading {
  /** The text of each cell, quotes and all. */
  readonly fields: readonly string[];
  /** Offset of the quote that is still open at the end of the text. */
  readonly openedAt: number | undefined;
  /** Whether a quoted value ran over a line end and was then broken off by a stray quote: csv-parse gives no sign of it. */
  readonly brokeOff: boolean;
}

/** Reads the raw text of one record again for what csv-parse does not tell of its quotes. */
export function readQuotes(raw: string, { delimiter, escape, spacedQuotes }: Quoting): QuoteReading {
  // csv-parse's `raw` has the first character of a longer delimiter only.
  const separator = delimiter.charAt(0);
  const fields: string[] = [];
  let brokeOff = false;
  for (let from = 0; from <= raw.length;) {
    let at = from;
    while (spacedQuotes && raw[at] === ' ') at++;
    if (raw[at] === '"') {
      const close = closingQuote(raw, at + 1, escape);
      if (close < 0) return { fields, openedAt: at, brokeOff };
      const next = raw.charAt(close + 1);
      const closed = next === separator || /^[\r\n\0]?$/.test(next);
      brokeOff ||= !closed && /[\r\n]/.test(raw.slice(at, close));
      at = close + 1;
    }
    const end = raw.indexOf(separator, at);
    fields.push(raw.slice(from, end < 0 ? undefined : end));
    if (end < 0) break;
    from = end + 1;
  }
  return { fields, openedAt: undefined, brokeOff };
}

/** Where the quote stands that closes a value, passing over escaped ones; -1 when none does. */
function closingQuote(text: string, from: number, escape: Quoting['escape']): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    if (escape === '\\') {
      const backslashes = /\\*$/.exec(text.slice(from, at))?.[0].length ?? 0;
      if (backslashes % 2 === 0) return at;
    } else if (text[at + 1] === '"') at++;
    else return at;
  }
  return -1;
}

/**
 * The cells without the spaces around their quotes, where that is certainly how they are meant (`1, "2" ,3`): csv-parse
 * takes the quotes for text.
 */
export function withoutSpacedQuotes(
  cells: readonly string[],
  raw: string,
  quoting: Quoting,
): readonly string[] {
  const inners = cells.map((cell) => /^[ \t]*"([^"]*)"[ \t]*$/.exec(cell)?.[1]);
  if (inners.every((inner) => inner === undefined)) return cells;
  const { fields } = readQuotes(raw, quoting);
  // Quotes that belong to the value are doubled in the text.
  return cells.map((cell, at) => (fields[at]?.trim() === cell.trim() ? (inners[at] ?? cell) : cell));
}

/** Physical lines of a record, counted as editors do; the line end behind it is its own. */
export function linesIn(raw: string): number {
  const first = raw.search(/[\r\n]/);
  if (first < 0 || first === raw.length - 1) return 1;
  return raw.replace(/[\r\n]$/, '').split(/\r\n|\n|\r/).length;
}
