import type pg from 'pg';
import { OperatorError } from '../errors.js';
import { statementTrouble } from './postgres-connection.js';

/** The format of the tables; those of a higher one are refused. */
const TABLES_FORMAT = 1;

/** What makes the tables, for an administrator where the program may not. The docs have it too. */
export const TABLES_SQL = `CREATE TABLE bond_import_format (format integer NOT NULL);
INSERT INTO bond_import_format VALUES (${TABLES_FORMAT});
CREATE TABLE bond_import_fact (
  ledger text NOT NULL,
  number bigint NOT NULL,
  fact text NOT NULL,
  PRIMARY KEY (ledger, number)
);
CREATE TABLE bond_import_budget (
  brand text PRIMARY KEY,
  next_at timestamptz NOT NULL,
  interval_ms double precision NOT NULL,
  interval_until timestamptz NOT NULL,
  paused_until timestamptz NOT NULL,
  refused_at timestamptz NOT NULL
);`;

/** Keeps two programs from making the tables at once. */
const MAKING = 4_208_001_177;

/** Whether the tables are there, in a format that this program knows. */
export async function hasTables(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    "SELECT to_regclass('bond_import_format') IS NOT NULL AND to_regclass('bond_import_fact') IS NOT NULL AS there",
  );
  if (rows[0]?.there !== true) return false;
  const formats = await client.query<{ format: number }>('SELECT format FROM bond_import_format');
  const format = formats.rows[0]?.format ?? 0;
  if (format === TABLES_FORMAT) return true;
  throw new OperatorError(
    `The tables of the ledger ${name} have format ${format}, and this bond-import knows format ${TABLES_FORMAT}: use the newer bond-import that made them, or another database`,
  );
}

/** Makes the tables where they are missing. */
export async function ensureTables(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query<{ replica: boolean }>(
    "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS replica",
  );
  if (rows[0]?.replica === true) {
    throw new OperatorError(
      `The ledger ${name} cannot be used: the server is read-only, a replica perhaps: name the primary server`,
    );
  }
  if (await hasTables(client, name)) return;
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [MAKING]);
    if (!(await hasTables(client, name))) await client.query(TABLES_SQL);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    if (!isDenied(error)) throw statementTrouble(name, error);
    throw new OperatorError(
      `The tables of the ledger ${name} are missing, and this user may not make them: let an administrator run this, and GRANT SELECT, INSERT, UPDATE on them, then run the same command again:\n${TABLES_SQL}\n`,
      { cause: error },
    );
  }
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42501';
}
