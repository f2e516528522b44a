import { describe, expect, test } from 'vitest';
import type { Status } from '../../src/ledger/outcome.js';
import { summarise, summaryText, type Summary, type SummaryFacts } from '../../src/report/summary.js';
import { Tally } from '../../src/report/tally.js';

const FACTS: SummaryFacts = {
  command: 'run',
  file: 'people.csv',
  calls: 1234,
  retries: 1,
  pauses: 2,
  durationMs: 65_000,
  files: { results: 'people.csv.results.csv', ledger: 'people.csv.ledger' },
};
const ISSUE = { column: 'Zip', path: 'addresses.0.zip_code', code: 'zip_code_format', args: { is: '1' } };

function summaryOf(statuses: readonly Status[], facts: Partial<SummaryFacts> = {}): Summary {
  const tally = new Tally();
  statuses.forEach((status, at) => {
    const issues = status === 'invalid' ? [ISSUE] : [];
    tally.add(at + 1, { status, customerId: '', issues });
  });
  return summarise(tally, { ...FACTS, ...facts });
}

describe('as JSON', () => {
  test('has every count, also those that are nought, and survives being printed', () => {
    const summary = summaryOf(['created', 'invalid', 'invalid']);
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
    expect(summary).toMatchObject({
      command: 'run',
      file: 'people.csv',
      rows: 3,
      counts: {
        created: 1,
        existing: 0,
        invalid: 2,
        duplicate: 0,
        rejected: 0,
        failed: 0,
        unknown: 0,
        pending: 0,
      },
      errors: [{ column: 'Zip', code: 'zip_code_format', rows: 2, exampleRows: [2, 3] }],
      repairs: {},
      calls: 1234,
      retries: 1,
      pauses: 2,
      durationMs: 65_000,
      files: FACTS.files,
      exitCode: 2,
    });
    expect(summary).not.toHaveProperty('stopped');
  });

  test('says why the run was stopped', () => {
    const stopped = { message: 'Bond refuses the credentials', exitCode: 1 } as const;
    expect(summaryOf(['pending'], { stopped })).toMatchObject({ stopped: stopped.message, exitCode: 1 });
  });
});

describe('for people', () => {
  test('a few lines: what happened, the errors, the files, the exit code and the next step', () => {
    const lines = summaryText(summaryOf(['created', 'created', 'invalid'])).split('\n');
    expect(lines[0]).toBe('people.csv: 3 rows, 1 min 5 s');
    expect(lines).toContain('  created           2');
    expect(lines).toContain('  invalid           1');
    expect(lines).toContain('  1,234 calls to Bond, 1 retry, 2 pauses');
    expect(lines.some((line) => /1 × Zip: must be 5 digits or ZIP\+4 \(row 3\)$/.test(line))).toBe(true);
    expect(lines).toContain('Results: people.csv.results.csv');
    expect(lines).toContain('Ledger: people.csv.ledger');
    expect(lines.at(-1)).toMatch(/^Exit code 2: .*people\.csv\.results\.csv.*\.$/);
    expect(lines.join('\n')).not.toContain('pending');
  });

  test('no word of calls where none were made, none of errors where there are none', () => {
    const text = summaryText(summaryOf(['created'], { calls: 0 }));
    expect(text).not.toMatch(/calls|errors/);
  });

  test('the reason of a stop stands before the exit code', () => {
    const stopped = {
      message: 'Stopped by SIGTERM: run the same command again to go on',
      exitCode: 75,
    } as const;
    const lines = summaryText(summaryOf(['pending'], { stopped })).split('\n');
    expect(lines.at(-2)).toBe(`${stopped.message}.`);
    expect(lines.at(-1)).toMatch(/^Exit code 75: .*run the same command again/);
  });

  const next: [string, Partial<SummaryFacts>, Status[], RegExp][] = [
    ['all done', {}, ['created'], /nothing is left/],
    ['validated, all well', { command: 'validate' }, ['pending'], /bond-import run people\.csv --limit 5/],
    [
      'validated, not all well',
      { command: 'validate' },
      ['invalid'],
      /correct .*people\.csv\.results\.csv.*validate again/,
    ],
    ['rows to correct', {}, ['invalid'], /correct .*people\.csv\.results\.csv.*run the same command/],
    [
      'rows to correct among the rejects',
      { files: { results: 'r', rejects: 'rejects.csv' } },
      ['invalid'],
      /rejects\.csv/,
    ],
    ['rows left', {}, ['unknown'], /run the same command again/],
  ];
  test.each(next)('the next step, %s', (_when, facts, statuses, expected) => {
    expect(summaryOf(statuses, facts).next).toMatch(expected);
  });

  test('a validation does not speak of customers made', () => {
    expect(summaryOf(['pending'], { command: 'validate' }).meaning).not.toMatch(/customer/);
  });
});
