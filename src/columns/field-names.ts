import { distance } from 'fastest-levenshtein';
import { halvesOf, headerText, squash, wordsOf } from './header-text.js';
import { FOREIGN_WHOLE_NAMES } from './languages.js';
import { isAddressField, isPersonField, type AddressField, type PersonField } from './plan.js';
import {
  ADDRESS_NAMES,
  ADDRESS_PARTS,
  NO_FIELD,
  PERSON_NAMES,
  PERSON_PARTS,
  WITHIN_ADDRESS,
  type AddressPart,
  type PersonPart,
} from './synonyms.js';

/** Which address a column belongs to: its number, counted from 1, or its kind. */
export type AddressGroup = number | 'MAILING' | 'PHYSICAL' | 'BILLING' | 'SHIPPING';

/** What a header or a field name stands for; `part` when the column gives only a part of the field. */
export type Target =
  | { readonly of: 'person'; readonly field: PersonField; readonly part?: PersonPart }
  | {
      readonly of: 'address';
      readonly field: AddressField;
      readonly part?: AddressPart;
      /** Absent when the name gives neither a number nor a kind. */
      readonly group?: AddressGroup;
    };

/** A name understood; `exact` when it is the contract's own word and not a synonym. */
export interface NameReading {
  readonly target: Target;
  readonly exact: boolean;
}

const OWNER =
  /^(?:customers?|clients?|users?|members?|contacts?|persons?|people|applicants?|consumer|cardholder|accountholder|subscribers?|borrower|policyholder|insured|patients?|students?|residents?|tenant|profile)(?=.)/;
const KINDS: readonly (readonly [AddressGroup | undefined, RegExp])[] = [
  ['PHYSICAL', /^(?:physical|home|residential|residence|legal|permanent)(?=.)/],
  ['MAILING', /^(?:mailing|postal|correspondence|mail)(?=.)/],
  ['BILLING', /^(?:billing|billto|invoice)(?=.)/],
  ['SHIPPING', /^(?:shipping|shipto|delivery)(?=.)/],
  [undefined, /^(?:current|main|primary|default)(?=.)/],
];

/** What a header, or a field name of a mapping file, stands for; undefined when it is no known name. */
export function readField(text: string): NameReading | undefined {
  const { names, halves } = headerText(text);
  const readings = (spellings: readonly string[]): NameReading[] =>
    spellings.flatMap((name) => readName(name) ?? readName(name.replace(OWNER, '')) ?? []);
  const [whole] = readings(names);
  if (whole !== undefined) return whole;
  const [first = ''] = halves;
  const read = readings(halves.map(squash));
  // `Business Country/Region` is no region: its first half says of what.
  if (/\s/.test(first) && readings([squash(first)]).length === 0) return undefined;
  // `City/State` is neither of the two.
  const [half, ...others] = read;
  // `Tax / ID` is the number at an authority, and no id of the operator's own.
  if (half?.target.field !== 'ssn' && saysSsn(text)) return undefined;
  return others.every(({ target }) => half && fieldName(target) === fieldName(half.target))
    ? half
    : undefined;
}

/** The name of a target, in a spelling that `readField` takes back: `dob`, `city`, `addresses.1.city`, `mailing.city`. */
export function fieldName(target: Target): string {
  return nameWithin(target, target.part ?? target.field);
}

/** The name of the field that a target is, or is a part of. */
export function wholeFieldName(target: Target): string {
  return nameWithin(target, target.field);
}

function nameWithin(target: Target, name: string): string {
  if (target.of === 'person' || target.group === undefined || target.group === 1) return name;
  return typeof target.group === 'number'
    ? `addresses.${target.group - 1}.${name}`
    : `${target.group.toLowerCase()}.${name}`;
}

const SSN_WORDS =
  /(?:^| )(?:\w*ssn|ssn\w*|itin|tin|ss (?:number|no|num)|social ?security.*|social insurance.*|tax ?payer ?(?:id|number).*|tax ?(?:id|number|no|ident\w*).*|national ?(?:id|identity|identification|number|insurance).*|gov(?:ernmen)?t? ?id.*|identity ?number|sozialversicherung\w*|svnr|sv nr|steuer ?(?:id|nummer)\w*|nif|nie|dni|cpf|curp|rfc|bsn|burgerservicenummer|codice ?fiscale|seguro ?social|securite ?sociale|nir)(?: |$)/;

/** Whether a header announces a Social Security number or another number of a person at an authority. */
export function announcesSsn(header: string): boolean {
  return readField(header)?.target.field === 'ssn' || saysSsn(header);
}

/** Capitals may divide words (`TaxId`), or stand anywhere (`tAX iD`). */
function saysSsn(header: string): boolean {
  return [header, header.toLowerCase()].some((text) => SSN_WORDS.test(wordsOf(text)));
}

/** Whether the header says that only a part of the number is in the column, which Bond does not take. */
export function announcesPart(header: string): boolean {
  return /(?:last|final|ending) ?(?:4|four)|(?:ssn|tin|id) ?4$|4 digits/.test(wordsOf(header));
}

const WHOLE_NAMES: ReadonlySet<string> = new Set(
  `name fullname completename wholename displayname legalname fulllegalname firstlastname
  firstandlastname lastfirstname namefull names nome nombre nombres naam
  ${FOREIGN_WHOLE_NAMES}`.split(/\s+/),
);
const WHOLE_ADDRESSES: ReadonlySet<string> = new Set(
  `fulladdress completeaddress addressfull formattedaddress addressformatted wholeaddress
  vollstaendigeadresse adressecomplete direccioncompleta enderecocompleto indirizzocompleto
  volledigadres citystatezip citystatezipcode citystate plzort plzundort cpville`.split(/\s+/),
);

