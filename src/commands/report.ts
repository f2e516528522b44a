import type { Settings } from '../settings.js';
import { readCredentials } from '../credentials.js';
import { RESULT_COLUMNS, writeCsv, type WriteOptions } from '../csv/writer.js';
import { compileFingerprint } from '../customer/identity.js';
import type { StopReason } from '../delivery/stop.js';
import { say, type Io } from '../io.js';
import type { LedgerView } from '../ledger/ledger.js';
import { rejectLines, resultLines, type LinesOptions } from '../report/result-lines.js';
import { summarise, summaryText, type Summary, type SummaryFacts } from '../report/summary.js';
import { Tally } from '../report/tally.js';
import type { Input } from './input.js';
import type { Paths } from './paths.js';

/** What reading a file against its ledger needs to know. */
export function linesOptions(input: Input, ledger: LedgerView, io: Io): LinesOptions {
  const { plan, read } = input;
  return { plan, read, fingerprint: compileFingerprint(ledger.secret, authorizationOf(io)) };
}

/** Most commands do without credentials. */
function authorizationOf(io: Io): string | undefined {
  try {
    return readCredentials(io.env).authorization;
  } catch {
    return undefined;
  }
}

/** Writes the results CSV, and the rejects when asked for, and counts what is in it. */
export async function writeReport(
  input: Input,
  ledger: LedgerView,
  paths: Paths,
  settings: Settings,
  io: Io,
): Promise<Tally> {
  const options = linesOptions(input, ledger, io);
  const tally = new Tally();
  const { format } = input;
  const header = [...RESULT_COLUMNS, ...input.plan.headers];
  const lines = resultLines(input.rows(), ledger, options, tally);
  await writeWhole(paths.results, header, lines, format, { guardFormulas: true });
  if (settings.rejects !== undefined) {
    const { header, records } = rejectLines(input.rows(), ledger, options);
    await writeWhole(settings.rejects, header, records, format, { guardFormulas: false, sepLine: true });
  }
  return tally;
}

async function writeWhole(
  path: string,
  header: readonly string[],
  records: AsyncIterable<readonly (readonly string[])[]>,
  format: Input['format'],
  options: WriteOptions,
): Promise<void> {
  await using file = await writeCsv(path, header, format, options);
  for await (const batch of records) await file.write(batch);
  await file.keep();
}

export interface Ending extends Pick<
  SummaryFacts,
  'command' | 'file' | 'files' | 'target' | 'knownTarget' | 'traffic' | 'notes' | 'resendCures' | 'running'
> {
  readonly startedMs: number;
  readonly stopped?: StopReason | undefined;
}

/** Says what happened: a few lines on stderr (`status` was asked for them: stdout), or with `--json` one object on stdout. */
export function conclude(tally: Tally, ending: Ending, settings: Settings, io: Io): Summary {
  const { startedMs, stopped, ...facts } = ending;
  const summary = summarise(tally, {
    ...facts,
    given: settings.given,
    durationMs: Math.round(performance.now() - startedMs),
    ...(stopped && { stopped }),
  });
  if (settings.json) say(io.stdout, JSON.stringify(summary));
  else say(ending.command === 'status' ? io.stdout : io.stderr, summaryText(summary));
  return summary;
}
