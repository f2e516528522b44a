#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { cli } from './cli.js';
import { withDotEnv } from './dot-env.js';
import { ExitCode } from './errors.js';
import type { Io } from './io.js';

// Else V8 takes, in about one run of four, short-lived cells for long-lived ones: 40 to 50 MB more at the peak.
setFlagsFromString('--no-allocation-site-pretenuring');

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const io: Io = {
  // Opened when it is asked for, which few commands do.
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  env: withDotEnv(process.env),
  onInterrupt(listener) {
    let interrupted = false;
    const hear = (signal: string): void => {
      // Nothing is lost by leaving at once: what is not written down is settled by the next run.
      if (interrupted) process.exit(ExitCode.runAgain);
      interrupted = true;
      listener(signal);
    };
    for (const signal of SIGNALS) process.on(signal, hear);
    return () => {
      for (const signal of SIGNALS) process.off(signal, hear);
    };
  },
};

// A reader that went away (`| head`, a closed terminal) must not end the run.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

const code = await cli(process.argv.slice(2), io);
// Timers and connections that nobody waits for any more may be left: say the last words, then leave.
await Promise.all(
  [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))),
);
process.exit(code);
