import { open, type FileHandle } from 'node:fs/promises';
import { errnoOf, OperatorError, systemTrouble } from '../errors.js';
import { isInDoubt, LEDGER_VERSION, stateAfter, type EndFact, type Fact, type RunFact } from './facts.js';
import { KeyIndex, type State } from './key-index.js';
import { factOf } from './lines.js';

/** What the facts of a ledger add up to. */
export class Memory {
  readonly index = new KeyIndex();
  firstRun: RunFact | undefined;
  lastRun: RunFact | undefined;
  brandId: string | undefined;
  readonly ends = new Map<string, EndFact>();
  /** Keys in doubt. */
  inDoubt = 0;
  /** True once Bond has given a key back, false for good once it has dropped one. */
  #echoes: boolean | undefined;

  get echoes(): boolean | undefined {
    return this.#echoes;
  }

  /** @param offset where the fact's line begins in the ledger */
  learn(fact: Fact, offset: number): void {
    switch (fact.type) {
      case 'run':
        this.firstRun ??= fact;
        this.lastRun = fact;
        return;
      case 'brand':
        this.brandId = fact.id;
        return;
      case 'end':
        this.ends.set(fact.input, fact);
        return;
      case 'send': {
        const entry = this.index.entry(fact.key);
        const [hash, seal] = shortHash(fact.hash);
        this.index.setHash(entry, hash, seal);
        this.#setState(entry, 'sent');
        return;
      }
      case 'done': {
        const entry = this.index.entry(fact.key);
        this.#setState(entry, stateAfter(fact));
        if (fact.status === 'created' || fact.status === 'existing') {
          this.index.setCustomerId(entry, fact.customerId);
        } else this.index.setDoneOffset(entry, offset);
        if ('echoed' in fact) this.#echoes = fact.echoed && this.#echoes !== false;
      }
    }
  }

  /**
   * Whether the payload is the one last sent under the entry. The seals of the SSN are compared only when the
   * same credential made both.
   */
  isSamePayload(entry: number, payloadHash: string): boolean {
    const known = this.index.hash(entry);
    const [hash, seal] = shortHash(payloadHash);
    if (known.hash !== hash) return false;
    const comparable = known.seal !== 0 && seal !== 0 && known.seal >>> 16 === seal >>> 16;
    return !comparable || known.seal === seal;
  }

  #setState(entry: number, state: State): void {
    this.inDoubt += Number(isInDoubt(state)) - Number(isInDoubt(this.index.state(entry)));
    this.index.setState(entry, state);
  }
}

/** `<hash>` or `<hash>.<seal>` in two words, as the index keeps them. */
function shortHash(text: string): [hash: number, seal: number] {
  const dot = text.indexOf('.');
  return [parseInt(text.slice(0, 8), 16) | 0, dot < 0 ? 0 : parseInt(text.slice(dot + 1, dot + 9), 16) | 0];
}

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 10;
const FIRST_WORDS = '{"type":"run"';

/**
 * Reads a ledger into memory. A torn last line (a write cut short by a kill or a power failure) is left out:
 * `size` is the length without it. Damage anywhere else is refused with its byte; so is a file that is no ledger.
 * Undefined when there is no file.
 */
export async function replay(path: string): Promise<{ memory: Memory; size: number } | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    // A folder has no lines, and a device may have no end.
    if (!(await file.stat()).isFile()) throw notALedger(path);
    const memory = new Memory();
    let rest = Buffer.alloc(0);
    let restAt = 0;
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, restAt + rest.length);
      if (bytesRead === 0) break;
      const text =
        rest.length > 0 ? Buffer.concat([rest, chunk.subarray(0, bytesRead)]) : chunk.subarray(0, bytesRead);
      let from = 0;
      for (let to = text.indexOf(NEWLINE); to >= 0; to = text.indexOf(NEWLINE, from)) {
        learnLine(memory, path, text.toString('utf8', from, to), restAt + from);
        from = to + 1;
      }
      rest = Buffer.from(text.subarray(from));
      restAt += from;
    }
    refuseUnlessTorn(path, rest, restAt);
    return { memory, size: restAt };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw systemTrouble(`The ledger ${path} cannot be read`, error);
  } finally {
    await file?.close();
  }
}

function learnLine(memory: Memory, path: string, line: string, offset: number): void {
  let fact: Fact;
  try {
    fact = factOf(line);
  } catch (error) {
    refuseNewer(path, line);
    if (memory.lastRun === undefined) throw notALedger(path, error);
    throw new OperatorError(
      `The ledger ${path} is damaged at byte ${offset}: restore it from a copy, or, when there is none, use a new --ledger: customers created before are then found in Bond by their brand_person_id`,
      { cause: error },
    );
  }
  if (fact.type === 'run') refuseNewer(path, line);
  else if (memory.lastRun === undefined) throw notALedger(path);
  memory.learn(fact, offset);
}

function refuseNewer(path: string, line: string): void {
  const version = Number(/^\{"type":"run","version":(\d+)/.exec(line)?.[1] ?? 0);
  if (version <= LEDGER_VERSION) return;
  throw new OperatorError(
    `The ledger ${path} has format ${version}, and this bond-import knows formats up to ${LEDGER_VERSION}: use the newer bond-import that wrote it`,
  );
}

/** A tail without a newline was never confirmed to be on disk, and so was nothing that depends on it. */
function refuseUnlessTorn(path: string, tail: Buffer, tailAt: number): void {
  if (tailAt > 0 || tail.length === 0) return;
  const text = tail.toString('utf8', 0, FIRST_WORDS.length);
  if (!FIRST_WORDS.startsWith(text) && !text.startsWith(FIRST_WORDS) && tail.some((byte) => byte !== 0)) {
    throw notALedger(path);
  }
}

function notALedger(path: string, cause?: unknown): OperatorError {
  return new OperatorError(
    `${path} is not a ledger of bond-import: name another file with --ledger (it is made when it does not exist)`,
    { cause },
  );
}
