const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Follows the quotes of UTF-8 CSV text exactly as csv-parse does with `relax_quotes`, at memory speed. */
interface QuoteScanner {
  scan(text: Buffer): void;
  /** Offset of the quote that is open at the end of what was scanned, or undefined. */
  openedAt(): number | undefined;
  /** Whether a quoted value ran over a line end and was then broken off by a stray quote. */
  brokeOff(): boolean;
}

export function quoteScanner(delimiter: string): QuoteScanner {
  const delimiterByte = delimiter.charCodeAt(0);
  let state: 'outside' | 'inside' | 'closing' = 'outside';
  let previous = lineFeed;
  let opened = 0;
  /** Whether a line has ended in the open value, in the chunks before this one. */
  let runsOn = false;
  let offset = 0;
  let broken = false;
  return {
    scan(text) {
      const length = text.length;
      for (let at = 0; at < length; at++) {
        if (state === 'closing') {
          const byte = text[at];
          state = byte === quote ? 'inside' : 'outside';
          if (byte === quote) continue;
          const endsValue =
            byte === delimiterByte || byte === lineFeed || byte === carriageReturn || byte === 0;
          if (!endsValue) broken ||= runsOn || hasLineEnd(text, opened - offset, at);
        }
        at = nextQuote(text, at);
        if (at === -1) break;
        const before = at > 0 ? text[at - 1] : previous;
        if (state === 'inside') state = 'closing';
        else if (before === delimiterByte || before === lineFeed || before === carriageReturn) {
          state = 'inside';
          opened = offset + at;
          runsOn = false;
        }
      }
      if (state !== 'outside') runsOn ||= hasLineEnd(text, opened - offset, length);
      offset += length;
      previous = text[length - 1] ?? previous;
    },
    openedAt: () => (state === 'inside' ? opened : undefined),
    brokeOff: () => broken,
  };
}

/** A quote nearby is found faster without a native call, a distant one with it. */
function nextQuote(text: Buffer, from: number): number {
  const near = Math.min(from + 12, text.length);
  for (let at = from; at < near; at++) if (text[at] === quote) return at;
  return text.indexOf(quote, near);
}

function hasLineEnd(text: Buffer, from: number, to: number): boolean {
  const part = text.subarray(Math.max(0, from), to);
  return part.includes(lineFeed) || part.includes(carriageReturn);
}
