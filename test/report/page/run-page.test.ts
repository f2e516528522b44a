import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { runPage } from '../../../src/report/page/run-page.js';
import type { RunReport } from '../../../src/report/page/run-report.js';
import { crowded, fewRows, report, validated } from './reports.js';

/** What a reader without styles reads, in order. */
function textOf(page: string): string {
  return page
    .replace(/<style>[^]*<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

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

const VERDICTS: readonly (readonly [verdict: string, report: RunReport])[] = [
  ['48,404 of 50,000 rows have their customer; 872 need a person, 724 go on with the next run.', report()],
  [
    'Stopped: 999,988 of 1,000,000 rows have their customer; 9 need a person, 3 go on with the next run.',
    crowded(),
  ],
  ['All 3 rows have their customer.', fewRows()],
  ['The one row has its customer.', { ...fewRows(), rows: 1, counts: { ...NONE, created: 1 } }],
  [
    '1 of 2 rows has its customer; 1 needs a person.',
    { ...fewRows(), rows: 2, exitCode: 2, counts: { ...NONE, existing: 1, rejected: 1 } },
  ],
  ['865 of 50,000 rows need a person.', validated()],
  [
    'Nothing is wrong with any of 50,000 rows.',
    { ...validated(), exitCode: 0, counts: { ...NONE, pending: 50_000 } },
  ],
  ['The file has no rows.', { ...fewRows(), rows: 0, counts: NONE }],
  [
    'It could not run.',
    { ...fewRows(), rows: 0, counts: NONE, exitCode: 1, stopped: 'Bond refused the credentials' },
  ],
];

test.each(VERDICTS)('a page begins with its verdict: %s', (verdict, shown) => {
  expect(textOf(runPage(shown))).toContain(` ${verdict} `);
});

test('a page tells all of a run, in this order', () => {
  const text = textOf(runPage(report()));
  const told = [
    'bond-import run of inbox/customers.csv to live , 25 Nov 2026, 01:30 UTC',
    'Exit code 75 rows are left that the same command, run again, takes further.',
    'Next run it again; it goes on where this one ended: bond-import run inbox/customers.csv --ledger bond.ledger --env live --max-runtime 4h',
    'Rows 50,000 in the file With customer 48,404 96.8% of the rows Need a person 872 1.7% of the rows',
    'Go on next run 724 1.4% of the rows Time 1 h 29 min 546 calls a minute',
    'rejected Bond refused it 7 < 0.1%',
    'with customer 48,404 need a person + 872 go on next run + 724 together 50,000 rows in the file 50,000 difference 0 rows expected 50,000',
    '412 Email : must be one e-mail address like name@example.com email_format rows 88, 102, 2,417, … Correct the cell, or leave it empty.',
    '3 was being sent when the run ended in_doubt row 47,001, …',
    '1 Phone : must be digits and hyphens phone_format row 8 Correct the cell',
    'And 4 kinds more, all in the results CSV.',
    '48,613 calls to Bond in 1 h 29 min; 600 a minute were allowed. 214 retries, 3 pauses.',
    'set rate: 600 a minute',
    '13 s paused, as Bond asked, from about 01:42 UTC',
    '4 min 16 s held, for Bond was down, from about 02:12 UTC',
    '24 Nov 2026, 01:30 UTC run on batch-07, by bond-import exit code 75 after 4 h, 143,992 calls: 35,000 with customer, 0 for a person, 15,000 to go on',
    'without a word: it was killed, or its machine went down',
    'Input inbox/customers.csv, 8,412,077 bytes SHA-256 9f86d081',
    'Results inbox/customers.results.csv SHA-256 9f86d081',
    'Ledger bond.ledger Target live: https://api.bond.tech/api/v0.1, brand 3d1c8f52-6a1b',
    'Settings --rate 600 --rules minimal',
    'Repairs agreed to zip, date',
    'Made by bond-import 0.1.0, on batch-07, as bond-import',
  ];
  let from = 0;
  for (const each of told) {
    const at = text.indexOf(each, from);
    expect(at, `${each}\nin: ${text.slice(from, from + 3000)}`).toBeGreaterThanOrEqual(from);
    from = at + each.length;
  }
});

test('a file that is not as long as expected shows it', () => {
  expect(runPage(report({ expectedRows: 50_001 }))).toMatch(/<tr class="off">.*rows expected.*50,001/);
  expect(runPage(report())).not.toContain('class="off"');
});

test('a validated file has rows that are ready, and neither pace nor target', () => {
  const text = textOf(runPage(validated()));
  expect(text).toContain('Ready to send 49,135');
  expect(text).toContain('pending right; ready to send');
  expect(text).not.toMatch(/ Pace | Target |Go on/);
});

test('a short last bucket makes no storm of a call', () => {
  const traffic = { calls: 11, retries: 0, pauses: 0, ratePerMinute: 600 };
  const calls = [10, 1];
  const page = runPage(
    report({
      durationMs: 1_002,
      traffic: { ...traffic, pace: { bucketMs: 1_000, calls, pausedMs: [0, 0], downMs: [0, 0] } },
    }),
  );
  expect(page).toContain('class="curve" d="M0,24L1000,24L1000,24"');
});

test('a page needs nothing from elsewhere, and runs nothing', () => {
  const page = runPage(crowded());
  const tags = page.match(/<[a-z][^>]*>/g) ?? [];
  expect(
    tags.filter((tag) => /^<(script|img|link|iframe|a|form)\b|\s(href|src|style|on\w+)=/.test(tag)),
  ).toEqual([]);
  expect(page).not.toMatch(/@import|url\(/);
  const style = /<style>([^]*)<\/style>/.exec(page)?.[1] ?? '';
  const digest = createHash('sha256').update(style).digest('base64');
  expect(page).toContain(`content="default-src &#39;none&#39;; style-src &#39;sha256-${digest}&#39;; `);
});
