import { createInterface } from 'node:readline/promises';
import { OperatorError } from '../errors.js';
import { say, type Io } from '../io.js';
import { targetText, type Target } from '../report/summary.js';
import { count, plural, span } from '../report/words.js';
import type { Settings } from '../settings.js';
import { STANDARD, type Files } from './files.js';
import type { Interrupts } from './interrupts.js';
import type { Look } from './look.js';

/** The first line of a run: where it sends, how fast, how much, and what the ledger knows already. */
export function firstLine(target: Target, file: string, look: Look, ledgerName: string): string {
  const { created, existing } = look.tally.counts;
  const rows = rowsToSend(look);
  const toSend =
    rows === 0 ? 'no row to send' : `${look.canary ? 'the first ' : ''}${plural(rows, 'row')} to send`;
  return `→ ${targetText(target)}, ${toSend} of ${count(look.passed.rows)} in ${file}, ledger ${ledgerName} (${count(created + existing)} known)`;
}

/**
 * With `--env live` on a terminal: says what will be done, and asks once. Without a terminal it never asks.
 * @throws OperatorError when the answer is not yes
 */
export async function askConsent(
  look: Look,
  files: Files,
  settings: Settings,
  io: Io,
  interrupts: Interrupts,
): Promise<void> {
  const { env, yes, rate } = settings;
  const isTerminal = io.stderr.isTTY === true && 'isTTY' in io.stdin && io.stdin.isTTY === true;
  const rows = rowsToSend(look);
  if (env !== 'live' || yes || files.input === STANDARD || !isTerminal || rows === 0) return;
  const takes = rate === 0 ? '' : `, which takes about ${span((rows * 60_000) / rate)}`;
  const terminal = createInterface({ input: io.stdin, output: io.stderr });
  try {
    const answer = await interrupts.orStop(
      terminal.question(`Create ${plural(rows, 'customer')} in LIVE${takes}? [y/N] `),
    );
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    terminal.close();
  }
  say(io.stderr, '');
  throw new OperatorError('Not begun: nothing was sent. --yes does not ask');
}

export function rowsToSend({ toSend, canary }: Look): number {
  return canary?.size ?? toSend;
}
