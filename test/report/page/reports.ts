import type { Pace } from '../../../src/ledger/pace.js';
import type { EarlierRun, RunReport } from '../../../src/report/page/run-report.js';
import type { CommonError } from '../../../src/report/tally.js';

const SHA = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const startedAt = new Date('2026-11-25T01:30:04Z');

/** A night's run of 50,000 rows, all kinds of things in it; `changes` go over it. */
export function report(changes: Partial<RunReport> = {}): RunReport {
  return {
    command: 'run',
    file: 'inbox/customers.csv',
    startedAt,
    durationMs: 5_340_000,
    exitCode: 75,
    meaning: 'rows are left that the same command, run again, takes further',
    advice: 'run it again; it goes on where this one ended',
    next: 'bond-import run inbox/customers.csv --ledger bond.ledger --env live --max-runtime 4h',
    rows: 50_000,
    expectedRows: 50_000,
    counts: {
      created: 47_204,
      existing: 1_200,
      invalid: 801,
      duplicate: 64,
      rejected: 7,
      failed: 12,
      unknown: 3,
      pending: 709,
    },
    errors: ERRORS,
    otherKinds: 4,
    traffic: { calls: 48_613, retries: 214, pauses: 3, ratePerMinute: 600, pace: pace() },
    earlier: EARLIER,
    evidence: {
      input: { name: 'inbox/customers.csv', bytes: 8_412_077, sha256: SHA },
      results: { name: 'inbox/customers.results.csv', sha256: SHA },
      ledger: 'bond.ledger',
      target: { environment: 'live', url: 'https://api.bond.tech/api/v0.1', brand: '3d1c8f52-6a1b' },
      settings: {
        '--rate': '600',
        '--rules': 'minimal',
        '--key': 'Customer No',
        '--date-format': 'MM/dd/yyyy',
        '--max-runtime': '4h',
        '--mapping': 'salesforce.json',
      },
      repairs: ['zip', 'date'],
      version: '0.1.0',
      host: 'batch-07',
      user: 'bond-import',
    },
    ...changes,
  };
}

const ERRORS: readonly CommonError[] = [
  error(412, 'Email', 'email_format', 'must be one e-mail address like name@example.com', [88, 102, 2_417]),
  error(
    201,
    'Last Name',
    'last_name_format',
    'must contain only letters, spaces and apostrophes',
    [60, 61, 90],
  ),
  error(120, 'Physical Zip', 'zip_code_format', 'must be 5 digits or ZIP+4', [4, 5, 6]),
  error(64, 'Customer No', 'duplicate', 'same id as an earlier row', [17, 1_017]),
  error(31, 'Date of Birth', 'dob_format', 'expected YYYY-MM-DD', [2_001, 2_002]),
  error(18, 'Street', 'street_length', 'must have 1 to 40 characters', [12_000]),
  error(9, 'State', 'state_format', 'must be a two-letter US state code', [31_112, 40_003, 49_999]),
  error(7, 'SSN', 'create_customer_schema', 'Not a valid SSN.', [40_122]),
  {
    rows: 3,
    column: '',
    code: 'in_doubt',
    message: 'was being sent when the run ended',
    exampleRows: [47_001],
  },
  error(1, 'Phone', 'phone_format', 'must be digits and hyphens', [8]),
];

function error(
  rows: number,
  column: string,
  code: string,
  words: string,
  exampleRows: CommonError['exampleRows'],
): CommonError {
  return { rows, column, code, message: `${column}: ${words}`, exampleRows };
}

/** 84 buckets of 64 s at nearly 600 a minute, with two pauses and an outage. */
function pace(): Pace {
  const buckets = Array.from({ length: 84 }, (_, at) => at);
  const isDown = (at: number): boolean => at >= 40 && at < 44;
  const isPaused = (at: number): boolean => at === 12 || at === 61;
  return {
    bucketMs: 64_000,
    calls: buckets.map((at) => {
      if (isDown(at)) return 2;
      if (at === 83) return 280;
      return isPaused(at) ? 510 : 636 + (at % 5);
    }),
    pausedMs: buckets.map((at) => (isPaused(at) ? 12_500 : 0)),
    downMs: buckets.map((at) => (isDown(at) ? 64_000 : 0)),
  };
}

const COUNTS = {
  created: 0,
  existing: 0,
  invalid: 0,
  duplicate: 0,
  rejected: 0,
  failed: 0,
  unknown: 0,
  pending: 0,
};

