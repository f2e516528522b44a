import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { identityHash, readCredentials } from '../src/credentials.js';
import { OperatorError } from '../src/errors.js';

const IDENTITY = '7f3e9a52-4b6d-4c1e-8a90-d2c4b6a81357';
const SECRET = 'Wholly+Secret/Value=';
const BOTH = { BOND_IDENTITY: IDENTITY, BOND_AUTHORIZATION: SECRET };
const READ = { identity: IDENTITY, authorization: SECRET };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bond-credentials-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function messageOf(env: Record<string, string>): string {
  try {
    readCredentials(env);
  } catch (error) {
    if (error instanceof OperatorError && error.exitCode === 1) return error.message;
    throw error;
  }
  throw new Error('they were accepted');
}

describe('from the environment', () => {
  test('both, blank ends aside', () => {
    expect(readCredentials(BOTH)).toEqual(READ);
    expect(readCredentials({ ...BOTH, BOND_AUTHORIZATION: ` ${SECRET}\n` })).toEqual(READ);
  });

  test('from files, which may end in a newline', () => {
    const BOND_AUTHORIZATION_FILE = file('authorization', `${SECRET}\n`);
    expect(readCredentials({ BOND_IDENTITY: IDENTITY, BOND_AUTHORIZATION_FILE })).toEqual(READ);
    const BOND_IDENTITY_FILE = file('identity', IDENTITY);
    expect(readCredentials({ BOND_IDENTITY_FILE, BOND_AUTHORIZATION_FILE, BOND_IDENTITY: '' })).toEqual(READ);
  });

  test('the value counts before the file', () => {
    expect(readCredentials({ ...BOTH, BOND_IDENTITY_FILE: join(folder, 'absent') })).toEqual(READ);
  });

  const missing: [Record<string, string>, RegExp][] = [
    [{}, /BOND_IDENTITY and BOND_AUTHORIZATION are not set: set them/],
    [
      { BOND_IDENTITY: IDENTITY },
      /needed and BOND_AUTHORIZATION is not set: set it.*BOND_AUTHORIZATION_FILE/,
    ],
    [{ BOND_AUTHORIZATION: SECRET }, /needed and BOND_IDENTITY is not set: set it.*BOND_IDENTITY_FILE/],
    [{ ...BOTH, BOND_IDENTITY: '' }, /BOND_IDENTITY is not set/],
    [{ ...BOTH, BOND_AUTHORIZATION: '', BOND_AUTHORIZATION_FILE: '' }, /BOND_AUTHORIZATION is not set/],
  ];
  test.each(missing)('half set: %j', (env, message) => {
    expect(messageOf(env)).toMatch(message);
    expect(messageOf(env)).not.toMatch(new RegExp(`${IDENTITY}|Secret`));
  });

  test('a file that is not there is named, with the cause', () => {
    const path = join(folder, 'absent');
    expect(messageOf({ ...BOTH, BOND_IDENTITY: '', BOND_IDENTITY_FILE: path })).toBe(
      `BOND_IDENTITY_FILE names ${path}, which cannot be read (ENOENT): no such file or folder: check the path`,
    );
  });

  test.each([
    'Wholly Secret',
    'Secret\nHeader: x',
    'Secret\r',
    'Secret\0',
    'Sécret',
    '“Secret”',
    '   ',
    '\u00a0',
  ])('what a header cannot carry is refused, and not shown: %j', (value) => {
    const inside = value.trim() === value ? value : `x${value}x`;
    const fromValue = messageOf({ ...BOTH, BOND_AUTHORIZATION: inside });
    expect(fromValue).toMatch(/^BOND_AUTHORIZATION is empty or has/);
    const BOND_AUTHORIZATION_FILE = file('authorization', inside);
    const fromFile = messageOf({ BOND_IDENTITY: IDENTITY, BOND_AUTHORIZATION_FILE });
    expect(fromFile).toMatch(/^BOND_AUTHORIZATION_FILE is empty or has/);
    for (const message of [fromValue, fromFile]) expect(message).not.toMatch(/S[eé]cret/);
  });

  test('an empty file is an empty value', () => {
    const BOND_AUTHORIZATION_FILE = file('authorization', '\n');
    expect(messageOf({ BOND_IDENTITY: IDENTITY, BOND_AUTHORIZATION_FILE })).toMatch(/_FILE is empty/);
  });
});

test('the hash tells brands apart, stays the same, and does not tell who they are', () => {
  const hash = identityHash(READ);
  expect(identityHash({ ...READ, authorization: 'rotated' })).toBe(hash);
  expect(identityHash({ ...READ, identity: 'another' })).not.toBe(hash);
  expect(hash).toMatch(/^[0-9a-f]{16}$/);
});
