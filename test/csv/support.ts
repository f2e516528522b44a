import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { openSource, type Source } from '../../src/csv/source.js';
import { csvFile } from '../../src/csv/csv-file.js';
import type { FileFormat } from '../../src/csv/dialect.js';
import type { Passed } from '../../src/csv/reader.js';
import type { SourceRow } from '../../src/csv/source-row.js';

export const noInput = Readable.from([]);

/** A source in memory, handed out in chunks of the given size. */
export function sourceOf(content: string | Buffer, chunkBytes = 64 * 1024): Source {
  const bytes = Buffer.from(content);
  return {
    name: 'people.csv',
    async *bytes() {
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        yield await Promise.resolve(bytes.subarray(at, at + chunkBytes));
      }
    },
    close: () => Promise.resolve(),
  };
}

/** A format that was not found in a file. */
export function formatOf(header: string[], how: Partial<FileFormat> = {}): FileFormat {
  return {
    encoding: 'utf-8',
    byteOrderMark: false,
    delimiter: ',',
    lineEnd: '\n',
    header,
    headerCells: header.length,
    headerLine: 1,
    headerByte: 0,
    sepLine: false,
    escape: '"',
    spacedQuotes: false,
    ...how,
  };
}

interface Reading {
  format: FileFormat;
  passed: Passed;
  digest: string;
  rows: SourceRow[];
}

interface How {
  encoding?: string;
  delimiter?: string;
  known?: readonly string[];
  mapped?: readonly string[];
}

/** Reads a source to its end. */
async function readAll(source: Source, how: How = {}): Promise<Reading> {
  const count = (names?: readonly string[]) => (headers: readonly string[]) =>
    headers.filter((header) => names?.includes(header)).length;
  const file = await csvFile(source, {
    ...how,
    countKnown: count(how.known),
    countMapped: count(how.mapped),
  });
  const { format } = file;
  const rows: SourceRow[] = [];
  for await (const batch of file.rows()) rows.push(...batch);
  return { format, rows, passed: file.passed(), digest: await file.digest() };
}

export const read = (content: string | Buffer, how?: How & { chunkBytes?: number }) =>
  readAll(sourceOf(content, how?.chunkBytes), how);

/** The message of the OperatorError that `action` ends in. */
export async function troubleOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (error instanceof Error && error.name === 'OperatorError') return error.message;
    throw error;
  }
  throw new Error('no trouble came');
}

/** A folder that is gone when the test is over. */
export async function workdir(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'bond-csv-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** Opens a file of this content, closed when the test is over. */
export async function opened(name: string, content: string | Buffer): Promise<Source> {
  const path = join(await workdir(), name);
  await writeFile(path, content);
  const source = await openSource(path, noInput);
  onTestFinished(() => source.close());
  return source;
}
