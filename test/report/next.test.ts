import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../src/cli.js';
import type { ExitCode } from '../../src/errors.js';
import type { Status } from '../../src/ledger/outcome.js';
import { again, nextStep, type NextFacts } from '../../src/report/next.js';
import { readSettings } from '../../src/settings.js';
import { silentIo } from '../support/in-process.js';

const files = { results: 'people.results.csv', ledger: 'people.ledger' };
const rejects = 'rejects.csv';

function factsOf(
  command: NextFacts['command'],
  exitCode: ExitCode,
  statuses: readonly Status[],
  more: Partial<NextFacts> = {},
): NextFacts {
  const counts = {
    created: 0,
    existing: 0,
    invalid: 0,
    duplicate: 0,
    rejected: 0,
    failed: 0,
    unknown: 0,
    pending: 0,
  };
  for (const status of statuses) counts[status]++;
  return {
    command,
    file: 'people.csv',
    given: [],
    exitCode,
    counts,
    forbidden: 0,
    isStopped: false,
    files,
    ...more,
  };
}

const given = {
  mapping: { name: 'mapping', value: 'my map.json' },
  limit: { name: 'limit', value: '5' },
  live: { name: 'env', value: 'live' },
  maxErrors: { name: 'maxErrors', value: '5%' },
  repair: { name: 'repair', value: 'zip' },
  results: { name: 'results', value: 'out.csv' },
  set: { name: 'set', value: 'country=US' },
  report: { name: 'report', value: 'run.html' },
  metrics: { name: 'metrics', value: 'run.prom' },
  columns: { name: 'columns', value: 'Id' },
} as const;

const cases: [string, NextFacts, command: string | undefined, advice: RegExp][] = [
  ['all done', factsOf('run', 0, ['created']), undefined, /nothing is left/],
  [
    'a canary that went well',
    factsOf('run', 0, ['created'], { given: [given.mapping, given.limit, given.live] }),
    `bond-import run people.csv --mapping 'my map.json' --env live`,
    /whole file/,
  ],
  [
    'a canary of which one was refused',
    factsOf('run', 2, ['created', 'rejected'], { given: [given.limit] }),
    'bond-import run people.csv',
    /whole file/,
  ],
  [
    'a canary that was stopped',
    factsOf('run', 75, ['created', 'pending'], { given: [given.limit] }),
    'bond-import run people.csv --limit 5',
    /goes on/,
  ],
  [
    'rows to correct',
    factsOf('run', 2, ['invalid'], { given: [given.mapping, given.live, given.maxErrors] }),
    `bond-import run people.csv --mapping 'my map.json' --env live --max-errors 5%`,
    /correct .*people\.results\.csv/,
  ],
  [
    'rejects to correct: into the same ledger',
    factsOf('run', 2, ['invalid'], {
      given: [given.mapping, given.results, given.set],
      files: { ...files, rejects },
    }),
    `bond-import run rejects.csv --mapping 'my map.json' --set 'country=US' --ledger people.ledger`,
    /correct rejects\.csv/,
  ],
  [
    'refused by a firewall',
    factsOf('run', 2, ['rejected'], { forbidden: 1 }),
    'bond-import run people.csv --resend-rejected',
    /need no correction/,
  ],
  [
    'one refused by a firewall, one to correct',
    factsOf('run', 2, ['rejected', 'invalid'], { forbidden: 1 }),
    'bond-import run people.csv --resend-rejected',
    /correct .*people\.results\.csv/,
  ],
  [
    'one refused by a firewall, one to correct, both in the rejects',
    factsOf('run', 2, ['rejected', 'invalid'], { forbidden: 1, files: { ...files, rejects } }),
    'bond-import run rejects.csv --ledger people.ledger --resend-rejected',
    /correct rejects\.csv/,
  ],
  [
    'stopped for what a flag cures',
    factsOf('run', 1, ['rejected', 'pending'], { isStopped: true, cure: { name: 'resendRejected' } }),
    'bond-import run people.csv --resend-rejected',
    /said above/,
  ],
  [
    'validated, all refused by a firewall',
    factsOf('validate', 2, ['rejected'], { forbidden: 1 }),
    'bond-import run people.csv --resend-rejected',
    /need no correction/,
  ],
  [
    'rejects to correct: the page and the metrics are wanted again',
    factsOf('run', 2, ['invalid'], { given: [given.report, given.metrics], files: { ...files, rejects } }),
    'bond-import run rejects.csv --report run.html --metrics run.prom --ledger people.ledger',
    /correct rejects\.csv/,
  ],
  [
    'rows left',
    factsOf('run', 75, ['unknown'], { given: [given.repair] }),
    'bond-import run people.csv --repair zip',
    /goes on/,
  ],
  [
    'stopped',
    factsOf('run', 1, ['pending'], { isStopped: true }),
    'bond-import run people.csv',
    /said above/,
  ],
  [
    'validated, all well',
    factsOf('validate', 0, ['pending'], { given: [given.repair, given.results] }),
    'bond-import run people.csv --repair zip --results out.csv --limit 5',
    /first 5 rows/,
  ],
  [
    'validated, some wrong',
    factsOf('validate', 2, ['pending', 'invalid']),
    'bond-import run people.csv --limit 5',
    /stay behind/,
  ],
  ['validated, all wrong', factsOf('validate', 2, ['invalid']), 'bond-import validate people.csv', /correct/],
  ['validated, all known', factsOf('validate', 0, ['created']), undefined, /nothing is left/],
  [
    'results never advise themselves',
    factsOf('results', 75, ['pending'], { given: [given.columns], target: [given.live] }),
    'bond-import run people.csv --env live',
    /goes on/,
  ],
  ['status of a finished file', factsOf('status', 0, ['created']), undefined, /nothing is left/],
  [
    'status while a run goes on',
    factsOf('status', 75, ['pending'], { running: 'since 12:03 on web1' }),
    undefined,
    /going on since 12:03 on web1/,
  ],
  [
    'reconcile leads back to the run',
    factsOf('reconcile', 75, ['unknown'], { given: [given.live] }),
    'bond-import run people.csv --env live',
    /goes on/,
  ],
  [
    'a name that looks like a flag',
    factsOf('run', 75, ['pending'], { file: '-x.csv' }),
    'bond-import run ./-x.csv',
    /goes on/,
  ],
];

