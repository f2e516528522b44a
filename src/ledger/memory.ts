import {
  isInDoubt,
  stateAfter,
  type EndFact,
  type Fact,
  type Finished,
  type RunFact,
  type SweptFact,
} from './facts.js';
import { pack } from './fingerprint.js';
import { KeyIndex, type State } from './key-index.js';
import type { Place } from './journal.js';

/** A run, and how it ended; one that was killed, or still goes on, has no end. */
export interface RememberedRun {
  readonly run: RunFact;
  readonly end: EndFact | undefined;
}

/** A sweep of Bond's customers list that has not come to its end. */
export interface Sweep {
  readonly look: number;
  /** The last page read. */
  readonly page: number;
  /** Key → customers that may be the one → whether one surely is. */
  readonly candidates: ReadonlyMap<string, ReadonlyMap<string, boolean>>;
}

/** What the facts of a ledger add up to. */
export class Memory {
  readonly index = new KeyIndex();
  readonly runs: RememberedRun[] = [];
  brandId: string | undefined;
  sweep: Sweep | undefined;
  /** Keys in doubt. */
  inDoubt = 0;
  /** True once Bond has given a key back, false for good once it has dropped one. */
  echoes: boolean | undefined;
  /** Bond's list showed two customers under one key. */
  hasSeenTwice = false;
  readonly #finished = new Map<string, Finished>();

  /** @param place where the fact stands in its store */
  learn(fact: Fact, place: Place): void {
    switch (fact.type) {
      case 'run':
        this.runs.push({ run: fact, end: undefined });
        return;
      case 'end':
        this.#end(fact);
        return;
      case 'brand':
        this.brandId = fact.id;
        return;
      case 'send': {
        const entry = this.index.entry(fact.key);
        this.index.setSent(entry, pack(fact), fact.keyed);
        this.#setState(entry, 'sent');
        return;
      }
      case 'done': {
        const entry = this.index.entry(fact.key);
        this.#setState(entry, stateAfter(fact));
        if (fact.status === 'created' || fact.status === 'existing') {
          this.index.setCustomerId(entry, fact.customerId);
        } else this.index.setDonePlace(entry, place);
        if ('echoed' in fact) this.echoes = fact.echoed && this.echoes !== false;
        return;
      }
      case 'swept':
        this.#swept(fact);
        return;
      case 'twice':
        this.hasSeenTwice = true;
    }
  }

  finished(input: string): Finished | undefined {
    return this.#finished.get(input);
  }

  #end(end: EndFact): void {
    const last = this.runs.pop();
    if (last) this.runs.push({ run: last.run, end });
    if (end.finished) this.#finished.set(end.finished.input, end.finished);
  }

  #swept({ look, page, candidates = [], ended }: SweptFact): void {
    if (ended) {
      this.sweep = undefined;
      return;
    }
    const known = this.sweep?.candidates ?? new Map<string, ReadonlyMap<string, boolean>>();
    const begins = look === 0 && page === 0;
    if (begins) this.index.startSweep();
    const merged = new Map(begins ? [] : known);
    for (const { key, customerId, sure } of candidates) {
      merged.set(key, new Map(merged.get(key)).set(customerId, sure));
    }
    this.sweep = { look, page, candidates: merged };
  }

  #setState(entry: number, state: State): void {
    this.inDoubt += Number(isInDoubt(state)) - Number(isInDoubt(this.index.state(entry)));
    this.index.setState(entry, state);
  }
}
