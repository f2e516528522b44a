import { SingleBar } from 'cli-progress';
import type { Status } from '../ledger/outcome.js';
import type { PaceRecorder } from '../ledger/pace.js';
import type { RunEvents, SeenTwice } from '../delivery/run-tools.js';
import type { StopReason } from '../delivery/stop.js';
import { tell, type Env, type Screen } from '../io.js';
import { count, plural, span } from './words.js';

const REDRAW_MS = 250;
const LINE_EVERY_MS = 30_000;

/** Why the run waits, and for how long if that is known. */
export interface Waiting {
  readonly why: string;
  readonly forMs?: number;
}

export interface ProgressOptions {
  readonly stream: Screen;
  readonly env: Env;
  readonly name: string;
  /** Rows that are to be sent. */
  readonly toSend: number;
  readonly now: () => number;
  readonly pace?: PaceRecorder;
}

/** Shows a run on stderr while it goes: a bar on a terminal, otherwise a line every 30 s. */
export class Progress implements RunEvents {
  calls = 0;
  retries = 0;
  pauses = 0;
  /** Of the customers list, while rows in doubt are settled. */
  #page: { readonly page: number; readonly about: number } | undefined;
  #waiting: () => Waiting | undefined = () => undefined;
  #held: { readonly why: 'pausedMs' | 'downMs'; readonly fromMs: number } | undefined;
  readonly #ended = new Map<Status, number>();
  readonly #options: ProgressOptions;
  readonly #startedMs: number;
  #bar: SingleBar | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#startedMs = options.now();
  }

  /** How many rows ended so, in this run. */
  get endedRows(): Partial<Record<Status, number>> {
    return Object.fromEntries(this.#ended);
  }

  called(): void {
    this.calls++;
    // While Bond is down single calls go to see whether it is back.
    if (this.#held?.why === 'pausedMs') this.#heldUntilNow();
    this.#options.pace?.called(this.#options.now());
  }

  retried(): void {
    this.retries++;
  }

  paused(forMs: number): void {
    this.pauses++;
    this.#holdFromNow('pausedMs');
    this.tell('paused', `Bond asks to wait: paused for ${span(forMs)}`, { forMs });
  }

  down(why: string): void {
    this.#holdFromNow('downMs');
    this.tell('down', `waiting for Bond to come back: ${why}`, { why });
  }

  back(): void {
    if (this.#held?.why === 'downMs') this.#heldUntilNow();
    this.tell('back', 'Bond answers again');
  }

  stopping({ message }: StopReason): void {
    this.tell('stopping', message);
  }

  seenTwice({ customerIds, row }: SeenTwice): void {
    const where = row === undefined ? 'a customer of this ledger' : `row ${row}`;
    this.tell(
      'seen-twice',
      `Bond's list shows ${where} twice, as customer_id ${customerIds.join(' and ')}: ask Bond which of them is to stay. From now on no row is sent again without a look at the list`,
      { customerIds, row },
    );
  }

  settling(at: { readonly page: number; readonly about: number } | undefined): void {
    this.#page = at;
  }

  ended(status: Status): void {
    this.#ended.set(status, (this.#ended.get(status) ?? 0) + 1);
  }

  /** @param waiting why the run waits, when it does */
  start(waiting: () => Waiting | undefined): void {
    this.#waiting = waiting;
    const { stream, env } = this.#options;
    if (!stream.isTTY || env['TERM'] === 'dumb') {
      this.#timer = setInterval(() => {
        const { endedRows: rows, calls, retries } = this;
        const facts = { rows, toSend: this.#options.toSend, calls, retries };
        this.tell('progress', this.#words().join(', '), facts);
      }, LINE_EVERY_MS);
    } else {
      this.#bar = new SingleBar({
        stream,
        format: () => this.line(stream.columns || 80),
        clearOnComplete: true,
        hideCursor: true,
        linewrap: false,
        gracefulExit: false,
      });
      this.#bar.start(1, 0);
      this.#timer = setInterval(() => this.#bar?.update(0), REDRAW_MS);
    }
    this.#timer.unref();
  }

  #holdFromNow(why: 'pausedMs' | 'downMs'): void {
    this.#heldUntilNow();
    this.#held = { why, fromMs: this.#options.now() };
  }

  #heldUntilNow(): void {
    if (this.#held) this.#options.pace?.held(this.#held.why, this.#held.fromMs, this.#options.now());
    this.#held = undefined;
  }

  /** A change of state, above the bar where there is one. */
  tell(event: string, text: string, facts: object = {}): void {
    const { stream, name } = this.#options;
    this.#bar?.stop();
    tell(stream, event, `${name}: ${text}`, { file: name, ...facts });
    this.#bar?.start(1, 0);
  }

  /** The run has ended. */
  stop(): void {
    this.#heldUntilNow();
    clearInterval(this.#timer);
    this.#bar?.stop();
    this.#bar = undefined;
  }

  /**
   * One line that fits into so many columns, and leaves room for the `^C` that a terminal writes: the bar gives way
   * first, then the words from the right, whole ones, for a number cut short would be another number.
   */
  line(columns: number): string {
    const room = Math.max(1, columns - 3);
    const words = this.#words();
    while (words.length > 1 && words.join(', ').length > room) words.pop();
    const text = words.join(', ');
    const share = this.#share();
    const percent = ` ${Math.floor(share * 100)}%`.padStart(5);
    const width = Math.min(40, room - percent.length - 1 - text.length);
    if (width < 8) return text.slice(0, room);
    return `${'█'.repeat(Math.round(width * share)).padEnd(width, '░')}${percent} ${text}`;
  }

  /** Of what is to be sent, or of the list that is read. */
  #share(): number {
    if (this.#page) return Math.min(1, this.#page.page / this.#page.about);
    const { sent, of } = this.#sent();
    return of === 0 ? 0 : sent / of;
  }

  /** Rows in doubt that are sent again come on top of those that were to be sent. */
  #sent(): { readonly sent: number; readonly of: number } {
    const sent = [...this.#ended.values()].reduce((sum, rows) => sum + rows, 0);
    return { sent, of: Math.max(sent, this.#options.toSend) };
  }

  #words(): string[] {
    const waiting = this.#waiting();
    if (waiting) {
      return [waiting.forMs === undefined ? waiting.why : `${waiting.why} ${span(waiting.forMs)}`];
    }
    if (this.#page !== undefined) {
      const { page, about } = this.#page;
      return [`settling: page ${count(page)} of about ${count(about)}`, "reading Bond's customers list"];
    }
    const elapsedMs = this.#options.now() - this.#startedMs;
    const { sent, of } = this.#sent();
    const perSecond = elapsedMs > 0 ? (sent * 1000) / elapsedMs : 0;
    const ended = (...statuses: Status[]): number =>
      statuses.reduce((sum, status) => sum + (this.#ended.get(status) ?? 0), 0);
    const toSettle = ended('unknown');
    return [
      ...(of > 0 ? [`${count(sent)} of ${count(of)}`] : []),
      ...(sent > 0 && sent < of ? [`${span(((of - sent) * elapsedMs) / sent)} left`] : []),
      `${count(ended('created'))} created`,
      `${count(ended('rejected', 'failed'))} errors`,
      ...(toSettle > 0 ? [`${count(toSettle)} to settle`] : []),
      `${perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond))} rows/s`,
      ...(this.retries > 0 ? [plural(this.retries, 'retry', 'retries')] : []),
    ];
  }
}
