import { ExitCode, OperatorError } from '../errors.js';
import type { Io } from '../io.js';

/** The signals that ask a command to end, heard from its first line to its last. */
export interface Interrupts extends Disposable {
  /** The one that came. */
  readonly signal: string | undefined;
  /** Calls back at the first signal, also when it has come before. Returns how to stop listening. */
  readonly onInterrupt: Io['onInterrupt'];
  /** What comes first: the end of the work, or an OperatorError because a signal came. */
  orStop<T>(work: Promise<T>): Promise<T>;
}

export function hearInterrupts(io: Io): Interrupts {
  let heard: string | undefined;
  const listeners = new Set<(signal: string) => void>();
  const unlisten = io.onInterrupt((signal) => {
    heard = signal;
    for (const listener of [...listeners]) listener(signal);
  });
  const onInterrupt = (listener: (signal: string) => void): (() => void) => {
    if (heard !== undefined) listener(heard);
    else listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    get signal() {
      return heard;
    },
    onInterrupt,
    async orStop(work) {
      let unlistenOne: (() => void) | undefined;
      const stopped = new Promise<never>((_, reject) => {
        unlistenOne = onInterrupt((signal) => {
          reject(stoppedBy(signal));
        });
      });
      try {
        return await Promise.race([work, stopped]);
      } finally {
        unlistenOne?.();
      }
    },
    [Symbol.dispose]: unlisten,
  };
}

function stoppedBy(signal: string): OperatorError {
  return new OperatorError(
    `Stopped by ${signal} before anything was sent: run the same command again to go on`,
    { exitCode: ExitCode.runAgain },
  );
}
