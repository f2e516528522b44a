import { createHash } from 'node:crypto';
import { OperatorError } from '../errors.js';
import { findDialect, type FileFormat } from './dialect.js';
import { chooseEncoding, utf8Chunks } from './encoding.js';
import { quoteScanner } from './quotes.js';
import { readRows } from './reader.js';
import { titleOf, type Source } from './source.js';
import { converterFor, placeAtStart } from './utf8.js';

/** What one pass over the whole file found. */
export interface Survey {
  /** Of the decompressed bytes, in hex. */
  readonly sha256: string;
  /** Decompressed. */
  readonly bytes: number;
  readonly format: FileFormat;
}

/** A header must end within this. */
const headBytes = 256 * 1024;

/**
 * Reads the whole file once before anything is done with it. Bytes that are not valid, a quote that is never closed,
 * no header or no data rows: an OperatorError.
 */
export async function survey(
  source: Source,
  options: {
    encoding?: string | undefined;
    delimiter?: string | undefined;
    countKnown: (headers: readonly string[]) => number;
  },
): Promise<Survey> {
  const head = await readHead(source);
  const encoding = chooseEncoding(source.name, head, options.encoding);
  const headText = converterFor(encoding).next(head) ?? Buffer.from(new TextDecoder(encoding).decode(head));
  const dialect = findDialect(source.name, headText, options);

  const hash = createHash('sha256');
  const quotes = quoteScanner(dialect.delimiter);
  let bytes = 0;
  let textBytes = 0;
  let carriageReturns = false;
  for await (const { raw, text } of utf8Chunks(source, encoding)) {
    hash.update(raw);
    bytes += raw.length;
    quotes.scan(text.subarray(Math.max(0, dialect.headerByte - textBytes)));
    textBytes += text.length;
    carriageReturns ||= text.includes(0x0d);
  }
  const format = { ...dialect, encoding, carriageReturns };
  const opened = quotes.openedAt();
  if (opened !== undefined) throw await neverClosed(source, format, dialect.headerByte + opened);
  await expectRows(source, format);
  return { sha256: hash.digest('hex'), bytes, format };
}

async function readHead(source: Source): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source.bytes()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= headBytes) break;
  }
  return Buffer.concat(chunks);
}

async function neverClosed(source: Source, format: FileFormat, byte: number): Promise<OperatorError> {
  const place = placeAtStart();
  let before = byte;
  for await (const { text } of utf8Chunks(source, format.encoding)) {
    place.advance(text.subarray(0, Math.max(0, before)));
    before -= text.length;
    if (before <= 0) break;
  }
  return new OperatorError(
    `${titleOf(source.name)}, line ${place.line}, column ${place.column}: a quote is opened here and never closed: ` +
      'close it, or remove it if it is stray',
  );
}

async function expectRows(source: Source, format: FileFormat): Promise<void> {
  for await (const batch of readRows(source, format, { limit: 1 })) if (batch.length > 0) return;
  throw new OperatorError(
    `${titleOf(source.name)} has a header but no data rows, at least one was expected: check the export`,
  );
}
