import type { SourceRow } from '../csv/source-row.js';
import type { Fingerprinter } from '../customer/identity.js';
import { maskCells } from '../customer/mask.js';
import type { KeyedRow } from '../customer/payload.js';
import { issue } from '../issues/codes.js';
import type { Issue } from '../issues/issue.js';
import { sentence } from '../issues/words.js';
import { columnOf, type ColumnPlan } from '../columns/plan.js';
import type { Status } from '../ledger/outcome.js';
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
  readonly read: (row: SourceRow) => KeyedRow;
  readonly fingerprint: Fingerprinter;
}

/** The cells of one results line for every row, in the order of the file: what the row says × what the ledger knows. */
export async function* resultLines(
  batches: AsyncIterable<readonly SourceRow[]>,
  ledger: LedgerView,
  options: LinesOptions,
  tally: Tally,
): AsyncGenerator<string[][]> {
  for await (const judged of judge(batches, ledger, options)) {
    yield judged.map(({ row, key, verdict }) => {
      tally.add(row.row, verdict);
      const { status, customerId, issues } = verdict;
      const codes = issues.map(({ code }) => code).join('; ');
      const own = [row.row, row.line, status, customerId, key ?? '', codes, errorsOf(issues)].map(String);
      return [...own, ...maskCells(options.plan, row)];
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
        .map(({ row, verdict }) => [...own.map((at) => row.cells[at] ?? ''), errorsOf(verdict.issues)]);
    }
  }
  return { header: [...own.map((at) => options.plan.headers[at] ?? ''), ERRORS], records: records() };
}

interface Judged {
  readonly row: SourceRow;
  readonly key: string | null;
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
      const keyed = options.read(row);
      const verdict = verdictOf(row, keyed, ledger, options);
      // Waiting for every row, even for nothing, would cost as much as reading it.
      judged.push({
        row,
        key: keyed.key,
        verdict: 'entry' in verdict ? await recall(verdict, keyed, ledger, options.plan) : verdict,
      });
    }
    yield judged;
  }
}

function errorsOf(issues: readonly Issue[]): string {
  return issues.map(sentence).join('; ');
}

/** A row of which the ledger has more to say on disk. */
interface Recall {
  readonly status: 'rejected' | 'failed' | 'unknown';
  readonly entry: number;
}

function verdictOf(
  { row }: SourceRow,
  keyed: KeyedRow,
  ledger: LedgerView,
  options: LinesOptions,
): Verdict | Recall {
  const { index } = ledger;
  /** What an invalid row ends as, whatever the ledger knows; undefined for a row that is a customer. */
  const invalid = (): Verdict | undefined => {
    const reading = keyed.reading();
    return reading.kind === 'invalid'
      ? { status: 'invalid', customerId: '', issues: reading.issues }
      : undefined;
  };
  if (keyed.key === null) return invalid() ?? PENDING;
  const entry = index.entry(keyed.key);
  const first = index.claim(entry, row);
  if (first !== row) return invalid() ?? duplicate(first, options.plan);
  const isSame = (): boolean => {
    const reading = keyed.reading();
    return (
      reading.kind === 'customer' &&
      ledger.isSamePayload(entry, options.fingerprint.of(reading.key, reading.customer, keyed.id).payload)
    );
  };
  const state = index.state(entry);
  switch (state) {
    case 'created':
    case 'existing': {
      const issues = index.isAsInFile(entry) || isSame() ? [] : [EDITED];
      return { status: state, customerId: index.customerId(entry), issues };
    }
    case 'sent':
      return { status: 'unknown', customerId: '', issues: [UNANSWERED] };
    case 'noAnswer':
    case 'keyExists':
    case 'keyExistsAfterOurTry':
    case 'repeatRefused':
      return { status: 'unknown', entry };
    case 'rejected':
      return invalid() ?? (isSame() ? { status: 'rejected', entry } : PENDING);
    case 'failed':
      return invalid() ?? { status: 'failed', entry };
    case 'none':
      return invalid() ?? PENDING;
  }
}

const PENDING: Verdict = { status: 'pending', customerId: '', issues: [] };

const EDITED = issue('', 'changed_since', {});
const UNANSWERED = issue('', 'in_doubt_unanswered', {});

function duplicate(first: number, { key }: ColumnPlan): Verdict {
  const found =
    key.by === 'name_dob'
      ? issue('', 'duplicate_name_dob', { row: first })
      : issue(key.header, 'duplicate', { row: first });
  return { status: 'duplicate', customerId: '', issues: [found] };
}

/** Bond's own words, under the operator's columns. */
async function recall(
  { status, entry }: Recall,
  keyed: KeyedRow,
  ledger: LedgerView,
  plan: ColumnPlan,
): Promise<Verdict> {
  const last = await ledger.lastOutcome(entry);
  if (!last || !('findings' in last)) return { status, customerId: '', issues: [] };
  const { groups } = keyed.reading();
  const issues = last.findings.map((found) => ({ ...found, column: columnOf(plan, groups, found.path) }));
  return { status, customerId: '', issues };
}
