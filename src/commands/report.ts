import type { Settings } from '../settings.js';
import { readCredentials } from '../credentials.js';
import { RESULT_COLUMNS, writeCsv, type WriteOptions } from '../csv/writer.js';
import { compileFingerprint } from '../customer/identity.js';
import type { StopReason } from '../delivery/stop.js';
import { say, type Io } from '../io.js';
import type { LedgerView } from '../ledger/ledger.js';
import { rejectLines, resultLines, type LinesOptions } from '../report/result-lines.js';
import { summarise, summaryText, type Summary } from '../report/summary.js';
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

export interface Ending {
  readonly command: string;
  readonly file: string;
  readonly startedMs: number;
  readonly files: Summary['files'];
  /** What went on the wire; a command without network has none. */
  readonly traffic?: Pick<Summary, 'calls' | 'retries' | 'pauses'>;
  readonly stopped?: StopReason | undefined;
}

const NO_TRAFFIC = { calls: 0, retries: 0, pauses: 0 };

/** Says what happened: a few lines on stderr (`status` was asked for them: stdout), or with `--json` one object on stdout. */
export function conclude(tally: Tally, ending: Ending, settings: Settings, io: Io): Summary {
  const { command, file, startedMs, files, traffic = NO_TRAFFIC, stopped } = ending;
  const durationMs = Math.round(performance.now() - startedMs);
  const summary = summarise(tally, {
    command,
    file,
    files,
    calls: traffic.calls,
    retries: traffic.retries,
    pauses: traffic.pauses,
    durationMs,
    ...(stopped && { stopped }),
  });
  if (settings.json) say(io.stdout, JSON.stringify(summary));
  else say(command === 'status' ? io.stdout : io.stderr, summaryText(summary));
  return summary;
}
