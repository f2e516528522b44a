import { OperatorError } from '../errors.js';
import { PACKED_WORDS, type Packed } from './fingerprint.js';
import { DOUBTS } from './outcome.js';

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
  /** In doubt, for one of these reasons. */
  ...DOUBTS,
] as const;

export type State = (typeof STATES)[number];

/** Where the fields of an entry begin, in 32-bit words; a place stands where the customer's id would. */
const WORD = { key: 0, id: 4, place: 4, sent: 8, marks: 8 + PACKED_WORDS } as const;
const WORDS = WORD.marks + 1;
/** `marks`, from the lowest bit: the state, three yes-or-nos, and the row. */
const STATE_BITS = 0b1111;
const AS_IN_FILE = 1 << 4;
const KEYED = 1 << 5;
const SENT_SINCE_SWEEP = 1 << 6;
const ROW_SHIFT = 7;
const MAX_ROW = 2 ** (32 - ROW_SHIFT) - 1;
const CHUNK_BITS = 14;
const CHUNK_ENTRIES = 1 << CHUNK_BITS;
const MAX_LOAD = 0.6;
/** An odd number with its bits well spread: keys that are counted up do not crowd together. */
const MIX = 0x9e3779b1;

/**
 * key (UUID) → what the ledger knows, 64 bytes a key and a slot in an open-addressed table. It is the one thing that
 * grows with the file, so it is packed, for the memory target at a million rows. An entry is a number, good for the
 * life of the index.
 */
export class KeyIndex {
  #slots = new Int32Array(1 << 12).fill(-1);
  readonly #chunks: Int32Array[] = [];
  #size = 0;
  /** Customer ids that are no lower-case UUID: Bond's text is kept as it is. */
  readonly #otherIds = new Map<number, string>();
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
    return this.#has(entry, AS_IN_FILE);
  }

  markAsInFile(entry: number): void {
    this.#mark(entry, AS_IN_FILE, true);
  }

  /** Writes down what is sent, and whether its key goes along. */
  setSent(entry: number, sent: Packed, keyed: boolean): void {
    this.#chunk(entry).set(sent, this.#at(entry, WORD.sent));
    this.#mark(entry, KEYED, keyed);
    this.#mark(entry, SENT_SINCE_SWEEP, true);
  }

  /** What was last sent; all 0 when nothing was. */
  sent(entry: number): Packed {
    const at = this.#at(entry, WORD.sent);
    return this.#chunk(entry).subarray(at, at + PACKED_WORDS);
  }

  sentWithKey(entry: number): boolean {
    return this.#has(entry, KEYED);
  }

  sentSinceSweep(entry: number): boolean {
    return this.#has(entry, SENT_SINCE_SWEEP);
  }

  startSweep(): void {
    this.#clearAll(SENT_SINCE_SWEEP);
  }

  /** Of a `created` or `existing` entry. */
  customerId(entry: number): string {
    return this.#otherIds.get(entry) ?? formatUuid(this.#chunk(entry), this.#at(entry, WORD.id));
  }

  setCustomerId(entry: number, customerId: string): void {
    if (UUID.test(customerId)) {
      parseUuid(customerId, this.#chunk(entry), this.#at(entry, WORD.id));
      this.#otherIds.delete(entry);
    } else this.#otherIds.set(entry, customerId);
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

  /** Where in the ledger the last `done` fact of any other entry stands; -1 when there is none. */
  donePlace(entry: number): number {
    const at = this.#at(entry, WORD.place);
    const chunk = this.#chunk(entry);
    return (chunk[at] ?? 0) * 2 ** 32 + ((chunk[at + 1] ?? 0) >>> 0) - 1;
  }

  setDonePlace(entry: number, place: number): void {
    const at = this.#at(entry, WORD.place);
    const chunk = this.#chunk(entry);
    chunk[at] = Math.floor((place + 1) / 2 ** 32);
    chunk[at + 1] = (place + 1) | 0;
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

  /** The row that has claimed the key in this pass. */
  rowOf(entry: number): number | undefined {
    return this.#get(entry, WORD.marks) >>> ROW_SHIFT || undefined;
  }

  /** Forgets every claim, before the file is read again. */
  startPass(): void {
    this.#clearAll(-1 << ROW_SHIFT);
  }

  #has(entry: number, mark: number): boolean {
    return (this.#get(entry, WORD.marks) & mark) !== 0;
  }

  #mark(entry: number, mark: number, on: boolean): void {
    const others = this.#get(entry, WORD.marks) & ~mark;
    this.#set(entry, WORD.marks, on ? others | mark : others);
  }

  #clearAll(marks: number): void {
    for (const chunk of this.#chunks) {
      for (let at = WORD.marks; at < chunk.length; at += WORDS) chunk[at] = (chunk[at] ?? 0) & ~marks;
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

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

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
