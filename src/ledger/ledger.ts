import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { OperatorError } from '../errors.js';
import {
  factSchema,
  type Candidate,
  LEDGER_FORMAT,
  mayHaveCustomer,
  type EndFact,
  type Fact,
  type Finished,
  type RunFact,
} from './facts.js';
import { notALedger } from './file-journal.js';
import { openJournal, openReader, type Env } from './stores.js';
import {
  comparePersons,
  isSamePayload,
  likeness,
  pack,
  type Fingerprint,
  type Likeness,
  type PersonAgreement,
} from './fingerprint.js';
import type { Budget } from './budget.js';
import type { FactReader, Holder, Journal, Place } from './journal.js';
import type { KeyIndex } from './key-index.js';
import { Memory, type RememberedRun, type Sweep } from './memory.js';
import type { Outcome } from './outcome.js';

const NOTHING: Fingerprint = { payload: '', name: '', dob: '', fold: '', contact: '' };

/** What a ledger belongs to: it is refused to anything else. */
export interface LedgerOwner {
  /** Base URL. */
  readonly target: string;
  /** `sandbox` or `live`. */
  readonly env: string;
  /** A hash that tells brands apart; '' when no credentials are at hand. */
  readonly identity: string;
  /** How keys are made. */
  readonly keys: string;
}

export type RunStart = Pick<
  RunFact,
  'at' | 'tool' | 'command' | 'host' | 'user' | 'input' | 'reading' | 'settings'
>;
export type RunEnd = Omit<EndFact, 'type'>;

/** A ledger as those see it who only read. */
export class LedgerView implements AsyncDisposable {
  protected readonly reader: FactReader;
  protected readonly memory: Memory;
  /** What fingerprints are keyed with. */
  readonly secret: string;

  protected constructor(reader: FactReader, memory: Memory) {
    this.reader = reader;
    this.memory = memory;
    this.secret = memory.runs[0]?.run.secret ?? randomBytes(32).toString('hex');
  }

  /** Opens for reading; an absent ledger reads as an empty one. */
  static async read(
    where: string,
    owner: Partial<Pick<LedgerOwner, 'keys'>> = {},
    env: Env = {},
  ): Promise<LedgerView> {
    const reader = await openReader(where, env);
    try {
      const view = new LedgerView(reader, await replay(reader));
      if (owner.keys !== undefined) view.expectKeys(owner.keys);
      return view;
    } catch (error) {
      await reader.close();
      throw error;
    }
  }

  /** Refuses the ledger when its keys are made otherwise: its people would be strangers. */
  expectKeys(keys: string): void {
    refuseOtherKeys(this.reader.name, this.memory, keys);
  }