/** Whether a header announces a whole name in one cell, which no field takes. */
export function isWholeName(header: string): boolean {
  return headerText(header).names.some(
    (name) => WHOLE_NAMES.has(name) || (name !== 'username' && WHOLE_NAMES.has(name.replace(OWNER, ''))),
  );
}

/** Whether a header announces several fields of an address in one cell. */
export function isWholeAddress(header: string): boolean {
  if (readField(header) !== undefined) return false;
  const halves = halvesOf(header).map((half) => readName(half));
  const several = new Set(
    halves.flatMap((half) => (half?.target.of === 'address' ? [wholeFieldName(half.target)] : [])),
  );
  return (
    several.size > 1 || headerText(header).names.some((name) => WHOLE_ADDRESSES.has(name.replace(OWNER, '')))
  );
}

/** Why a header is no field, when that is known; '' when there is nothing more to say. */
export function noFieldReason(header: string): string | undefined {
  return headerText(header)
    .names.map((name) => NO_FIELD.get(name.replace(OWNER, '')) ?? NO_FIELD.get(name))
    .find((reason) => reason !== undefined);
}

/** The candidate most like `wanted`, if one is alike enough to have been meant. */
export function nearest(wanted: string, candidates: readonly string[]): string | undefined {
  return nearestOf([wanted], candidates);
}

/** The header that is a slip of the pen for a name of the field, if there is one; a header that means another thing is not. */
export function nearestHeader(
  field: PersonField | AddressField,
  headers: readonly string[],
): string | undefined {
  return nearestOf(
    everyNameOf(field),
    headers.filter((header) => noFieldReason(header) === undefined && !isWholeName(header)),
  );
}

/** The field that the header was probably meant for: a slip of the pen, not another word. */
export function nearestField(header: string): string | undefined {
  if (noFieldReason(header) !== undefined || isWholeName(header)) return undefined;
  const name = nearest(header, [...PERSON_NAMES.keys(), ...ADDRESS_NAMES.keys()]);
  return name === undefined ? undefined : (PERSON_NAMES.get(name) ?? ADDRESS_NAMES.get(name));
}

function readName(name: string): NameReading | undefined {
  const person = PERSON_NAMES.get(name) ?? PERSON_NAMES.get(name.replace(/1$/, ''));
  if (person !== undefined) {
    const target: Target = isPersonField(person)
      ? { of: 'person', field: person }
      : { of: 'person', field: PERSON_PARTS[person], part: person };
    return { target, exact: name === squash(person) };
  }
  // Before any number is looked for: `address2` and `street_2` alone are the second line of the first address.
  const plain = outsideAddress(name);
  if (plain !== undefined) return { target: addressTarget(plain), exact: name === squash(plain) };

  const [, index, afterIndex = ''] = /^addresses(\d{1,2})(.+)$/.exec(name) ?? [];
  if (index !== undefined) return addressReading(Number(index) + 1, afterIndex);
  const [, number, afterNumber = ''] = /^addr(?:ess)?([1-9]\d?)(.+)$/.exec(name) ?? [];
  if (number !== undefined) return addressReading(Number(number), afterNumber);
  for (const [group, kind] of KINDS) {
    if (kind.test(name)) return addressReading(group, name.replace(kind, ''));
  }
  // `zip4` is the +4 of a ZIP; a street with a number is a line of it.
  const [, before = '', last] = /^(.+?)([1-9]\d?)$/.exec(name) ?? [];
  const field = outsideAddress(before);
  const line = field === 'street' || field === 'street2' || field === 'street3' || field === 'street4';
  if (field === undefined || line || NO_FIELD.has(name)) return undefined;
  return { target: addressTarget(field, Number(last)), exact: before === squash(field) };
}

function addressReading(group: AddressGroup | undefined, name: string): NameReading | undefined {
  const field = WITHIN_ADDRESS.get(name) ?? outsideAddress(name);
  return field && { target: addressTarget(field, group), exact: name === squash(field) };
}

function addressTarget(name: AddressField | AddressPart, group?: AddressGroup): Target {
  const where = group === undefined ? {} : { group };
  return isAddressField(name)
    ? { of: 'address', field: name, ...where }
    : { of: 'address', field: ADDRESS_PARTS[name], part: name, ...where };
}

/** The address field of a name that may begin with the word itself: `city`, `address_city`. */
function outsideAddress(name: string): AddressField | AddressPart | undefined {
  const [, rest = ''] = /^addr(?:ess)?(\D.*)$/.exec(name) ?? [];
  return ADDRESS_NAMES.get(name) ?? ADDRESS_NAMES.get(rest) ?? WITHIN_ADDRESS.get(rest);
}

function everyNameOf(field: PersonField | AddressField): string[] {
  return [...PERSON_NAMES, ...ADDRESS_NAMES].flatMap(([name, of]) => (of === field ? [name] : []));
}

function nearestOf(names: readonly string[], candidates: readonly string[]): string | undefined {
  const alike = candidates.flatMap((candidate) => {
    const unlikeness = Math.min(...names.map((name) => unlike(squash(name), squash(candidate))));
    return unlikeness === Infinity ? [] : [{ candidate, unlikeness }];
  });
  return alike.sort((a, b) => a.unlikeness - b.unlikeness)[0]?.candidate;
}

/** Edits between two names; Infinity when too many for one to be a slip of the other. */
function unlike(a: string, b: string): number {
  const edits = distance(a, b);
  const [sortedA, sortedB] = [a, b].map((name) => Array.from(name).sort().join(''));
  const swapped = a.length > 4 && sortedA === sortedB && a.charAt(0) === b.charAt(0);
  return swapped || edits <= Math.floor(Math.max(a.length, b.length) / 5) ? edits : Infinity;
}
