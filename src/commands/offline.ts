import { basename } from 'node:path';
import { authorizationIn } from '../credentials.js';
import { compileFingerprint } from '../customer/identity.js';
import type { Passed } from '../csv/reader.js';
import type { ExitCode } from '../errors.js';
import { say, type Io } from '../io.js';
import { LedgerView } from '../ledger/ledger.js';
import { judge } from '../report/result-lines.js';
import { Tally } from '../report/tally.js';
import type { GivenFlag, Settings } from '../settings.js';
import { checkFiles, filesOf, refuseSameFiles } from './files.js';
import { openInput } from './input.js';
import { expectFile } from './look.js';
import { withRemembered } from './reading.js';
import { baseUrlOf } from './session.js';
import { conclude, writeRunPage } from './shown.js';
import { refuseEditedRejects, refuseOthersResults, writeReport } from './write-results.js';

/** Every check that needs no network, and the results that say what a run would do. */
export async function validate(file: string, settings: Settings, io: Io): Promise<ExitCode> {
  return report('validate', file, settings, io);
}

/** The results CSV from the file and what the ledger knows. */
export async function results(file: string, settings: Settings, io: Io): Promise<ExitCode> {
  return report('results', file, settings, io);
}

async function report(
  command: 'validate' | 'results',
  file: string,
  given: Settings,
  io: Io,
): Promise<ExitCode> {
  const startedMs = performance.now();
  const startedAt = new Date();
  const files = filesOf(file, given);
  await refuseSameFiles([files], ['ledger', 'mapping', 'input', 'results', 'rejects', 'changes', 'report']);
  await checkFiles(files, given);
  await using ledger = await LedgerView.read(files.ledger, {}, io.env);
  const settings = command === 'validate' ? given : withRemembered(given, ledger.runs(), file, io);
  await using input = await openInput(file, settings, io);
  ledger.expectKeys(input.keys);
  await refuseOthersResults(files.results, input, ledger, io);
  await refuseEditedRejects(files, settings, input, ledger, io);
  const fingerprint = compileFingerprint(ledger.secret, authorizationIn(io.env));
  const accept = (passed: Passed): void => {
    if (command !== 'validate') return;
    expectFile(passed, settings);
    for (const warning of input.warnings()) say(io.stderr, warning);
  };
  const { tally, results } = await writeReport(input, ledger, { files, settings, io, fingerprint, accept });
  const { results: written, rejects, changes } = files;
  const summary = conclude(
    tally,
    {
      command,
      file,
      startedMs,
      files: { results: written, rejects, changes },
      knownTarget: targetFlags(ledger, settings),
    },
    settings,
    io,
  );
  if (files.report !== undefined) {
    const { bytes, sha256 } = input.passed();
    await writeRunPage(files.report, {
      ...{ summary, settings, startedAt, before: ledger.runs(), kinds: tally.kinds },
      input: { name: basename(file), bytes, sha256 },
      ...(results && { results: { name: basename(files.results), sha256: results.sha256 } }),
    });
  }
  return summary.exitCode;
}

/** The counts so far, written nowhere. */
export async function status(file: string, given: Settings, io: Io): Promise<ExitCode> {
  const startedMs = performance.now();
  const files = filesOf(file, { ...given, results: given.results ?? '-' });
  await using ledger = await LedgerView.read(files.ledger, {}, io.env);
  const settings = withRemembered(given, ledger.runs(), file, io);
  await using input = await openInput(file, settings, io);
  ledger.expectKeys(input.keys);
  const fingerprint = compileFingerprint(ledger.secret, authorizationIn(io.env));
  const { plan, read } = input;
  const tally = new Tally();
  for await (const batch of judge(input.rows(), ledger, { plan, read, fingerprint })) {
    for (const { row, verdict } of batch) tally.add(row.row, verdict);
  }
  return conclude(
    tally,
    {
      command: 'status',
      file,
      startedMs,
      files: { ledger: ledger.name },
      knownTarget: targetFlags(ledger, settings),
      ...(await goingOn(ledger)),
    },
    settings,
    io,
  ).exitCode;
}

/** The flags that lead where the ledger's runs have sent to, for commands that were not told it. */
function targetFlags(ledger: LedgerView, settings: Settings): GivenFlag[] {
  const last = ledger.runs().at(-1)?.run;
  if (!last) return [];
  const env = last.env === 'live' ? 'live' : 'sandbox';
  const isElsewhere = last.target !== baseUrlOf({ ...settings, env });
  return [
    ...(env === 'live' ? [{ name: 'env', value: env } as const] : []),
    ...(isElsewhere ? [{ name: 'apiUrl', value: last.target } as const] : []),
  ];
}

/** Whether a run is going on now, or none has been yet. */
async function goingOn(ledger: LedgerView): Promise<{ running?: string; notes?: readonly string[] }> {
  const holder = await ledger.holder();
  if (holder) return { running: `since ${holder.since} on host ${holder.host}, process ${holder.pid}` };
  if (ledger.runs().length > 0) return {};
  return {
    notes: [
      `There is no ledger ${ledger.name} yet: nothing was sent from this file, or --ledger names another`,
    ],
  };
}
