import { OperatorError } from '../errors.js';
import type { Budget } from './budget.js';

/** Where a fact stands in its store, for reading it back: a byte of a file, a number in a table. */
export type Place = number;

/** Who writes to a ledger. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
}

/** Whose calls count together: those of one brand at one base URL. */
export interface Brand {
  readonly identity: string;
  readonly target: string;
}

/** A store of facts as those see it who only read. A fact is a line of JSON here; what it says is not the store's affair. */
export interface FactReader {
  /** For messages: a path, or a URL without its password. */
  readonly name: string;
  /**
   * Hands over every line in the order of writing, as they stand at one moment. A store that does not exist yet has none.
   * @param between is waited for after each few thousand lines
   */
  replay(learn: (line: string, place: Place) => void, between?: () => Promise<void>): Promise<void>;
  /** Undefined when it cannot be read now. */
  lineAt(place: Place): Promise<string | undefined>;
  /** A place in words, e.g. `byte 17`. */
  placeName(place: Place): string;
  /** Who writes to it now, if anybody does. */
  holder(): Promise<Holder | undefined>;
  close(): Promise<void>;
}

/**
 * A store of facts as its one writer holds it: nobody else can write to it until it is closed. It must be replayed
 * before anything is appended.
 */
export interface Journal extends FactReader {
  /**
   * Adds a line. `durable` resolves when it and all before it would survive a loss of power, and rejects with an
   * OperatorError when they cannot be written.
   */
  append(line: string): { readonly place: Place; readonly durable: Promise<void> };
  /** Why nothing more can be written, once a write has failed. */
  readonly failure: OperatorError | undefined;
  /** Is told of it at once. */
  onFailure(listener: (failure: OperatorError) => void): void;
  /** Resolves when all that was appended is durable. */
  sync(): Promise<void>;
  /** The budget of calls that a brand's runs have together; undefined where they have none, as on a file. */
  budget(brand: Brand, callsPerMinute: number): Budget | undefined;
  /** Fills a store that has no lines, whole or not at all. @param make adds all lines, some at a time */
  fill(make: (add: (lines: readonly string[]) => Promise<void>) => Promise<void>): Promise<void>;
}

interface Group {
  readonly lines: string[];
  readonly places: Place[];
  readonly durable: Promise<void>;
  readonly settle: (failure?: OperatorError) => void;
}

/**
 * Writes lines in groups: all that came while the last group was being written make the next one. After the first
 * group that fails, none is written any more.
 */
export class LineGroups {
  readonly #write: (lines: readonly string[], places: readonly Place[]) => Promise<void>;
  /** Lines that are not durable, perhaps never. */
  readonly #waiting = new Map<Place, string>();
  #next: Group = newGroup();
  #flushing: Promise<void> | undefined;
  failure: OperatorError | undefined;
  onFailure: (failure: OperatorError) => void = () => undefined;

  /** @param write makes the lines durable, or throws an OperatorError */
  constructor(write: (lines: readonly string[], places: readonly Place[]) => Promise<void>) {
    this.#write = write;
  }

  append(line: string, place: Place): Promise<void> {
    const group = this.#next;
    group.lines.push(line);
    group.places.push(place);
    this.#waiting.set(place, line);
    this.#flushing ??= this.#flush();
    return group.durable;
  }

  /** A line that is not, or never was, written. */
  waiting(place: Place): string | undefined {
    return this.#waiting.get(place);
  }

  /** What is not durable, in the order in which it was appended. */
  unwritten(): { readonly line: string; readonly place: Place }[] {
    return [...this.#waiting].map(([place, line]) => ({ line, place }));
  }

  /** From now on nothing is written any more. */
  fail(failure: OperatorError): void {
    if (this.failure) return;
    this.failure = failure;
    this.onFailure(failure);
  }

  /** Resolves when all is written, or nothing more can be. */
  async idle(): Promise<void> {
    while (this.#flushing) await this.#flushing;
  }

  async sync(): Promise<void> {
    await this.idle();
    if (this.failure) throw this.failure;
  }

  async #flush(): Promise<void> {
    // What is appended in the same turn of the event loop goes into the same group.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#next.lines.length > 0) {
      const group = this.#next;
      this.#next = newGroup();
      try {
        if (this.failure) throw this.failure;
        await this.#write(group.lines, group.places);
        for (const place of group.places) this.#waiting.delete(place);
        group.settle();
      } catch (error) {
        if (!(error instanceof OperatorError)) throw error;
        this.fail(error);
        group.settle(this.failure ?? error);
      }
    }
    this.#flushing = undefined;
  }
}

function newGroup(): Group {
  let settle: Group['settle'] = () => undefined;
  const durable = new Promise<void>((resolve, reject) => {
    settle = (failure) => {
      if (failure) reject(failure);
      else resolve();
    };
  });
  // A line that nobody waits for may fail without a listener: `failure` and the next wait tell of it.
  durable.catch(() => undefined);
  return { lines: [], places: [], durable, settle };
}
