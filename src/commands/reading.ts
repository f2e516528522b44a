import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { systemTrouble, OperatorError } from '../errors.js';
import type { RememberedRun } from '../ledger/memory.js';
import { flagOf, readSettings, READING_SETTINGS, type GivenFlag, type Settings } from '../settings.js';

/** What a `run` fact keeps of how the file was read: the flags as they were given, and the mapping file. */
const factSchema = z.object({
  flags: z.array(z.object({ name: z.enum(READING_SETTINGS), value: z.string() })).readonly(),
  mapping: z.object({ sha256: z.string(), text: z.string() }).optional(),
});
type ReadingFact = z.infer<typeof factSchema>;

export function readingFact({ given, mapping }: Settings): ReadingFact {
  const flags = given.flatMap(({ name, value }) => {
    const known = READING_SETTINGS.find((each) => each === name);
    return known === undefined || value === undefined ? [] : [{ name: known, value }];
  });
  if (mapping === undefined) return { flags };
  const text = readMappingText(mapping);
  return { flags, mapping: { sha256: digest(text), text } };
}

/** How the file was read by the last run on it that the ledger remembers. */
function lastReading(runs: readonly RememberedRun[], file: string): ReadingFact | undefined {
  const last = runs.findLast(({ run }) => run.input.name === basename(file));
  return last && factSchema.safeParse(last.run.settings).data;
}

/** The settings with what they do not say of the file's reading taken from its last run. */
export function withRemembered(settings: Settings, runs: readonly RememberedRun[], file: string): Settings {
  const last = lastReading(runs, file);
  if (!last) return settings;
  const taken = last.flags.filter(({ name }) => !settings.given.some((given) => given.name === name));
  const mapping = taken.find(({ name }) => name === 'mapping');
  if (mapping && last.mapping && digestOrNothing(mapping.value) !== last.mapping.sha256) {
    throw new OperatorError(
      `The mapping file ${mapping.value} that the last run was given has changed since, or is not there: give --mapping again to say which one counts`,
    );
  }
  if (taken.length === 0) return settings;
  const read = readSettings(asFlags(taken), {});
  const names = new Set<string>(taken.map(({ name }) => name));
  const remembered = Object.fromEntries(Object.entries(read).filter(([name]) => names.has(name)));
  return { ...settings, ...remembered, given: [...settings.given, ...taken] };
}

/** What a run would read otherwise than the last run on the same file, one sentence each. */
export function otherReadings(settings: Settings, runs: readonly RememberedRun[], file: string): string[] {
  const last = lastReading(runs, file);
  if (!last) return [];
  const now = readingFact(settings);
  const names = READING_SETTINGS.filter((name) => textOf(now, name) !== textOf(last, name));
  const changed = names.map(
    (name) =>
      `${flagOf(name)}: ${textOf(last, name) || 'not given'} then, ${textOf(now, name) || 'not given'} now`,
  );
  const sameMapping = now.mapping?.sha256 === last.mapping?.sha256 || names.includes('mapping');
  return [...changed, ...(sameMapping ? [] : ['the mapping file has been edited since'])];
}

function textOf({ flags }: ReadingFact, name: string): string {
  return flags
    .filter((each) => each.name === name)
    .map(({ value }) => value)
    .join(' ');
}

function asFlags(given: readonly GivenFlag[]): Record<string, string[]> {
  const flags: Record<string, string[]> = {};
  for (const { name, value } of given) {
    if (value !== undefined) (flags[flagOf(name).slice(2)] ??= []).push(value);
  }
  return flags;
}

function readMappingText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw systemTrouble(`The mapping file ${path} cannot be read`, error);
  }
}

function digestOrNothing(path: string): string | undefined {
  try {
    return digest(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
