import type { HeaderExplanation } from '../columns/columns.js';
import type { ColumnPlan } from '../columns/plan.js';
import type { FileFormat } from '../csv/dialect.js';
import type { SourceRow } from '../csv/source-row.js';
import type { Customer } from '../customer/customer.js';
import type { Issue } from '../issues/issue.js';
import type { DateFormats } from '../customer/date-survey.js';
import type { Change } from '../customer/draft.js';
import { compileMask, maskSsn } from '../customer/mask.js';
import { watchFile } from '../customer/file-watch.js';
import type { KeyedRow } from '../customer/payload.js';
import { Tally, type CommonError } from './tally.js';

/** One column of the file, as it is shown. */
interface ColumnLook {
  readonly header: string;
  /** null when it is not sent. */
  readonly field: string | null;
  readonly why: string;
  /** How many of the rows have text in it. */
  filled: number;
  /** The first cell with text; its outline, unless values may be shown. */
  sample: string;
}

/** What reading all rows once has shown. */
export interface Inspection {
  readonly file: string;
  readonly format: Pick<FileFormat, 'encoding' | 'delimiter'>;
  readonly exportName?: string;
  readonly columns: readonly ColumnLook[];
  readonly missing: HeaderExplanation['missing'];
  readonly clashes: HeaderExplanation['clashes'];
  readonly rows: number;
  /** Rows that would be sent, as soon as nothing is missing. */
  readonly validRows: number;
  readonly duplicates: number;
  /** Why the others would not, by what is wrong. */
  readonly issues: readonly CommonError[];
  /** Rows that would be sent too if Bond decided about names. */
  readonly refusedForNames: number;
  /** Cells changed in reading, by kind of change and field, e.g. `Tidied: phone`. */
  readonly changes: Readonly<Record<string, number>>;
  /** Cells that each `--repair` would mend. */
  readonly repairs: Readonly<Record<string, number>>;
  readonly dates: DateFormats;
  /** What stops a run, and what it would say before its first customer, one sentence each. */
  readonly stops: readonly string[];
  readonly warnings: readonly string[];
  /** The first payload, outlined unless values may be shown; the SSN always masked. */
  readonly firstPayload?: Shown;
  /** Calls a minute; 0 = no limit. */
  readonly ratePerMinute: number;
}

export interface Looking {
  readonly file: string;
  readonly format: FileFormat;
  readonly explanation: HeaderExplanation;
  readonly plan: ColumnPlan;
  readonly read: (onChange: (change: Change) => void) => (row: SourceRow) => KeyedRow;
  /** Reads a row while Bond decides about what is not certain. */
  readonly readMinimal: (row: SourceRow) => KeyedRow;
  readonly ratePerMinute: number;
  readonly showValues: boolean;
  /** YYYY-MM-DD */
  readonly today: string;
}

const MOST_ISSUES = 12;

