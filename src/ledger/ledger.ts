import { open, type FileHandle } from 'node:fs/promises';
import type { Outcome } from './outcome.js';
import { OperatorError } from '../errors.js';
import { LEDGER_VERSION, type EndFact, type Fact } from './facts.js';
import { Journal } from './journal.js';
import type { KeyIndex } from './key-index.js';
import { factOf, lineOf } from './lines.js';
import { takeLock, type Lock } from './lock.js';
import { Memory, replay } from './replay.js';

/** What a ledger belongs to: it is refused to anything else. */
export interface LedgerOwner {
  /** Base URL. */
  readonly target: string;
  /** A hash that tells brands apart; '' when no credentials are at hand. */
  readonly identity: string;
  /** How keys are made. */
  readonly keys: string;
}

/** A ledger as those see it who only read. */
export class LedgerView {
  protected readonly path: string;
  protected readonly memory: Memory;
  #reader: FileHandle | undefined;

  protected constructor(path: string, memory: Memory) {
    this.path = path;
    this.memory = memory;
  }

  /** Opens for reading; an absent ledger reads as an empty one. */
  static async read(path: string, owner: Pick<LedgerOwner, 'keys'>): Promise<LedgerView> {
    const replayed = await replay(path);
    if (replayed) refuseOtherKeys(path, replayed.memory, owner.keys);
    return new LedgerView(path, replayed?.memory ?? new Memory());
  }

  get index(): KeyIndex {
    return this.memory.index;
  }

  /** Keys of which a customer may exist without our knowing its id. */
  get inDoubt(): number {
    return this.memory.inDoubt;
  }

  /** Whether Bond keeps our keys: true once it has given one back, false for good once it has dropped one, else not known. */
  get echoes(): boolean | undefined {
    return this.memory.echoes;
  }

  get brandId(): string | undefined {
    return this.memory.brandId;
  }

  /** When the first run on this ledger began, epoch ms. */
  get bornAtMs(): number {
    return Date.parse(this.memory.firstRun?.at ?? '') || 0;
  }

  isSamePayload(entry: number, payloadHash: string): boolean {
    return this.memory.isSamePayload(entry, payloadHash);
  }

  /** The end of an earlier run that created every row of this very input, read in this very way. */
  finished(input: string, reading: string): EndFact | undefined {
    const end = this.memory.ends.get(input);
    return end?.reading === reading ? end : undefined;
  }

  /** How the last delivery under an entry ended, when it ended with something to say. */
  async lastOutcome(entry: number): Promise<Outcome | undefined> {
    const offset = this.index.doneOffset(entry);
    if (offset < 0) return undefined;
    const fact = factOf(await this.line(offset));
    return fact.type === 'done' ? fact : undefined;
  }

  protected async line(offset: number): Promise<string> {
    this.#reader ??= await open(this.path, 'r');
    return lineAt(this.#reader, offset);
  }

  async close(): Promise<void> {
    await this.#reader?.close();
    this.#reader = undefined;
  }
}

/** A ledger as a run holds it: locked, and written to. */
export class Ledger extends LedgerView {
  readonly #journal: Journal;
  readonly #lock: Lock;
  /** True when the ledger was last used with other credentials: whether they are the same brand's, Bond must say. */
  readonly identityChanged: boolean;

  private constructor(path: string, memory: Memory, journal: Journal, lock: Lock, identityChanged: boolean) {
    super(path, memory);
    this.#journal = journal;
    this.#lock = lock;
    this.identityChanged = identityChanged;
  }

  /** Opens for a run, making the file when there is none. Refuses a ledger that is in use, damaged, or another owner's. */
  static async open(path: string, owner: LedgerOwner): Promise<Ledger> {
    const lock = await takeLock(path);
    try {
      const { memory, size } = (await replay(path)) ?? { memory: new Memory(), size: 0 };
      refuseOtherKeys(path, memory, owner.keys);
      const last = memory.lastRun;
      if (last && last.target !== owner.target) {
        throw new OperatorError(
          `The ledger ${path} belongs to ${last.target}, this run would send to ${owner.target}: choose that base URL, or another --ledger`,
        );
      }
      const journal = await Journal.open(path, size);
      return new Ledger(path, memory, journal, lock, last !== undefined && last.identity !== owner.identity);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Writes down who runs, and on what. */
  startRun(
    owner: LedgerOwner,
    run: { tool: string; at: string; input: string; reading: string },
  ): Promise<void> {
    const { target, identity, keys } = owner;
    const { tool, at, input, reading } = run;
    return this.#write({
      type: 'run',
      version: LEDGER_VERSION,
      at,
      tool,
      target,
      identity,
      keys,
      input,
      reading,
    });
  }

  /** Resolves when it is on disk that this key is about to be sent: only then may it be. */
  async send(key: string, row: number, hash: string): Promise<void> {
    await this.#lock.check();
    await this.#write({ type: 'send', key, row, hash });
  }

  /** Writes down how a delivery ended. It need not be waited for: lost, it leaves the key in doubt, never forgotten. */
  done(key: string, outcome: Outcome): void {
    void this.#write({ type: 'done', key, ...outcome }).catch(() => undefined);
  }

  /** Writes down Bond's own id of the brand, once. */
  learnBrand(id: string): void {
    if (this.brandId === undefined) void this.#write({ type: 'brand', id }).catch(() => undefined);
  }

  end(end: Omit<EndFact, 'type'>): Promise<void> {
    return this.#write({ type: 'end', ...end });
  }

  /** Why nothing more can be written, once a write has failed. */
  get failure(): OperatorError | undefined {
    return this.#journal.failure;
  }

  sync(): Promise<void> {
    return this.#journal.sync();
  }

  protected override async line(offset: number): Promise<string> {
    return this.#journal.unwritten(offset) ?? super.line(offset);
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#journal.close();
    await this.#lock.release();
  }

  #write(fact: Fact): Promise<void> {
    const { offset, onDisk } = this.#journal.append(lineOf(fact));
    this.memory.learn(fact, offset);
    return onDisk;
  }
}

function refuseOtherKeys(path: string, memory: Memory, keys: string): void {
  const known = memory.lastRun?.keys;
  if (known === undefined || known === keys) return;
  throw new OperatorError(
    `The ledger ${path} knows its people by ${known}, this run would know them by ${keys}, and so would create them again: use the same column (--key), or another --ledger for other people`,
  );
}

async function lineAt(file: FileHandle, offset: number): Promise<string> {
  for (let bytes = 4096; ; bytes *= 4) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, offset);
    const end = buffer.subarray(0, bytesRead).indexOf('\n');
    if (end >= 0 || bytesRead < bytes) return buffer.toString('utf8', 0, end < 0 ? bytesRead : end);
  }
}
