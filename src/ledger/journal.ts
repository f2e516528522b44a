import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OperatorError } from '../errors.js';

/**
 * An append-only file of lines. Lines go to disk in groups: all that came while the last group was being
 * written make the next one, with one `fdatasync` for them all, off the main thread.
 */
export class Journal {
  readonly #path: string;
  readonly #file: FileHandle;
  #size: number;
  #next: Group = newGroup();
  #flushing: Promise<void> | undefined;
  #failure: OperatorError | undefined;
  readonly #unwritten = new Map<number, string>();

  private constructor(path: string, file: FileHandle, size: number) {
    this.#path = path;
    this.#file = file;
    this.#size = size;
  }

  /** Opens for appending, 0600, after cutting the file to `size` bytes. */
  static async open(path: string, size: number): Promise<Journal> {
    try {
      const file = await open(path, 'a', 0o600);
      await file.truncate(size);
      if (size === 0) await syncFolder(path);
      return new Journal(path, file, size);
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }

  /** Why nothing more can be written, once a write has failed. */
  get failure(): OperatorError | undefined {
    return this.#failure;
  }

  /** The line that was to begin at `offset`, when it could not be written. */
  unwritten(offset: number): string | undefined {
    return this.#unwritten.get(offset);
  }

  /**
   * Adds a line. Returns where it begins, and `onDisk`, which resolves when it and all before it are on disk
   * and rejects with an OperatorError when they cannot be.
   */
  append(line: string): { offset: number; onDisk: Promise<void> } {
    const group = this.#next;
    const offset = this.#size;
    this.#size += Buffer.byteLength(line) + 1;
    group.lines.push(line);
    group.offsets.push(offset);
    this.#flushing ??= this.#flush();
    return { offset, onDisk: group.onDisk };
  }

  /** Resolves when all that was appended is on disk. */
  async sync(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    if (this.#failure) throw this.#failure;
  }

  async close(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    // What is appended in the same turn of the event loop goes into the same group.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#next.lines.length > 0) {
      const group = this.#next;
      this.#next = newGroup();
      try {
        if (this.#failure) throw this.#failure;
        await this.#file.appendFile(group.lines.join('\n') + '\n');
        await this.#file.datasync();
        group.settle();
      } catch (error) {
        this.#failure ??= cannotWrite(this.#path, error);
        group.lines.forEach((line, at) => this.#unwritten.set(group.offsets[at] ?? 0, line));
        group.settle(this.#failure);
      }
    }
    this.#flushing = undefined;
  }
}

/** A new file's name is on disk when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

interface Group {
  readonly lines: string[];
  readonly offsets: number[];
  readonly onDisk: Promise<void>;
  readonly settle: (failure?: OperatorError) => void;
}

function newGroup(): Group {
  let settle: Group['settle'] = () => undefined;
  const onDisk = new Promise<void>((resolve, reject) => {
    settle = (failure) => {
      if (failure) reject(failure);
      else resolve();
    };
  });
  // A line that nobody waits for may fail unheard: `failure` and the next wait tell of it.
  onDisk.catch(() => undefined);
  return { lines: [], offsets: [], onDisk, settle };
}

function cannotWrite(path: string, error: unknown): OperatorError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  const cure: Record<string, string> = {
    ENOSPC: 'the disk is full: make room',
    EDQUOT: 'the disk quota is used up: make room',
    EACCES: 'no permission: choose another place with --ledger',
    EPERM: 'no permission: choose another place with --ledger',
    EROFS: 'the disk is read-only: choose another place with --ledger',
    ENOENT: 'its folder does not exist: create it',
    EISDIR: 'it is a directory: name a file with --ledger',
    EFBIG: 'the file may not grow: lift the limit',
  };
  return new OperatorError(
    `The ledger ${path} cannot be written, and nothing is sent that is not first written down: ${cure[code] ?? code}, then run the same command again`,
    { cause: error },
  );
}
