import { describe, expect, test } from 'vitest';
import type { Status } from '../../src/ledger/outcome.js';
import { summarise, summaryText, type Summary, type SummaryFacts } from '../../src/report/summary.js';
import { Tally } from '../../src/report/tally.js';

const FACTS: SummaryFacts = {
  command: 'run',
  file: 'people.csv',
  given: [],
  traffic: { calls: 1234, retries: 1, pauses: 2, thisRun: { created: 1 } },
  durationMs: 65_000,
  files: { results: 'people.csv.results.csv', ledger: 'people.csv.ledger' },
};
const NO_CALLS = { calls: 0, retries: 0, pauses: 0, thisRun: {} };
const ISSUE = { column: 'Zip', path: 'addresses.0.zip_code', code: 'zip_code_format', args: { is: '1' } };

function summaryOf(statuses: readonly Status[], facts: Partial<SummaryFacts> = {}): Summary {
  const tally = new Tally();
  statuses.forEach((status, at) => {
    const issues = status === 'invalid' ? [ISSUE] : [];
    tally.add(at + 1, { status, customerId: '', issues });
  });
  return summarise(tally, { ...FACTS, ...facts });
}

test.each<Status[]>([[], ['created', 'created'], ['created', 'invalid']])(
  'a run whose rows were not all judged at its end is no success, whatever is counted: %j',
  (...statuses) => {
    const stopped = { message: 'Stopped by SIGTERM', exitCode: 75 } as const;
    const summary = summaryOf(statuses, { stopped, isUnfinished: true });
    expect(summary.exitCode).toBe(75);
    expect(summary.meaning).not.toMatch(/every row|0 rows/);
    expect(summary.next).toContain('bond-import run people.csv');
  },
);

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
    expect(lines).toContain('  created           2   66.7%  1 in this run');
    expect(lines[2]).toMatch(/^ {2}invalid {11}1 {3}33\.3%/);
    expect(lines).toContain('  1,234 calls to Bond, 1 retry, 2 pauses');
    expect(lines.some((line) => /1 × Zip: must be 5 digits or ZIP\+4 \(row 3\)$/.test(line))).toBe(true);
    expect(lines).toContain('Results: people.csv.results.csv');
    expect(lines).toContain('Ledger: people.csv.ledger');
    expect(lines.at(-2)).toMatch(/^Exit code 2: .*1 row needs a person.*people\.csv\.results\.csv.*\.$/);
    expect(lines.at(-1)).toBe('Next: bond-import run people.csv');
    expect(lines.join('\n')).not.toContain('pending');
  });

  test('says how many ended so in this run, of those that end by being sent', () => {
    const traffic = { ...NO_CALLS, thisRun: { created: 0 } };
    const lines = summaryText(summaryOf(['created', 'invalid', 'duplicate', 'pending'], { traffic })).split(
      '\n',
    );
    expect(lines.filter((line) => line.includes('in this run'))).toEqual([
      expect.stringMatching(/^ {2}created .* 0 in this run$/),
    ]);
  });

  test('no word of calls where none were made, none of errors where there are none', () => {
    const text = summaryText(summaryOf(['created'], { traffic: NO_CALLS }));
    expect(text).not.toMatch(/calls|errors/);
  });

  test('the reason of a stop stands before the exit code', () => {
    const stopped = {
      message: 'Stopped by SIGTERM: run the same command again to go on',
      exitCode: 75,
    } as const;
    const lines = summaryText(summaryOf(['pending'], { stopped })).split('\n');
    expect(lines.at(-3)).toBe(`${stopped.message}.`);
    expect(lines.at(-2)).toMatch(/^Exit code 75: 1 row is left that the same command, run again/);
    expect(lines.at(-1)).toBe('Next: bond-import run people.csv');
  });

  test('says where it was sent to, loudly when that is live', () => {
    const target = {
      environment: 'live',
      url: 'https://api.bond.tech/api/v0.1',
      ratePerMinute: 600,
    } as const;
    expect(summaryText(summaryOf(['created'], { target })).split('\n')[0]).toBe(
      'people.csv: 1 row, 1 min 5 s → LIVE https://api.bond.tech/api/v0.1, 600 calls/min',
    );
  });

  test('a validated row is ready, not pending', () => {
    const text = summaryText(summaryOf(['pending'], { command: 'validate' }));
    expect(text).toMatch(/^ {2}ready {13}1/m);
    expect(text).not.toContain('pending');
  });

  test('a validation does not speak of customers made', () => {
    expect(summaryOf(['pending'], { command: 'validate' }).meaning).not.toMatch(/customer/);
  });
});
