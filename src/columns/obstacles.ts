import type { Column, Reading } from './header.js';
import type { KnownExport } from './known-exports.js';
import { ADDRESS_FIELDS, type AddressField, type AddressPlan, type ColumnPlan } from './plan.js';
import { fieldName, isWholeName, nearestHeader, squash, type AddressGroup, type Target } from './synonyms.js';

/** Where every field's text comes from, address by address. */
export interface Sources {
  readonly person: ColumnPlan['person'];
  readonly groups: ReadonlyMap<AddressGroup, AddressPlan['origins']>;
}

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
  const byField = new Map<string, string[]>();
  for (const { target, header } of columns) {
    if (target) byField.set(fieldName(target), [...(byField.get(fieldName(target)) ?? []), header]);
  }
  return [...byField].flatMap(([field, headers]) => (headers.length > 1 ? [{ field, headers }] : []));
}

/** One clash in words, with its cure. */
export function clashSentence({ field, headers }: Clash): string {
  const same = new Set(headers).size === 1;
  return (
    `${headers.length} columns for ${field}: ${headers.map((header) => `"${header}"`).join(' and ')}: ` +
    (same ? 'rename one in the file' : 'rename one, or list one under "ignore" in a mapping file (--mapping)')
  );
}

/** Every required field that neither a column nor a constant gives. */
export function missingFields({ columns, known }: Reading, { person, groups }: Sources): Missing[] {
  const wanted: Target[] = (['first_name', 'last_name', 'dob'] as const).flatMap((field) =>
    person[field] ? [] : [{ of: 'person', field }],
  );
  for (const [group, origins] of groups.size > 0 ? groups : NO_ADDRESS) {
    for (const field of ADDRESS_FIELDS) {
      const needless = OPTIONAL.includes(field) || (field === 'address_type' && typeof group === 'string');
      if (!needless && !origins[field]) wanted.push({ of: 'address', field, group });
    }
  }
  return wanted.map((target) => ({ target, cure: cureFor(target, columns, known) }));
}

function cureFor(target: Target, columns: readonly Column[], known: KnownExport | undefined): string {
  const { field } = target;
  const lack = known?.lacks?.[field];
  if (lack && columns.some(({ header }) => squash(header) === squash(lack.header))) {
    return `"${lack.header}" ${lack.why}: ${PLAIN_CURE}`;
  }
  const spare = columns.filter((column) => column.confidence === 'none').map((column) => column.header);
  const whole = field === 'first_name' || field === 'last_name' ? spare.find(isWholeName) : undefined;
  if (whole !== undefined) return `"${whole}" holds the whole name: split it into two columns`;
  const header = nearestHeader(field, spare);
  const constant = constantCure(target);
  if (header === undefined) return constant ?? PLAIN_CURE;
  return `is it "${header}"?${constant === undefined ? '' : ` or ${constant}`}`;
}

/** For the fields that are often the same in every row; a country without a number serves every address. */
function constantCure(target: Target): string | undefined {
  const [name, value] = target.field === 'country' ? ['country', 'US'] : [fieldName(target), 'PHYSICAL'];
  if (target.field !== 'country' && target.field !== 'address_type') return undefined;
  return `the same in every row? then "constants": {"${name}": "${value}"} in a mapping file`;
}

/** All that is missing, in one sentence, with what to do about each. */
export function missingSentence(missing: readonly Missing[], known: KnownExport | undefined): string {
  const byPlace = new Map<string, string[]>();
  for (const { target, cure } of missing) {
    const place = target.of === 'person' ? 'the file' : addressName(target.group);
    byPlace.set(place, [
      ...(byPlace.get(place) ?? []),
      cure === PLAIN_CURE ? target.field : `${target.field} (${cure})`,
    ]);
  }
  const lacks = [...byPlace]
    .map(([place, fields]) => `${place} has no column for ${fields.join(', ')}`)
    .join('; ');
  const article = /^[AEIOU]/.test(known?.name ?? '') ? 'an' : 'a';
  return (
    (known ? `this looks like ${article} ${known.name} export; ` : '') +
    `${lacks}: add or rename columns, or name or ignore them in a mapping file (--mapping; inspect --save-mapping writes one)`
  );
}

function addressName(group: AddressGroup = 1): string {
  return typeof group === 'number' ? `address ${group}` : `the ${group.toLowerCase()} address`;
}
