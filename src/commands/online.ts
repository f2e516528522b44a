import { hostname, userInfo } from 'node:os';
import { basename } from 'node:path';
import type { Settings } from '../settings.js';
import { identityHash, readCredentials } from '../credentials.js';
import { checkWritable } from '../csv/writer.js';
import { compileFingerprint, type Fingerprinter } from '../customer/identity.js';
import { OperatorError } from '../errors.js';
import { say, type Io } from '../io.js';
import { Ledger } from '../ledger/ledger.js';
import { PaceRecorder } from '../ledger/pace.js';
import { Progress } from '../report/progress.js';
import type { Summary } from '../report/summary.js';
import type { Tally } from '../report/tally.js';
import type { Finished } from '../ledger/facts.js';
import { VERSION } from '../version.js';
import { finishedFact, isFinished } from './finished.js';
import { lookThrough, openInput, warnOf, type Input } from './input.js';
import { pathsOf } from './paths.js';
import { conclude, writeReport } from './report.js';
import { baseUrlOf, openSession, type Session } from './session.js';

/** What the work on one file has at hand. */
export interface Work {
  readonly input: Input;
  readonly ledger: Ledger;
  readonly session: Session;
  readonly settings: Settings;
  /** Told how far the file has been read. */
  readonly onBytes: (bytes: number) => void;
  readonly fingerprint: Fingerprinter;
}

/**
 * One file's work with Bond, from the settings to the summary: file → ledger → session → work → results.
 * Once the ledger is open the results are written, whatever stops the work.
 */
export async function online(
  command: 'run' | 'reconcile',
  file: string,
  settings: Settings,
  io: Io,
  work: (at: Work) => Promise<void>,
): Promise<Summary> {
  const startedMs = performance.now();
  const credentials = readCredentials(io.env);
  const paths = pathsOf(file, settings);
  const { rejects } = settings;
  await using input = await openInput(file, settings, io);
  const looked = await lookThrough(input);
  await checkWritable(paths.results, file);
  if (rejects !== undefined) await checkWritable(rejects, file);
  warnOf(input, io);
  const owner = {
    target: baseUrlOf(settings),
    env: settings.env,
    identity: identityHash(credentials),
    keys: input.keys,
  };
  const ledger = await Ledger.open(paths.ledger, owner, { waitMs: settings.wait ?? 0, env: io.env });
  try {
    const ending = {
      command,
      target: { environment: settings.env, url: owner.target, ratePerMinute: settings.rate },
      file,
      startedMs,
      files: { ...paths, ledger: ledger.name, ...(rejects !== undefined && { rejects }) },
    };
    const { sha256, bytes: totalBytes } = looked;
    const pace = new PaceRecorder(performance.now());
    /** Not written down, the end costs the next run a look at every row, and nothing else. */
    const remember = (summary: Summary, tally: Tally, done?: Finished): Promise<void> =>
      endRun(ledger, summary, tally, pace, done).catch(() => undefined);
    await ledger.startRun(owner, {
      tool: `bond-import ${VERSION}`,
      command,
      host: hostname(),
      user: userName(),
      at: new Date().toISOString(),
      input: { name: basename(file), sha256, bytes: totalBytes },
      reading: input.reading,
      settings: {},
    });
    const finished = rejects === undefined ? await isFinished(input, sha256, ledger, paths) : undefined;
    if (finished) {
      const summary = conclude(finished, ending, settings, io);
      await remember(summary, finished, ledger.finished(sha256, input.reading));
      return summary;
    }
    const { stderr: stream, env } = io;
    const progress = new Progress({
      stream,
      env,
      name: file,
      totalBytes,
      pace,
      now: () => performance.now(),
    });
    const session = openSession(settings, credentials, ledger, progress, io);
    progress.start(session.waiting);
    try {
      const fingerprint = compileFingerprint(ledger.secret, credentials.authorization);
      const onBytes = (bytes: number): void => void (progress.readBytes = bytes);
      await work({ input, ledger, session, settings, onBytes, fingerprint });
    } finally {
      progress.stop();
      await session.close();
    }
    const { stop } = session.tools;
    // What cannot be written any more has stopped the run already; the results say what is known.
    await ledger.sync().catch((error: unknown) => {
      if (!(error instanceof OperatorError)) throw error;
      stop.ask(error);
    });
    const tally = await writeReport(input, ledger, paths, settings, io).catch((error: unknown) => {
      // The one cause of both troubles, a full disk perhaps, is not to be lost.
      if (stop.reason) say(io.stderr, `${stop.reason.message}.`);
      throw error;
    });
    const traffic = {
      calls: progress.calls,
      retries: progress.retries,
      pauses: progress.pauses,
      thisRun: progress.endedRows,
    };
    const summary = conclude(tally, { ...ending, traffic, stopped: stop.reason }, settings, io);
    await remember(summary, tally, await finishedFact(tally, input, sha256, paths));
    return summary;
  } finally {
    await ledger.close();
  }
}

function endRun(
  ledger: Ledger,
  summary: Summary,
  { counts }: Tally,
  pace: PaceRecorder,
  finished: Finished | undefined,
): Promise<void> {
  const { exitCode, stopped, calls, retries, pauses, durationMs } = summary;
  return ledger.endRun({
    at: new Date().toISOString(),
    exitCode,
    ...(stopped !== undefined && { reason: stopped }),
    counts,
    calls,
    retries,
    pauses,
    durationMs,
    pace: pace.pace(performance.now()),
    ...(finished && { finished }),
  });
}

/** A container may run under a number that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? '');
  }
}
