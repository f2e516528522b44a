import { OperatorError } from '../errors.js';
import { countCell, holdingOf, noCells } from './cells.js';
import { fieldName, type AddressGroup } from './field-names.js';
import { headerText } from './header-text.js';
import {
  holdsSsn,
  nameOf,
  readColumns,
  type Column,
  type ColumnOptions,
  type Confidence,
  type Reading,
} from './header.js';
import { requireField, type Mapping } from './mapping.js';
import {
  clashesOf,
  clashSentence,
  missingFields,
  missingSentence,
  NO_HEADER_ROW,
  type Clash,
} from './obstacles.js';
import type { AddressPlan, ColumnPlan, KeyPlan } from './plan.js';
import { inPayloadOrder, isTyped, sourcesOf, type Sources } from './sources.js';
import { isUnsent, unsentReason, warningsOf } from './warnings.js';

/** What one header was taken for. */
interface HeaderReading {
  readonly header: string;
  /** e.g. `dob`, `city`, `addresses.1.city`, `mailing.city`; null when it is no field. */
  readonly field: string | null;
  readonly confidence: Confidence;
  /** Why it is not sent, or what it may have been meant for. */
  readonly reason?: string;
}

/** A required field that nothing gives, and the cure. */
interface MissingField {
  readonly field: string;
  readonly suggestion: string;
}

/** Everything that is understood of a header row, and what is wrong with it. */
export interface HeaderExplanation {
  /** One for every header, in file order. */
  readonly readings: readonly HeaderReading[];
  readonly missing: readonly MissingField[];
  /** Fields for which there is more than one column. */
  readonly clashes: readonly Clash[];
  /** e.g. `Shopify customers` */
  readonly exportName?: string;
}

/** How many of the headers are known fields; the right delimiter is the one that yields most. */
export function countKnownHeaders(headers: readonly string[]): number {
  return readColumns(headers, {}).columns.filter((column) => column.target !== undefined).length;
}

/**
 * Compiles the header row into the plan that is applied to every row.
 * @throws OperatorError when a field has two columns, a required one none, or what the operator said does not fit
 */
export function compilePlan(headers: readonly string[], options: ColumnOptions): ColumnPlan {
  const reading = readColumns(headers, options);
  const { columns, known } = reading;
  if (columns.every((column) => column.target === undefined)) throw new OperatorError(NO_HEADER_ROW);
  const clashes = clashesOf(columns);
  if (clashes.length > 0) throw new OperatorError(clashes.map(clashSentence).join('; '));
  const sources = sourcesOf(reading, options);
  const missing = missingFields(reading, sources, options);
  if (missing.length > 0) throw new OperatorError(missingSentence(missing, known));
  return planFrom(headers, reading, sources, options);
}

/** The plan as far as it goes, for looking at rows before everything that is missing was given. */
export function sketchPlan(headers: readonly string[], options: ColumnOptions): ColumnPlan {
  const reading = readColumns(headers, options);
  return planFrom(headers, reading, sourcesOf(reading, options), options);
}

/** What every header was taken for, and what stands in the way of an import, without failing on it. */
export function explainHeaders(headers: readonly string[], options: ColumnOptions): HeaderExplanation {
  const reading = readColumns(headers, options);
  const sources = sourcesOf(reading, options);
  const { columns, known } = reading;
  return {
    readings: columns.map((column) => {
      const { header, target, confidence } = column;
      const unsent = isUnsent(column, sources);
      const reason = unsent && confidence !== 'ignored' ? unsentReason(column, reading) : undefined;
      const field = target === undefined || unsent ? null : fieldName(target);
      return { header, field, confidence, ...(reason !== undefined && { reason }) };
    }),
    missing: missingFields(reading, sources, options).map(({ target, cure }) => ({
      field: fieldName(target),
      suggestion: cure,
    })),
    clashes: clashesOf(columns),
    ...(known && { exportName: known.name }),
  };
}

/** Fields that a mapping file may name, for the comment in a written one. */
const FIELDS =
  'Fill in the blanks: the field that each column holds, or nothing ("") for a column that is not sent. Fields: first_name, middle_name, last_name, ' +
  'dob, ssn, phone, phone_country_code, email, external_id (your own id of the person), brand_person_id; address_type, street, street2, city, state, ' +
  'zip_code, country, is_primary; a second address: address2_street, …; an address by its type: mailing_street, physical_street, …; ' +
  'parts that are joined: house_number (before the street), house_number_last (behind it), street3.';

/** A mapping file to be corrected by hand. */
export interface MappingDraft extends Mapping {
  readonly '//': string;
}

