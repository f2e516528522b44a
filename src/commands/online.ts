import { hostname } from 'node:os';
import { basename } from 'node:path';
import { identityHash, readCredentials } from '../credentials.js';
import { compileFingerprint, type Fingerprinter } from '../customer/identity.js';
import type { StopReason } from '../delivery/stop.js';
import { ExitCode, OperatorError } from '../errors.js';
import { say, type Env, type Io } from '../io.js';
import { Ledger, LedgerView } from '../ledger/ledger.js';
import { PaceRecorder } from '../ledger/pace.js';
import { Progress } from '../report/progress.js';
import type { Settings } from '../settings.js';
import { VERSION } from '../version.js';
import { askConsent, firstLine, rowsToSend } from './announce.js';
import { checkFiles, filesOf, type Files } from './files.js';
import { openInput, type Input } from './input.js';
import type { Interrupts } from './interrupts.js';
import { lookThrough, nameOtherLedger, reasonIfTaken, type Look } from './look.js';
import { otherReadings, readingFact, withRemembered } from './reading.js';
import { changedText, finishedBefore, finishedFact, isOther, lookAt, rowsAtEnd } from './run-end.js';
import { conclude, type Ended, userName, writeRunPage } from './shown.js';
import { baseUrlOf, openSession, type Session } from './session.js';
import { refuseEditedRejects, refuseOthersResults, type ReportOptions } from './write-results.js';

/** What the work on one file has at hand. */
export interface Work {
  readonly input: Input;
  readonly ledger: Ledger;
  readonly session: Session;
  readonly settings: Settings;
  readonly look: Look;
  readonly ifTaken: StopReason | undefined;
  readonly fingerprint: Fingerprinter;
}

/**
 * One file's work with Bond, from the settings to the summary: input → ledger → look → session → work → results.
 * Nothing is written before the run starts; once the ledger is open the results are written, whatever stops the work.
 */
