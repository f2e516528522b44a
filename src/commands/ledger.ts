import type { ExitCode } from '../errors.js';
import { OperatorError } from '../errors.js';
import type { Io } from '../io.js';
import type { Settings } from '../settings.js';

export async function ledger(_words: readonly string[], _settings: Settings, _io: Io): Promise<ExitCode> {
  throw new OperatorError('not yet');
}