/** Looks at every row once. */
export async function inspectRows(
  batches: AsyncIterable<readonly SourceRow[]>,
  looking: Looking,
): Promise<Inspection> {
  const { explanation, plan, showValues, today } = looking;
  const columns = explanation.readings.map(lookOf);
  const changes: Record<string, number> = {};
  const read = looking.read(({ field, kind }) => {
    const what = kind === 'normalised' ? `Tidied: ${field}` : `Mended by --repair ${kind}: ${field}`;
    changes[what] = (changes[what] ?? 0) + 1;
  });
  const masked = showValues ? compileMask(plan) : undefined;
  const watch = watchFile(plan, today);
  const tally = new Tally();
  const keys = new Set<string>();
  const isMissing = missingPaths(explanation);
  let duplicates = 0;
  let refusedForNames = 0;
  let firstPayload: Customer | undefined;

  const judge = (row: SourceRow): void => {
    const keyed = read(row);
    const reading = keyed.reading();
    if (reading.kind === 'customer') watch.customer(reading.customer);
    if (keyed.key !== null && keys.has(keyed.key)) {
      duplicates++;
      return;
    }
    if (keyed.key !== null) keys.add(keyed.key);
    const issues = reading.kind === 'customer' ? [] : reading.issues.filter((issue) => !isMissing(issue));
    tally.add(row.row, { status: issues.length > 0 ? 'invalid' : 'pending', customerId: '', issues });
    if (reading.kind === 'customer') firstPayload ??= reading.customer;
    else if (
      issues.length > 0 &&
      issues.every(isAboutNames) &&
      looking.readMinimal(row).reading().kind === 'customer'
    )
      refusedForNames++;
  };

  for await (const batch of batches) {
    for (const row of batch) {
      watch.row(row);
      if (row.malformed === undefined) lookAt(columns, row, masked);
      judge(row);
    }
  }
  return {
    file: looking.file,
    format: { encoding: looking.format.encoding, delimiter: looking.format.delimiter },
    ...(explanation.exportName !== undefined && { exportName: explanation.exportName }),
    columns,
    missing: explanation.missing,
    clashes: explanation.clashes,
    rows: tally.rows + duplicates,
    validRows: tally.counts.pending,
    duplicates,
    issues: tally.commonest(MOST_ISSUES),
    refusedForNames,
    changes,
    repairs: tally.repairs,
    dates: watch.dates(),
    stops: watch.stops(),
    warnings: watch.warnings(),
    ...(firstPayload && { firstPayload: payloadShown(firstPayload, showValues) }),
    ratePerMinute: looking.ratePerMinute,
  };
}

function lookOf({ header, field, confidence, reason }: HeaderExplanation['readings'][number]): ColumnLook {
  return { header, field, why: reason ?? WHY[confidence], filled: 0, sample: '' };
}

const WHY = {
  exact: 'its name',
  synonym: 'synonym',
  export: 'this export',
  beside: 'column beside it',
  mapping: 'mapping',
  key: '--key',
  ignored: 'ignored',
  aside: 'another is used',
  none: 'no field',
} as const;

/** @param masked undefined when values may not be shown */
function lookAt(
  columns: readonly ColumnLook[],
  row: SourceRow,
  masked: ((row: SourceRow) => string[]) | undefined,
): void {
  for (const [at, column] of columns.entries()) {
    const cell = row.cells[at]?.trim() ?? '';
    if (cell === '') continue;
    column.filled++;
    if (column.sample !== '') continue;
    column.sample = masked ? (masked(row)[at] ?? '').trim() : outline(cell, column.field ?? '');
  }
}

/** Whether an issue is only that a column is missing, which is told apart from the rows. */
function missingPaths({ missing }: HeaderExplanation): (issue: Issue) => boolean {
  const fields = new Set(missing.map(({ field }) => field.split('.').at(-1)));
  return ({ path }) =>
    fields.has(path.split('.').at(-1)) ||
    (path === 'addresses' && fields.has('street') && fields.has('city'));
}

function isAboutNames({ path, code }: Issue): boolean {
  return /^(?:first|middle|last)_name$/.test(path) && code !== 'required';
}

/** Fields whose values tell nothing of a person and may be shown. */
const PLAIN = /(?:address_type|state|country|is_primary|phone_country_code)$/;

/** The outline of a value: enough to see whether the column is the right one. */
function outline(cell: string, field: string): string {
  if (PLAIN.test(field)) return cell;
  const first = /^\p{L}/u.exec(cell)?.[0] ?? '';
  return first + cell.slice(first.length).replace(/\p{N}/gu, '9').replace(/\p{L}/gu, 'x');
}

type Shown = Readonly<Record<string, unknown>>;

function payloadShown(customer: Customer, showValues: boolean): Shown {
  const { addresses, ...person } = customer;
  const masked = customer.ssn === undefined ? person : { ...person, ssn: maskSsn(customer.ssn) };
  return showValues ? { ...masked, addresses } : { ...outlined(masked), addresses: addresses.map(outlined) };
}

function outlined(values: object): Shown {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]: [string, unknown]) => [
      field,
      typeof value === 'string' && field !== 'ssn' ? outline(value, field) : value,
    ]),
  );
}
