import { findDialect, type DialectOptions, type FileFormat } from './dialect.js';
import { chooseEncoding } from './encoding.js';
import { readRows, type Passed } from './reader.js';
import type { SourceRow } from './source-row.js';
import { openSource, sha256Of, type Source } from './source.js';
import { converterFor } from './utf8.js';

/** An open CSV file, readable as often as needed. */
export interface CsvFile extends AsyncDisposable {
  /** As the operator gave it; `-` is standard input. */
  readonly name: string;
  readonly format: FileFormat;
  /** The first rows that are as wide as the header, known before any pass. */
  readonly sample: readonly (readonly string[])[];
  /** One pass over the data rows, see `readRows`. */
  rows(): AsyncGenerator<SourceRow[]>;
  /** SHA-256 of the decompressed bytes, in hex, as `passed` has it after a pass: much sooner than by reading the rows. */
  digest(): Promise<string>;
  /** What the last pass that came to its end has read. */
  passed(): Passed;
}

export interface CsvOptions extends DialectOptions {
  readonly encoding?: string | undefined;
}

/** A header must end within this. */
const HEAD_BYTES = 256 * 1024;

/** Opens a file and finds out how it is to be read; what cannot be a CSV file with a header ends in an OperatorError. */
export async function openCsv(
  path: string,
  stdin: NodeJS.ReadableStream,
  options: CsvOptions,
): Promise<CsvFile> {
  const source = await openSource(path, stdin);
  try {
    return await csvFile(source, options);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** What the first part of a source tells about how it is to be read. */
export async function csvFile(source: Source, options: CsvOptions): Promise<CsvFile> {
  const bytes = await readHead(source);
  const isWhole = bytes.length < HEAD_BYTES;
  const { encoding, byteOrderMark } = chooseEncoding(source.name, bytes, options.encoding);
  const text = converterFor(encoding).next(bytes) ?? Buffer.from(new TextDecoder(encoding).decode(bytes));
  const { dialect, sample } = findDialect(source.name, { text, isWhole }, options);
  const format = { ...dialect, encoding, byteOrderMark };
  let passed: Passed | undefined;
  return {
    name: source.name,
    format,
    sample,
    rows: () => readRows(source, format, (what) => (passed = what)),
    digest: () => sha256Of(source.bytes()),
    passed() {
      if (!passed) throw new Error(`${source.name} was not read to its end`);
      return passed;
    },
    [Symbol.asyncDispose]: () => source.close(),
  };
}

async function readHead(source: Source): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of source.bytes()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= HEAD_BYTES) break;
  }
  return Buffer.concat(chunks);
}
