import { expect, test } from 'vitest';
import { metricsText } from '../../src/report/metrics.js';

const NONE = {
  created: 0,
  existing: 0,
  invalid: 0,
  duplicate: 0,
  rejected: 0,
  failed: 0,
  unknown: 0,
  pending: 0,
};

const ended = {
  file: 'inbox/customers.csv',
  exitCode: 75,
  endedAt: new Date('2026-11-25T05:30:00.500Z'),
  succeededAt: new Date('2026-11-24T02:00:00Z'),
  durationMs: 14_400_250,
  counts: { ...NONE, created: 1_000, unknown: 3 },
  calls: 143_992,
  retries: 214,
  pauses: 3,
} as const;

test('a run’s end is told in Prometheus’ format', async () => {
  const lines = (await metricsText([ended])).split('\n').filter((line) => !line.startsWith('#'));
  expect(lines.filter((line) => line !== '')).toEqual([
    ...['created', 'existing', 'invalid', 'duplicate', 'rejected', 'failed', 'unknown', 'pending'].map(
      (status) =>
        `bond_import_rows{file="inbox/customers.csv",status="${status}"} ${{ created: 1_000, unknown: 3 }[status] ?? 0}`,
    ),
    'bond_import_exit_code{file="inbox/customers.csv"} 75',
    'bond_import_end_timestamp_seconds{file="inbox/customers.csv"} 1795584600.5',
    'bond_import_success_timestamp_seconds{file="inbox/customers.csv"} 1795485600',
    'bond_import_duration_seconds{file="inbox/customers.csv"} 14400.25',
    'bond_import_calls{file="inbox/customers.csv"} 143992',
    'bond_import_retries{file="inbox/customers.csv"} 214',
    'bond_import_pauses{file="inbox/customers.csv"} 3',
  ]);
});

test('each of several files has its own, whatever its name holds', async () => {
  const text = await metricsText([ended, { ...ended, file: 'a "b"\\\n.csv', exitCode: 1 }]);
  expect(text).toContain('bond_import_exit_code{file="inbox/customers.csv"} 75\n');
  expect(text).toContain('bond_import_exit_code{file="a \\"b\\"\\\\\\n.csv"} 1\n');
});

test('a run that had no ledger tells of no rows, and one that never succeeded of no success', async () => {
  const text = await metricsText([{ ...ended, counts: undefined, succeededAt: undefined, exitCode: 1 }]);
  expect(text).toContain('bond_import_exit_code{');
  expect(text).not.toMatch(/^bond_import_(rows|success_timestamp_seconds)\{/m);
});
