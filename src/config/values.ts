import { REPAIRS } from '../issues/issue.js';

export const COMMANDS = ['run', 'validate', 'inspect', 'results', 'status', 'reconcile', 'sandbox'] as const;
export type Command = (typeof COMMANDS)[number];

/** What a setting says of itself: from it come the help, the README's table and the environment's names. */
export interface About {
  readonly env?: string;
  /** The value's placeholder in the help; absent for switches. */
  readonly value?: string;
  /** What stands in the default column when it is not a literal. */
  readonly defaultNote?: string;
  readonly meaning: string;
  readonly commands: readonly Command[];
}

/** How the text of a setting is read; undefined when it is not what was expected. */
interface Value<T> {
  readonly expected: string;
  readonly read: (text: string) => T | undefined;
}

/** A setting: `read` is given its text, or undefined when it is not set, and throws an Unexpected. */
export interface Described<T> extends About {
  readonly default?: string;
  /** What its value must be, in words; absent for switches. */
  readonly expected?: string;
  readonly read: (text: string | undefined) => T;
}

/** What was expected of a setting, and did not come. */
export class Unexpected extends Error {}

function readValue<T>({ expected, read }: Value<T>, given: string): T {
  const value = read(given);
  if (value === undefined) throw new Unexpected(expected);
  return value;
}

export function preset<T>(literal: string, value: Value<T>, about: About): Described<T> {
  const { expected } = value;
  return { ...about, expected, default: literal, read: (given) => readValue(value, given ?? literal) };
}

export function optional<T>(value: Value<T>, about: About): Described<T | undefined> {
  const { expected } = value;
  return { ...about, expected, read: (given) => (given === undefined ? undefined : readValue(value, given)) };
}

export function toggle(about: About): Described<boolean> {
  return { ...about, read: (given) => given === 'true' };
}

export function oneOf<Word extends string>(...words: Word[]): Value<Word> {
  return { expected: words.join(' or '), read: (given) => words.find((word) => word === given) };
}

export function whole(least: number, most = 1_000_000): Value<number> {
  return {
    expected: `a whole number from ${least} to ${most}`,
    read: (given) => {
      const value = /^\d+$/.test(given) ? Number(given) : NaN;
      return value >= least && value <= most ? value : undefined;
    },
  };
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `80ms`, `30s`, `5m`, `2h` → ms. */
export function duration(leastMs = 1): Value<number> {
  return {
    expected: 'a duration like 80ms, 30s, 5m or 2h',
    read: (given) => {
      const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(given) ?? [];
      const ms = Number(amount) * (UNIT_MS[unit] ?? NaN);
      return ms >= leastMs ? ms : undefined;
    },
  };
}

export const text: Value<string> = {
  expected: 'a value',
  read: (given) => (given === '' ? undefined : given),
};

export const repairs: Value<ReadonlySet<(typeof REPAIRS)[number]>> = {
  expected: 'one or more of zip, ssn, phone, date, or all, with commas between',
  read: (given) => {
    const words = given.split(',').map((word) => word.trim());
    const known = words.flatMap((word) => REPAIRS.filter((repair) => word === repair || word === 'all'));
    return words.every((word) => word === 'all' || known.some((repair) => repair === word))
      ? new Set(known)
      : undefined;
  },
};

export const maxErrors: Value<{ readonly rows: number } | { readonly percent: number }> = {
  expected: 'a number of rows like 50, or a share of them like 5%',
  read: (given) => {
    if (/^\d+$/.test(given)) return { rows: Number(given) };
    return /^\d+(\.\d+)?%$/.test(given) ? { percent: parseFloat(given) } : undefined;
  },
};

/** Plain http would show SSNs to the network: it is for this machine alone. */
export const apiUrl: Value<string> = {
  expected:
    'an https URL like https://sandbox.bond.tech/api/v0.1 (http only for localhost), without credentials or query',
  read: (given) => {
    if (!URL.canParse(given)) return undefined;
    const { username, password, search, hash, protocol, hostname } = new URL(given);
    if (username + password + search + hash !== '') return undefined;
    const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
    if (protocol !== 'https:' && !(protocol === 'http:' && loopback)) return undefined;
    return given.replace(/\/+$/, '');
  },
};