const EARLIER: readonly EarlierRun[] = [
  earlier('2026-11-24T01:30:02Z', {
    exitCode: 75,
    durationMs: 14_400_000,
    calls: 143_992,
    counts: { ...COUNTS, created: 35_000, pending: 15_000 },
  }),
  earlier('2026-11-23T01:30:02Z', undefined),
  earlier('2026-11-22T14:05:40Z', {
    exitCode: 1,
    durationMs: 1_204,
    calls: 1,
    counts: { ...COUNTS, pending: 50_000 },
  }),
];

function earlier(at: string, end: EarlierRun['end']): EarlierRun {
  return {
    command: 'run',
    startedAt: new Date(at),
    host: 'batch-07',
    user: 'bond-import',
    ...(end && { end }),
  };
}

const LONG =
  'Preferred electronic mailing address of the account holder, as last confirmed in writing, or of the person who acts for them, whichever of both is the later; leave empty if it is not known at this time ';
const UNBROKEN = 'X'.repeat(200);
const MARKUP = `"><script>alert(1)</script><img src=x onerror='alert(2)'>`;

/** All that can be long is long, and all texts of others hold markup. */
export function crowded(): RunReport {
  const ordinary = report();
  const columns = [LONG, UNBROKEN, MARKUP];
  return {
    ...ordinary,
    file: `${'folder/'.repeat(12)}${MARKUP}.csv`,
    durationMs: 86_400_000 * 3,
    stopped: `Bond refused the credentials: ${MARKUP}`,
    exitCode: 1,
    next: `bond-import run '${'folder/'.repeat(12)}${MARKUP}.csv' --ledger ${UNBROKEN}`,
    rows: 1_000_000,
    expectedRows: 1_000_001,
    counts: {
      created: 999_986,
      existing: 2,
      invalid: 7,
      duplicate: 1,
      rejected: 1,
      failed: 1,
      unknown: 1,
      pending: 1,
    },
    errors: ERRORS.map((each, at) => {
      const column = columns[at] ?? each.column;
      return { ...each, column, message: each.message.replace(each.column, () => column) };
    }),
    traffic: {
      calls: 1_000_000,
      retries: 0,
      pauses: 400,
      ratePerMinute: 240,
      pace: {
        bucketMs: 2_160_000,
        calls: Array.from({ length: 120 }, (_, at) => 8_300 + at),
        pausedMs: Array.from({ length: 120 }, (_, at) => (at % 6 === 0 ? 1_000 * (at + 1) : 0)),
        downMs: Array.from({ length: 120 }, (_, at) => (at % 6 === 3 ? 1_000 * (at + 1) : 0)),
      },
    },
    earlier: Array.from({ length: 10 }, (_, at) =>
      EARLIER.map((run) => ({ ...run, host: `${'node-'.repeat(12)}${at}` })),
    ).flat(),
    evidence: {
      ...ordinary.evidence,
      input: { name: `${'folder/'.repeat(12)}${MARKUP}.csv`, bytes: 123_456_789_012, sha256: SHA },
      ledger: `postgres://bond@${'db-'.repeat(20)}.example.com/bond?ledger=${UNBROKEN}`,
      host: 'node-'.repeat(12),
    },
  };
}

/** Three rows, a second and a half, no set rate. */
export function fewRows(): RunReport {
  const { evidence } = report();
  return {
    ...report(),
    durationMs: 1_500,
    exitCode: 0,
    meaning: 'every row has its customer',
    advice: 'nothing is left to do',
    rows: 3,
    counts: { ...COUNTS, created: 3 },
    errors: [],
    otherKinds: 0,
    traffic: {
      calls: 4,
      retries: 0,
      pauses: 0,
      ratePerMinute: 0,
      pace: { bucketMs: 1_000, calls: [3, 1], pausedMs: [0, 0], downMs: [0, 0] },
    },
    earlier: [],
    evidence: { ...evidence, settings: {}, repairs: [] },
  };
}

export function validated(): RunReport {
  const {
    durationMs,
    file,
    startedAt,
    advice,
    next = '',
    rows,
    errors,
    otherKinds,
    earlier,
    evidence,
  } = report();
  const { input, ledger = '', settings, repairs, version, host, user } = evidence;
  return {
    command: 'validate',
    ...{ durationMs, file, startedAt, advice, next, rows, errors, otherKinds, earlier },
    exitCode: 2,
    meaning: 'some rows have errors',
    counts: { ...COUNTS, invalid: 801, duplicate: 64, pending: 49_135 },
    evidence: { input, ledger, settings, repairs, version, host, user },
  };
}
