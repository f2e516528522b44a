import pLimit, { type LimitFunction } from 'p-limit';
import type { SourceRow } from '../csv/source-row.js';
import type { KeyedRow } from '../customer/payload.js';
import { OperatorError } from '../errors.js';
import type { Fingerprinter } from '../customer/identity.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Outcome } from '../ledger/outcome.js';
import { deliver, type Clean, type Delivery } from './deliver.js';
import type { RunTools } from './run-tools.js';
import type { StopReason } from './stop.js';
import type { Tolerance } from './tolerance.js';

export interface ImportOptions {
  /** Requests in flight at most. */
  readonly concurrency: number;
  readonly resendRejected: boolean;
  readonly fingerprint: Fingerprinter;
  readonly clean: Clean;
  readonly tolerance: Tolerance;
  /** Called before the first delivery; false stops the run. */
  readonly preflight: () => Promise<boolean>;
  /** Why the run stops when Bond has its first people already; absent where that is as it should be. */
  readonly ifTaken?: StopReason | undefined;
}

/** So many first people whom Bond has already, and not one who is new: the ledger is the wrong one. */
export const TAKEN_TO_STOP = 20;

/** Takes deliveries as fast as they are made; the maker waits while as many again as are in flight are written ahead. */
export class Dispatcher {
  readonly #ledger: Ledger;
  readonly #tools: RunTools;
  readonly #options: ImportOptions;
  readonly #limit: LimitFunction;
  readonly #most: number;
  /** Taken and not ended. */
  #open = 0;
  /** Keys that Bond had already; undefined once a customer was created. */
  #taken: number | undefined = 0;
  #wake: (() => void) | undefined;
  #bug: Error | undefined;
  #ready: Promise<boolean> | undefined;

  constructor(ledger: Ledger, tools: RunTools, options: ImportOptions) {
    this.#ledger = ledger;
    this.#tools = tools;
    this.#options = options;
    this.#limit = pLimit(options.concurrency);
    this.#most = options.concurrency * 2;
  }

  /** Resolves when the delivery has been taken, and there is room for another. */
  async take(row: number, delivery: Delivery): Promise<void> {
    if (!(await (this.#ready ??= this.#options.preflight()))) return;
    if (this.#tools.stop.reason) return;
    this.#open++;
    // Not waited for: a failure is rethrown by whoever takes or drains next.
    void this.#deliver(row, delivery)
      .catch((error: unknown) => {
        this.#bug ??= error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => {
        this.#open--;
        this.#wake?.();
      });
    await this.#below(this.#most);
  }

  /** Resolves when all that was taken has ended. */
  async drain(): Promise<void> {
    await this.#below(1);
  }

  async #below(most: number): Promise<void> {
    while (this.#open >= most) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#bug) throw this.#bug;
  }

  async #deliver(row: number, delivery: Delivery): Promise<void> {
    const { key, customer, id } = delivery;
    const { stop, sendsKey } = this.#tools;
    try {
      // Before a slot is asked for: what waits for one is then ready to go, and the disk writes many at a time.
      await this.#ledger.send(key, row, this.#options.fingerprint.of(key, customer, id), sendsKey);
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      stop.ask(error);
      // It was not sent, whatever could not be written of it.
      if (!delivery.mayHaveArrived) this.#ledger.done(key, { status: 'pending' });
      return;
    }
    await this.#limit(() => this.#send(delivery));
  }

  async #send(delivery: Delivery): Promise<void> {
    const { tolerance, clean } = this.#options;
    const outcome = await deliver(delivery, this.#tools, clean, () => this.#ledger.repeatIsSafe);
    this.#ledger.done(delivery.key, outcome);
    if (outcome.status === 'pending') return;
    if (outcome.status === 'rejected') tolerance.bad();
    else tolerance.good();
    this.#countTaken(outcome);
    this.#tools.events.ended(outcome.status);
  }

  #countTaken(outcome: Outcome): void {
    if (outcome.status === 'created') this.#taken = undefined;
    if (this.#taken === undefined || outcome.status !== 'unknown' || outcome.doubt !== 'keyExists') return;
    this.#taken++;
    const { ifTaken } = this.#options;
    if (ifTaken && this.#taken === TAKEN_TO_STOP) this.#tools.stop.ask(ifTaken);
  }
}

/**
 * Takes every row of the file that still needs sending, in order; skips what the ledger knows to be done.
 * Ends early when the run is stopped.
 */
export async function importRows(
  batches: AsyncIterable<readonly SourceRow[]>,
  read: (row: SourceRow) => KeyedRow,
  ledger: Ledger,
  tools: RunTools,
  options: ImportOptions,
): Promise<void> {
  const dispatcher = new Dispatcher(ledger, tools, options);
  ledger.index.startPass();
  for await (const batch of batches) {
    for (const row of batch) {
      if (tools.stop.reason) break;
      const due = dueDelivery(row, read(row), ledger, tools.sendsKey, options);
      if (due === 'invalid') options.tolerance.bad();
      else if (due) await dispatcher.take(row.row, due);
    }
    if (tools.stop.reason) break;
  }
  await dispatcher.drain();
}

/** What of a row is to be sent now, if anything. A row that is done costs a look at its key. */
function dueDelivery(
  { row }: SourceRow,
  keyed: KeyedRow,
  ledger: Ledger,
  sendsKey: boolean,
  options: ImportOptions,
): Delivery | 'invalid' | undefined {
  const { index } = ledger;
  if (keyed.key === null) return 'invalid';
  const entry = index.entry(keyed.key);
  if (index.claim(entry, row) !== row) return undefined;
  const state = index.state(entry);
  if (state === 'created' || state === 'existing') return undefined;
  const reading = keyed.reading();
  if (reading.kind === 'invalid') return 'invalid';
  const { key, customer } = reading;
  const delivery = (mayHaveArrived: boolean): Delivery => {
    index.markAsInFile(entry);
    return { key, customer, id: keyed.id, mayHaveArrived };
  };
  const isSame = (): boolean =>
    ledger.isSamePayload(entry, options.fingerprint.of(key, customer, keyed.id).payload);
  switch (state) {
    case 'none':
    case 'failed':
      return delivery(false);
    case 'rejected':
      return options.resendRejected || !isSame() ? delivery(false) : undefined;
    case 'sent':
    case 'noAnswer':
      // Sent without its key, or edited since, it is for the list to say first whether the customer was made.
      return ledger.repeatIsSafe && sendsKey && ledger.sentWithKey(entry) && isSame()
        ? delivery(true)
        : undefined;
    // Bond has said all that it says to a create; the list must tell the rest.
    case 'repeatRefused':
    case 'keyExists':
    case 'keyExistsAfterOurTry':
      return undefined;
  }
}
