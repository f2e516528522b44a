import type { Settings } from '../settings.js';
import { identityHash, readCredentials } from '../credentials.js';
import { checkWritable } from '../csv/writer.js';
import { ssnSeal } from '../customer/identity.js';
import { OperatorError } from '../errors.js';
import { say, type Io } from '../io.js';
import { Ledger } from '../ledger/ledger.js';
import { Progress } from '../report/progress.js';
import type { Summary } from '../report/summary.js';
import { VERSION } from '../version.js';
import { isFinished, rememberFinished } from './finished.js';
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
  readonly seal: (key: string, ssn: string) => string;
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
  const owner = { target: baseUrlOf(settings), identity: identityHash(credentials), keys: input.keys };
  const ledger = await Ledger.open(paths.ledger, owner);
  try {
    const ending = {
      command,
      file,
      startedMs,
      files: { ...paths, ...(rejects !== undefined && { rejects }) },
    };
    const finished =
      rejects === undefined ? await isFinished(input, looked.sha256, ledger, paths) : undefined;
    if (finished) return conclude(finished, ending, settings, io);

    const { sha256, bytes: totalBytes } = looked;
    await ledger.startRun(owner, {
      tool: `bond-import ${VERSION}`,
      at: new Date().toISOString(),
      input: sha256,
      reading: input.reading,
    });
    const { stderr: stream, env } = io;
    const progress = new Progress({ stream, env, name: file, totalBytes, now: () => performance.now() });
    const session = openSession(settings, credentials, ledger, progress, io);
    progress.start(session.waiting);
    try {
      const onBytes = (bytes: number): void => void (progress.readBytes = bytes);
      await work({ input, ledger, session, settings, onBytes, seal: ssnSeal(credentials.authorization) });
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
    await rememberFinished(tally, input, looked.sha256, ledger, paths);
    return conclude(tally, { ...ending, traffic: progress, stopped: stop.reason }, settings, io);
  } finally {
    await ledger.close();
  }
}
