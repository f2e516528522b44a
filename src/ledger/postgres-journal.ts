import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { OperatorError } from '../errors.js';
import type { Budget } from './budget.js';
import { LineGroups, type Brand, type FactReader, type Holder, type Journal, type Place } from './journal.js';
import { connect, parseAddress, statementTrouble, type DatabaseAddress } from './postgres-connection.js';
import type { Env } from './stores.js';
import { openBudget } from './postgres-budget.js';
import { ensureTables, hasTables } from './postgres-tables.js';

const FETCH_ROWS = 5000;
const ASK_AGAIN_MS = 1000;
/** How long a lost connection is tried again, for the outcomes of what was in flight. */
const RESCUE_MS = 10_000;

/** A table of facts, read. A place is the fact's number in its ledger, from 1. */
export class PostgresReader implements FactReader {
  protected readonly address: DatabaseAddress;
  #reading: pg.Client | undefined;

  constructor(address: DatabaseAddress) {
    this.address = address;
  }

  static at(where: string, env: Env): PostgresReader {
    return new PostgresReader(parseAddress(where, env));
  }

  get name(): string {
    return this.address.name;
  }

  async replay(learn: (line: string, place: Place) => void, between?: () => Promise<void>): Promise<void> {
    const client = await this.client();
    try {
      if (!(await hasTables(client, this.name))) return;
      // A cursor reads from the one snapshot of its beginning, and holds a few thousand facts at a time.
      await client.query('BEGIN TRANSACTION READ ONLY');
      await client.query({
        text: `DECLARE facts NO SCROLL CURSOR FOR SELECT number, fact FROM bond_import_fact WHERE ledger = '${this.address.ledger}' ORDER BY number`,
      });
      for (;;) {
        const { rows } = await client.query<[string, string]>({
          text: `FETCH ${FETCH_ROWS} FROM facts`,
          rowMode: 'array',
        });
        for (const [number, fact] of rows) learn(fact, Number(number));
        await between?.();
        if (rows.length < FETCH_ROWS) break;
      }
      await client.query('COMMIT');
    } catch (error) {
      throw statementTrouble(this.name, error);
    }
  }

  async lineAt(place: Place): Promise<string | undefined> {
    try {
      const client = await this.client();
      const { rows } = await client.query<{ fact: string }>({
        name: 'bond_import_line',
        text: 'SELECT fact FROM bond_import_fact WHERE ledger = $1 AND number = $2',
        values: [this.address.ledger, place],
      });
      return rows[0]?.fact;
    } catch (error) {
      throw statementTrouble(this.name, error);
    }
  }

  placeName(place: Place): string {
    return `fact number ${place}`;
  }

  async holder(): Promise<Holder | undefined> {
    return holderOf(await this.client(), this.address);
  }

