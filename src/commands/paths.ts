import { basename, join } from 'node:path';
import type { Settings } from '../settings.js';
import { OperatorError } from '../errors.js';

export interface Paths {
  readonly results: string;
  readonly ledger: string;
}

/** `customers.csv` → `customers.results.csv` and `customers.ledger`, beside it, where the settings do not say otherwise. */
export function pathsOf(file: string, settings: Settings): Paths {
  if (file === '-') return pathsForStdin(settings);
  const stem = file.replace(/\.gz$/i, '').replace(/\.(csv|tsv|txt)$/i, '');
  const results = `${settings.resultsDir === undefined ? stem : join(settings.resultsDir, basename(stem))}.results.csv`;
  return { results: settings.results ?? results, ledger: settings.ledger ?? `${stem}.ledger` };
}

function pathsForStdin({ results, ledger }: Settings): Paths {
  if (results !== undefined && ledger !== undefined) return { results, ledger };
  throw new OperatorError(
    'Standard input has no name to call the other files after: give --ledger and --results as well',
  );
}
