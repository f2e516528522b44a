import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ExitCode, orTrouble } from '../errors.js';
import { say, type Io } from '../io.js';
import type { EndFact, RunFact } from '../ledger/facts.js';
import type { Pace } from '../ledger/pace.js';
import { metricsText, type FileMetrics } from '../report/metrics.js';
import { runPage } from '../report/page/run-page.js';
import type { RunReport } from '../report/page/run-report.js';
import { summarise, summaryText, type Summary, type SummaryFacts } from '../report/summary.js';
import type { Tally } from '../report/tally.js';
import { allSettings, readSettings, type SettingName, type Settings } from '../settings.js';
import { VERSION } from '../version.js';

/** What a command knows at the end of its work on one file. */
export interface Ended {
  readonly summary: Summary;
  readonly settings: Settings;
  readonly startedAt: Date;
  /** Kinds of errors, those that the summary has no room for as well. */
  readonly kinds: number;
  readonly input: { readonly name: string; readonly bytes: number; readonly sha256: string };
  readonly results?: { readonly name: string; readonly sha256: string } | undefined;
  /** Of the ledger, as it was before this run: oldest first. */
  readonly before: readonly { readonly run: RunFact; readonly end: EndFact | undefined }[];
  /** Of a command that went to Bond. */
  readonly sent?: { readonly target: string; readonly brand?: string; readonly pace: Pace } | undefined;
}

/** Says what happened: a few lines on stderr (`status` was asked for them: stdout), or with `--json` one object on stdout. */
export function conclude(
  tally: Tally,
  { startedMs, ...facts }: Omit<SummaryFacts, 'given' | 'durationMs'> & { readonly startedMs: number },
  settings: Settings,
  io: Io,
): Summary {
  const durationMs = Math.round(performance.now() - startedMs);
  const summary = summarise(tally, { ...facts, given: settings.given, durationMs });
  if (settings.json) say(io.stdout, JSON.stringify(summary));
  else say(facts.command === 'status' ? io.stdout : io.stderr, summaryText(summary));
  return summary;
}

/** Writes `--report`: the run on one page, for its owner alone. */
export async function writeRunPage(path: string, ended: Ended): Promise<void> {
  await writeAside(path, runPage(reportOf(ended)), 0o600);
}

/** Writes `--metrics` for all files of a command; the collector that reads it is another user. */
export async function writeMetrics(path: string, files: readonly FileMetrics[]): Promise<void> {
  await writeAside(path, await metricsText(files), 0o644);
}

/** How a file's run ended, for `writeMetrics`. */
export function metricsOf({ summary, startedAt, before, input }: Ended): FileMetrics {
  const { file, exitCode, durationMs, counts, calls, retries, pauses } = summary;
  const endedAt = new Date(startedAt.getTime() + durationMs);
  const success = before.findLast(({ run, end }) => run.input.name === input.name && end && isSuccess(end));
  const succeededAt = isSuccess(summary) ? endedAt : success?.end && new Date(success.end.at);
  return { file, exitCode, endedAt, succeededAt, durationMs, counts, calls, retries, pauses };
}

function isSuccess({ exitCode }: { readonly exitCode: number }): boolean {
  return exitCode === ExitCode.done || exitCode === ExitCode.rowsNeedAPerson;
}

function reportOf({ summary, settings, startedAt, kinds, input, results, before, sent }: Ended): RunReport {
  const { calls, retries, pauses, files } = summary;
  const errors = [...summary.errors, ...summary.changed];
  const { rate: ratePerMinute, expectRows, repair } = settings;
  return {
    ...summary,
    errors,
    startedAt,
    otherKinds: kinds - errors.length,
    ...(expectRows !== undefined && { expectedRows: expectRows }),
    ...(sent && { traffic: { calls, retries, pauses, ratePerMinute, pace: sent.pace } }),
    earlier: before
      .map(({ run: { command, at, host, user }, end }) => ({
        ...{ command, startedAt: new Date(at), host, user },
        ...(end && { end }),
      }))
      .reverse(),
    evidence: {
      input,
      ...(results && { results }),
      ...(files.ledger !== undefined && { ledger: files.ledger }),
      ...(sent && {
        target: {
          environment: settings.env,
          url: sent.target,
          ...(sent.brand !== undefined && { brand: sent.brand }),
        },
      }),
      settings: settingsOf(settings),
      repairs: [...(repair ?? [])],
      version: VERSION,
      host: hostname(),
      user: userName(),
    },
  };
}

/** Shown in places of their own, or of no weight for what was done. */
const ELSEWHERE: ReadonlySet<SettingName> = new Set([
  ...(['env', 'apiUrl', 'ledger', 'results', 'rejects', 'report', 'metrics'] as const),
  ...(['json', 'logFormat', 'yes', 'repair', 'expectRows'] as const),
]);

/** What is not as it is by default, by flag. */
function settingsOf(settings: Settings): Record<string, string> {
  const defaults = readSettings({}, {});
  const given = allSettings.filter(
    ({ name }) => !ELSEWHERE.has(name) && !isDeepStrictEqual(settings[name], defaults[name]),
  );
  return Object.fromEntries(given.map(({ flag, name }) => [flag, textOf(settings[name])]));
}

function textOf(value: Settings[SettingName]): string {
  if (value === true) return '';
  if (value instanceof Set) return [...value].join(',');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A reader never sees half of it. */
async function writeAside(path: string, text: string, mode: number): Promise<void> {
  const aside = join(dirname(path), `.bond-import-${randomUUID()}.tmp`);
  await orTrouble(`${path} could not be written`, async () => {
    try {
      await writeFile(aside, text, { flag: 'wx', mode });
      await rename(aside, path);
    } finally {
      await rm(aside, { force: true });
    }
  });
}

/** A container may run under a number that has no name. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.());
  }
}
