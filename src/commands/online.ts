import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { identityHash, readCredentials } from '../credentials.js';
import { digestOf } from '../csv/writer.js';
import { compileFingerprint, type Fingerprinter } from '../customer/identity.js';
import type { StopReason } from '../delivery/stop.js';
import { ExitCode, OperatorError } from '../errors.js';
import { say, type Env, type Io } from '../io.js';
import type { Finished } from '../ledger/facts.js';
import { Ledger, LedgerView } from '../ledger/ledger.js';
import { STATUSES, type Status } from '../ledger/outcome.js';
import { PaceRecorder } from '../ledger/pace.js';
import { again } from '../report/next.js';
import { Progress } from '../report/progress.js';
import { judge } from '../report/result-lines.js';
import { Tally } from '../report/tally.js';
import type { Settings } from '../settings.js';
import { VERSION } from '../version.js';
import { askConsent, firstLine, rowsToSend } from './announce.js';
import { conclude } from './conclude.js';
import { checkFiles, filesOf, STANDARD, type Files } from './files.js';
import { openInput, type Input } from './input.js';
import type { Interrupts } from './interrupts.js';
import { lookThrough, nameOtherLedger, reasonIfTaken, type Look } from './look.js';
import { otherReadings, readingFact, withRemembered } from './reading.js';
import { type Ended, userName, writeRunPage } from './shown.js';
import { baseUrlOf, openSession, type Session } from './session.js';
import {
  refuseEditedRejects,
  refuseOthersResults,
  NotWritten,
  writeReport,
  type Report,
  type ReportOptions,
} from './write-results.js';

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
  const session = openSession(settings, credentials, { ledger, isNew }, progress, hearing(io, interrupts));
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

  const canary = look?.canary && (await canaryOf(input, ledger, fingerprint, look.canary));
  const known = finished ?? canary?.tally;
  const report = known
    ? { tally: known }
    : await written(input, ledger, { files, settings, io, fingerprint }, { look, seen }, interrupts).catch(
        (error: unknown) => {
          // The one cause of both troubles, a full disk perhaps, is not to be lost.
          if (stop.reason) say(io.stderr, `${stop.reason.message}.`);
          throw error;
        },
      );
  const changed = report === 'input changed' || (await isOther(file, seen));
  const isWritten = typeof report !== 'string';
  const tally = isWritten ? report.tally : tallyAfter(look?.tally, progress.endedRows);
  const traffic = { calls: progress.calls, retries: progress.retries, pauses: progress.pauses };
  const { results, rejects, changes } = files;
  const summary = conclude(
    tally,
    {
      command,
      file,
      startedMs,
      target,
      files: { ledger: ledger.name, ...(!canary && isWritten && { results, rejects, changes }) },
      traffic: { ...traffic, thisRun: progress.endedRows },
      stopped: changed ? { message: changedText(file), exitCode: ExitCode.runAgain } : stop.reason,
      isUnfinished: changed || !isWritten,
      notes: [
        ...(canary?.notes ?? []),
        ...(report === 'too late' && look
          ? [tooLateText(again({ file, given: settings.given }, 'results'))]
          : []),
      ],
    },
    settings,
    io,
  );
  const paceSoFar = pace.pace(performance.now());
  const kept = isWritten ? report.results : undefined;
  const brand = ledger.brandId;
  const { bytes = 0, sha256 = '' } = look?.passed ?? {};
  const ended: Ended = {
    ...{ summary, settings, startedAt, before, kinds: tally.kinds },
    input: { name: basename(file), bytes, sha256 },
    ...(kept && { results: { name: basename(files.results), sha256: kept.sha256 } }),
    sent: { target: owner.target, pace: paceSoFar, ...(brand !== undefined && { brand }) },
  };
  if (files.report !== undefined) await writeRunPage(files.report, ended);
  if (!look) return ended;
  const done = isWritten && !changed ? finishedFact(report, input, look) : undefined;
  // Not written down, the end costs the next run a look at every row, and nothing else.
  await ledger
    .endRun({
      ...traffic,
      at: new Date().toISOString(),
      exitCode: summary.exitCode,
      ...(summary.stopped !== undefined && { reason: summary.stopped }),
      counts: tally.counts,
      durationMs: summary.durationMs,
      pace: paceSoFar,
      ...(isWritten && report.rejects && { rejects: report.rejects.sha256 }),
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

/** The world outside, but for signals, which are heard from the first line of the command on. */
function hearing({ stdout, stderr, env, ...io }: Io, { onInterrupt }: Interrupts): Io {
  return { stdin: io.stdin, stdout, stderr, env, onInterrupt };
}

/** The counts of an earlier run that found a customer for every row of this very file, while its results still stand. */
async function finishedBefore(
  input: Input,
  { passed }: Look,
  ledger: Ledger,
  { results, rejects, changes }: Files,
): Promise<Tally | undefined> {
  const finished = ledger.finished(passed.sha256, input.reading);
  if (!finished || rejects !== undefined || changes !== undefined || results === STANDARD) return undefined;
  if ((await digestOf(results)) !== finished.results) return undefined;
  const tally = new Tally();
  tally.rows = finished.rows;
  tally.counts.created = finished.created;
  tally.counts.existing = finished.rows - finished.created;
  return tally;
}

/** What the ledger is to remember of a file of which every row has its customer; undefined of any other. */
function finishedFact(
  { tally, results }: Report,
  { reading }: Input,
  { passed }: Look,
): Finished | undefined {
  if (tally.exitCode !== ExitCode.done || !results) return undefined;
  return {
    input: passed.sha256,
    reading,
    rows: tally.rows,
    created: tally.counts.created,
    results: results.sha256,
  };
}

/** A scheduler that asked a run to end kills it some 30 s later; 10 s of them are for what is in flight. */
const WRITE_WITHIN_MS = 7000;

/** The rows that `--limit` was for, and the ids of their customers. The results of the whole file are left alone. */
async function canaryOf(
  input: Input,
  ledger: Ledger,
  fingerprint: Fingerprinter,
  rows: ReadonlySet<number>,
): Promise<{ tally: Tally; notes: string[] }> {
  const { plan, read } = input;
  const tally = new Tally();
  const notes: string[] = [];
  for await (const batch of judge(input.rows(), ledger, { plan, read, fingerprint })) {
    for (const { row, verdict } of batch.filter((judged) => rows.has(judged.row.row))) {
      tally.add(row.row, verdict);
      if (verdict.customerId !== '') notes.push(`Row ${row.row}: customer_id ${verdict.customerId}`);
    }
  }
  return { tally, notes };
}

/** The results; after a signal only when they can be written soon. */
async function written(
  input: Input,
  ledger: Ledger,
  options: ReportOptions,
  { look, seen }: { look: Look | undefined; seen: string },
  interrupts: Interrupts,
): Promise<Report | NotWritten['why']> {
  let lastMs = Infinity;
  const unlisten = interrupts.onInterrupt(() => {
    lastMs = performance.now() + WRITE_WITHIN_MS;
  });
  try {
    return await writeReport(input, ledger, {
      ...options,
      isTooLate: () => performance.now() > lastMs,
      accept({ sha256 }) {
        if (look && look.passed.sha256 !== sha256) throw new NotWritten('input changed');
      },
    });
  } catch (error) {
    if (error instanceof NotWritten) return error.why;
    if (error instanceof OperatorError && (await isOther(input.name, seen))) return 'input changed';
    throw error;
  } finally {
    unlisten();
  }
}

function tooLateText(command: string): string {
  return `The results were left as they were: to write them takes longer than there is time after a signal. This writes them: ${command}`;
}

function changedText(file: string): string {
  return `${file} was changed while it was imported: what was sent of it is in the ledger; run the same command again when the file is whole`;
}

/** The counts, from those before the run and how rows ended in it. */
function tallyAfter(before: Tally | undefined, ended: Partial<Record<Status, number>>): Tally {
  const tally = before ?? new Tally();
  for (const status of STATUSES) {
    const rows = ended[status] ?? 0;
    if (status === 'invalid') continue;
    tally.counts[status] += rows;
    tally.counts.pending = Math.max(0, tally.counts.pending - rows);
  }
  return tally;
}

/** Which file a name leads to, and how long it is. */
async function lookAt(path: string): Promise<string> {
  const { dev, ino, size } = await stat(path).catch(() => ({ dev: 0, ino: 0, size: 0 }));
  return `${dev}:${ino} ${size}`;
}

async function isOther(file: string, seen: string): Promise<boolean> {
  return file !== STANDARD && (await lookAt(file)) !== seen;
}
