import type { SourceRow } from '../csv/source-row.js';
import type { Fingerprinter } from '../customer/identity.js';
import type { KeyedRow } from '../customer/payload.js';
import { OperatorError } from '../errors.js';
import type { Ledger } from '../ledger/ledger.js';
import { deliver, type Delivery } from './deliver.js';
import type { RunTools } from './run-tools.js';
import type { Tolerance } from './tolerance.js';

export interface ImportOptions {
  /** Requests in flight at most. */
  readonly concurrency: number;
  readonly resendRejected: boolean;
  readonly fingerprint: Fingerprinter;
  readonly tolerance: Tolerance;
  /** Called before the first delivery; false stops the run. */
  readonly preflight: () => Promise<boolean>;
}

/** A delivery that is being written down, or is by now. */
interface Taken {
  readonly delivery: Delivery;
  readonly writtenDown: Promise<void>;
}

/** Takes deliveries as fast as they are made; the maker waits while as many again as are in flight are written ahead. */
export class Dispatcher {
  readonly #ledger: Ledger;
  readonly #tools: RunTools;
  readonly #options: ImportOptions;
  readonly #most: number;
  /** Written ahead, the first one next. */
  readonly #waiting: Taken[] = [];
  #inFlight = 0;
  #wake: (() => void) | undefined;
  #ready: Promise<boolean> | undefined;

  constructor(ledger: Ledger, tools: RunTools, options: ImportOptions) {
    this.#ledger = ledger;
    this.#tools = tools;
    this.#options = options;
    this.#most = options.concurrency * 2;
  }

  /** Resolves when the delivery has been taken, and there is room for another. */
  async take(row: number, delivery: Delivery): Promise<void> {
    if (!(await (this.#ready ??= this.#options.preflight()))) return;
    if (this.#tools.stop.reason) return;
    // Written down while those before it are in flight: a free slot finds the next one ready to go.
    const { key, customer, id } = delivery;
    const fingerprint = this.#options.fingerprint.of(key, customer, id);
    const writtenDown = this.#ledger.send(key, row, fingerprint, this.#tools.sendsKey);
    // Heard when its turn comes.
    writtenDown.catch(() => undefined);
    this.#waiting.push({ delivery, writtenDown });
    if (this.#inFlight < this.#options.concurrency) void this.#sendNext();
    await this.#below(this.#most);
  }

  /** Resolves when all that was taken has ended. */
  async drain(): Promise<void> {
    await this.#below(1);
  }

  /** One after the other, until nothing waits: as many of these go on at once as requests may be in flight. */
  async #sendNext(): Promise<void> {
    this.#inFlight++;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      await this.#send(next);
      this.#wakeLater();
    }
    this.#inFlight--;
  }

  /**
   * Of answers that come together, each first lets its next request go, which leaves in the turn of the event loop
   * after its answer; in the turn after that all the room they left is filled at once, while the service works.
   */
  #wakeLater(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    if (wake) setImmediate(() => setImmediate(wake));
  }

  async #below(most: number): Promise<void> {
    while (this.#inFlight + this.#waiting.length >= most) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async #send({ delivery, writtenDown }: Taken): Promise<void> {
    const { events, stop } = this.#tools;
    try {
      await writtenDown;
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      stop.ask(error);
      // It was not sent, whatever could not be written of it.
      if (!delivery.mayHaveArrived) this.#ledger.done(delivery.key, { status: 'pending' });
      return;
    }
    const outcome = await deliver(delivery, this.#tools, () => this.#ledger.echoes === true);
    this.#ledger.done(delivery.key, outcome);
    if (outcome.status === 'rejected') this.#options.tolerance.bad();
    else this.#options.tolerance.good();
    events.ended(outcome.status);
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
      if (due === 'invalid') {
        tools.events.ended('invalid');
        options.tolerance.bad();
      } else if (due) await dispatcher.take(row.row, due);
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
  if (state === 'created' || state === 'existing' || state === 'repeatRefused') return undefined;
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
    // Edited since, it is for the list to say first whether the customer was made as it was before.
    case 'sent':
    case 'noAnswer':
      return ledger.echoes && sendsKey && isSame() ? delivery(true) : undefined;
    case 'rejected':
      return options.resendRejected || !isSame() ? delivery(false) : undefined;
    // Bond said that the key is taken, and its list did not show by whom: it may have been a passing trouble.
    case 'keyExists':
    case 'keyExistsAfterOurTry':
      return sendsKey && ledger.echoes !== false ? delivery(state === 'keyExistsAfterOurTry') : undefined;
  }
}