/**
 * The mapping that says outright what is understood of these headers: compiled with it, they give the same plan.
 * Every header is in it, and every constant that may be missing, blank where nothing is known.
 * @param dialect how the file is read
 */
export function mappingFor(
  headers: readonly string[],
  options: ColumnOptions,
  dialect: Pick<Mapping, 'encoding' | 'delimiter'> = {},
): MappingDraft {
  const reading = readColumns(headers, options);
  const { columns, key } = reading;
  const { mapping, dateFormat = mapping?.dateFormat } = options;
  const missing = missingFields(reading, sourcesOf(reading, options), options).filter(
    ({ target: { field } }) => field === 'country' || field === 'address_type' || field === 'state',
  );
  const spelled = columns.filter(({ confidence }) => confidence !== 'ignored' && confidence !== 'key');
  // Two columns of one name can only be told apart by their places.
  const nameIn = (column: Column): string =>
    headers.filter((header) => header === column.header).length > 1 ? `#${column.index + 1}` : nameOf(column);
  return {
    '//': FIELDS,
    ...dialect,
    ...mapping,
    ...(key && { key: key.header }),
    ...(dateFormat !== undefined && { dateFormat }),
    columns: Object.fromEntries(
      spelled.map((column) => [nameIn(column), column.target === undefined ? '' : fieldName(column.target)]),
    ),
    constants: {
      ...Object.fromEntries(missing.map(({ target }) => [fieldName(target), ''])),
      ...mapping?.constants,
      ...options.set,
    },
    ignore: columns.filter(({ confidence }) => confidence === 'ignored').map(nameIn),
    accept: mapping?.accept ?? [],
    values: mapping?.values ?? {},
  };
}

function planFrom(
  headers: readonly string[],
  reading: Reading,
  sources: Sources,
  options: ColumnOptions,
): ColumnPlan {
  const { columns } = reading;
  const { mapping, dateFormat = mapping?.dateFormat } = options;
  const { person, groups } = sources;
  const unsent = columns.filter((column) => isUnsent(column, sources));
  const ignored = unsent.filter(({ confidence }) => confidence === 'ignored');
  const proposed = columns.find(({ target }) => target?.field === 'dob');
  const proposedDateFormat =
    dateFormat === undefined && proposed ? headerText(proposed.header).dateFormat : undefined;
  const plan = {
    headers,
    person,
    addresses: [...groups].sort(([a], [b]) => inPayloadOrder(a, b)).map(toAddressPlan),
    key: keyPlan(person),
    ssnColumns: columns
      .filter((column) => holdsSsn(column) || (column.target === undefined && showsSsns(column, options)))
      .map(({ index }) => index),
    fieldless: unsent.map(({ index }) => index),
    ignored: ignored.map(({ index }) => index),
    unmapped: unsent.filter((column) => !ignored.includes(column)).map(({ header }) => header),
    accept: new Set((mapping?.accept ?? []).map(folded)),
    values: valuesOf(reading, options),
    ...(dateFormat !== undefined && { dateFormat }),
    ...(proposedDateFormat !== undefined && { proposedDateFormat }),
  };
  return { ...plan, warnings: warningsOf(reading, sources, plan) };
}

/** Whether the first rows of a column look like SSNs. */
function showsSsns({ index, header }: Column, { sample = [] }: ColumnOptions): boolean {
  const counts = noCells();
  for (const cells of sample) countCell(counts, cells[index] ?? '');
  return holdingOf(counts, header) === 'ssn';
}

function valuesOf({ known }: Reading, { mapping }: ColumnOptions): ColumnPlan['values'] {
  const values: Partial<Record<string, ReadonlyMap<string, string>>> = {};
  for (const table of [known?.values ?? {}, mapping?.values ?? {}]) {
    for (const [name, meanings] of Object.entries(table)) {
      const { field } = requireField(name, '"values" in the mapping');
      const entries = Object.entries(meanings).map(([text, meaning]): [string, string] => [
        folded(text),
        meaning,
      ]);
      values[field] = new Map([...(values[field] ?? []), ...entries]);
    }
  }
  return values;
}

/** As `accept` and `values` are asked. */
function folded(text: string): string {
  return text.trim().toLowerCase();
}

function keyPlan(person: Sources['person']): KeyPlan {
  for (const by of ['brand_person_id', 'external_id'] as const) {
    const origin = person[by];
    if (origin?.from === 'column') return { by, index: origin.index, header: origin.header };
  }
  return { by: 'name_dob' };
}

function toAddressPlan([group, origins]: readonly [AddressGroup, AddressPlan['origins']]): AddressPlan {
  return isTyped(group) ? { type: group, origins } : { origins };
}
