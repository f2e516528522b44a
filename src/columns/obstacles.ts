import { areWholeAddresses, areWholeNames } from './cells.js';
import { fieldName, isWholeAddress, isWholeName, nearestHeader, type Target } from './field-names.js';
import { squash } from './header-text.js';
import { nameOf, type Column, type ColumnOptions, type Reading } from './header.js';
import type { KnownExport } from './known-exports.js';
import { ADDRESS_FIELDS, type AddressField } from './plan.js';
import { addressName, inQuotes, isTyped, type Sources } from './sources.js';

/** A field with more than one column. */
export interface Clash {
  readonly field: string;
  readonly headers: readonly string[];
}

/** A required field that nothing gives, and what to do about it. */
export interface Missing {
  readonly target: Target;
  readonly cure: string;
}

/** Said of a first line without one known name; the line is not quoted, for it may be a person's data. */
export const NO_HEADER_ROW =
  'the first line does not look like a header row: expected column names such as first_name, last_name, dob, street, city, ' +
  'state, zip_code and country, and none of them is known: add a header row, or name the columns in a mapping file (--mapping)';

const PLAIN_CURE = 'add a column';
const OPTIONAL: readonly AddressField[] = ['street2', 'is_primary'];
const NO_ADDRESS: Sources['groups'] = new Map([[1, {}]]);

/** Every field with more than one column. */
export function clashesOf(columns: readonly Column[]): Clash[] {
  const byField = new Map<string, Column[]>();
  for (const column of columns) {
    if (!column.target) continue;
    const field = fieldName(column.target);
    byField.set(field, [...(byField.get(field) ?? []), column]);
  }
  return [...byField].flatMap(([field, clashing]) =>
    clashing.length > 1 ? [{ field, headers: clashing.map(nameOf) }] : [],
  );
}

/** One clash in words, with its cure. */
export function clashSentence({ field, headers }: Clash): string {
  const same = new Set(headers).size === 1;
  return (
    `${headers.length} columns for ${field}: ${inQuotes(headers)}: ` +
    (same ? 'rename one in the file' : 'rename one, or list one under "ignore" in a mapping file (--mapping)')
  );
}

/** Every required field that neither a column nor a constant gives. */
export function missingFields(reading: Reading, sources: Sources, { sample }: ColumnOptions): Missing[] {
  const { person, groups } = sources;
  const wanted: Target[] = (['first_name', 'last_name', 'dob'] as const).flatMap((field) =>
    person[field] ? [] : [{ of: 'person', field }],
  );
  for (const [group, origins] of groups.size > 0 ? groups : NO_ADDRESS) {
    for (const field of ADDRESS_FIELDS) {
      const needless = OPTIONAL.includes(field) || (field === 'address_type' && isTyped(group));
      if (!needless && !origins[field]) wanted.push({ of: 'address', field, group });
    }
  }
  const cellsOf = ({ index }: Column): string[] => (sample ?? []).map((cells) => cells[index] ?? '');
  return wanted.map((target) => ({ target, cure: cureFor(target, reading, sources, cellsOf) }));
}

function cureFor(
  target: Target,
  { columns, known }: Reading,
  { idle }: Sources,
  cellsOf: (column: Column) => readonly string[],
): string {
  const { field } = target;
  const lack = known?.lacks?.[field];
  if (lack && columns.some(({ header }) => squash(header) === squash(lack.header))) {
    return `"${lack.header}" ${lack.why}: ${PLAIN_CURE}`;
  }
  const spare = columns.filter((column) => column.confidence === 'none' || column.confidence === 'aside');
  const whole = wholeFor(field, spare, columns, cellsOf);
  if (whole !== undefined) return whole;
  const part = idle.find((column) => column.target?.field === field);
  if (part) return `"${part.header}" is only a part of it: ${PLAIN_CURE}`;
  const meant = nearestHeader(
    field,
    spare.filter(({ confidence }) => confidence === 'none').map(({ header }) => header),
  );
  const constant = constantCure(target);
  if (meant === undefined) return constant ?? PLAIN_CURE;
  return `is it "${meant}"?${constant === undefined ? '' : ` or ${constant}`}`;
}

/** A column that holds the field together with others, by its name or its cells. */
function wholeFor(
  field: string,
  spare: readonly Column[],
  columns: readonly Column[],
  cellsOf: (column: Column) => readonly string[],
): string | undefined {
  const parts = (column: Column, what: string): string =>
    `"${nameOf(column)}" holds the whole ${what}: split it into columns of its own`;
  if (field === 'first_name' || field === 'last_name') {
    const other = columns.find(
      ({ target }) => target?.field === 'first_name' || target?.field === 'last_name',
    );
    const named = spare.find(({ header }) => isWholeName(header));
    const whole = named ?? spare.find((column) => areWholeNames(cellsOf(column)));
    if (whole === undefined) return undefined;
    // Beside the other half a column "Name" may well be this one.
    return other && !areWholeNames(cellsOf(whole))
      ? `if "${nameOf(whole)}" is only the ${field === 'first_name' ? 'first' : 'last'} name, say so in a mapping file: "columns": {${JSON.stringify(whole.header)}: "${field}"}`
      : parts(whole, 'name');
  }
  if (!['street', 'city', 'state', 'zip_code'].includes(field)) return undefined;
  const whole =
    spare.find(({ header }) => isWholeAddress(header)) ??
    columns.find(
      (column) =>
        (column.confidence === 'none' || column.target?.field === 'street') &&
        areWholeAddresses(cellsOf(column)),
    );
  return whole && parts(whole, 'address');
}

/** For the fields that are often the same in every row; a country without a number serves every address. */
function constantCure(target: Target): string | undefined {
  const { field } = target;
  if (field === 'country') return 'the same in every row? then --set country=US';
  if (field === 'address_type')
    return `the same in every row? then --set ${fieldName(target)}=PHYSICAL, or MAILING`;
  if (field !== 'state') return undefined;
  return `${PLAIN_CURE}; outside the US others put the region, or the city once more, up to 20 characters: --set state=…`;
}

/** All that is missing, in one sentence, with what to do about each. */
export function missingSentence(missing: readonly Missing[], known: KnownExport | undefined): string {
  const byPlace = new Map<string, Map<string, string[]>>();
  for (const { target, cure } of missing) {
    const place = target.of === 'person' ? 'the file' : addressName(target.group);
    const byCure = byPlace.get(place) ?? new Map<string, string[]>();
    byPlace.set(place, byCure.set(cure, [...(byCure.get(cure) ?? []), target.field]));
  }
  const lacks = [...byPlace]
    .map(([place, byCure]) => {
      const fields = [...byCure].map(([cure, names]) =>
        cure === PLAIN_CURE ? names.join(', ') : `${names.join(' and ')} (${cure})`,
      );
      return `${place} has no column for ${fields.join(', ')}`;
    })
    .join('; ');
  const article = /^[AEIOU]/.test(known?.name ?? '') ? 'an' : 'a';
  return (
    (known ? `this looks like ${article} ${known.name} export; ` : '') +
    `${lacks}: add or rename columns, or name or ignore them in a mapping file (--mapping; inspect --save-mapping writes one)`
  );
}
