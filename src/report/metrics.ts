import { Gauge, Registry } from 'prom-client';
import type { ExitCode } from '../errors.js';
import { STATUSES, type Status } from '../ledger/outcome.js';

/** How one file's run ended, as a monitor wants it. */
export interface FileMetrics {
  /** The input, as the command line named it: the label `file`. */
  readonly file: string;
  readonly exitCode: ExitCode;
  readonly endedAt: Date;
  /** When a run of this file last ended with 0 or 2: all done that could be. Absent while none has. */
  readonly succeededAt?: Date | undefined;
  readonly durationMs: number;
  /** Absent when the run ended before it had a ledger. */
  readonly counts?: Readonly<Record<Status, number>> | undefined;
  readonly calls: number;
  readonly retries: number;
  readonly pauses: number;
}

/**
 * The runs of a command in Prometheus' text format, for the textfile collector of node_exporter. Gauges throughout: each
 * file tells of its last run alone.
 */
export async function metricsText(files: readonly FileMetrics[]): Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string): Gauge<'file'> =>
    new Gauge({ name: `bond_import_${name}`, help, labelNames: ['file'], registers: [registry] });
  const rows = new Gauge({
    name: 'bond_import_rows',
    help: 'Rows of the file by status, after its last run',
    labelNames: ['file', 'status'],
    registers: [registry],
  });
  const exitCode = gauge(
    'exit_code',
    'Exit code of the last run: 0 done, 1 stopped, 2 rows need a person, 75 goes on',
  );
  const ended = gauge('end_timestamp_seconds', 'When the last run ended');
  const succeeded = gauge(
    'success_timestamp_seconds',
    'When a run last did all that could be done (exit code 0 or 2)',
  );
  const duration = gauge('duration_seconds', 'How long the last run took');
  const calls = gauge('calls', 'API calls of the last run');
  const retries = gauge('retries', 'API calls of the last run that repeated another');
  const pauses = gauge('pauses', 'How often the last run paused because Bond asked for it');

  for (const each of files) {
    const { file } = each;
    if (each.counts) for (const status of STATUSES) rows.set({ file, status }, each.counts[status]);
    exitCode.set({ file }, each.exitCode);
    ended.set({ file }, each.endedAt.getTime() / 1000);
    if (each.succeededAt) succeeded.set({ file }, each.succeededAt.getTime() / 1000);
    duration.set({ file }, each.durationMs / 1000);
    calls.set({ file }, each.calls);
    retries.set({ file }, each.retries);
    pauses.set({ file }, each.pauses);
  }
  return registry.metrics();
}
