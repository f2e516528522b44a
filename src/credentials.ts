import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Credentials } from './bond/client.js';
import { OperatorError, systemTrouble } from './errors.js';
import type { Env } from './io.js';

/** The credentials from `BOND_IDENTITY` and `BOND_AUTHORIZATION`, or from the files that `…_FILE` name. */
export function readCredentials(env: Env): Credentials {
  const identity = readOne('BOND_IDENTITY', env);
  const authorization = readOne('BOND_AUTHORIZATION', env);
  if (identity !== undefined && authorization !== undefined) return { identity, authorization };
  const missing = [
    ...(identity === undefined ? ['BOND_IDENTITY'] : []),
    ...(authorization === undefined ? ['BOND_AUTHORIZATION'] : []),
  ];
  throw new OperatorError(
    `Bond's credentials are needed and ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set: set ${missing.length > 1 ? 'them' : 'it'} in the environment (or ${missing.map((name) => `${name}_FILE`).join(', ')}, or in a .env file here)`,
  );
}

/** The secret one, for commands that do without credentials where there are none. */
export function authorizationIn(env: Env): string | undefined {
  try {
    return readCredentials(env).authorization;
  } catch (error) {
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}

/** Tells brands apart without telling who they are. */
export function identityHash({ identity }: Credentials): string {
  return createHash('sha256').update(`bond-import identity ${identity}`).digest('hex').slice(0, 16);
}

function readOne(name: string, env: Env): string | undefined {
  const value = env[name];
  const file = env[`${name}_FILE`];
  if (value !== undefined && value !== '') return headerValue(name, value.trim());
  if (file === undefined || file === '') return undefined;
  try {
    return headerValue(`${name}_FILE`, readFileSync(file, 'utf8').trim());
  } catch (error) {
    throw systemTrouble(`${name}_FILE names ${file}, which cannot be read`, error);
  }
}

function headerValue(name: string, value: string): string {
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new OperatorError(
    `${name} is empty or has spaces, line breaks or other characters that a header cannot carry: give the value alone, as Bond issued it`,
  );
}
