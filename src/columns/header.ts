import { OperatorError } from '../errors.js';
import { announcesSsn, fieldName, nearest, readField, type Target } from './field-names.js';
import { headerText, squash } from './header-text.js';
import { exportField, recogniseExport, type KnownExport } from './known-exports.js';
import { BEHIND_STREET, BESIDE_FIRST, BESIDE_LAST, FIRST_BESIDE } from './languages.js';
import { requireField, type Mapping } from './mapping.js';
import { PARTS_BY_MAPPING } from './synonyms.js';

/** What the operator said about the columns, by file and by flag, and what the file shows. */
export interface ColumnOptions {
  readonly mapping?: Mapping | undefined;
  /** Constants of the command line (`--set`): they go before those of the mapping file. */
  readonly set?: Readonly<Record<string, string>> | undefined;
  /** A header, or a field whose column is meant. `external_id` without such a header says nothing. */
  readonly key?: string | undefined;
  readonly dateFormat?: string | undefined;
  /** Cells of the first rows. */
  readonly sample?: readonly (readonly string[])[] | undefined;
}

/**
 * Why a header was taken for what it was: the contract's own word, a synonym, a known export, a column beside it,
 * what the operator said. Of those that are no field: `ignored` by the mapping, `aside` because another column is
 * the better one, or `none`.
 */
export type Confidence =
  'exact' | 'synonym' | 'export' | 'beside' | 'mapping' | 'key' | 'ignored' | 'aside' | 'none';

interface Meaning {
  readonly target: Target | undefined;
  readonly confidence: Confidence;
}

/** One column of the file and what it was taken for. */
export interface Column extends Meaning {
  readonly index: number;
  readonly header: string;
}

/** A header row as it was understood. */
export interface Reading {
  readonly columns: readonly Column[];
  /** The column that `--key` or the mapping names. */
  readonly key: Column | undefined;
  readonly known: KnownExport | undefined;
}

/**
 * Takes every header for what the operator, the known export or the name itself says it is, in this order.
 * @throws OperatorError when the operator named a header that is not in the file
 */
export function readColumns(headers: readonly string[], options: ColumnOptions): Reading {
  const known = recogniseExport(headers);
  const said = new Map<number, Target | 'ignored' | 'blank'>();
  for (const [name, field] of Object.entries(options.mapping?.columns ?? {})) {
    const target = field === '' ? 'blank' : requireField(field, `the mapping of "${name}"`);
    for (const index of indexesOf(headers, name, 'the mapping')) said.set(index, target);
  }
  for (const name of options.mapping?.ignore ?? []) {
    for (const index of indexesOf(headers, name, '"ignore" in the mapping')) said.set(index, 'ignored');
  }
  const alone = headers.map((header, index) => ({
    index,
    header,
    ...readHeader(header, said.get(index), known),
  }));
  const columns = alone.map((column) => (said.has(column.index) ? column : besideOthers(column, alone)));
  const key = namedKey(columns, options);
  return { columns: key === undefined ? columns : columns.map((column) => withKey(column, key)), key, known };
}

function readHeader(
  header: string,
  said: Target | 'ignored' | 'blank' | undefined,
  known: KnownExport | undefined,
): Meaning {
  if (said === 'ignored') return { target: undefined, confidence: 'ignored' };
  if (said === 'blank') return { target: undefined, confidence: 'none' };
  if (said !== undefined) return { target: said, confidence: 'mapping' };
  const exported = known && exportField(known, header);
  if (exported === null) return { target: undefined, confidence: 'aside' };
  const reading = readField(exported ?? header);
  if (reading === undefined || PARTS_BY_MAPPING.has(reading.target.part ?? ''))
    return { target: undefined, confidence: 'none' };
  if (exported !== undefined) return { target: reading.target, confidence: 'export' };
  return { target: reading.target, confidence: reading.exact ? 'exact' : 'synonym' };
}

