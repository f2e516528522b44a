import type { SourceRow } from '../csv/source-row.js';
import type { Fingerprinter } from '../customer/identity.js';
import { compileMask } from '../customer/mask.js';
import { cleanText } from '../customer/normalise.js';
import type { KeyedRow } from '../customer/payload.js';
import { issue, type Code } from '../issues/codes.js';
import type { Args, Issue } from '../issues/issue.js';
import { isOtherNamesake, type Likeness } from '../ledger/fingerprint.js';
import { sentence } from '../issues/words.js';
import { columnOf, placesOf, type ColumnPlan, type Origin } from '../columns/plan.js';
import type { Status } from '../ledger/outcome.js';
import type { LedgerView } from '../ledger/ledger.js';

/** The results file's own columns, before those of the input. */
export const RESULT_COLUMNS = [
  'row',
  'line',
  'status',
  'customer_id',
  'brand_person_id',
  'error_codes',
  'errors',
] as const;

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
  /** Whether an earlier run found a customer for every row of this very file: of rows that are done nothing but the key is read. */
  readonly isFinished?: boolean;
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
  const masked = compileMask(plan);
  return {
    header: [...RESULT_COLUMNS, ...own.map((at) => plan.headers[at] ?? '')],
    line({ row, key, verdict: { status, customerId, issues } }) {
      const codes = issues.map(({ code }) => code).join('; ');
      const cells = masked(row);
      const of = [String(row.row), String(row.line), status, customerId, key ?? '', codes, errorsOf(issues)];
      return of.concat(own.map((at) => cells[at] ?? ''));
    },
  };
}

