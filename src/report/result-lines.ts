import type { SourceRow } from '../csv/source-row.js';
import type { Issue } from '../customer/customer.js';
import { payloadHash } from '../customer/identity.js';
import { maskCells } from '../customer/mask.js';
import type { Reading } from '../customer/payload.js';
import { columnOf, type ColumnPlan } from '../customer/plan.js';
import type { Status } from '../delivery/outcome.js';
import type { LedgerView } from '../ledger/ledger.js';
import type { Tally } from './tally.js';

/** What there is to say of a row, but for its cells. */
export interface Verdict {
  readonly status: Status;
  readonly customerId: string;
  readonly issues: readonly Issue[];
}

export interface LinesOptions {
  readonly plan: ColumnPlan;
  readonly read: (row: SourceRow) => Reading;
  /** Seals the SSN into the payload's hash; without the credentials there is none, and a changed SSN goes unnoticed. */
  readonly seal?: (key: string, ssn: string) => string;
}

/** The cells of one results line for every row, in the order of the file: what the row says × what the ledger knows. */
export async function* resultLines(
  batches: AsyncIterable<readonly SourceRow[]>,
  ledger: LedgerView,
  options: LinesOptions,
  tally: Tally,
): AsyncGenerator<string[][]> {
  for await (const judged of judge(batches, ledger, options)) {
    yield judged.map(({ row, reading, verdict }) => {
      tally.add(row.row, verdict);
      const { status, customerId, issues } = verdict;
      const errors = issues.length === 0 ? '' : issues.map(sentence).join('; ');
      return [
        String(row.row),
        status,
        customerId,
        reading.key ?? '',
        errors,
        ...maskCells(options.plan, row),
      ];
    });
  }
}

const REJECTS: ReadonlySet<Status> = new Set(['invalid', 'duplicate', 'rejected']);
const ERRORS = 'errors';

/** The rows that need a person, as they stand in the file (SSN included), with their errors in one more column. */
export function rejectLines(
  batches: AsyncIterable<readonly SourceRow[]>,
  ledger: LedgerView,
  options: LinesOptions,
): { header: string[]; records: AsyncGenerator<string[][]> } {
  // A file of rejects that is imported again brings its own column along.
  const own = options.plan.headers.flatMap((header, at) => (header === ERRORS ? [] : [at]));
  async function* records(): AsyncGenerator<string[][]> {
    for await (const judged of judge(batches, ledger, options)) {
      yield judged
        .filter(({ verdict }) => REJECTS.has(verdict.status))
        .map(({ row, verdict }) => [
          ...own.map((at) => row.cells[at] ?? ''),
          verdict.issues.map(sentence).join('; '),
        ]);
    }
  }
  return { header: [...own.map((at) => options.plan.headers[at] ?? ''), ERRORS], records: records() };
}

interface Judged {
  readonly row: SourceRow;
  readonly reading: Reading;
  readonly verdict: Verdict;
}

async function* judge(
  batches: AsyncIterable<readonly SourceRow[]>,
  ledger: LedgerView,
  options: LinesOptions,
): AsyncGenerator<Judged[]> {
  ledger.index.startPass();
  for await (const batch of batches) {
    const judged: Judged[] = [];
    for (const row of batch) {
      const reading = options.read(row);
      const verdict = verdictOf(row, reading, ledger, options);
      // Waiting for every row, even for nothing, would cost as much as reading it.
      judged.push({
        row,
        reading,
        verdict: 'entry' in verdict ? await recall(verdict, reading, ledger, options.plan) : verdict,
      });
    }
    yield judged;
  }
}

/** `<your column name>: <what is wrong and what is expected>` */
export function sentence({ column, path, message }: Issue): string {
  const where = column || path;
  return where === '' ? message : `${where}: ${message}`;
}

/** The payload's hash with the seal of its SSN, as the ledger keeps it. */
export function hashOf(
  key: string,
  customer: Parameters<typeof payloadHash>[0],
  seal: LinesOptions['seal'],
): string {
  const hash = payloadHash(customer);
  return seal && customer.ssn !== undefined ? `${hash}.${seal(key, customer.ssn)}` : hash;
}

/** A row of which the ledger has more to say on disk. */
interface Recall {
  readonly status: 'rejected' | 'failed' | 'unknown';
  readonly entry: number;
}

function verdictOf(
  { row }: SourceRow,
  reading: Reading,
  ledger: LedgerView,
  options: LinesOptions,
): Verdict | Recall {
  const { index } = ledger;
  const invalid = (): Verdict => ({
    status: 'invalid',
    customerId: '',
    issues: reading.kind === 'invalid' ? reading.issues : [],
  });
  if (reading.key === null) return invalid();
  const entry = index.entry(reading.key);
  const first = index.claim(entry, row);
  if (first !== row) return reading.kind === 'invalid' ? invalid() : duplicate(first, options.plan);
  const isSame = (): boolean =>
    reading.kind === 'customer' &&
    ledger.isSamePayload(entry, hashOf(reading.key, reading.customer, options.seal));
  const state = index.state(entry);
  switch (state) {
    case 'created':
    case 'existing':
      return { status: state, customerId: index.customerId(entry), issues: isSame() ? [] : [EDITED] };
    case 'sent':
      return { status: 'unknown', customerId: '', issues: [UNANSWERED] };
    case 'unclear':
    case 'taken':
    case 'ours':
    case 'refused':
      return { status: 'unknown', entry };
    case 'rejected':
      if (reading.kind === 'invalid') return invalid();
      return isSame() ? { status: 'rejected', entry } : PENDING;
    case 'failed':
      return reading.kind === 'invalid' ? invalid() : { status: 'failed', entry };
    case 'none':
      return reading.kind === 'invalid' ? invalid() : PENDING;
  }
}

const PENDING: Verdict = { status: 'pending', customerId: '', issues: [] };

const EDITED: Issue = {
  column: '',
  path: '',
  code: 'changed_since',
  message: 'changed since it was created; the change was not sent',
};

const UNANSWERED: Issue = {
  column: '',
  path: '',
  code: 'in_doubt',
  message: 'was being sent when the run ended; the next run settles it',
};

function duplicate(first: number, { key }: ColumnPlan): Verdict {
  const issue =
    key.by === 'name_dob'
      ? { column: '', message: `same name and date of birth as row ${first}; not sent` }
      : { column: key.header, message: `same id as row ${first}; not sent` };
  return { status: 'duplicate', customerId: '', issues: [{ ...issue, path: '', code: 'duplicate' }] };
}

/** Bond's own words, under the operator's columns. */
async function recall(
  { status, entry }: Recall,
  reading: Reading,
  ledger: LedgerView,
  plan: ColumnPlan,
): Promise<Verdict> {
  const last = await ledger.lastOutcome(entry);
  if (!last || !('problems' in last)) return { status, customerId: '', issues: [] };
  const issues = last.problems.map(({ path, message }) => {
    const column = columnOf(plan, reading.groups, path);
    const fromBond = status === 'rejected' && column === '' && path === '';
    return { column, path, code: last.code, message: fromBond ? `Bond: ${message}` : message };
  });
  return { status, customerId: '', issues };
}
