import { isUtf8 } from 'node:buffer';

/** Turns one pass of bytes, chunk by chunk, into UTF-8 without a byte order mark; undefined where they are not valid. */
interface Converter {
  next(chunk: Buffer): Buffer | undefined;
  end(): Buffer | undefined;
}

const nothing = Buffer.alloc(0);
const mark = Buffer.from('\ufeff');

/** Characters 0x80 to 0x9F, for TextDecoder gets them wrong on Node 20.18.3 and later (nodejs/node#56542). */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** A converter for one pass; `encoding` is a canonical name of TextDecoder's. */
export function converterFor(encoding: string): Converter {
  if (encoding === 'utf-8') return utf8Check();
  if (encoding === 'windows-1252') return { next: fromWindows1252, end: () => nothing };
  const decoder = new TextDecoder(encoding, { fatal: true });
  return {
    next: (chunk) => encoded(() => decoder.decode(chunk, { stream: true })),
    end: () => encoded(() => decoder.decode()),
  };
}

function encoded(decode: () => string): Buffer | undefined {
  try {
    return Buffer.from(decode());
  } catch {
    return undefined;
  }
}

function fromWindows1252(chunk: Buffer): Buffer {
  return Buffer.from(
    chunk.toString('latin1').replace(/[\x80-\x9f]/g, (c) => windows1252.charAt(c.charCodeAt(0) - 0x80)),
  );
}

/** UTF-8 is looked at, not decoded: several GB/s. */
function utf8Check(): Converter {
  let carried: Buffer = nothing;
  let begun = false;
  return {
    next(chunk) {
      const bytes = carried.length === 0 ? chunk : Buffer.concat([carried, chunk]);
      const end = bytes.length - unfinishedBytes(bytes);
      const marked = !begun && bytes.subarray(0, 3).equals(mark);
      begun ||= end > 0;
      carried = bytes.subarray(end);
      const text = bytes.subarray(marked ? 3 : 0, end);
      return isUtf8(text) ? text : undefined;
    },
    end: () => (carried.length === 0 ? nothing : undefined),
  };
}

/** How many bytes at the end are only the beginning of a character. */
function unfinishedBytes(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes.readUInt8(bytes.length - back);
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** Where a pass over UTF-8 text stands: 1-based line and column, in characters; CRLF is one line end. */
interface Place {
  line: number;
  column: number;
  advance(text: Buffer): void;
}

export function placeAtStart(): Place {
  let afterReturn = false;
  return {
    line: 1,
    column: 1,
    advance(text) {
      for (const byte of text) {
        if (byte === 0x0d || (byte === 0x0a && !afterReturn)) {
          this.line++;
          this.column = 1;
        } else if (byte !== 0x0a && (byte & 0xc0) !== 0x80) this.column++;
        afterReturn = byte === 0x0d;
      }
    },
  };
}