  async close(): Promise<void> {
    await end(this.#reading);
    this.#reading = undefined;
  }

  /** The connection for reading, made when it is needed. */
  protected async client(): Promise<pg.Client> {
    return (this.#reading ??= await connect(this.address));
  }
}

/**
 * A table of facts that grows by one INSERT for a group, on a connection that holds the ledger's advisory lock: who
 * has lost the lock has lost the connection to write with.
 */
export class PostgresJournal extends PostgresReader implements Journal {
  readonly #groups = new LineGroups((lines, places) => this.#writeGroup(lines, places));
  #writing: pg.Client;
  /** The number of the next fact. */
  #next = 1;
  /** Once the connection was lost and could not be had again for reading. */
  #isUnreadable = false;

  private constructor(address: DatabaseAddress, writing: pg.Client) {
    super(address);
    this.#writing = writing;
    this.#listen();
  }

  /** @param waitMs how long to wait for a ledger that is in use */
  static async open(where: string, env: Env, waitMs: number): Promise<PostgresJournal> {
    const address = parseAddress(where, env);
    const client = await connect(address);
    try {
      await ensureTables(client, address.name);
      await takeLock(client, address, waitMs);
      return new PostgresJournal(address, client);
    } catch (error) {
      await end(client);
      throw statementTrouble(address.name, error);
    }
  }

  override async replay(
    learn: (line: string, place: Place) => void,
    between?: () => Promise<void>,
  ): Promise<void> {
    await super.replay((line, place) => {
      this.#next = place + 1;
      learn(line, place);
    }, between);
  }

  get failure(): OperatorError | undefined {
    return this.#groups.failure;
  }

  onFailure(listener: (failure: OperatorError) => void): void {
    this.#groups.onFailure = listener;
  }

  append(line: string): { place: Place; durable: Promise<void> } {
    const place = this.#next++;
    return { place, durable: this.#groups.append(asciiOf(line), place) };
  }

  sync(): Promise<void> {
    return this.#groups.sync();
  }

  /** On the connection that holds the lock: without it no call may be made either. */
  budget({ identity, target }: Brand, callsPerMinute: number): Budget {
    return openBudget({ client: this.#writing, name: this.name, identity, target, callsPerMinute });
  }

  async fill(make: (add: (lines: readonly string[]) => Promise<void>) => Promise<void>): Promise<void> {
    try {
      await this.#writing.query('BEGIN');
      await make((lines) =>
        insert(
          this.#writing,
          this.address,
          lines.map(asciiOf),
          lines.map(() => this.#next++),
        ),
      );
      await this.#writing.query('COMMIT');
    } catch (error) {
      // Without a COMMIT nothing of it stays, also when this cannot be said any more.
      await this.#writing.query('ROLLBACK').catch(() => undefined);
      throw statementTrouble(this.name, error);
    }
  }

  /** Undefined also when the connection is lost for good: what was written there cannot be told now. */
  override async lineAt(place: Place): Promise<string | undefined> {
    const waiting = this.#groups.waiting(place);
    if (waiting !== undefined || this.#isUnreadable) return waiting;
    try {
      return await super.lineAt(place);
    } catch (error) {
      if (!this.failure) throw error;
      this.#isUnreadable = true;
      return undefined;
    }
  }

  override async close(): Promise<void> {
    await this.#groups.idle();
    if (this.failure) await this.#rescue().catch(() => undefined);
    await end(this.#writing);
    await super.close();
  }

  #listen(): void {
    this.#writing.on('error', (error) => {
      this.#groups.fail(statementTrouble(this.name, error));
    });
  }

  async #writeGroup(lines: readonly string[], places: readonly Place[]): Promise<void> {
    try {
      await insert(this.#writing, this.address, lines, places);
    } catch (error) {
      throw statementTrouble(this.name, error);
    }
  }

  /**
   * Writes what a lost connection left unwritten, the outcomes of what was in flight, if the lock can be had again and
   * nobody wrote in between. If not, those rows are in doubt, and the next run settles them.
   */
  async #rescue(): Promise<void> {
    const unwritten = this.#groups.unwritten();
    const [first] = unwritten;
    if (first === undefined) return;
    await end(this.#writing);
    const giveUpAtMs = performance.now() + RESCUE_MS;
    for (;;) {
      try {
        this.#writing = await connect(this.address);
        break;
      } catch (error) {
        if (performance.now() > giveUpAtMs) throw error;
        await sleep(ASK_AGAIN_MS / 4);
      }
    }
    // The server may need a moment to notice that the lost connection, and its lock, are gone.
    await takeLock(this.#writing, this.address, Math.max(0, giveUpAtMs - performance.now()));
    const { rows } = await this.#writing.query<{ number: string; fact: string }>(
      'SELECT number, fact FROM bond_import_fact WHERE ledger = $1 AND number >= $2 ORDER BY number',
      [this.address.ledger, first.place],
    );
    // The last group may have been committed without our hearing of it; anything else is another run's.
    if (rows.some(({ number, fact }, at) => !isLine(unwritten[at], Number(number), fact))) return;
    const left = unwritten.slice(rows.length);
    if (left.length === 0) return;
    await insert(
      this.#writing,
      this.address,
      left.map(({ line }) => line),
      left.map(({ place }) => place),
    );
  }
}

function isLine(written: { line: string; place: Place } | undefined, place: Place, line: string): boolean {
  return written !== undefined && written.place === place && written.line === line;
}

async function insert(
  client: pg.Client,
  { ledger }: DatabaseAddress,
  lines: readonly string[],
  places: readonly Place[],
): Promise<void> {
  await client.query({
    name: 'bond_import_append',
    text: `INSERT INTO bond_import_fact (ledger, number, fact)
      SELECT $1, number, fact FROM unnest($2::bigint[], $3::text[]) AS added (number, fact)`,
    values: [ledger, places, lines],
  });
}

/** A database may be in an encoding that lacks a character of Bond's messages. */
function asciiOf(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Two ledgers of one name in one database would be one ledger, whatever their URLs look like. */
function lockNumberOf(ledger: string): string {
  const digest = createHash('sha256').update(`bond-import ledger ${ledger}`).digest();
  return digest.readBigInt64BE(0).toString();
}

/** The lock lives as long as the connection. @throws OperatorError that says who has it */
async function takeLock(client: pg.Client, address: DatabaseAddress, waitMs: number): Promise<void> {
  // A host that vanishes without a word is noticed, and its lock given away, within 30 s.
  await client.query(
    'SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 30000; SET synchronous_commit = on',
  );
  const number = lockNumberOf(address.ledger);
  const giveUpAtMs = performance.now() + waitMs;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      number,
    ]);
    if (rows[0]?.taken === true) return;
    if (performance.now() >= giveUpAtMs) break;
    await sleep(Math.min(ASK_AGAIN_MS, giveUpAtMs - performance.now()));
  }
  const holder = await holderOf(client, address);
  const who = holder ? `process ${holder.pid} on ${holder.host} since ${holder.since}` : 'another run';
  throw new OperatorError(
    `The ledger ${address.name} is in use by ${who}: wait for it to end (--wait 10m), or stop it, then run the same command again`,
  );
}

async function holderOf(client: pg.Client, { ledger }: DatabaseAddress): Promise<Holder | undefined> {
  const { rows } = await client.query<{ application_name: string | null; since: Date | null }>(
    `SELECT application_name, backend_start AS since FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (classid::bigint << 32 | objid::bigint) = $1::bigint`,
    [lockNumberOf(ledger)],
  );
  const [row] = rows;
  if (!row) return undefined;
  const [, pid = '0', host = 'an unknown host'] =
    /^bond-import (\d+)@(.*)$/.exec(row.application_name ?? '') ?? [];
  return { pid: Number(pid), host, since: row.since?.toISOString() ?? 'an unknown time' };
}

async function end(client: pg.Client | undefined): Promise<void> {
  // A connection that was lost may never answer the goodbye.
  await Promise.race([client?.end().catch(() => undefined), sleep(1000, undefined, { ref: false })]);
}
