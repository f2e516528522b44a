import type { Reply } from '../bond/reply.js';
import { ExitCode } from '../errors.js';
import type { Clock } from './clock.js';
import type { RunEvents } from './run-tools.js';
import type { Stop } from './stop.js';

/** Failures in a row that hold the run; of a 5xx so many rows must have failed, for one poisoned row is no outage. */
const FAILURES_TO_HOLD = 5;
const ROWS_TO_HOLD = 3;
const FIRST_PROBE_MS = 1000;
const MAX_PROBE_MS = 30_000;
/** So many first rows refused alike: the settings are wrong, not the rows. */
const ALIKE_REFUSALS = 20;
/** A date can be no later. */
const MAX_WAIT_SAID_MS = 100 * 365 * 24 * 3600 * 1000;

/** `probe`: the run is held, and this one goes to see whether the service is back. */
export type Pass = 'go' | 'probe' | 'stop';

/**
 * Holds or stops the whole run. Closed, everybody passes. While the service is down, one at a time goes to
 * try it, with growing waits; the first real answer lets everybody go on.
 */
export class Breaker {
  readonly #clock: Clock;
  readonly #stop: Stop;
  readonly #giveUpAfterMs: number;
  readonly #events: Pick<RunEvents, 'down' | 'back'>;
  readonly #waiting: ((pass: Pass) => void)[] = [];
  #failures = 0;
  readonly #failedRows = new Set<string>();
  #downSinceMs: number | undefined;
  #throttledSinceMs: number | undefined;
  #holding: string | undefined;
  /** Waited for, due for whoever comes next, or on its way. */
  #probe: 'waiting' | 'due' | 'sent' = 'waiting';
  #probeWaitMs = FIRST_PROBE_MS;
  #alike: Alike | undefined = { rows: 0, signature: '', said: '' };

