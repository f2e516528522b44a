import { OperatorError } from '../errors.js';
import { fieldName, wholeFieldName, type AddressGroup, type Target } from './field-names.js';
import type { Column, ColumnOptions, Reading } from './header.js';
import { requireConstant } from './mapping.js';
import type { AddressField, AddressPlan, ColumnPlan, Origin, PersonField, Place } from './plan.js';

/** Where every field's text comes from, address by address. */
export interface Sources {
  readonly person: ColumnPlan['person'];
  readonly groups: ReadonlyMap<AddressGroup, AddressPlan['origins']>;
  /** Columns joined, fields lent to an address, the primary address chosen: one sentence each. */
  readonly decisions: readonly string[];
  /** Columns that give a part of a field, a house number say, of which there is no column for the rest. */
  readonly idle: readonly Column[];
}

type Origins<F extends string> = Partial<Record<F, Origin>>;
type Groups = Map<AddressGroup, Origins<AddressField>>;
type Meant = Column & { readonly target: Target };

/** @throws OperatorError when a constant is for an address that no column belongs to, or for no field */
export function sourcesOf(reading: Reading, options: ColumnOptions): Sources {
  const decisions: string[] = [];
  const idle: Column[] = [];
  const person: Origins<PersonField> = {};
  const groups: Groups = new Map();
  /** Address fields without number or kind, which may have to serve a typed address. */
  const loose: Origins<AddressField> = {};
  for (const columns of byField(reading.columns)) {
    const [{ target }] = columns;
    const origin = originOf(columns);
    if (origin === undefined) idle.push(...columns);
    else {
      if (origin.from === 'joined') decisions.push(joinSentence(target, origin.parts));
      if (target.of === 'person') person[target.field] = origin;
      else if (target.group === undefined) loose[target.field] = origin;
      else groups.set(target.group, { ...groups.get(target.group), [target.field]: origin });
    }
  }
  decisions.push(...lend(loose, groups));
  const { key } = reading;
  if (key) person.external_id = { from: 'column', index: key.index, header: key.header };
  addConstants(person, groups, options);
  decisions.push(...choosePrimary(reading, groups));
  return { person, groups, decisions, idle };
}

/** The columns of each field together: one, or all the parts of it; of two for the same thing the first alone. */
function byField(columns: readonly Column[]): [Meant, ...Meant[]][] {
  const fields = new Map<string, [Meant, ...Meant[]]>();
  const seen = new Set<string>();
  for (const column of columns) {
    const { target } = column;
    // `address1_city` is the same field as `city`.
    if (target === undefined || seen.has(fieldName(target))) continue;
    seen.add(fieldName(target));
    const field = wholeFieldName(target);
    const meant = { ...column, target };
    const others = fields.get(field);
    fields.set(field, others ? [...others, meant] : [meant]);
  }
  return [...fields.values()];
}

/** Parts in the order in which they are written; `undefined` is the rest of the field. */
const ORDER = [
  'last_name_prefix',
  'house_number',
  'street_direction',
  'care_of',
  'building',
  'floor',
  undefined,
  'street_type',
  'street_direction_last',
  'second_last_name',
  'house_number_last',
  'house_number_suffix',
  'street3',
  'street4',
  'urbanization',
] as const;

function originOf(columns: readonly [Meant, ...Meant[]]): Origin | undefined {
  const [{ target }] = columns;
  const rest = columns.find((column) => column.target.part === undefined);
  // Of the lines of a street each means something alone; a house number does not.
  const lines = target.field === 'street2';
  if (rest === undefined && !lines) return undefined;
  const order: Target['part'][] = [...ORDER];
  if (columns.some((column) => column.target.part === 'house_number'))
    order.splice(order.indexOf('house_number') + 1, 0, 'house_number_suffix');
  const parts = [...columns]
    .sort((a, b) => order.indexOf(a.target.part) - order.indexOf(b.target.part))
    .map(({ index, header }) => ({ index, header }));
  const [first, second] = parts;
  if (first !== undefined && second === undefined) return { from: 'column', ...first };
  return {
    from: 'joined',
    parts,
    joint: lines ? ', ' : ' ',
    ...(rest && !lines && { main: rest.index }),
    header: parts.map(({ header }) => header).join(' + '),
  };
}

function joinSentence(target: Target, parts: readonly Place[]): string {
  return `${inQuotes(parts.map(({ header }) => header))} are joined, in this order, to ${wholeFieldName(target)}`;
}

/** What an address must have; a typed one that lacks some of it is served by fields without number or kind. */
const NEEDED: readonly AddressField[] = ['street', 'city', 'state', 'zip_code'];

