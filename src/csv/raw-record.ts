/** What csv-parse, with `relax_quotes`, made of the quotes in the text of one record. */
interface QuoteReading {
  /** Offset of the quote that is still open at the end of the text. */
  readonly openedAt: number | undefined;
  /** Whether a quoted value ran over a line end and was then broken off by a stray quote: csv-parse gives no sign of it. */
  readonly brokeOff: boolean;
}

/** Reads the raw text of one record again for what csv-parse does not tell of its quotes. */
export function readQuotes(raw: string, delimiter: string): QuoteReading {
  // csv-parse's `raw` has the first character of a longer delimiter only.
  const separator = delimiter.charAt(0);
  let brokeOff = false;
  let at = 0;
  while (at < raw.length) {
    if (raw[at] === '"') {
      const close = closingQuote(raw, at + 1);
      if (close < 0) return { openedAt: at, brokeOff };
      const next = raw.charAt(close + 1);
      const closed = next === separator || /^[\r\n\0]?$/.test(next);
      brokeOff ||= !closed && /[\r\n]/.test(raw.slice(at, close));
      at = close + 1;
    }
    const end = raw.indexOf(separator, at);
    if (end < 0) break;
    at = end + 1;
  }
  return { openedAt: undefined, brokeOff };
}

/** Where the quote stands that closes a value, passing over doubled ones; -1 when none does. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

/** Physical lines of a record, counted as editors do; the line end behind it is its own. */
export function linesIn(raw: string): number {
  const first = raw.search(/[\r\n]/);
  if (first < 0 || first === raw.length - 1) return 1;
  return raw.replace(/[\r\n]$/, '').split(/\r\n|\n|\r/).length;
}
