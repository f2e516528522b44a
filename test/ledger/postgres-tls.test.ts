import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Ledger } from '../../src/ledger/ledger.js';
import { CERTIFICATES } from '../support/certificates.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import { OWNER, troubleOf } from './support.js';

type Name = keyof typeof CERTIFICATES;

let postgres: TestPostgres;
let folder: string;
const rootOf = (name: Name): string => join(folder, `${name}.pem`);
beforeAll(async () => {
  postgres = await startPostgres();
  folder = await mkdtemp(join(tmpdir(), 'bond-certificates-'));
  for (const name of ['localhost', 'address', 'otherName', 'expired'] as const) {
    await writeFile(rootOf(name), CERTIFICATES[name].cert);
  }
}, 120_000);
afterAll(async () => {
  await postgres.close();
  await rm(folder, { recursive: true, force: true });
});

interface Case {
  readonly mode: string;
  readonly host: 'localhost' | '127.0.0.1';
  readonly root?: Name;
}

const open = ({ mode, host, root }: Case): Promise<Ledger> =>
  Ledger.open(`${postgres.url('a').replace('@127.0.0.1', `@${host}`)}&sslmode=${mode}`, OWNER, {
    env: root === undefined ? {} : { PGSSLROOTCERT: rootOf(root) },
  });

const isEncrypted = async (): Promise<boolean[]> =>
  (
    await postgres.query<{ ssl: boolean }>(
      "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name LIKE 'bond-import%'",
    )
  ).map(({ ssl }) => ssl);

const good: (Case & { readonly server: Name })[] = [
  { mode: 'require', host: '127.0.0.1', server: 'otherName' },
  { mode: 'require', host: 'localhost', server: 'localhost', root: 'localhost' },
  { mode: 'verify-ca', host: '127.0.0.1', server: 'otherName', root: 'otherName' },
  { mode: 'verify-full', host: 'localhost', server: 'localhost', root: 'localhost' },
  { mode: 'verify-full', host: '127.0.0.1', server: 'address', root: 'address' },
];
test.each(good)('%j is encrypted', async (given) => {
  await postgres.encrypt(CERTIFICATES[given.server]);
  await expect.poll(async () => (await open(given)).close(), { timeout: 10_000 }).toBeUndefined();
  const ledger = await open(given);
  try {
    expect(await isEncrypted()).toContain(true);
    expect(await isEncrypted()).not.toContain(false);
  } finally {
    await ledger.close();
  }
});

const OTHER_AUTHORITY = /authority that is not trusted.*PGSSLROOTCERT/;
const bad: (Case & { readonly server: Name; readonly words: RegExp })[] = [
  { mode: 'require', host: '127.0.0.1', server: 'otherName', root: 'localhost', words: OTHER_AUTHORITY },
  { mode: 'verify-ca', host: '127.0.0.1', server: 'localhost', words: OTHER_AUTHORITY },
  { mode: 'verify-full', host: 'localhost', server: 'localhost', words: OTHER_AUTHORITY },
  { mode: 'verify-full', host: 'localhost', server: 'localhost', root: 'address', words: OTHER_AUTHORITY },
  {
    mode: 'verify-full',
    host: '127.0.0.1',
    server: 'otherName',
    root: 'otherName',
    words: /certificate is for another host.*127\.0\.0\.1/,
  },
  {
    mode: 'verify-full',
    host: 'localhost',
    server: 'address',
    root: 'address',
    words: /certificate is for another host.*localhost/,
  },
  { mode: 'verify-full', host: 'localhost', server: 'expired', root: 'expired', words: /has expired/ },
];
test.each(bad)('%j is refused with its cure', async ({ words, server, ...given }) => {
  await postgres.encrypt(CERTIFICATES[server]);
  await expect.poll(async () => (await troubleOf(open(given))).message, { timeout: 10_000 }).toMatch(words);
  expect((await troubleOf(open(given))).exitCode).toBe(1);
});
