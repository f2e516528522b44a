import {
  announcesPart,
  announcesSsn,
  fieldName,
  isWholeAddress,
  isWholeName,
  nearestField,
  noFieldReason,
  readField,
  wholeFieldName,
} from './field-names.js';
import { squash } from './header-text.js';
import { nameOf, type Column, type Reading } from './header.js';
import type { ColumnPlan } from './plan.js';
import type { Sources } from './sources.js';

/** What the operator must know of the columns before the first customer is sent, one sentence each. */
export function warningsOf(reading: Reading, sources: Sources, plan: Omit<ColumnPlan, 'warnings'>): string[] {
  const beside = reading.columns.filter(({ confidence }) => confidence === 'beside');
  const unsent = reading.columns.filter(
    (column) => isUnsent(column, sources) && column.confidence !== 'ignored' && squash(column.header) !== '',
  );
  return [
    ...(plan.key.by === 'name_dob' ? [NO_KEY] : []),
    ...sources.decisions,
    ...beside.map(
      ({ header, target }) =>
        `"${header}" is read as ${target === undefined ? 'no field' : fieldName(target)}, for the columns beside it`,
    ),
    ...(unsent.length > 0
      ? [`Columns not sent: ${unsent.map((column) => unsentItem(column, reading)).join(', ')}`]
      : []),
  ].map((sentence) => `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`);
}

const NO_KEY =
  'There is no column with your own id of a person (external_id, or --key): people are told apart by name and date of birth, ' +
  'so two of the same name and birthday become one, and a corrected name makes a new person';

/** Whether nothing of the column goes to Bond. */
export function isUnsent(column: Column, { idle }: Sources): boolean {
  return column.target === undefined || idle.some(({ index }) => index === column.index);
}

function unsentItem(column: Column, reading: Reading): string {
  const reason = unsentReason(column, reading);
  return reason === undefined ? column.header : `${column.header} (${reason})`;
}

/** Why a column is not sent, or what it may have been meant for; undefined when there is nothing to say. */
export function unsentReason(
  { header, target, confidence }: Column,
  { columns, known }: Reading,
): string | undefined {
  if (target?.part !== undefined) return `only a part of ${target.field}, of which there is no other column`;
  if (announcesPart(header) && announcesSsn(header)) return 'Bond needs all nine digits';
  const seems = readField(header)?.target;
  const better =
    seems && columns.find((column) => column.target && fieldName(column.target) === fieldName(seems));
  if (confidence === 'aside' && better) return `${fieldName(seems)} is taken from "${nameOf(better)}"`;
  if (confidence === 'none' && seems?.part !== undefined) return `a part of ${wholeFieldName(seems)}`;
  if (announcesSsn(header)) return 'shown masked; map it to ssn if it holds SSNs';
  const lack = Object.values(known?.lacks ?? {}).find((lacking) => squash(lacking.header) === squash(header));
  if (lack) return lack.why;
  if (isWholeName(header) && !columns.some((column) => column.target?.field === 'first_name'))
    return 'holds the whole name';
  if (isWholeAddress(header)) return 'holds several fields of an address';
  const reason = noFieldReason(header);
  if (reason !== undefined) return reason === '' ? undefined : reason;
  const meant = nearestField(header);
  return meant === undefined ? undefined : `did you mean ${meant}?`;
}
