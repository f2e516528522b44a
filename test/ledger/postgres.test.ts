import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyLedger } from '../../src/ledger/copy.js';
import { Ledger, LedgerView } from '../../src/ledger/ledger.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import {
  FINDINGS,
  FINGERPRINT,
  OWNER,
  RUN,
  linesOf,
  scratch,
  troubleOf,
  uuid,
  withLedger,
} from './support.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 120_000);
afterAll(() => postgres.close());

const anyLedger = (): string => postgres.url(`l${randomUUID()}`);

/** Ends all connections that hold a ledger, as a failover or an administrator does. */
async function terminate(): Promise<void> {
  await postgres.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'bond-import %'",
  );
}

describe('a connection that is lost', () => {
  const losses: [string, () => Promise<void>][] = [
    ['ended by the server', terminate],
    [
      'with the server, which comes back',
      async () => {
        await postgres.crash();
        await postgres.start();
      },
    ],
  ];
  test.each(losses)(
    '%s: nothing more is sent, and what was in flight is written down at the end',
    { timeout: 60_000 },
    async (_how, lose) => {
      const url = anyLedger();
      const ledger = await Ledger.open(url, OWNER);
      const heard: unknown[] = [];
      ledger.onFailure((failure) => heard.push(failure));
      await ledger.startRun(OWNER, RUN);
      await ledger.send(uuid(1), 1, FINGERPRINT, true);
      await ledger.send(uuid(2), 2, FINGERPRINT, true);
      await lose();
      const failure = await troubleOf(ledger.send(uuid(3), 3, FINGERPRINT, true));
      expect(failure.exitCode).toBe(75);
      expect(failure.message).toMatch(
        /^The connection to the ledger postgres:.* was lost .*run the same command again, here or on another host$/,
      );
      expect(heard).toEqual([ledger.failure]);
      ledger.done(uuid(1), { status: 'created', customerId: 'c1' });
      ledger.done(uuid(3), { status: 'pending' });
      expect(await troubleOf(ledger.sync())).toBe(ledger.failure);
      await ledger.close();
      const view = await LedgerView.read(url, OWNER);
      expect([1, 2, 3].map((n) => view.index.state(view.index.find(uuid(n))))).toEqual([
        'created',
        'sent',
        'none',
      ]);
      await view.close();
    },
  );

  test('and the ledger taken by another run: what was in flight stays in doubt', async () => {
    const url = anyLedger();
    const ledger = await Ledger.open(url, OWNER);
    await ledger.startRun(OWNER, RUN);
    await ledger.send(uuid(1), 1, FINGERPRINT, true);
    await terminate();
    await withLedger(url, (other) => other.send(uuid(2), 2, FINGERPRINT, true));
    expect((await troubleOf(ledger.send(uuid(3), 3, FINGERPRINT, true))).exitCode).toBe(75);
    ledger.done(uuid(1), { status: 'created', customerId: 'c1' });
    await ledger.close();
    const view = await LedgerView.read(url, OWNER);
    expect(view.index.state(view.index.find(uuid(1)))).toBe('sent');
    expect(view.index.find(uuid(3))).toBe(-1);
    await view.close();
  });

  test(
    'what Bond said earlier cannot be told while the server is gone, and that is all',
    { timeout: 60_000 },
    async () => {
      const ledger = await Ledger.open(anyLedger(), OWNER);
      await ledger.startRun(OWNER, RUN);
      await ledger.send(uuid(1), 1, FINGERPRINT, true);
      ledger.done(uuid(1), { status: 'rejected', findings: FINDINGS });
      await ledger.sync();
      await postgres.crash();
      await troubleOf(ledger.send(uuid(2), 2, FINGERPRINT, true));
      expect(await ledger.lastOutcome(0)).toBeUndefined();
      expect(ledger.index.state(0)).toBe('rejected');
      await postgres.start();
      await ledger.close();
    },
  );
});

test('a run that writes without the lock is stopped by the facts themselves', async () => {
  const url = anyLedger();
  const ledger = await Ledger.open(url, OWNER);
  await ledger.startRun(OWNER, RUN);
  // As a pooler that shares connections between transactions would have it.
  await postgres.query(
    'INSERT INTO bond_import_fact SELECT ledger, number + 1, fact FROM bond_import_fact WHERE ledger = $1',
    [new URL(url).searchParams.get('ledger')],
  );
  const { message, exitCode } = await troubleOf(ledger.send(uuid(1), 1, FINGERPRINT, true));
  expect(message).toContain('is being written by another run too');
  expect(exitCode).toBe(1);
  await ledger.close();
});

