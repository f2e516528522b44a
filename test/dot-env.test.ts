import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { readCredentials } from '../src/credentials.js';
import { withDotEnv } from '../src/dot-env.js';

const BOTH = {
  BOND_IDENTITY: '7f3e9a52-4b6d-4c1e-8a90-d2c4b6a81357',
  BOND_AUTHORIZATION: 'Wholly+Secret/Value=',
};

beforeEach(() => {
  const before = process.cwd();
  const folder = mkdtempSync(join(tmpdir(), 'bond-dot-env-'));
  process.chdir(folder);
  onTestFinished(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });
});

test('a .env file of the working directory lies beneath the environment', () => {
  writeFileSync(
    '.env',
    `# ours\nBOND_IDENTITY=from-the-file\nBOND_AUTHORIZATION="${BOTH.BOND_AUTHORIZATION}"\nBOND_RATE=60\n`,
  );
  const env = withDotEnv({ BOND_IDENTITY: BOTH.BOND_IDENTITY, BOND_ENV: 'live' });
  expect(env).toEqual({ ...BOTH, BOND_RATE: '60', BOND_ENV: 'live' });
  expect(readCredentials(env)).toEqual({
    identity: BOTH.BOND_IDENTITY,
    authorization: BOTH.BOND_AUTHORIZATION,
  });
});

test.each([
  ['a byte order mark', '\uFEFFBOND_IDENTITY=a\nBOND_AUTHORIZATION=b\n'],
  ['carriage returns', 'BOND_IDENTITY=a\r\nBOND_AUTHORIZATION=b\r\n'],
  ['quotes, export and spaces', 'export BOND_IDENTITY = "a"\r\nBOND_AUTHORIZATION=\'b\''],
])('%s are understood', (_, text) => {
  writeFileSync('.env', text);
  expect(withDotEnv({})).toEqual({ BOND_IDENTITY: 'a', BOND_AUTHORIZATION: 'b' });
});

test('it need not be there', () => {
  expect(withDotEnv(BOTH)).toEqual(BOTH);
});