/** Words that mean a field only beside another column: `Name` beside `Vorname`, `Nombre` beside `Apellidos`. */
function besideOthers(column: Column, columns: readonly Column[]): Column {
  if (column.confidence !== 'none') return column;
  const names = headerText(column.header).names;
  const has = (field: string): Column | undefined => columns.find(({ target }) => target?.field === field);
  const as = (target: Target): Column => ({ ...column, target, confidence: 'beside' });
  const first = has('first_name');
  const beside = first !== undefined && FIRST_BESIDE.has(squash(first.header));
  if (beside && !has('last_name') && names.some((name) => BESIDE_FIRST.has(name)))
    return as({ of: 'person', field: 'last_name' });
  if (!first && has('last_name') && names.some((name) => BESIDE_LAST.has(name)))
    return as({ of: 'person', field: 'first_name' });
  const before = columns[column.index - 1]?.target;
  if (before?.of === 'address' && before.field === 'street' && names.some((name) => BEHIND_STREET.has(name)))
    return as({ ...before, part: 'house_number_last' });
  return column;
}

function namedKey(columns: readonly Column[], options: ColumnOptions): Column | undefined {
  const headers = columns.map((column) => column.header);
  for (const { name, where } of [
    { name: options.key, where: '--key' },
    { name: options.mapping?.key, where: '"key" in the mapping' },
  ]) {
    if (name === undefined) continue;
    const field = squash(name);
    const bySpelling = headers.some((header) => squash(header) === field);
    // The default of --key is a field, which a file need not have.
    if (!bySpelling && field === 'externalid') continue;
    const byField = columns.filter(
      ({ target }) => target !== undefined && squash(fieldName(target)) === field,
    );
    const found =
      bySpelling || byField.length === 0 ? indexesOf(headers, name, where) : byField.map((c) => c.index);
    const [column, other] = found.flatMap((index) => columns[index] ?? []);
    if (other) {
      throw new OperatorError(
        `${where} names "${name}", but two columns are called so: rename one in the file`,
      );
    }
    if (column && holdsSsn(column)) {
      throw new OperatorError(
        `${where} names "${column.header}", which holds an SSN: name a column with an id of your own`,
      );
    }
    return column;
  }
  return undefined;
}

/** A named key is the one `external_id`; a column that seemed to be it steps aside. */
function withKey(column: Column, key: Column): Column {
  const seemsKey = column.target?.field === 'external_id';
  if (column.index !== key.index) {
    return seemsKey ? { ...column, target: undefined, confidence: 'aside' } : column;
  }
  // A key that is a field as well, an e-mail address say, is sent like any other.
  if (column.target !== undefined && !seemsKey) return column;
  return { ...column, target: { of: 'person', field: 'external_id' }, confidence: 'key' };
}

/** Whether the column must never be shown whole. */
export function holdsSsn(column: Column): boolean {
  return column.target?.field === 'ssn' || announcesSsn(column.header);
}

/** How a column is named to the operator: by its header, or by its place when it has none or shares it. */
export function nameOf({ index, header }: { readonly index: number; readonly header: string }): string {
  return squash(header) === '' ? `#${index + 1}` : header;
}

/**
 * Where in the file a header is that the operator names: spelled alike if there is such a one, else much alike;
 * `#5` is the fifth column, whatever its header.
 * @throws OperatorError with the closest header when the file has none of that name
 */
function indexesOf(headers: readonly string[], name: string, where: string): number[] {
  const alike = (same: (header: string) => boolean): number[] =>
    headers.flatMap((header, index) => (same(header) ? [index] : []));
  const spelled = alike((header) => header === name);
  if (spelled.length > 0) return spelled;
  const place = /^#(\d{1,4})$/.exec(name)?.[1];
  if (place !== undefined && Number(place) >= 1 && Number(place) <= headers.length)
    return [Number(place) - 1];
  const found = alike((header) => squash(header) === squash(name) && squash(name) !== '');
  if (found.length > 0) return found;
  const meant = nearest(name, headers);
  throw new OperatorError(
    `${where} names the column "${name}", but the file has no such header: ` +
      (meant === undefined ? 'correct the name' : `did you mean "${meant}"?`),
  );
}