export async function online(
  command: 'run' | 'reconcile',
  file: string,
  given: Settings,
  io: Io,
  interrupts: Interrupts,
  work: (at: Work) => Promise<void>,
): Promise<Ended> {
  const startedMs = performance.now();
  const startedAt = new Date();
  const credentials = readCredentials(io.env);
  const files = filesOf(file, given);
  await checkFiles(files, given);
  const settings = command === 'run' ? given : await remembered(files, given, io);
  const seen = await lookAt(file);
  await using input = await openInput(file, { ...settings, limit: undefined }, io);
  const { env } = settings;
  const owner = {
    ...{ target: baseUrlOf(settings), env, identity: identityHash(credentials) },
    keys: input.keys,
  };
  await using ledger = await openLedger(files, owner, settings, io.env, interrupts);
  const before = [...ledger.runs()];
  // Known now alone: a look through the file gives each of its keys a place in the index.
  const isNew = ledger.index.size === 0;
  const fingerprint = compileFingerprint(ledger.secret, credentials.authorization);
  const target = { environment: env, url: owner.target, ratePerMinute: settings.rate };
  await refuseOthersResults(files.results, input, ledger, io);
  await refuseEditedRejects(files, settings, input, ledger, io);

  let ifTaken: StopReason | undefined;
  const look = await lookThrough(input, ledger, fingerprint, settings, interrupts);
  if (look) {
    for (const other of otherReadings(settings, before, file)) {
      say(io.stderr, `${file} is read otherwise than by its last run: ${other}.`);
    }
    for (const warning of input.warnings()) say(io.stderr, warning);
    const other = await nameOtherLedger(files.ledger, input, look.tally, owner, io);
    // A ledger that was chosen is the one that is meant.
    if (isNew && settings.ledger === undefined) ifTaken = reasonIfTaken(files.ledger, other);
    if (command === 'run') {
      say(io.stderr, firstLine(target, file, look, ledger.name));
      await askConsent(look, files, settings, io, interrupts);
    }
    await ledger.startRun(owner, {
      tool: `bond-import ${VERSION}`,
      command,
      host: hostname(),
      user: userName(),
      at: startedAt.toISOString(),
      input: { name: basename(file), sha256: look.passed.sha256, bytes: look.passed.bytes },
      reading: input.reading,
      settings: { ...readingFact(settings) },
    });
  }
  const finished = look && command === 'run' ? await finishedBefore(input, look, ledger, files) : undefined;

  const pace = new PaceRecorder(performance.now());
  const progress = new Progress({
    ...{ stream: io.stderr, env: io.env, name: file, pace },
    toSend: look && command === 'run' && !finished ? rowsToSend(look) : 0,
    now: () => performance.now(),
  });
  const session = openSession(settings, credentials, { ledger, isNew }, progress, io.env, interrupts);
  const { stop } = session.tools;
  try {
    if (look && !finished) {
      if (!settings.quiet) progress.start(session.waiting);
      await work({ input, ledger, session, settings, look, ifTaken, fingerprint });
    }
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    stop.ask(error);
  } finally {
    progress.stop();
    await session.close();
  }
  // What cannot be written any more has stopped the run already; the results say what is known.
  await ledger.sync().catch((error: unknown) => {
    if (!(error instanceof OperatorError)) throw error;
    stop.ask(error);
  });

  const report: ReportOptions = { files, settings, io, fingerprint };
  const end = await rowsAtEnd({ input, ledger, look, finished, seen, report, progress, interrupts }).catch(
    (error: unknown) => {
      // The one cause of both troubles, a full disk perhaps, is not to be lost.
      if (stop.reason) say(io.stderr, `${stop.reason.message}.`);
      throw error;
    },
  );
  const isChanged = end.left === 'input changed' || (await isOther(file, seen));
  const traffic = { calls: progress.calls, retries: progress.retries, pauses: progress.pauses };
  const summary = conclude(
    end.tally,
    {
      command,
      file,
      startedMs,
      target,
      files: { ledger: ledger.name, ...end.files },
      traffic: { ...traffic, thisRun: progress.endedRows },
      stopped: isChanged ? { message: changedText(file), exitCode: ExitCode.runAgain } : stop.reason,
      isUnfinished: isChanged || end.left !== undefined,
      notes: end.notes,
    },
    settings,
    io,
  );
  const paceSoFar = pace.pace(performance.now());
  const { results, rejects } = end.written ?? {};
  const brand = ledger.brandId;
  const { bytes = 0, sha256 = '' } = look?.passed ?? {};
  const ended: Ended = {
    ...{ summary, settings, startedAt, before, kinds: end.tally.kinds },
    input: { name: basename(file), bytes, sha256 },
    ...(results && { results: { name: basename(files.results), sha256: results.sha256 } }),
    sent: { target: owner.target, pace: paceSoFar, ...(brand !== undefined && { brand }) },
  };
  if (files.report !== undefined) await writeRunPage(files.report, ended);
  if (!look) return ended;
  const done = end.written && !isChanged && finishedFact(end.written, input, look);
  // Not written down, the end costs the next run a look at every row, and nothing else.
  await ledger
    .endRun({
      ...traffic,
      at: new Date().toISOString(),
      exitCode: summary.exitCode,
      ...(summary.stopped !== undefined && { reason: summary.stopped }),
      counts: end.tally.counts,
      durationMs: summary.durationMs,
      pace: paceSoFar,
      ...(rejects && { rejects: rejects.sha256 }),
      ...(done && { finished: done }),
    })
    .catch(() => undefined);
  return ended;
}

/** How the file was read by its last run, where the flags do not say otherwise. */
async function remembered({ ledger, input }: Files, settings: Settings, io: Io): Promise<Settings> {
  await using view = await LedgerView.read(ledger, {}, io.env);
  return withRemembered(settings, view.runs(), input, io);
}

/** A signal while the ledger is waited for ends the waiting; what opens after that is closed again. */
async function openLedger(
  { ledger }: Files,
  owner: Parameters<typeof Ledger.open>[1],
  { wait = 0 }: Settings,
  env: Env,
  interrupts: Interrupts,
): Promise<Ledger> {
  const opening = Ledger.open(ledger, owner, { waitMs: wait, env });
  // What does not wait is over soon, and then the results are written.
  if (wait === 0) return opening;
  try {
    return await interrupts.orStop(opening);
  } catch (error) {
    void opening.then(
      (late) => late.close(),
      () => undefined,
    );
    throw error;
  }
}