/** The rejects, and the changes: the row as it stands in the file (SSN included), with its errors in one more column. */
export function originalsOf(plan: ColumnPlan): Lines & { cells: (row: SourceRow) => string[] } {
  const own = ownColumns(plan);
  const cells = (row: SourceRow): string[] => own.map((at) => row.cells[at] ?? '');
  return {
    header: [...own.map((at) => plan.headers[at] ?? ''), 'errors'],
    cells,
    line: ({ row, verdict }) => [...cells(row), errorsOf(verdict.issues)],
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
  const recent = new Map<number, readonly string[]>();
  for await (const batch of batches) {
    const judged: Judged[] = [];
    for (const row of batch) {
      const keyed = options.read(row);
      const found = verdictOf(row, keyed, ledger, options, recent);
      // Waiting for every row, even for nothing, would cost as much as reading it.
      const verdict = 'entry' in found ? await recall(found, keyed, ledger, options.plan) : found;
      judged.push({
        row,
        key: keyed.key,
        id: keyed.id,
        verdict: options.isFinished ? verdict : withOmitted(verdict, keyed),
      });
      recent.set(row.row, row.cells);
      recent.delete(row.row - RECENT_ROWS);
    }
    yield judged;
  }
}

function errorsOf(issues: readonly Issue[]): string {
  return issues.map(sentence).join('; ');
}

/** Cells are kept of so many rows, for a duplicate to say how it differs: those of one person mostly stand together. */
const RECENT_ROWS = 500;
type RecentRows = ReadonlyMap<number, readonly string[]>;

/** Names the cells that were left out with the operator's consent. */
function withOmitted(verdict: Verdict, keyed: KeyedRow): Verdict {
  if (verdict.status === 'invalid' || verdict.status === 'duplicate') return verdict;
  const omitted = keyed.omitted();
  return omitted.length === 0 ? verdict : { ...verdict, issues: [...verdict.issues, ...omitted] };
}

/** A row of which the ledger has more to say on disk. */
interface Recall {
  readonly status: 'rejected' | 'failed' | 'unknown';
  readonly entry: number;
}

function verdictOf(
  source: SourceRow,
  keyed: KeyedRow,
  ledger: LedgerView,
  options: LinesOptions,
  recent: RecentRows,
): Verdict | Recall {
  const { row } = source;
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
  const state = index.state(entry);
  /** To what was sent under its key; undefined where nothing was, and for a row that is no customer. */
  const likeness = (): Likeness | undefined => {
    const reading = keyed.reading();
    if (state === 'none' || reading.kind === 'invalid') return undefined;
    return ledger.likenessOf(entry, options.fingerprint.of(reading.key, reading.customer, keyed.id));
  };
  if (first !== row) {
    const customerId = state === 'created' || state === 'existing' ? index.customerId(entry) : '';
    const isAnother = (): boolean => likeness() === 'other';
    return (
      invalid() ?? duplicate(source, { row: first, customerId, isAnother }, options.plan, recent.get(first))
    );
  }
  switch (state) {
    case 'created':
    case 'existing': {
      const now = options.isFinished || index.isAsInFile(entry) ? 'same' : likeness();
      if (now === 'other') return anotherPerson(options.plan);
      const issues = now === 'same' ? [] : changedSince(entry, keyed, ledger, options);
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
      return invalid() ?? (likeness() === 'same' ? { status: 'rejected', entry } : PENDING);
    case 'failed':
      return invalid() ?? { status: 'failed', entry };
    case 'none':
      return invalid() ?? PENDING;
  }
}

const PENDING: Verdict = { status: 'pending', customerId: '', issues: [] };

const UNANSWERED = issue('', 'in_doubt_unanswered', {});

/** What was edited after it was sent: the ledger's hashes tell name, birth date and SSN from all the rest. */
function changedSince(
  entry: number,
  keyed: KeyedRow,
  ledger: LedgerView,
  { plan, fingerprint }: LinesOptions,
): Issue[] {
  const reading = keyed.reading();
  const changed = (...fields: string[]): Issue => {
    const columns = new Set(fields.map((field) => columnOf(plan, [], field)));
    return issue([...columns].join(', '), 'changed_since', {});
  };
  if (reading.kind === 'invalid') return [changed(), ...reading.issues];
  const now = fingerprint.of(reading.key, reading.customer, keyed.id);
  const { name, dob } = ledger.comparedToSent(entry, now);
  if (name === false) return [changed('first_name', 'last_name')];
  if (dob === false) return [changed('dob')];
  const [withoutSsn = ''] = now.payload.split('.');
  return [ledger.isSamePayload(entry, withoutSsn) ? changed('ssn') : changed()];
}

/** Never with the other person's customer_id. */
function anotherPerson({ key }: ColumnPlan): Verdict {
  const code = key.by === 'name_dob' ? 'another_namesake' : 'another_person';
  return { status: 'rejected', customerId: '', issues: [issue('', code, {})] };
}

/** What an earlier row of the same key is known as. */
interface Earlier {
  readonly row: number;
  readonly customerId: string;
  /** Whether the ledger knows another person than the later row's. */
  readonly isAnother: () => boolean;
}

function duplicate(
  { cells }: SourceRow,
  { row, customerId, isAnother }: Earlier,
  plan: ColumnPlan,
  earlier: readonly string[] | undefined,
): Verdict {
  const column = plan.key.by === 'name_dob' ? '' : plan.key.header;
  const verdict = (code: Code, args: Args, id = customerId): Verdict => ({
    status: 'duplicate',
    customerId: id,
    issues: [issue(column, code, { row, ...args })],
  });
  const differs = (at: number): boolean =>
    earlier !== undefined && cleanText(cells[at] ?? '') !== cleanText(earlier[at] ?? '');
  const columns = plan.headers.filter((_, at) => differs(at));
  const { first_name, last_name, dob, ssn, email, phone } = plan.person;
  const differsIn = (...origins: (Origin | undefined)[]): boolean =>
    origins.some((origin) => origin !== undefined && placesOf(origin).some(({ index }) => differs(index)));
  if (plan.key.by === 'name_dob') {
    const isFilled = (origin: Origin, row: readonly string[]): boolean =>
      placesOf(origin).some(({ index }) => cleanText(row[index] ?? '') !== '');
    const same = (origin: Origin | undefined): boolean | undefined =>
      origin && earlier && isFilled(origin, cells) && isFilled(origin, earlier)
        ? !differsIn(origin)
        : undefined;
    return isAnother() || isOtherNamesake([ssn, email, phone].map(same))
      ? verdict('duplicate_namesake', {}, '')
      : verdict('duplicate_name_dob', {});
  }
  if (isAnother() || (differsIn(first_name, last_name) && differsIn(dob))) {
    return verdict('duplicate_other_person', {}, '');
  }
  if (columns.length === 0) return verdict('duplicate', {});
  const inAddress = plan.addresses.some(({ origins }) => differsIn(...Object.values(origins)));
  return verdict(inAddress ? 'duplicate_address' : 'duplicate_differs', { columns: columns.join(', ') });
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
  const reading = keyed.reading();
  // In doubt, and edited since so that it cannot be sent: the row says both.
  const since = status === 'unknown' && reading.kind === 'invalid' ? reading.issues : [];
  return { status, customerId: '', issues: [...issues, ...since] };
}