  constructor(giveUpAfterMs: number, clock: Clock, stop: Stop, events: Pick<RunEvents, 'down' | 'back'>) {
    this.#clock = clock;
    this.#stop = stop;
    this.#giveUpAfterMs = giveUpAfterMs;
    this.#events = events;
    stop.onStop(() => {
      for (const pass of this.#waiting.splice(0)) pass('stop');
    });
  }

  /** Why the run is held, while it is. */
  get holding(): string | undefined {
    return this.#holding;
  }

  /** Resolves when an attempt may be made, or when the run is stopping. */
  async enter(): Promise<Pass> {
    if (this.#stop.reason) return 'stop';
    if (this.#holding === undefined) return 'go';
    if (this.#probe === 'due') {
      this.#probe = 'sent';
      return 'probe';
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Hears of every reply; `row` tells rows apart. */
  saw(reply: Reply, row: string): void {
    switch (reply.kind) {
      case 'noAnswer':
        this.#failed(reply.why, row);
        return;
      case 'unreachable':
        this.#failed(reply.why, undefined);
        return;
      case 'gateway':
        this.#failed(`something in front of Bond answers ${reply.status}`, row);
        return;
      case 'forbidden':
        this.#failed('403, though the credentials are good; is there a firewall in front of it?', row);
        return;
      case 'throttled':
        this.#throttled(reply.retryAfterMs);
        return;
      case 'refused':
        this.#refused(reply);
        this.answered();
        return;
      case 'created':
      case 'keyExists':
      case 'otherKey':
      case 'keyUnknown':
      case 'unauthorised':
      case 'redirected':
      case 'misconfigured':
        this.#alike = undefined;
        this.answered();
    }
  }

  /** Bond is there, and lets calls through. */
  answered(): void {
    this.#throttledSinceMs = undefined;
    this.#isThere();
  }

  #isThere(): void {
    if (this.#holding !== undefined) this.#events.back();
    this.#failures = 0;
    this.#failedRows.clear();
    this.#downSinceMs = undefined;
    this.#holding = undefined;
    this.#probeWaitMs = FIRST_PROBE_MS;
    for (const pass of this.#waiting.splice(0)) pass('go');
  }

  /** @param row undefined when it is certain that the failure is no row's own */
  #failed(why: string, row: string | undefined): void {
    this.#failures++;
    if (row === undefined) this.#failedRows.clear();
    else this.#failedRows.add(row);
    const manyRows = row === undefined || this.#failedRows.size >= ROWS_TO_HOLD;
    const now = this.#clock.now();
    this.#downSinceMs ??= now;
    // One row that nobody answers ends by its attempts: that is no outage.
    if (!manyRows && this.#holding === undefined) return;
    if (now - this.#downSinceMs >= this.#giveUpAfterMs) this.#giveUp(this.#downSinceMs, why);
    else if (this.#holding !== undefined || this.#failures >= FAILURES_TO_HOLD) this.#hold(why);
  }

  /** A wait that Bond asks for is no outage, unless it is longer than the operator will wait, or comes again and again. */
  #throttled(retryAfterMs: number | null): void {
    const now = this.#clock.now();
    this.#throttledSinceMs ??= now;
    this.#isThere();
    if (retryAfterMs !== null && retryAfterMs > this.#giveUpAfterMs) {
      const until = new Date(this.#clock.epochMs() + Math.min(retryAfterMs, MAX_WAIT_SAID_MS));
      this.#stop.ask({
        message: `Bond asks to wait until ${until.toISOString().slice(0, 19).replace('T', ' ')} UTC, longer than --give-up-after: run the same command again then; nothing is lost`,
        exitCode: ExitCode.runAgain,
      });
    } else if (now - this.#throttledSinceMs >= this.#giveUpAfterMs) {
      this.#giveUp(this.#throttledSinceMs, 'it keeps answering that there are too many calls');
    }
  }

  #giveUp(sinceMs: number, why: string): void {
    const forS = Math.round((this.#clock.now() - sinceMs) / 1000);
    this.#stop.ask({
      message: `Bond has given no usable answer for ${forS} s: ${why}. Run the same command again when the service is back; nothing is lost`,
      exitCode: ExitCode.runAgain,
    });
  }

  #hold(why: string): void {
    if (this.#holding === undefined) this.#events.down(why);
    const probeToCome = this.#holding !== undefined && this.#probe !== 'sent';
    this.#holding = why;
    if (probeToCome) return;
    this.#probe = 'waiting';
    const waitMs = this.#probeWaitMs;
    this.#probeWaitMs = Math.min(MAX_PROBE_MS, waitMs * 2);
    this.#clock.at(this.#clock.now() + waitMs, () => {
      if (this.#holding === undefined) return;
      const pass = this.#waiting.shift();
      this.#probe = pass ? 'sent' : 'due';
      pass?.('probe');
    });
  }

  #refused({ findings }: Extract<Reply, { kind: 'refused' }>): void {
    if (!this.#alike) return;
    const kinds = new Set(findings.map(({ path, code }) => [code, path].filter(Boolean).join(' of ')));
    const signature = [...kinds].sort().join(', ');
    const said = String(findings[0].args['message']);
    const { rows, signature: before, said: saidBefore } = this.#alike;
    if (rows > 0 && before !== signature) {
      this.#alike = undefined;
      return;
    }
    // What differs from row to row may speak of the row.
    this.#alike = { rows: rows + 1, signature, said: rows === 0 || said === saidBefore ? said : '' };
    if (this.#alike.rows < ALIKE_REFUSALS) return;
    const words = this.#alike.said === '' ? '' : `: ${this.#alike.said}`;
    this.#stop.ask({
      message: `The first ${ALIKE_REFUSALS} rows sent were all refused alike (${signature}${words}). That speaks of the settings, not of the rows: check --mapping, --env and the program's set-up at Bond, then run the same command again with --resend-rejected`,
      exitCode: ExitCode.stopped,
      cure: { name: 'resendRejected' },
    });
  }
}

/** The first rows, while all of them have been refused for the same. */
interface Alike {
  readonly rows: number;
  readonly signature: string;
  /** In Bond's words, while they are the same for every row. */
  readonly said: string;
}
