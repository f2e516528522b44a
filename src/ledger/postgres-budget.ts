import { createHash } from 'node:crypto';
import type pg from 'pg';
import { OperatorError } from '../errors.js';
import type { Budget, Share } from './budget.js';
import { statementTrouble } from './postgres-connection.js';

/**
 * How long the calls of one reservation take at most: the database is asked about once a second, and a run that dies
 * takes no more than a second along, with what it had left of the reservation before.
 */
const SHARE_MS = 750;
/** Left free behind each share: two runs' clocks, and their ways to the database, differ by some ms. */
const GAP_MS = 10;
/** A run that has not reserved for so long does not hold the others to its rate any more. */
const RATE_LASTS_MS = 3000;

export interface BudgetOptions {
  readonly client: pg.Client;
  /** The ledger's name, for messages. */
  readonly name: string;
  /** A hash of who the brand is. */
  readonly identity: string;
  readonly target: string;
  /** 0 for no limit. */
  readonly callsPerMinute: number;
}

/** The row of `bond_import_budget` that stands for a brand at a target, by the database's own clock. */
export function openBudget(options: BudgetOptions): Budget {
  const { client, name, identity, target, callsPerMinute } = options;
  const brand = createHash('sha256').update(`${identity} ${target}`).digest('hex');
  const intervalMs = callsPerMinute === 0 ? 0 : 60_000 / callsPerMinute;
  const ask = async <Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> => {
    try {
      return (await client.query<Row>(text, values)).rows;
    } catch (error) {
      throw statementTrouble(name, error);
    }
  };
  /** When this run began, by the database's clock. */
  let begun: Promise<string | undefined> | undefined;
  const begin = async (): Promise<string | undefined> => {
    const [row] = await ask<{ at: string }>(
      `INSERT INTO bond_import_budget AS b VALUES ($1, clock_timestamp(), 0, clock_timestamp(), clock_timestamp(), '-infinity')
      ON CONFLICT (brand) DO UPDATE SET brand = b.brand RETURNING clock_timestamp()::text AS at`,
      [brand],
    );
    return row?.at;
  };
  return {
    async reserve() {
      begun ??= begin();
      const values = [brand, intervalMs, RATE_LASTS_MS, SHARE_MS, GAP_MS, await begun];
      const [row] = await ask<Share & { readonly refused: boolean }>(RESERVE, values);
      if (!row) {
        throw new OperatorError(`The budget in the ledger ${name} is gone: run the same command again`);
      }
      if (row.refused) {
        throw new OperatorError(
          'Bond refused the credentials of another run of this brand, so this one stops too: set BOND_IDENTITY and BOND_AUTHORIZATION to those that Bond issued for this environment (--env)',
        );
      }
      return row;
    },
    async pause(ms) {
      await ask(
        `UPDATE bond_import_budget SET paused_until = greatest(paused_until, clock_timestamp() + $2 * interval '1 ms') WHERE brand = $1`,
        [brand, ms],
      );
    },
    async refuseCredentials() {
      await ask('UPDATE bond_import_budget SET refused_at = clock_timestamp() WHERE brand = $1', [brand]);
    },
  };
}

/** $1 brand, $2 own interval, $3 how long a rate lasts, $4 length of a share, $5 gap, $6 when this run began. */
const RESERVE = `
  WITH held AS (
    SELECT clock_timestamp() AS now, * FROM bond_import_budget WHERE brand = $1 FOR UPDATE
  ), rate AS (
    SELECT *, greatest($2::float8, CASE WHEN interval_until > now THEN interval_ms ELSE 0 END) AS together,
      greatest(now, next_at, paused_until) AS start
    FROM held
  ), share AS (
    SELECT *, CASE WHEN together = 0 THEN 0 ELSE greatest(1, floor($4::float8 / together)) END AS calls FROM rate
  )
  UPDATE bond_import_budget AS b SET
    next_at = CASE WHEN together = 0 THEN b.next_at
      ELSE start + (share.calls * together + $5::float8) * interval '1 ms' END,
    interval_ms = together,
    interval_until = CASE WHEN $2::float8 >= together THEN share.now + $3::float8 * interval '1 ms' ELSE b.interval_until END
  FROM share WHERE b.brand = share.brand
  RETURNING extract(epoch FROM share.now)::float8 * 1000 AS "nowMs", extract(epoch FROM start)::float8 * 1000 AS "fromMs",
    together AS "intervalMs",
    greatest(0, extract(epoch FROM b.paused_until - share.now)::float8 * 1000) AS "pausedMs",
    share.calls::int AS calls, b.refused_at > $6::timestamptz AS refused`;
