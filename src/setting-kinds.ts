import { z } from 'zod';

/** How the text of a value is read, or the texts of one that may be given several times; it describes what is expected. */
export type ValueType = z.ZodType<unknown, string> | z.ZodType<unknown, readonly string[]>;

/** A kind of value: how its text is read, and its placeholder in the help. */
export const kind = <Value extends ValueType>(unit: string, value: Value) => ({ unit, value });

export const text = (unit: string) => kind(unit, z.string().min(1).describe('a value'));

export function oneOf<const Word extends string>(...words: Word[]) {
  return kind(words.join('|'), z.enum(words).describe(words.join(' or ')));
}

export const listed = z
  .string()
  .min(1)
  .transform((given) => given.split(',').map((word) => word.trim()));

/** Words with commas between, each one of these; `all` stands for every one. */
export function someOf<const Word extends string>(unit: string, words: readonly Word[], ...also: 'all'[]) {
  return kind(
    unit,
    listed
      .pipe(z.array(z.enum([...words, ...also])).min(1))
      .transform(
        (given) => new Set(words.filter((word) => given.some((each) => each === word || each === 'all'))),
      )
      .describe(`one or more of ${[...words, ...also].join(', ')}, with commas between`),
  );
}

export function whole(unit: string, least: number, most = 1_000_000) {
  return kind(
    unit,
    z
      .string()
      .regex(/^\d+$/)
      .transform(Number)
      .pipe(z.number().min(least).max(most))
      .describe(`a whole number from ${least} to ${most}`),
  );
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `80ms`, `30s`, `5m`, `2h` → ms. */
export function duration(leastMs = 1) {
  return kind(
    'time',
    z
      .string()
      .regex(/^\d+(\.\d+)?(ms|s|m|h)$/)
      .transform((given) => parseFloat(given) * (UNIT_MS[given.replace(/[\d.]+/, '')] ?? NaN))
      .pipe(z.number().min(leastMs))
      .describe('a duration like 80ms, 30s, 5m or 2h'),
  );
}

export const maxErrors = z
  .string()
  .regex(/^\d+(\.\d+)?%$|^\d+$/)
  .transform((given): { readonly rows: number } | { readonly percent: number } =>
    given.endsWith('%') ? { percent: parseFloat(given) } : { rows: Number(given) },
  )
  .describe('a number of rows like 50, or a share of them like 5%');

/** Plain http would show SSNs to the network: it is for this machine alone. */
export const apiUrl = z
  .string()
  .refine((given) => {
    if (!URL.canParse(given)) return false;
    const { username, password, search, hash, protocol, hostname } = new URL(given);
    const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
    const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback);
    return isSafe && username + password + search + hash === '';
  })
  .transform((given) => given.replace(/\/+$/, ''))
  .describe(
    'an https URL like https://sandbox.bond.tech/api/v0.1 (http only for localhost), without credentials or query',
  );

export const constants = z
  .array(z.string().regex(/^[\w.[\]]+=/))
  .readonly()
  .transform((given): Readonly<Record<string, string>> =>
    Object.fromEntries(
      given.map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
    ),
  )
  .describe('field=value, like country=US');

export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/i)
  .toLowerCase()
  .describe('the 64 hexadecimal digits that sha256sum prints');
