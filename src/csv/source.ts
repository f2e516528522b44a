import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { OperatorError, orTrouble } from '../errors.js';
import { refuseForeign } from './foreign.js';

/** The input, readable from the start as often as needed. */
export interface Source {
  /** As the operator gave it; `-` is standard input. */
  readonly name: string;
  /** The decompressed bytes from the start; a file that cannot be read ends in an OperatorError. */
  bytes(): AsyncIterable<Buffer>;
  /** Closes the file; nothing of a spooled input stays on disk. */
  close(): Promise<void>;
}

/** Small, so that few rows are alive at a time: four times as much costs a fifth more time and half as much memory again. */
const CHUNK_BYTES = 16 * 1024;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

/** How messages call an input. */
export function titleOf(name: string): string {
  return name === '-' ? 'standard input' : name;
}

/** Opens a file, gzipped or not, or standard input (`-`); anything that cannot be a CSV file is an OperatorError. */
export async function openSource(path: string, stdin: NodeJS.ReadableStream): Promise<Source> {
  const title = titleOf(path);
  const spool = (input: AsyncIterable<string | Buffer>) =>
    orTrouble(`${title} could not be kept in ${tmpdir()}`, () => spooled(input));
  const { file, plain } = path === '-' ? await spool(stdin) : await openFile(path, title, spool);
  const close = () => file.close();
  try {
    const head = await firstChunk(plain());
    const bytes = head.subarray(0, 2).equals(GZIP_MAGIC) ? () => gunzipped(title, plain()) : plain;
    refuseForeign(title, bytes === plain ? head : await firstChunk(bytes()));
    return { name: path, bytes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Opened {
  file: FileHandle;
  plain: () => AsyncIterable<Buffer>;
}

async function openFile(
  path: string,
  title: string,
  spool: (input: AsyncIterable<string | Buffer>) => Promise<Opened>,
): Promise<Opened> {
  const what = `${title} could not be read`;
  const file = await orTrouble(what, () => open(path, 'r'));
  try {
    const stats = await file.stat();
    if (stats.isFile()) return { file, plain: () => fileBytes(what, file) };
    if (stats.isDirectory()) {
      throw new OperatorError(`${title} is a directory, a CSV file was expected: name the file in it`);
    }
    const spooled = await spool(file.createReadStream());
    await file.close();
    return spooled;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Positional reads, so that one open file serves any number of passes, even at the same time. */
async function* fileBytes(what: string, file: FileHandle): AsyncGenerator<Buffer> {
  const read = async (position: number): Promise<Buffer> => {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const { bytesRead } = await orTrouble(what, () => file.read(chunk, 0, CHUNK_BYTES, position));
    return chunk.subarray(0, bytesRead);
  };
  let next = read(0);
  for (let position = 0; ;) {
    const chunk = await next;
    if (chunk.length === 0) return;
    position += chunk.length;
    // One chunk ahead: the disk works while this one is looked at.
    next = read(position);
    next.catch(() => undefined);
    yield chunk;
  }
}

/**
 * Keeps a stream for a second pass in an unlinked temporary file, encrypted under a key that only lives in memory:
 * the data is on disk neither in the clear nor under a name.
 */
async function spooled(input: AsyncIterable<string | Buffer>): Promise<Opened> {
  const key = randomBytes(32);
  const iv = randomBytes(16);
  const path = join(tmpdir(), `bond-import-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
    const cipher = createCipheriv('aes-256-ctr', key, iv);
    for await (const chunk of input) {
      await file.appendFile(cipher.update(typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  const plain = async function* () {
    const decipher = createDecipheriv('aes-256-ctr', key, iv);
    for await (const chunk of fileBytes('the spooled input could not be read', file))
      yield decipher.update(chunk);
  };
  return { file, plain };
}

async function* gunzipped(title: string, packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // The failure is met again where the stream is read.
  pipeline(Readable.from(packed), gunzip, () => undefined);
  const chunks: AsyncIterable<Buffer> = gunzip;
  try {
    for await (const chunk of chunks) yield chunk;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !String(error.code).startsWith('Z_')) throw error;
    const what = error.code === 'Z_BUF_ERROR' ? 'is cut short' : 'is damaged';
    throw new OperatorError(
      `${title} is a gzip file that ${what}, a whole one was expected: fetch or compress it again`,
      { cause: error },
    );
  }
}

async function firstChunk(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  for await (const chunk of chunks) if (chunk.length > 0) return chunk;
  return Buffer.alloc(0);
}

/** SHA-256 of all chunks together, in hex. */
export async function sha256Of(chunks: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}
