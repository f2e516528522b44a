#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { cli } from './cli.js';
import { withDotEnv } from './dot-env.js';
import { errnoOf, ExitCode } from './errors.js';
import { say, type Io } from './io.js';

// For the memory target at a million rows: else V8 lets garbage grow to four times what lives, 80 MB more at the peak.
setFlagsFromString('--heap-growing-percent=50');

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Who is told of a signal; nobody until a command listens. */
const listeners = new Set<(signal: string) => void>();
let isInterrupted = false;
for (const signal of SIGNALS) {
  // Set here for the whole program: to process 1 of a container, a signal without a handler is none.
  process.on(signal, () => {
    // Nothing is lost by leaving at once: what is not written down is settled by the next run.
    if (isInterrupted || listeners.size === 0) {
      // A bar may stand in the line, and hide the cursor.
      if (process.stderr.isTTY) process.stderr.write('\x1b[?25h\n');
      process.exit(ExitCode.runAgain);
    }
    isInterrupted = true;
    for (const listener of [...listeners]) listener(signal);
  });
}

const io: Io = {
  // Opened when it is asked for, which few commands do.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  env: withDotEnv(process.env),
  onInterrupt(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

let unwritten: string | undefined;
process.stdout.on('error', (error: Error) => {
  // A reader that went away (`| head`, a closed terminal) has what it wanted; a full device has not.
  if (errnoOf(error) !== 'EPIPE') unwritten = errnoOf(error) ?? error.message;
});
process.stderr.on('error', () => undefined);

/** A reader that does not read is waited for so long at the end. */
const FLUSH_WITHIN_MS = 10_000;

/** Whether all that was written to a stream has gone. */
async function isFlushed(stream: NodeJS.WriteStream): Promise<boolean> {
  const flushed = new Promise<boolean>((resolve) =>
    stream.write('', () => {
      resolve(true);
    }),
  );
  const late = new Promise<boolean>((resolve) => {
    setTimeout(resolve, FLUSH_WITHIN_MS, false);
  });
  return Promise.race([flushed, late]);
}

const code = await cli(process.argv.slice(2), io);
// Timers and connections that nobody waits for any more may be left: say the last words, then leave.
const [outIsFlushed] = await Promise.all([isFlushed(process.stdout), isFlushed(process.stderr)]);
if (!outIsFlushed) unwritten = 'nobody reads it';
if (unwritten !== undefined) {
  say(
    process.stderr,
    `bond-import: Standard output could not be written (${unwritten}): what was asked for is incomplete.`,
  );
}
process.exit(unwritten === undefined ? code : ExitCode.stopped);