  /** For messages: a path, or a URL without its password. */
  get name(): string {
    return this.reader.name;
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

  /** Whether a customer can be sent again under its key without becoming two. */
  get repeatIsSafe(): boolean {
    return this.memory.echoes === true && !this.memory.hasSeenTwice;
  }

  get brandId(): string | undefined {
    return this.memory.brandId;
  }

  /** When the first run on this ledger began, epoch ms; 0 when there was none. */
  get bornAtMs(): number {
    const [first] = this.memory.runs;
    return first ? Date.parse(first.run.at) : 0;
  }

  /** Oldest first. */
  runs(): readonly RememberedRun[] {
    return this.memory.runs;
  }

  /** A sweep of Bond's list that was cut short, in this run or an earlier one. */
  get sweep(): Sweep | undefined {
    return this.memory.sweep;
  }

  /** Sent after that sweep began: that it did not show the customer says nothing. */
  sentSinceSweep(entry: number): boolean {
    return this.index.sentSinceSweep(entry);
  }

  isSamePayload(entry: number, payload: string): boolean {
    return isSamePayload(this.index.sent(entry), pack({ ...NOTHING, payload }));
  }

  /** What a customer is to the one that was last sent under the entry. */
  likenessOf(entry: number, fingerprint: Fingerprint): Likeness {
    return likeness(this.index.sent(entry), pack(fingerprint));
  }

  /** Whether name and birth date are those of the customer that was last sent under the entry. */
  comparedToSent(entry: number, person: Pick<Fingerprint, 'name' | 'dob'>): PersonAgreement {
    return comparePersons(this.index.sent(entry), pack({ ...NOTHING, ...person }));
  }

  /** Whether its key went along, when the entry was last sent. */
  sentWithKey(entry: number): boolean {
    return this.index.sentWithKey(entry);
  }

  /** Whether Bond has, or may have, a customer under this key. */
  knowsCustomer(key: string): boolean {
    const entry = this.index.find(key);
    return entry >= 0 && mayHaveCustomer(this.index.state(entry));
  }

  /** The end of an earlier run that found a customer for every row of this very input, read in this very way. */
  finished(input: string, reading: string): Finished | undefined {
    const finished = this.memory.finished(input);
    return finished?.reading === reading ? finished : undefined;
  }

  /** How the last delivery under an entry ended, when it ended with something to say. */
  async lastOutcome(entry: number): Promise<Outcome | undefined> {
    const place = this.index.donePlace(entry);
    if (place < 0) return undefined;
    const line = await this.reader.lineAt(place);
    if (line === undefined) return undefined;
    const fact = factOf(line);
    return fact.type === 'done' ? fact : undefined;
  }

  /** Who writes to it now, if anybody does. */
  holder(): Promise<Holder | undefined> {
    return this.reader.holder();
  }

  close(): Promise<void> {
    return this.reader.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** A ledger as a run holds it: nobody else writes to it. */
export class Ledger extends LedgerView {
  readonly #journal: Journal;
  readonly #owner: LedgerOwner;
  /** True when the ledger was last used with other credentials: whether they are the same brand's, Bond must say. */
  readonly identityChanged: boolean;

  private constructor(journal: Journal, memory: Memory, owner: LedgerOwner) {
    super(journal, memory);
    this.#journal = journal;
    this.#owner = owner;
    const last = memory.runs.at(-1)?.run;
    this.identityChanged = last !== undefined && last.identity !== owner.identity;
  }

  /**
   * Opens for a run, making the ledger when there is none. Refuses one that is in use, damaged, or another owner's.
   * @param waitMs how long to wait for one that is in use
   */
  static async open(
    where: string,
    owner: LedgerOwner,
    { waitMs = 0, env = {} }: { waitMs?: number; env?: Env } = {},
  ): Promise<Ledger> {
    const journal = await openJournal(where, env, waitMs);
    try {
      const memory = await replay(journal);
      refuseOtherKeys(journal.name, memory, owner.keys);
      const last = memory.runs.at(-1)?.run;
      if (last && last.target !== owner.target) {
        throw new OperatorError(
          `The ledger ${journal.name} belongs to ${last.target}, this run would send to ${owner.target}: choose that base URL, or another --ledger`,
        );
      }
      return new Ledger(journal, memory, owner);
    } catch (error) {
      await journal.close();
      throw error;
    }
  }

  /** The budget of calls that all runs of this brand on one database have together; a file has none. */
  budget(callsPerMinute: number): Budget | undefined {
    return this.#journal.budget(this.#owner, callsPerMinute);
  }

  /** Writes down who runs, and on what. */
  startRun(owner: LedgerOwner, start: RunStart): Promise<void> {
    const { target, env, identity, keys } = owner;
    const { at, tool, command, host, user, input, reading, settings } = start;
    return this.#write({
      type: 'run',
      format: LEDGER_FORMAT,
      at,
      tool,
      command,
      host,
      user,
      target,
      env,
      identity,
      keys,
      secret: this.secret,
      input,
      reading,
      settings,
    });
  }

  /**
   * Resolves when it is durable that this key is about to be sent: only then may it be.
   * @param keyed whether the key goes along as `brand_person_id`
   */
  send(key: string, row: number, fingerprint: Fingerprint, keyed: boolean): Promise<void> {
    const { payload, name, dob, fold, contact } = fingerprint;
    return this.#write({ type: 'send', key, row, payload, name, dob, fold, contact, keyed });
  }

  /** Writes down how a delivery ended. It need not be waited for: lost, it leaves the key in doubt, never forgotten. */
  done(key: string, outcome: Outcome): void {
    this.#note({ type: 'done', key, ...outcome });
  }

  /** Writes down Bond's own id of the brand, once. */
  learnBrand(id: string): void {
    if (this.brandId === undefined) this.#note({ type: 'brand', id });
  }

  /** Bond's list shows several customers under one key: no repeat is safe any more. */
  seenTwice(key: string, customerIds: readonly string[]): void {
    this.#note({ type: 'twice', key, customerIds: [...customerIds] });
  }

  /** Begins a look through Bond's list; look 0 begins a sweep. */
  startSweep(look: number): void {
    this.#note({ type: 'swept', at: new Date().toISOString(), look, page: 0 });
  }

  /** The sweep has come to the end of this page, and found these customers that may be those of rows in doubt. */
  swept(page: number, candidates: readonly Candidate[] = []): void {
    const at = new Date().toISOString();
    const look = this.sweep?.look ?? 0;
    this.#note({
      type: 'swept',
      at,
      look,
      page,
      ...(candidates.length > 0 && { candidates: [...candidates] }),
    });
  }

  endSweep(): void {
    const { look = 0, page = 0 } = this.sweep ?? {};
    this.#note({ type: 'swept', at: new Date().toISOString(), look, page, ended: true });
  }

  endRun(end: RunEnd): Promise<void> {
    return this.#write({ type: 'end', ...end });
  }

  /** Why nothing more can be written, once a write has failed. */
  get failure(): OperatorError | undefined {
    return this.#journal.failure;
  }

  /** Is told of that at once. */
  onFailure(listener: (failure: OperatorError) => void): void {
    this.#journal.onFailure(listener);
  }

  sync(): Promise<void> {
    return this.#journal.sync();
  }

  #note(fact: Fact): void {
    // A failure is told by `failure`, and by the next write that is waited for.
    void this.#write(fact).catch(() => undefined);
  }

  #write(fact: Fact): Promise<void> {
    const { place, durable } = this.#journal.append(JSON.stringify(fact));
    this.memory.learn(fact, place);
    return durable;
  }
}

