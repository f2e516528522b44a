import { OperatorError } from '../errors.js';
import { badBytes } from './bad-bytes.js';
import { titleOf, type Source } from './source.js';
import { converterFor } from './utf8.js';

/** What the file's bytes are read as. */
interface Encoding {
  /** A canonical name of TextDecoder's: the file's byte order mark, else the one asked for, else UTF-8. */
  readonly encoding: string;
  readonly byteOrderMark: boolean;
}

export function chooseEncoding(name: string, head: Buffer, requested: string | undefined): Encoding {
  const marked = byMark(name, head);
  const byteOrderMark = marked !== undefined;
  if (requested === undefined) {
    if (!byteOrderMark) refuseUnmarkedUtf16(name, head);
    return { encoding: marked ?? 'utf-8', byteOrderMark };
  }
  const wanted = canonical(requested);
  if (!byteOrderMark || marked === wanted) return { encoding: wanted, byteOrderMark };
  if (/^utf-?16$/i.test(requested) && marked.startsWith('utf-16')) return { encoding: marked, byteOrderMark };
  throw new OperatorError(
    `--encoding ${requested} was given, but ${titleOf(name)} begins with the mark of ${marked}: leave --encoding out`,
  );
}

function canonical(requested: string): string {
  try {
    return new TextDecoder(requested, { fatal: true }).encoding;
  } catch (error) {
    throw new OperatorError(
      `--encoding ${requested} is not known: give a name such as utf-8, windows-1252, macintosh, iso-8859-2, shift_jis or utf-16le`,
      { cause: error },
    );
  }
}

function byMark(name: string, head: Buffer): string | undefined {
  const hex = head.subarray(0, 4).toString('hex');
  if (hex === 'fffe0000' || hex === '0000feff') {
    throw new OperatorError(`${titleOf(name)} is UTF-32, UTF-8 was expected: save it as UTF-8`);
  }
  if (hex.startsWith('efbbbf')) return 'utf-8';
  if (hex.startsWith('fffe')) return 'utf-16le';
  return hex.startsWith('feff') ? 'utf-16be' : undefined;
}

/** UTF-16 without a mark is mostly valid UTF-8, full of NULs: it must not slip through. */
function refuseUnmarkedUtf16(name: string, head: Buffer): void {
  const sample = head.subarray(0, 512);
  const nulsAt = (parity: number) => sample.filter((byte, at) => byte === 0 && at % 2 === parity).length;
  const [even, odd] = [nulsAt(0), nulsAt(1)];
  if (Math.max(even, odd) < sample.length / 5 || Math.min(even, odd) > sample.length / 20) return;
  throw new OperatorError(
    `${titleOf(name)} looks like UTF-16 without a byte order mark, UTF-8 was expected: ` +
      `give --encoding ${odd > even ? 'utf-16le' : 'utf-16be'}, or save the file as UTF-8`,
  );
}

/**
 * The source as UTF-8, beside the bytes it came from. Bytes that are not valid end in an OperatorError that names the
 * place; so does, at its end, a file that is UTF-8 and was to be read as something else.
 */
export async function* utf8Chunks(
  source: Source,
  encoding: string,
): AsyncGenerator<{ raw: Buffer; text: Buffer }> {
  const converter = converterFor(encoding);
  const watch = SINGLE_BYTE.test(encoding) ? utf8Watch() : undefined;
  let offset = 0;
  for await (const raw of source.bytes()) {
    const text = converter.next(raw);
    if (text === undefined) throw await badBytes(source, encoding, offset, offset + raw.length);
    offset += raw.length;
    watch?.see(raw);
    yield { raw, text };
  }
  const text = converter.end();
  if (text === undefined) throw await badBytes(source, encoding, offset, offset);
  if (watch?.isUtf8()) {
    throw new OperatorError(
      `--encoding ${encoding} was given, but ${titleOf(source.name)} is UTF-8, which would be damaged: leave --encoding out`,
    );
  }
  yield { raw: Buffer.alloc(0), text };
}

/** Encodings in which any bytes are valid, also those of UTF-8. */
const SINGLE_BYTE = /^(?:windows-125\d|iso-8859-\d+|macintosh)$/;
/** é, ñ, ł or ’ in UTF-8: in these encodings a capital with a sign behind it, as no word has it. */
const ACCENTED = /[\xc3-\xc5][\x80-\xbf]|\xe2\x80[\x80-\xbf]/;

/** Notices a file that is UTF-8 from its first byte to its last. */
function utf8Watch() {
  const converter = converterFor('utf-8');
  let isValid = true;
  let isAccented = false;
  return {
    see(raw: Buffer): void {
      if (!isValid) return;
      const text = converter.next(raw);
      isValid = text !== undefined;
      isAccented ||= text !== undefined && ACCENTED.test(text.toString('latin1'));
    },
    isUtf8: () => isValid && isAccented && converter.end() !== undefined,
  };
}