describe('what is refused in one sentence, with its cure, before anything is sent', () => {
  const secret = 'geheim';
  const urls: [string, () => string, RegExp][] = [
    [
      'another kind of URL',
      () => `mysql://u:${secret}@h/db`,
      /is a mysql URL, and postgres:\/\/user@host:5432/,
    ],
    ['a URL that cannot be read', () => `postgres://u:${secret}@h:port/db`, /cannot be read, and postgres:/],
    ['an odd name', () => postgres.url("a'; DROP"), /has other characters than letters/],
    ['an empty name', () => postgres.url(''), /has other characters than letters/],
    [
      'an unknown sslmode',
      () => `postgres://u:${secret}@127.0.0.1/db?sslmode=maybe`,
      /sslmode.*"maybe".*verify-full/,
    ],
    [
      'a root certificate that is none',
      () => `postgres://u:${secret}@127.0.0.1/db?sslmode=verify-full&sslrootcert=package.json`,
      /package\.json .*is no certificate: a PEM file/,
    ],
    ['no such database', () => postgres.url('a', 'absent'), /there is no such database: create it/],
    [
      'a wrong password',
      () => postgres.url('a').replace(/:[^:@]+@/, `:${secret}@`),
      /the password was refused: .*PGPASSWORD/,
    ],
    [
      'nobody there',
      () => `postgres://u:${secret}@127.0.0.1:1/db`,
      /cannot be reached \(.*ECONNREFUSED.*check host/,
    ],
    ['no such host', () => `postgres://u:${secret}@absent.invalid/db`, /cannot be reached/],
    ['a server without TLS', () => `${postgres.url('a')}&sslmode=require`, /cannot be reached \(.*SSL/],
  ];
  test.each(urls)('%s', async (_what, url, sentence) => {
    for (const open of [() => Ledger.open(url(), OWNER), () => LedgerView.read(url(), OWNER)]) {
      const { message, exitCode, stack } = await troubleOf(open());
      expect(message).toMatch(sentence);
      expect(exitCode).toBe(1);
      expect(`${message}${stack ?? ''}`).not.toMatch(/geheim|pass(%20| )word/);
    }
  });

  test('missing rights: the SQL that an administrator runs', async () => {
    const database = `d${randomUUID().replaceAll('-', '')}`;
    await postgres.query(`CREATE DATABASE ${database}`);
    await postgres.query(`CREATE ROLE ${database} LOGIN PASSWORD 'geheim'`);
    const url = new URL(postgres.url('a', database));
    url.username = database;
    url.password = 'geheim';
    const { message } = await troubleOf(Ledger.open(url.href, OWNER));
    expect(message).toMatch(/may not make them: let an administrator run this/);
    const sql = message.slice(message.indexOf('CREATE TABLE'));
    await postgres.query(sql, [], database);
    expect((await troubleOf(Ledger.open(url.href, OWNER))).message).toMatch(
      /lacks the right: GRANT SELECT, INSERT, UPDATE/,
    );
    await postgres.query(
      `GRANT SELECT, INSERT, UPDATE ON bond_import_fact, bond_import_budget, bond_import_format TO ${database}`,
      [],
      database,
    );
    // The password may stand in the environment as well.
    url.password = '';
    const ledger = await Ledger.open(url.href, OWNER, { env: { PGPASSWORD: 'geheim' } });
    expect(ledger.name).toBe(url.href);
    await ledger.close();
    await postgres.query('UPDATE bond_import_format SET format = 2', [], database);
    expect(
      (await troubleOf(Ledger.open(url.href, OWNER, { env: { PGPASSWORD: 'geheim' } }))).message,
    ).toMatch(/have format 2/);
    await postgres.query('UPDATE bond_import_format SET format = 1', [], database);
    await postgres.query(`ALTER ROLE ${database} SET default_transaction_read_only = on`);
    expect(
      (await troubleOf(Ledger.open(url.href, OWNER, { env: { PGPASSWORD: 'geheim' } }))).message,
    ).toMatch(/read-only, a replica perhaps/);
  });
});

describe('a copy', () => {
  async function example(where: string): Promise<void> {
    await withLedger(where, async (ledger) => {
      await Promise.all(
        Array.from({ length: 12_000 }, (_, n) => ledger.send(uuid(n), n + 1, FINGERPRINT, true)),
      );
      ledger.done(uuid(1), { status: 'created', customerId: 'c1' });
      ledger.done(uuid(2), { status: 'rejected', findings: FINDINGS });
    });
  }

  test('from file to database and back is the same ledger', { timeout: 60_000 }, async () => {
    const [from, back, url] = [await scratch(), await scratch(), anyLedger()];
    await example(from);
    expect(await copyLedger(from, url, {}, 0)).toMatchObject({ facts: 12_003, from });
    await copyLedger(url, back, {}, 0);
    const parsed = async (path: string): Promise<unknown[]> =>
      (await linesOf(path)).map((line): unknown => JSON.parse(line));
    expect(await parsed(back)).toEqual(await parsed(from));
    await withLedger(back, async (ledger) => {
      expect(ledger.index.customerId(1)).toBe('c1');
      expect(await ledger.lastOutcome(2)).toMatchObject({ findings: FINDINGS });
    });
  });

  test('is refused when there is something already, or nothing to copy, and leaves no trace', async () => {
    const [from, other, url] = [await scratch(), await scratch(), anyLedger()];
    await withLedger(from, () => undefined);
    await withLedger(other, () => undefined);
    const before = await readFile(other);
    expect((await troubleOf(copyLedger(from, other, {}, 0))).message).toMatch(/has 1 facts already/);
    expect((await readFile(other)).equals(before)).toBe(true);
    const absent = await scratch();
    expect((await troubleOf(copyLedger(absent, url, {}, 0))).message).toMatch(/has no facts/);
    await writeFile(absent, `${(await linesOf(from)).join()}\n{"damaged\n`);
    expect((await troubleOf(copyLedger(absent, url, {}, 0))).message).toMatch(/is damaged at byte/);
    const view = await LedgerView.read(url, OWNER);
    expect(view.runs()).toEqual([]);
    await view.close();
  });

  test('waits for no run that goes on', async () => {
    const from = await scratch();
    const ledger = await Ledger.open(from, OWNER);
    expect((await troubleOf(copyLedger(from, anyLedger(), {}, 0))).message).toContain('is in use');
    await ledger.close();
  });
});
