import { OperatorError } from '../errors.js';

/** What the ledger knows of a key. */
const STATES = [
  /** Never sent, or given back unsent. */
  'none',
  /** A `send` without a `done`: in doubt. */
  'sent',
  'created',
  'existing',
  'rejected',
  'failed',
  /** In doubt, for the reasons of `Doubt`. */
  'unclear',
  'taken',
  'ours',
  'refused',
] as const;

export type State = (typeof STATES)[number];

/** Fields of an entry, in 32-bit words; `marks` holds the state, AS_IN_FILE, and above them the row. */
const WORD = { key: 0, id: 4, offset: 4, hash: 8, seal: 9, marks: 10 } as const;
const WORDS = 11;
const STATE_BITS = 0b1111;
const AS_IN_FILE = 0b10000;
const ROW_SHIFT = 5;
const MAX_ROW = 2 ** (32 - ROW_SHIFT) - 1;
const CHUNK_BITS = 14;
const CHUNK_ENTRIES = 1 << CHUNK_BITS;
const MAX_LOAD = 0.6;
/** An odd number with its bits well spread: keys that are counted up do not crowd together. */
const MIX = 0x9e3779b1;

/**
 * key (UUID) → what the ledger knows, 44 bytes a key and a slot in an open-addressed table: the one thing
 * that grows with the file, so it is packed. An entry is a number, good for the life of the index.
 */
export class KeyIndex {
  #slots = new Int32Array(1 << 12).fill(-1);
  readonly #chunks: Int32Array[] = [];
  #size = 0;
  readonly #parsed = new Int32Array(4);

  get size(): number {
    return this.#size;
  }

