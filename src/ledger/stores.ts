import { FileJournal, FileReader } from './file-journal.js';
import type { FactReader, Journal } from './journal.js';

export type Env = Readonly<Record<string, string | undefined>>;

/** Whether `--ledger` names a database, or anything else that is not a file. */
function isUrl(where: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(where);
}

/** @param where a path, or a PostgreSQL URL @param env for PGPASSWORD and the like */
export async function openReader(where: string, env: Env): Promise<FactReader> {
  if (!isUrl(where)) return new FileReader(where);
  const { PostgresReader } = await import('./postgres-journal.js');
  return PostgresReader.at(where, env);
}

/** Opens for writing, by nobody else. The driver of a database is loaded when there is one. */
export async function openJournal(where: string, env: Env, waitMs: number): Promise<Journal> {
  if (!isUrl(where)) return FileJournal.open(where, waitMs);
  const { PostgresJournal } = await import('./postgres-journal.js');
  return PostgresJournal.open(where, env, waitMs);
}
