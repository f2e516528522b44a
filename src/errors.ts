/** Exit codes, exactly as the README's table promises them. */
export const ExitCode = {
  /** Every row has its customer. */
  done: 0,
  /** Could not run, or stopped for something a person must change. */
  stopped: 1,
  /** Done what can be done; some rows need a person. */
  rowsNeedAPerson: 2,
  /** Rows are left that the same command, run again, takes further. */
  runAgain: 75,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * An operator's trouble: one sentence that says what was expected, what came and what to do.
 * The program prints it as a `sentence` alone, without a stack, and ends with `exitCode`.
 */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly exitCode: ExitCode;

  constructor(message: string, options: { exitCode?: ExitCode; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? ExitCode.stopped;
  }

  /** The message, ended as a sentence is. */
  get sentence(): string {
    return this.message.endsWith('?') ? this.message : `${this.message}.`;
  }
}
