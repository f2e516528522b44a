import { OperatorError } from '../errors.js';
import {
  holdsSsn,
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
  type Sources,
} from './obstacles.js';
import type { AddressField, AddressPlan, ColumnPlan, KeyPlan, Origin, PersonField } from './plan.js';
import { fieldName, nearestField, type AddressGroup } from './synonyms.js';

/** What one header was taken for. */
interface HeaderReading {
  readonly header: string;
  /** e.g. `dob`, `city`, `addresses.1.city`, `mailing.city`; null when it is no field. */
  readonly field: string | null;
  readonly confidence: Confidence;
  /** The closest field, for a header that is none. */
  readonly suggestion?: string;
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
  const { person, groups } = sourcesOf(reading, options);
  const missing = missingFields(reading, { person, groups });
  if (missing.length > 0) throw new OperatorError(missingSentence(missing, known));

  const dateFormat = options.dateFormat ?? options.mapping?.dateFormat;
  return {
    headers,
    person,
    addresses: [...groups].sort(inPayloadOrder).map(toAddressPlan),
    key: keyPlan(person),
    ssnColumns: columns.filter(holdsSsn).map((column) => column.index),
    unmapped: columns.filter(isUnmapped).map((column) => column.header),
    accept: new Set(),
    values: {},
    warnings: [],
    ...(dateFormat !== undefined && { dateFormat }),
  };
}

/**
 * Says what every header was taken for, and what stands in the way of an import, without failing on it.
 * @throws OperatorError when the mapping or the key names a header that is not in the file
 */
export function explainHeaders(headers: readonly string[], options: ColumnOptions): HeaderExplanation {
  const reading = readColumns(headers, options);
  const { columns, known } = reading;
  return {
    readings: columns.map(({ header, target, confidence }) => {
      const suggestion = confidence === 'none' ? nearestField(header) : undefined;
      const field = target === undefined ? null : fieldName(target);
      return { header, field, confidence, ...(suggestion !== undefined && { suggestion }) };
    }),
    missing: missingFields(reading, sourcesOf(reading, options)).map(({ target, cure }) => ({
      field: fieldName(target),
      suggestion: cure,
    })),
    clashes: clashesOf(columns),
    ...(known && { exportName: known.name }),
  };
}

/** The mapping that says outright what is understood of these headers: compiled with it, they give the same plan. */
export function mappingFor(headers: readonly string[], options: ColumnOptions): Mapping {
  const { columns, key } = readColumns(headers, options);
  const dateFormat = options.dateFormat ?? options.mapping?.dateFormat;
  return {
    columns: Object.fromEntries(
      columns.flatMap(({ header, target, confidence }) =>
        target === undefined || confidence === 'key' ? [] : [[header, fieldName(target)]],
      ),
    ),
    constants: options.mapping?.constants ?? {},
    ignore: columns.filter((column) => column.confidence === 'ignored').map((column) => column.header),
    ...(key && { key: key.header }),
    ...(dateFormat !== undefined && { dateFormat }),
  };
}

function isUnmapped({ confidence }: Column): boolean {
  return confidence === 'none' || confidence === 'aside';
}

function sourcesOf({ columns, key }: Reading, options: ColumnOptions): Sources {
  const person: Partial<Record<PersonField, Origin>> = {};
  const groups = new Map<AddressGroup, Partial<Record<AddressField, Origin>>>();
  for (const { target, index, header } of columns) {
    const origin: Origin = { from: 'column', index, header };
    if (target?.of === 'person') person[target.field] ??= origin;
    if (target?.of === 'address') {
      const group = groups.get(target.group ?? 1) ?? {};
      groups.set(target.group ?? 1, group);
      group[target.field] ??= origin;
    }
  }
  if (key) person.external_id = { from: 'column', index: key.index, header: key.header };

  const constants = Object.entries(options.mapping?.constants ?? {}).map(([name, value]) => {
    const origin: Origin = { from: 'constant', value };
    return { name, origin, target: requireField(name, '"constants" in the mapping') };
  });
  for (const { target, origin, name } of constants) {
    if (target.of === 'person') person[target.field] ??= origin;
    if (target.of === 'person' || target.group === undefined) continue;
    const group = groups.get(target.group);
    if (!group) {
      throw new OperatorError(
        `"constants" in the mapping gives ${name}, but no column belongs to that address: take it out`,
      );
    }
    group[target.field] ??= origin;
  }
  // After those that name their address, for they go before.
  for (const { target, origin } of constants) {
    if (target.of === 'person' || target.group !== undefined) continue;
    for (const [id, group] of groups) {
      if (target.field !== 'address_type' || typeof id === 'number') group[target.field] ??= origin;
    }
  }
  return { person, groups };
}

function keyPlan(person: Sources['person']): KeyPlan {
  for (const by of ['brand_person_id', 'external_id'] as const) {
    const origin = person[by];
    if (origin?.from === 'column') return { by, index: origin.index, header: origin.header };
  }
  return { by: 'name_dob' };
}

function toAddressPlan([id, origins]: readonly [AddressGroup, AddressPlan['origins']]): AddressPlan {
  return typeof id === 'number' ? { origins } : { type: id, origins };
}

function inPayloadOrder(
  [a]: readonly [AddressGroup, unknown],
  [b]: readonly [AddressGroup, unknown],
): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Number(typeof a !== 'number') - Number(typeof b !== 'number');
}
