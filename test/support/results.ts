import { parse } from 'csv-parse/sync';

/** A line of a results file. */
export interface Line {
  readonly row: number;
  readonly line: number;
  readonly status: string;
  readonly customerId: string;
  readonly key: string;
  /** Codes and sentences of the row's issues. */
  readonly codes: string;
  readonly errors: string;
  /** The input's own columns. */
  readonly cells: Readonly<Record<string, string>>;
}

export function readLines(text: string): Line[] {
  const records: Record<string, string>[] = parse(text, { columns: true });
  return records.map(
    ({
      row,
      line,
      status = '',
      customer_id = '',
      brand_person_id = '',
      error_codes = '',
      errors = '',
      ...cells
    }) => ({
      row: Number(row),
      line: Number(line),
      codes: error_codes,
      status,
      customerId: customer_id,
      key: brand_person_id,
      errors,
      cells,
    }),
  );
}

/** How many lines have each status; those that none has are left out. */
export function countStatuses(lines: readonly Line[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of lines) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