/** The fact of a line; throws when it is none. */
function factOf(line: string): Fact {
  return factSchema.parse(JSON.parse(line));
}

async function replay(reader: FactReader): Promise<Memory> {
  const memory = new Memory();
  await readFacts(reader, (fact, place) => {
    memory.learn(fact, place);
  });
  return memory;
}

/** Reads all facts of a ledger. Damage is refused with its place, and so is what is no ledger. */
export async function readFacts(
  reader: FactReader,
  learn: (fact: Fact, place: Place, line: string) => void,
  between?: () => Promise<void>,
): Promise<void> {
  let isLedger = false;
  await reader.replay((line, place) => {
    let fact: Fact;
    try {
      fact = factOf(line);
    } catch (error) {
      refuseOtherFormat(reader.name, line);
      if (!isLedger) throw notALedger(reader.name, error);
      throw new OperatorError(
        `The ledger ${reader.name} is damaged at ${reader.placeName(place)}: restore it from a copy, or, when there is none, use a new --ledger: customers created before are then found in Bond by their brand_person_id`,
        { cause: error },
      );
    }
    isLedger ||= fact.type === 'run';
    if (!isLedger) throw notALedger(reader.name);
    learn(fact, place, line);
  }, between);
}

function refuseOtherFormat(name: string, line: string): void {
  const format = formatOf(line);
  if (format === undefined || format === LEDGER_FORMAT) return;
  throw new OperatorError(
    format > LEDGER_FORMAT
      ? `The ledger ${name} has format ${format}, and this bond-import knows format ${LEDGER_FORMAT}: use the newer bond-import that wrote it`
      : `The ledger ${name} has format ${format} of an early bond-import, and this one knows format ${LEDGER_FORMAT}: finish with the bond-import that wrote it, or use a new --ledger: customers created before are then found in Bond by their brand_person_id`,
  );
}

/** The format that a `run` line names, under its name today or in format 1. */
function formatOf(line: string): number | undefined {
  try {
    const run = z
      .object({ type: z.literal('run'), format: z.number().optional(), version: z.number().optional() })
      .parse(JSON.parse(line));
    return run.format ?? run.version;
  } catch {
    return undefined;
  }
}

function refuseOtherKeys(name: string, memory: Memory, keys: string): void {
  const known = memory.runs.at(-1)?.run.keys;
  if (known === undefined || known === keys) return;
  throw new OperatorError(
    `The ledger ${name} knows its people by ${known}, this run would know them by ${keys}, and so would create them again: use the same column (--key), or another --ledger for other people`,
  );
}
