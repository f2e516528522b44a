import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf, OperatorError, systemTrouble } from '../errors.js';
import { LineGroups, type FactReader, type Holder, type Journal, type Place } from './journal.js';
import { holderOf, takeLock, type Lock } from './lock.js';

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 10;
/** How the first line of every ledger begins, also of one that was torn in it. */
const FIRST_WORDS = '{"type":"run"';

/** A file of lines, read. */
export class FileReader implements FactReader {
  readonly name: string;
  #reading: FileHandle | undefined;

  constructor(path: string) {
    this.name = path;
  }

  async replay(learn: (line: string, place: Place) => void, between?: () => Promise<void>): Promise<void> {
    await this.readLines(learn, between);
  }

  /**
   * A torn last line (a write cut short by a kill or a power failure) is left out, for it was never confirmed to be
   * on disk and so nothing that depends on it was done.
   * @returns the length of the whole lines, and of the file
   */
  protected async readLines(
    learn: (line: string, place: Place) => void,
    between?: () => Promise<void>,
  ): Promise<{ wholeBytes: number; bytes: number }> {
    try {
      await using file = await open(this.name, 'r');
      // A folder has no lines, and a device may have no end.
      if (!(await file.stat()).isFile()) throw notALedger(this.name);
      let rest = Buffer.alloc(0);
      let restAt = 0;
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, restAt + rest.length);
        if (bytesRead === 0) break;
        const text = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
        let from = 0;
        for (let to = text.indexOf(NEWLINE); to >= 0; to = text.indexOf(NEWLINE, from)) {
          learn(text.toString('utf8', from, to), restAt + from);
          from = to + 1;
        }
        rest = text.subarray(from);
        restAt += from;
        await between?.();
      }
      if (restAt === 0) refuseUnlessTorn(this.name, rest);
      return { wholeBytes: restAt, bytes: restAt + rest.length };
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return { wholeBytes: 0, bytes: 0 };
      throw systemTrouble(`The ledger ${this.name} cannot be read`, error);
    }
  }

  async lineAt(place: Place): Promise<string> {
    this.#reading ??= await open(this.name, 'r');
    for (let bytes = 4096; ; bytes *= 4) {
      const { buffer, bytesRead } = await this.#reading.read(Buffer.alloc(bytes), 0, bytes, place);
      const end = buffer.subarray(0, bytesRead).indexOf(NEWLINE);
      if (end >= 0 || bytesRead < bytes) return buffer.toString('utf8', 0, end < 0 ? bytesRead : end);
    }
  }

  placeName(place: Place): string {
    return `byte ${place}`;
  }

  holder(): Promise<Holder | undefined> {
    return holderOf(this.name);
  }

  async close(): Promise<void> {
    await this.#reading?.close();
    this.#reading = undefined;
  }
}

/** An append-only file of lines, 0600, with one `fdatasync` for a group of them. */
export class FileJournal extends FileReader implements Journal {
  readonly #lock: Lock;
  readonly #groups = new LineGroups((lines) => this.#writeGroup(lines));
  #file: FileHandle | undefined;
  /** The length that the file has if nobody else writes to it. */
  #bytes = 0;
  #wholeBytes = 0;
  /** Where the next line will begin. */
  #end = 0;
  #isClosed = false;

  private constructor(path: string, lock: Lock) {
    super(path);
    this.#lock = lock;
  }

  /** @param waitMs how long to wait for one that is in use */
  static async open(path: string, waitMs: number): Promise<FileJournal> {
    return new FileJournal(path, await takeLock(path, { waitMs }));
  }

  override async replay(
    learn: (line: string, place: Place) => void,
    between?: () => Promise<void>,
  ): Promise<void> {
    const { wholeBytes, bytes } = await this.readLines(learn, between);
    this.#bytes = bytes;
    this.#wholeBytes = wholeBytes;
    this.#end = wholeBytes;
  }

  get failure(): OperatorError | undefined {
    return this.#groups.failure;
  }

  onFailure(listener: (failure: OperatorError) => void): void {
    this.#groups.onFailure = listener;
  }

  append(line: string): { place: Place; durable: Promise<void> } {
    const place = this.#end;
    this.#end += Buffer.byteLength(line) + 1;
    return { place, durable: this.#groups.append(line, place) };
  }

  sync(): Promise<void> {
    return this.#groups.sync();
  }

  budget(): undefined {
    return undefined;
  }

  async fill(make: (add: (lines: readonly string[]) => Promise<void>) => Promise<void>): Promise<void> {
    const aside = `${this.name}.copying`;
    try {
      await using file = await open(aside, 'w', 0o600);
      await make((lines) => file.appendFile(lines.map((line) => `${line}\n`).join('')));
      await file.datasync();
      await rename(aside, this.name);
      await syncFolder(this.name);
    } catch (error) {
      await rm(aside, { force: true });
      throw systemTrouble(`The ledger ${this.name} cannot be written`, error);
    }
  }

  override async lineAt(place: Place): Promise<string> {
    return this.#groups.waiting(place) ?? super.lineAt(place);
  }

  override async close(): Promise<void> {
    await this.#groups.idle();
    this.#isClosed = true;
    await super.close();
    await this.#file?.close();
    await this.#lock.release();
  }

  async #writeGroup(lines: readonly string[]): Promise<void> {
    try {
      if (this.#isClosed) throw new OperatorError(`The ledger ${this.name} is closed`);
      this.#file ??= await this.#openFile();
      await this.#refuseOthers(this.#file);
      const text = Buffer.from(lines.join('\n') + '\n');
      await this.#file.appendFile(text);
      await this.#file.datasync();
      this.#bytes += text.length;
      // A process that was suspended before the write may have lost its lock to one that has read the file already.
      await this.#refuseOthers(this.#file);
    } catch (error) {
      throw systemTrouble(
        `The ledger ${this.name} cannot be written, and nothing is sent that is not first written down`,
        error,
      );
    }
  }

  async #openFile(): Promise<FileHandle> {
    await this.#lock.check();
    const file = await open(this.name, 'a', 0o600);
    await this.#refuseGrown(file);
    await file.truncate(this.#wholeBytes);
    if (this.#wholeBytes === 0) await syncFolder(this.name);
    this.#bytes = this.#wholeBytes;
    return file;
  }

  /** Asks both at once, for each group waits for the answers; that the lock is lost says more than that the file grew. */
  async #refuseOthers(file: FileHandle): Promise<void> {
    const [lock, length] = await Promise.allSettled([this.#lock.check(), this.#refuseGrown(file)]);
    for (const asked of [lock, length]) if (asked.status === 'rejected') throw asked.reason;
  }

  async #refuseGrown(file: FileHandle): Promise<void> {
    const { size } = await file.stat();
    if (size === this.#bytes) return;
    throw new OperatorError(
      `The ledger ${this.name} is being written by another program too (${size} bytes, expected ${this.#bytes}): stop all runs on it, then run the same command again`,
    );
  }
}

/** A new file's name is on disk when its folder is. */
async function syncFolder(path: string): Promise<void> {
  await using folder = await open(dirname(path), 'r');
  await folder.sync();
}

function refuseUnlessTorn(path: string, tail: Buffer): void {
  const text = tail.toString('utf8', 0, FIRST_WORDS.length);
  if (FIRST_WORDS.startsWith(text) || text.startsWith(FIRST_WORDS)) return;
  if (tail.some((byte) => byte !== 0)) throw notALedger(path);
}

export function notALedger(path: string, cause?: unknown): OperatorError {
  return new OperatorError(
    `${path} is not a ledger of bond-import: name another file with --ledger (it is made when it does not exist)`,
    { cause },
  );
}
