import type { Reply } from '../bond/reply.js';
import { ExitCode } from '../errors.js';
import type { Clock } from './clock.js';
import type { Stop } from './stop.js';

/** Failures in a row that hold the run; of a 5xx so many rows must have failed, for one poisoned row is no outage. */
const FAILURES_TO_HOLD = 5;
const ROWS_TO_HOLD = 3;
const FIRST_PROBE_MS = 1000;
const MAX_PROBE_MS = 30_000;
/** So many first rows refused alike: the settings are wrong, not the rows. */
const ALIKE_REFUSALS = 20;

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
  readonly #waiting: ((pass: Pass) => void)[] = [];
  #failures = 0;
  readonly #failedRows = new Set<string>();
  #downSinceMs: number | undefined;
  #holding: string | undefined;
  /** Waited for, due for whoever comes next, or on its way. */
  #probe: 'waiting' | 'due' | 'sent' = 'waiting';
  #probeWaitMs = FIRST_PROBE_MS;
  #alike: { signature: string; rows: number } | undefined = { signature: '', rows: 0 };

  constructor(giveUpAfterMs: number, clock: Clock, stop: Stop) {
    this.#clock = clock;
    this.#stop = stop;
    this.#giveUpAfterMs = giveUpAfterMs;
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
      case 'unclear':
      case 'unreachable':
        this.#failed(reply.why, reply.kind === 'unclear' ? row : undefined);
        return;
      case 'throttled':
        this.#throttled(reply.retryAfterMs);
        return;
      case 'refused':
        this.#refused(reply);
        this.answered();
        return;
      case 'created':
      case 'taken':
      case 'foreign':
      case 'key-refused':
      case 'unauthorised':
      case 'redirected':
      case 'misconfigured':
        this.#alike = undefined;
        this.answered();
    }
  }

  /** Bond is there. */
  answered(): void {
    this.#failures = 0;
    this.#failedRows.clear();
    this.#downSinceMs = undefined;
    this.#holding = undefined;
    this.#probeWaitMs = FIRST_PROBE_MS;
    for (const pass of this.#waiting.splice(0)) pass('go');
  }

  #failed(why: string, row: string | undefined): void {
    this.#failures++;
    if (row === undefined) this.#failedRows.clear();
    else this.#failedRows.add(row);
    const manyRows = row === undefined || this.#failedRows.size >= ROWS_TO_HOLD;
    if (this.#giveUp(why)) return;
    if (this.#holding === undefined && (this.#failures < FAILURES_TO_HOLD || !manyRows)) return;
    this.#hold(why);
  }

  /** A wait that Bond asked for is no outage; being throttled without a word for ever is. */
  #throttled(retryAfterMs: number | null): void {
    if (retryAfterMs === null && this.#giveUp('it keeps answering 429 (too many calls)')) return;
    const downSinceMs = this.#downSinceMs;
    this.answered();
    if (retryAfterMs === null) this.#downSinceMs = downSinceMs;
  }

  #giveUp(why: string): boolean {
    const now = this.#clock.now();
    this.#downSinceMs ??= now;
    const downForMs = now - this.#downSinceMs;
    if (downForMs < this.#giveUpAfterMs) return false;
    this.#stop.ask({
      message: `Bond has given no usable answer for ${Math.round(downForMs / 1000)} s: ${why}. Run the same command again when the service is back; nothing is lost`,
      exitCode: ExitCode.runAgain,
    });
    return true;
  }

  #hold(why: string): void {
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

  #refused(reply: Reply & { kind: 'refused' }): void {
    if (!this.#alike) return;
    const signature = [...new Set(reply.findings.map(({ path, code }) => `${code} ${path}`))]
      .sort()
      .join('\n');
    if (this.#alike.rows > 0 && this.#alike.signature !== signature) {
      this.#alike = undefined;
      return;
    }
    this.#alike = { signature, rows: this.#alike.rows + 1 };
    if (this.#alike.rows < ALIKE_REFUSALS) return;
    const [{ path, code, args }] = reply.findings;
    const said =
      typeof args['message'] === 'string' ? `: ${[path, args['message']].filter(Boolean).join(' ')}` : '';
    this.#stop.ask({
      message: `The first ${ALIKE_REFUSALS} rows sent were all refused alike (${code}${said}). That speaks of the settings, not of the rows: check --mapping, --env and the program's set-up at Bond, then run the same command again with --resend-rejected`,
      exitCode: ExitCode.stopped,
    });
  }
}
