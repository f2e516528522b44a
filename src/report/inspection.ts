import type { FileFormat } from '../csv/dialect.js';
import type { SourceRow } from '../csv/source-row.js';
import type { HeaderExplanation } from '../columns/columns.js';
import type { Customer } from '../customer/customer.js';
import { dateReadings } from '../customer/dates.js';
import { maskSsn } from '../customer/mask.js';
import type { Change } from '../customer/draft.js';
import type { KeyedRow } from '../customer/payload.js';
import type { ColumnPlan } from '../columns/plan.js';
import { count, plural, span } from './words.js';

/** What reading all rows once has shown. */
export interface Findings {
  readonly rows: number;
  readonly validRows: number;
  /** The first cell of each column that is not empty, masked. */
  readonly samples: readonly string[];
  /** Cells changed in reading, by kind of change and field, e.g. `Tidied: phone`. */
  readonly changes: Readonly<Record<string, number>>;
  /** Cells that each `--repair` would mend. */
  readonly repairs: Readonly<Record<string, number>>;
  /** The formats that read every date of the file that is not ISO. */
  readonly dateFormats: readonly string[];
  /** The only one of them, when one of the rows leaves no other. */
  readonly dateFormat?: string;
  /** The first valid row's payload, the SSN masked. */
  readonly firstPayload?: Customer;
}

export interface Inspection extends Findings {
  readonly file: string;
  readonly format: FileFormat;
  readonly explanation: HeaderExplanation;
  /** Calls a minute; 0 = no limit. */
  readonly ratePerMinute: number;
}

export interface Reader {
  readonly plan: ColumnPlan;
  readonly read: (observe: (change: Change) => void) => (row: SourceRow) => KeyedRow;
}

/** Fields whose values tell nothing of a person and may be shown. */
const PLAIN = /(?:address_type|state|country|is_primary|phone_country_code)$/;

export async function inspectRows(
  batches: AsyncIterable<readonly SourceRow[]>,
  header: readonly string[],
  { readings }: HeaderExplanation,
  reader: Reader | undefined,
): Promise<Findings> {
  const samples = header.map(() => '');
  const changes: Record<string, number> = {};
  const repairs: Record<string, number> = {};
  const read = reader?.read(({ field, kind }) => {
    const what = kind === 'normalised' ? `Tidied: ${field}` : `Mended by --repair ${kind}: ${field}`;
    changes[what] = (changes[what] ?? 0) + 1;
  });
  // Where the operator has said how dates are written there is nothing to find out.
  const dateColumn =
    reader?.plan.dateFormat !== undefined ? -1 : readings.findIndex(({ field }) => field === 'dob');
  let dateFormats: string[] | undefined;
  let rows = 0;
  let validRows = 0;
  let firstPayload: Customer | undefined;
  for await (const batch of batches) {
    for (const row of batch) {
      rows++;
      row.cells.forEach((cell, at) => {
        if (samples[at] === '' && cell.trim() !== '')
          samples[at] = masked(cell.trim(), readings[at]?.field ?? '');
      });
      const possible = dateReadings((row.cells[dateColumn] ?? '').trim()).map(({ format }) => format);
      if (possible.length > 0)
        dateFormats = dateFormats?.filter((format) => possible.includes(format)) ?? possible;
      const reading = read?.(row).reading();
      if (reading?.kind === 'customer') {
        validRows++;
        firstPayload ??= reading.customer;
      } else {
        for (const { repair } of reading?.issues ?? [])
          if (repair) repairs[repair] = (repairs[repair] ?? 0) + 1;
      }
    }
  }
  const [onlyFormat, another] = dateFormats ?? [];
  return {
    rows,
    validRows,
    samples,
    changes,
    repairs,
    dateFormats: dateFormats ?? [],
    ...(onlyFormat !== undefined && another === undefined && { dateFormat: onlyFormat }),
    ...(firstPayload && { firstPayload: withoutSsn(firstPayload) }),
  };
}

function withoutSsn(customer: Customer): Customer {
  return customer.ssn === undefined ? customer : { ...customer, ssn: maskSsn(customer.ssn) };
}

/** The outline of a value: enough to see whether the column is the right one. */
function masked(cell: string, field: string): string {
  if (PLAIN.test(field)) return cell;
  const first = /^\p{L}/u.exec(cell)?.[0] ?? '';
  return (first + cell.slice(first.length).replace(/\p{N}/gu, '9').replace(/\p{L}/gu, 'x')).slice(0, 30);
}

/** For people: one block of lines a question. */
export function inspectionText(found: Inspection): string {
  const { format, explanation, samples } = found;
  const lines = [
    `${found.file}: ${format.encoding}, cells separated by ${nameOf(format.delimiter)}, ${plural(found.rows, 'row')}` +
      (explanation.exportName === undefined ? '' : `; it looks like the export ${explanation.exportName}`),
    '',
    ...table(
      explanation.readings.map(({ header, field, confidence, reason }, at) => [
        header === '' ? '(no name)' : header,
        field ?? (confidence === 'ignored' ? '(ignored)' : '(not sent)'),
        reason ?? confidence,
        samples[at] ?? '',
      ]),
    ),
  ];
  for (const { field, headers } of explanation.clashes) {
    lines.push(
      `Two columns for ${field}: ${headers.join(', ')}. Rename one, or list it under "ignore" in a mapping file.`,
    );
  }
  for (const { field, suggestion } of explanation.missing) lines.push(`Missing: ${field}: ${suggestion}.`);
  lines.push(...dateLines(found));
  for (const [what, cells] of Object.entries(found.changes)) lines.push(`${what}, ${plural(cells, 'cell')}.`);
  for (const [repair, cells] of Object.entries(found.repairs)) {
    lines.push(`Damaged: --repair ${repair} would mend ${plural(cells, 'cell')}.`);
  }
  if (found.firstPayload) lines.push('', 'The first payload:', JSON.stringify(found.firstPayload, null, 2));
  if (explanation.missing.length === 0 && explanation.clashes.length === 0) lines.push('', forecast(found));
  return lines.join('\n');
}

function dateLines({ dateFormats, dateFormat }: Findings): string[] {
  if (dateFormat !== undefined)
    return [`Dates: only ${dateFormat} reads them all: --date-format '${dateFormat}'.`];
  if (dateFormats.length === 0) return [];
  return [`Dates: ${dateFormats.join(' and ')} both read them all; a person must know which: --date-format.`];
}

function forecast({ rows, validRows, ratePerMinute }: Inspection): string {
  const ready = `${count(validRows)} of ${plural(rows, 'row')} would be sent as they are`;
  return ratePerMinute === 0
    ? `${ready}.`
    : `${ready}; at ${count(ratePerMinute)} a minute that takes ${span((validRows * 60_000) / ratePerMinute)}.`;
}

function nameOf(delimiter: string): string {
  return { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'pipes' }[delimiter] ?? `"${delimiter}"`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2].map((at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