/** Gives fields without number or kind to the one typed address that lacks them, unless they are an address of their own. */
function lend(loose: Origins<AddressField>, groups: Groups): string[] {
  const own = loose.street !== undefined || groups.has(1) || groups.size === 0;
  const named = [...groups].filter(([group]) => typeof group === 'string');
  const [host, another] = named.filter(([, origins]) => NEEDED.some((field) => origins[field] === undefined));
  const only = named.length === 1 ? named[0] : host;
  const served = own || another !== undefined ? undefined : only;
  const left: Origins<AddressField> = {};
  const lent = new Map<string, string[]>();
  for (const field of keysOf(loose)) {
    const origin = loose[field];
    // One country may well be that of every address; one city of two streets may not.
    const takers = (field === 'country' ? named : named.filter((one) => one === served)).filter(
      ([, origins]) => origins[field] === undefined,
    );
    if (origin === undefined || origin.from === 'constant') continue;
    if (own || takers.length === 0) left[field] = origin;
    if (takers.length === 0) continue;
    for (const [, origins] of takers) origins[field] = origin;
    const addresses = takers.map(([group]) => addressName(group)).join(' and ');
    lent.set(addresses, [...(lent.get(addresses) ?? []), origin.header]);
  }
  if (keysOf(left).length > 0) groups.set(1, { ...left, ...groups.get(1) });
  return [...lent].map(
    ([addresses, headers]) =>
      `${inQuotes(headers)} ${headers.length > 1 ? 'are' : 'is'} read as of ${addresses}`,
  );
}

function addConstants(
  person: Origins<PersonField>,
  groups: Groups,
  { mapping, set = {} }: ColumnOptions,
): void {
  const constants = [
    ...Object.entries(set).map(([name, value]) => ({ name, value, where: '--set' })),
    ...Object.entries(mapping?.constants ?? {}).map(([name, value]) => ({
      name,
      value,
      where: '"constants" in the mapping',
    })),
  ].map((constant) => ({ ...constant, target: requireConstant(constant.name, constant.where) }));
  const namesAddress = (target: Target): boolean => target.of === 'address' && target.group !== undefined;
  for (const { name, value, where, target } of [
    ...constants.filter((constant) => namesAddress(constant.target)),
    ...constants.filter((constant) => !namesAddress(constant.target)),
  ]) {
    if (target.of === 'person') {
      person[target.field] = filled(person[target.field], value);
      continue;
    }
    const { group: wanted, field } = target;
    if (wanted !== undefined && !groups.has(wanted)) {
      throw new OperatorError(`${where} gives ${name}, but no column belongs to that address: take it out`);
    }
    for (const [group, origins] of groups) {
      const meant = wanted === undefined ? field !== 'address_type' || !isTyped(group) : wanted === group;
      if (meant) origins[field] = filled(origins[field], value);
    }
  }
}

/** The first constant stays. */
function filled(origin: Origin | undefined, value: string): Origin {
  if (origin === undefined) return { from: 'constant', value };
  return origin.from === 'constant' || origin.fallback !== undefined
    ? origin
    : { ...origin, fallback: value };
}

/** Says which of several addresses will be primary, and makes it so where the export knows. */
function choosePrimary({ known }: Reading, groups: Groups): string[] {
  const all = [...groups.keys()].sort(inPayloadOrder);
  const primary = all.find((group) => group === known?.primary) ?? all[0];
  const other = all.find((group) => group !== primary);
  if (primary === undefined || other === undefined) return [];
  if ([...groups.values()].some((origins) => origins.is_primary !== undefined)) return [];
  if (primary === known?.primary)
    groups.set(primary, { ...groups.get(primary), is_primary: { from: 'constant', value: 'true' } });
  const otherwise = fieldName({ of: 'address', field: 'is_primary', group: other });
  return [
    `${addressName(primary)} is the primary one where a row has several; --set ${otherwise}=true chooses ${addressName(other)}`,
  ];
}

/** Numbered addresses by number, then the others in the order of the file. */
export function inPayloadOrder(a: AddressGroup, b: AddressGroup): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Number(typeof a !== 'number') - Number(typeof b !== 'number');
}

/** Whether the address is of one of Bond's two types. */
export function isTyped(group: AddressGroup): group is 'MAILING' | 'PHYSICAL' {
  return group === 'MAILING' || group === 'PHYSICAL';
}

/** How an address is named to the operator. */
export function addressName(group: AddressGroup = 1): string {
  return typeof group === 'number' ? `address ${group}` : `the ${group.toLowerCase()} address`;
}

/** Headers as they are quoted in a sentence. */
export function inQuotes(headers: readonly string[]): string {
  const quoted = headers.map((header) => `"${header}"`);
  return [quoted.slice(0, -1).join(', '), ...quoted.slice(-1)].filter((part) => part !== '').join(' and ');
}

function keysOf(origins: Origins<AddressField>): AddressField[] {
  return Object.keys(origins).filter((field): field is AddressField => field in origins);
}
