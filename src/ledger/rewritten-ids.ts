import { foldOf, isNothingSent, packFold } from './fingerprint.js';
import { mayHaveCustomer } from './facts.js';
import type { KeyIndex } from './key-index.js';

/** A row whose id is new, and the entry of a customer whose id differs in nothing that a spreadsheet keeps. */
export interface RewrittenId {
  readonly row: number;
  readonly known: number;
}

/**
 * Finds ids that a program rewrote between two runs (00123 → 123, 1001 → 1001.0): rows whose key is new, and whose
 * folded id is that of a known customer. Where the file holds the known id as well, both forms are ids of their own.
 */
export class RewrittenIds {
  readonly #index: KeyIndex;
  /** Entries by their folded id, in an open-addressed table: a Map of texts would break the memory target. */
  readonly #slots: Int32Array;
  /** Slots of folded ids whose known key stands in the file. */
  readonly #inFile: Uint8Array;
  readonly #suspects: { readonly row: number; readonly slot: number }[] = [];

  constructor(index: KeyIndex) {
    this.#index = index;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * index.size + 2))).fill(-1);
    this.#inFile = new Uint8Array(this.#slots.length);
    for (let entry = 0; entry < index.size; entry++) {
      const [high, low] = foldOf(index.sent(entry));
      if ((high === 0 && low === 0) || !mayHaveCustomer(index.state(entry))) continue;
      const slot = this.#slotOf(high, low);
      if (this.#slots[slot] === -1) this.#slots[slot] = entry;
    }
  }

  /** Is to be told of every row of the file. @param fold `Fingerprint.fold` of its id */
  see(row: number, key: string, fold: string): void {
    if (fold === '') return;
    const slot = this.#slotOf(...packFold(fold));
    if (this.#slots[slot] === -1) return;
    const entry = this.#index.find(key);
    if (entry < 0 || isNothingSent(this.#index.sent(entry))) this.#suspects.push({ row, slot });
    else if (mayHaveCustomer(this.#index.state(entry))) this.#inFile[slot] = 1;
  }

  /** In the order of the file, once all of it was seen. */
  found(): RewrittenId[] {
    return this.#suspects.flatMap(({ row, slot }) => {
      const known = this.#slots[slot] ?? -1;
      return this.#inFile[slot] === 1 ? [] : [{ row, known }];
    });
  }

  #slotOf(high: number, low: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] ?? -1;
      if (entry === -1) return slot;
      const [otherHigh, otherLow] = foldOf(this.#index.sent(entry));
      if (otherHigh === high && otherLow === low) return slot;
    }
  }
}