describe('the next step', () => {
  test.each(cases)('%s', (_when, facts, command, advice) => {
    const next = nextStep(facts);
    expect(next.command).toBe(command);
    expect(next.advice).toMatch(advice);
  });

  test.each(cases.flatMap(([when, , command]) => (command === undefined ? [] : [[when, command] as const])))(
    'is a command line that is understood: %s',
    async (_when, command) => {
      const [, ...words] = command.match(/'[^']*'|\S+/g) ?? [];
      const line = await readCommandLine(
        words.map((word) => word.replaceAll("'", '')),
        silentIo,
      );
      expect(line).toHaveProperty('command');
      if ('command' in line) expect(() => readSettings(line.flags, {})).not.toThrow();
    },
  );

  test('of another command over the same file keeps the flags that both take', () => {
    const kept = [given.mapping, given.results, given.live, given.maxErrors];
    expect(again({ file: 'people.csv', given: kept }, 'results')).toBe(
      `bond-import results people.csv --mapping 'my map.json' --results ${given.results.value}`,
    );
  });

  test('repeats what was given, whatever it was', async () => {
    const args = [
      'run',
      'a.csv',
      '--set',
      'country=US',
      '--set',
      'address_type=PHYSICAL',
      '--rate=0',
      '--resend-rejected',
    ];
    const line = await readCommandLine(args, silentIo);
    if (!('command' in line)) throw new Error('no command was read');
    const facts = factsOf('run', 75, ['pending'], { given: readSettings(line.flags, {}).given });
    expect(nextStep(facts).command).toBe(
      "bond-import run people.csv --rate 0 --set 'country=US' --set 'address_type=PHYSICAL' --resend-rejected",
    );
  });
});
