import { ExitCode } from '../../errors.js';
import { groupsOf } from '../tally.js';
import { count } from '../words.js';
import type { RunReport } from './run-report.js';

/** How it ended, in one sentence. */
export function verdictOf(report: RunReport): string {
  const { rows, exitCode } = report;
  const { withCustomer, needPerson, goOn } = groupsOf(report.counts);
  if (rows === 0) return exitCode === ExitCode.stopped ? 'It could not run.' : 'The file has no rows.';
  if (report.command === 'validate') return validated(rows, needPerson, exitCode);
  if (withCustomer === rows)
    return rows === 1 ? 'The one row has its customer.' : `All ${count(rows)} rows have their customer.`;
  const rest = [
    ...(needPerson > 0 ? [`${count(needPerson)} ${needPerson === 1 ? 'needs' : 'need'} a person`] : []),
    ...(goOn > 0 ? [`${count(goOn)} ${goOn === 1 ? 'goes' : 'go'} on with the next run`] : []),
  ];
  const start = exitCode === ExitCode.stopped ? 'Stopped: ' : '';
  const have = withCustomer === 1 ? 'has its' : 'have their';
  return `${start}${count(withCustomer)} of ${count(rows)} rows ${have} customer; ${rest.join(', ')}.`;
}

function validated(rows: number, needPerson: number, exitCode: ExitCode): string {
  if (exitCode === ExitCode.stopped) return 'The file could not be read to its end.';
  if (needPerson === 0)
    return `Nothing is wrong with ${rows === 1 ? 'its one row' : `any of ${count(rows)} rows`}.`;
  return `${count(needPerson)} of ${count(rows)} rows ${needPerson === 1 ? 'needs' : 'need'} a person.`;
}

/** What the rows wait for that neither have a customer nor need a person. */
export function goingOn({ command }: Pick<RunReport, 'command'>): string {
  return command === 'validate' ? 'Ready to send' : 'Go on next run';
}

/** A share in per cent; never 0 of what is there, nor 100 of what is not whole. */
export function share(some: number, all: number): string {
  const percent = (some / all) * 100;
  if (some > 0 && percent < 0.1) return '< 0.1%';
  if (some < all && percent > 99.9) return '> 99.9%';
  return `${Number(percent.toFixed(1))}%`;
}
