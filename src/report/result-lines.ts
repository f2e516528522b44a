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
import { RESULT_COLUMNS } from '../csv/writer.js';

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

/** A row, and what there is to say of it. */
export interface Judged {
  readonly row: SourceRow;
  readonly key: string | null;
  /** The external id that the key is made of; '' when keys are made otherwise. */
  readonly id: string;
  readonly verdict: Verdict;
}

/** The lines of a file that is made out of judged rows. */
export interface Lines {
  readonly header: readonly string[];
  readonly line: (judged: Judged) => string[];
}

/** Statuses that end with the row as it stands: a person must look. */
export const NEED_A_PERSON: ReadonlySet<Status> = new Set(['invalid', 'duplicate', 'rejected']);
/** Columns of a file of rejects that is imported again: they come anew. */
const CARRIED_ALONG = ['errors', 'error_codes'];

/** The results: what became of the row, then the input's own cells with the SSN masked. */
export function resultsOf(plan: ColumnPlan): Lines {
  const own = ownColumns(plan);
  return {
    header: [...RESULT_COLUMNS, ...own.map((at) => plan.headers[at] ?? '')],
    line({ row, key, verdict: { status, customerId, issues } }) {
      const codes = issues.map(({ code }) => code).join('; ');
      const cells = maskCells(plan, row);
      return [
        ...[row.row, row.line, status, customerId, key ?? '', codes, errorsOf(issues)].map(String),
        ...own.map((at) => cells[at] ?? ''),
      ];
    },
  };
}

/** The rejects, and the changes: the row as it stands in the file (SSN included), with its errors in one more column. */
export function originalsOf(plan: ColumnPlan): Lines {
  const own = ownColumns(plan);
  return {
    header: [...own.map((at) => plan.headers[at] ?? ''), 'errors'],
    line: ({ row, verdict }) => [...own.map((at) => row.cells[at] ?? ''), errorsOf(verdict.issues)],
  };
}

function ownColumns(plan: ColumnPlan): number[] {
  return plan.headers.flatMap((header, at) => (CARRIED_ALONG.includes(header) ? [] : [at]));
}

/** What there is to say of every row, in the order of the file: what the row says × what the ledger knows. */
export async function* judge(
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
        id: keyed.id,
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
