import { ExitCode, OperatorError } from '../errors.js';
import { say, type Io } from '../io.js';
import { LedgerView } from '../ledger/ledger.js';
import type { RememberedRun } from '../ledger/memory.js';
import { STATUSES } from '../ledger/outcome.js';
import { count, plural, span } from '../report/words.js';
import type { Settings } from '../settings.js';
import { filesOf } from './files.js';

/** The runs that the ledger remembers, newest first. */
export async function runs(file: string, settings: Settings, io: Io): Promise<ExitCode> {
  const { ledger: path } = filesOf(file, { ...settings, results: '-' });
  await using ledger = await LedgerView.read(path, {}, io.env);
  const holder = await ledger.holder();
  const all = [...ledger.runs()].reverse();
  if (all.length === 0) {
    throw new OperatorError(
      `The ledger ${ledger.name} remembers no run: nothing was sent from ${file} yet, or --ledger names another`,
    );
  }
  const isGoing = (run: RememberedRun): boolean => holder !== undefined && run === all[0] && !run.end;
  if (settings.json) say(io.stdout, JSON.stringify(all.map((each) => asJson(each, isGoing(each)))));
  else say(io.stdout, all.map((each) => asText(each, isGoing(each))).join('\n'));
  return ExitCode.done;
}

/** How a run ended: one that was killed has no end. */
function howItEnded({ end }: RememberedRun, isGoing: boolean): string {
  if (isGoing) return 'going on';
  if (!end) return 'killed before its end';
  return `exit code ${end.exitCode}${end.reason === undefined ? '' : `: ${end.reason}`}`;
}

function asText(remembered: RememberedRun, isGoing: boolean): string {
  const { run, end } = remembered;
  const lines = [
    `${run.at}  ${run.command} of ${run.input.name}, by ${run.user} on ${run.host} → ${run.env} ${run.target}`,
    `  ${howItEnded(remembered, isGoing)}`,
  ];
  if (!end) return lines.join('\n');
  const rows = STATUSES.filter((status) => end.counts[status] > 0).map(
    (status) => `${count(end.counts[status])} ${status}`,
  );
  lines.push(
    `  ${[...rows, plural(end.calls, 'call'), plural(end.pauses, 'pause'), span(end.durationMs)].join(', ')}`,
  );
  return lines.join('\n');
}

function asJson({ run, end }: RememberedRun, isGoing: boolean): object {
  const { at, command, host, user, env, target, tool, input } = run;
  return {
    ...{ startedAt: at, command, host, user, environment: env, target, tool, input, isGoing },
    ...(end && {
      endedAt: end.at,
      exitCode: end.exitCode,
      ...(end.reason !== undefined && { reason: end.reason }),
      ...{ counts: end.counts, calls: end.calls, retries: end.retries, pauses: end.pauses },
      durationMs: end.durationMs,
    }),
  };
}
