import { ExitCode, OperatorError } from '../errors.js';
import { say, type Io } from '../io.js';
import { copyLedger } from '../ledger/copy.js';
import type { Settings } from '../settings.js';

/** `bond-import ledger copy <from> <to>` */
export async function ledger(words: readonly string[], settings: Settings, io: Io): Promise<ExitCode> {
  const [action, from, to, ...more] = words;
  if (action !== 'copy' || from === undefined || to === undefined || more.length > 0) {
    throw new OperatorError('Two ledgers were expected: bond-import ledger copy <from> <to>');
  }
  const copied = await copyLedger(from, to, io.env, settings.wait ?? 0);
  const facts = copied.facts.toLocaleString('en-US');
  say(
    io.stderr,
    `Copied ${facts} facts from ${copied.from} to ${copied.to}. Go on with --ledger ${copied.to}, and remove the other one: a run on each would create people twice.`,
  );
  return ExitCode.done;
}
