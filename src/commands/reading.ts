import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { forShell } from '../customer/shell.js';
import { systemTrouble } from '../errors.js';
import { say, type Io } from '../io.js';
import type { RememberedRun } from '../ledger/memory.js';
import { flagOf, readSettings, READING_SETTINGS, type GivenFlag, type Settings } from '../settings.js';

/** What a `run` fact keeps of how the file was read: the flags as they were given, and the mapping file. */
const factSchema = z.object({
  flags: z.array(z.object({ name: z.enum(READING_SETTINGS), value: z.string() })).readonly(),
  mapping: z.object({ sha256: z.string(), text: z.string() }).optional(),
});
type ReadingFact = z.infer<typeof factSchema>;

export function readingFact({ given, mapping, mappingText }: Settings): ReadingFact {
  const flags = given.flatMap(({ name, value }) => {
    const known = READING_SETTINGS.find((each) => each === name);
    return known === undefined || value === undefined ? [] : [{ name: known, value }];
  });
  if (mapping === undefined) return { flags };
  const text = mappingText ?? readMappingText(mapping);
  return { flags, mapping: { sha256: digest(text), text } };
}

/** How the file was read by the last run on it that the ledger remembers. */
function lastReading(runs: readonly RememberedRun[], file: string): ReadingFact | undefined {
  const last = runs.findLast(({ run }) => run.input.name === basename(file));
  return last && factSchema.safeParse(last.run.settings).data;
}

/**
 * The settings with what they do not say of the file's reading taken from its last run; of its mapping file what it
 * said then, wherever it is now.
 */
export function withRemembered(
  settings: Settings,
  runs: readonly RememberedRun[],
  file: string,
  io: Io,
): Settings {
  const last = lastReading(runs, file);
  const taken = last?.flags.filter(({ name }) => !settings.given.some((given) => given.name === name)) ?? [];
  if (!last || taken.length === 0) return settings;
  const names = new Set<string>(taken.map(({ name }) => name));
  const read = Object.entries(readSettings(asFlags(taken), {})).filter(([name]) => names.has(name));
  const remembered = { ...settings, ...Object.fromEntries(read), given: [...settings.given, ...taken] };
  const { mapping } = remembered;
  if (!names.has('mapping') || mapping === undefined || !last.mapping) return remembered;
  if (existsSync(mapping) && digest(readMappingText(mapping)) !== last.mapping.sha256) {
    say(
      io.stderr,
      `${mapping} has been edited since the last run: what it said then counts here; --mapping ${forShell(mapping)} takes what it says now.`,
    );
  }
  return { ...remembered, mappingText: last.mapping.text };
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

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