  /** The entry of a key, or -1. */
  find(key: string): number {
    parseUuid(key, this.#parsed, 0);
    return this.#slots[this.#slotOf()] ?? -1;
  }

  /** The entry of a key, made when there is none. */
  entry(key: string): number {
    parseUuid(key, this.#parsed, 0);
    const slot = this.#slotOf();
    const found = this.#slots[slot] ?? -1;
    if (found >= 0) return found;
    const entry = this.#size++;
    if (entry >> CHUNK_BITS === this.#chunks.length) this.#chunks.push(new Int32Array(CHUNK_ENTRIES * WORDS));
    this.#chunk(entry).set(this.#parsed, this.#at(entry, WORD.key));
    this.#slots[slot] = entry;
    if (this.#size > this.#slots.length * MAX_LOAD) this.#grow();
    return entry;
  }

  key(entry: number): string {
    return formatUuid(this.#chunk(entry), this.#at(entry, WORD.key));
  }

  state(entry: number): State {
    return STATES[this.#get(entry, WORD.marks) & STATE_BITS] ?? 'none';
  }

  setState(entry: number, state: State): void {
    const others = this.#get(entry, WORD.marks) & ~STATE_BITS;
    this.#set(entry, WORD.marks, others | STATES.indexOf(state));
  }

  /** Whether what was last sent under the key is known to be what the file says, for it was read from there in this run. */
  isAsInFile(entry: number): boolean {
    return (this.#get(entry, WORD.marks) & AS_IN_FILE) !== 0;
  }

  markAsInFile(entry: number): void {
    this.#set(entry, WORD.marks, this.#get(entry, WORD.marks) | AS_IN_FILE);
  }

  /** Of a `created` or `existing` entry. */
  customerId(entry: number): string {
    return formatUuid(this.#chunk(entry), this.#at(entry, WORD.id));
  }

  setCustomerId(entry: number, customerId: string): void {
    parseUuid(customerId, this.#chunk(entry), this.#at(entry, WORD.id));
  }

  /** Which of these customer ids belong to an entry already. Goes through the whole index. */
  customerIdsAmong(ids: ReadonlySet<string>): Set<string> {
    const found = new Set<string>();
    for (let entry = 0; ids.size > 0 && entry < this.#size; entry++) {
      const state = this.state(entry);
      if (state !== 'created' && state !== 'existing') continue;
      const customerId = this.customerId(entry);
      if (ids.has(customerId)) found.add(customerId);
    }
    return found;
  }

  /** Where in the ledger the last `done` line of any other entry begins; -1 when there is none. */
  doneOffset(entry: number): number {
    const at = this.#at(entry, WORD.offset);
    const chunk = this.#chunk(entry);
    return (chunk[at] ?? 0) * 2 ** 32 + ((chunk[at + 1] ?? 0) >>> 0) - 1;
  }

  setDoneOffset(entry: number, offset: number): void {
    const at = this.#at(entry, WORD.offset);
    const chunk = this.#chunk(entry);
    chunk[at] = Math.floor((offset + 1) / 2 ** 32);
    chunk[at + 1] = (offset + 1) | 0;
  }

  /** The payload hash in short: 32 bits of it, and 32 of its seal (0 when it has none). */
  setHash(entry: number, hash: number, seal: number): void {
    this.#set(entry, WORD.hash, hash);
    this.#set(entry, WORD.seal, seal);
  }

  hash(entry: number): { hash: number; seal: number } {
    return { hash: this.#get(entry, WORD.hash), seal: this.#get(entry, WORD.seal) };
  }

  /** The first row of this pass that has the key: `row` itself, or an earlier one. */
  claim(entry: number, row: number): number {
    const marks = this.#get(entry, WORD.marks);
    const first = marks >>> ROW_SHIFT;
    if (first !== 0) return first;
    if (row > MAX_ROW) throw new OperatorError(`The file has more than ${MAX_ROW} rows: split it`);
    this.#set(entry, WORD.marks, marks | (row << ROW_SHIFT));
    return row;
  }

  /** Forgets every claim, before the file is read again. */
  startPass(): void {
    for (const chunk of this.#chunks) {
      for (let at = WORD.marks; at < chunk.length; at += WORDS) {
        chunk[at] = (chunk[at] ?? 0) & (STATE_BITS | AS_IN_FILE);
      }
    }
  }

  #get(entry: number, word: number): number {
    return this.#chunk(entry)[this.#at(entry, word)] ?? 0;
  }

  #set(entry: number, word: number, value: number): void {
    this.#chunk(entry)[this.#at(entry, word)] = value;
  }

  #chunk(entry: number): Int32Array {
    const chunk = this.#chunks[entry >> CHUNK_BITS];
    if (!chunk) throw new RangeError(`no entry ${entry}`);
    return chunk;
  }

  #at(entry: number, word: number): number {
    return (entry & (CHUNK_ENTRIES - 1)) * WORDS + word;
  }

  /** The slot of `#parsed`: where its entry stands, or where it would go. */
  #slotOf(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#parsed;
    const mask = this.#slots.length - 1;
    const mixed = Math.imul(a ^ Math.imul(b ^ Math.imul(c ^ Math.imul(d, MIX), MIX), MIX), MIX);
    for (let slot = (mixed ^ (mixed >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] ?? -1;
      if (entry < 0) return slot;
      const chunk = this.#chunk(entry);
      const at = this.#at(entry, WORD.key);
      if (chunk[at] === a && chunk[at + 1] === b && chunk[at + 2] === c && chunk[at + 3] === d) return slot;
    }
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    for (let entry = 0; entry < this.#size; entry++) {
      const at = this.#at(entry, WORD.key);
      this.#parsed.set(this.#chunk(entry).subarray(at, at + 4));
      this.#slots[this.#slotOf()] = entry;
    }
  }
}

/** Where the 32 hex digits of a UUID stand. */
const HEX_AT = Array.from({ length: 36 }, (_, at) => at).filter((at) => ![8, 13, 18, 23].includes(at));

function parseUuid(uuid: string, into: Int32Array, at: number): void {
  for (let word = 0; word < 4; word++) {
    let value = 0;
    for (let digit = word * 8; digit < word * 8 + 8; digit++) {
      const code = uuid.charCodeAt(HEX_AT[digit] ?? 0);
      value = (value << 4) | (code < 58 ? code - 48 : (code | 32) - 87);
    }
    into[at + word] = value;
  }
}

const HEX_OF_BYTE = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function formatUuid(words: Int32Array, at: number): string {
  const half = (word: number, shift: number): string => {
    const bits = (words[at + word] ?? 0) >>> shift;
    return `${HEX_OF_BYTE[(bits >>> 8) & 0xff] ?? ''}${HEX_OF_BYTE[bits & 0xff] ?? ''}`;
  };
  return `${half(0, 16)}${half(0, 0)}-${half(1, 16)}-${half(1, 0)}-${half(2, 16)}-${half(2, 0)}${half(3, 16)}${half(3, 0)}`;
}
