/** Fields of the person, as the contract names them. `external_id` is the operator's own id and is not sent. */
export const PERSON_FIELDS = [
  'first_name',
  'middle_name',
  'last_name',
  'dob',
  'ssn',
  'phone',
  'phone_country_code',
  'email',
  'brand_person_id',
  'external_id',
] as const;

export const ADDRESS_FIELDS = [
  'address_type',
  'street',
  'street2',
  'city',
  'state',
  'zip_code',
  'country',
  'is_primary',
] as const;

export type PersonField = (typeof PERSON_FIELDS)[number];
export type AddressField = (typeof ADDRESS_FIELDS)[number];

export function isPersonField(name: string): name is PersonField {
  return PERSON_FIELDS.some((field) => field === name);
}

export function isAddressField(name: string): name is AddressField {
  return ADDRESS_FIELDS.some((field) => field === name);
}

/** A column of the file. */
export interface Place {
  readonly index: number;
  readonly header: string;
}

/** Where a field's text comes from; `fallback` is the constant that fills its empty cells. */
export type Origin =
  | (Place & { readonly from: 'column'; readonly fallback?: string })
  | {
      readonly from: 'joined';
      /** In the order in which their texts are written, e.g. house number, street. */
      readonly parts: readonly Place[];
      readonly joint: ' ' | ', ';
      /** Index of the column without whose text the others mean nothing: a house number without its street. */
      readonly main?: number;
      /** The headers of all parts, e.g. `House Number + Street Name`. */
      readonly header: string;
      readonly fallback?: string;
    }
  | { readonly from: 'constant'; readonly value: string };

/** The columns behind an origin, in the order in which their texts are written; a constant has none. */
export function placesOf(origin: Origin): readonly Place[] {
  switch (origin.from) {
    case 'column':
      return [origin];
    case 'joined':
      return origin.parts;
    case 'constant':
      return [];
  }
}

/** The text of a field in a row, as it stands there: its cell, its cells joined, or the constant for an empty one. */
export function textOf(origin: Origin, cells: readonly string[]): string {
  if (origin.from === 'constant') return origin.value;
  const text = origin.from === 'column' ? (cells[origin.index] ?? '') : joinedText(origin, cells);
  return origin.fallback !== undefined && text.trim() === '' ? origin.fallback : text;
}

function joinedText(
  { parts, joint, main }: Extract<Origin, { from: 'joined' }>,
  cells: readonly string[],
): string {
  const textAt = (index: number): string => cells[index]?.trim() ?? '';
  if (main !== undefined && textAt(main) === '') return '';
  const texts = parts.map(({ index }) => textAt(index)).filter((text) => text !== '');
  // A street that holds its number already (`12 Elm St`, `Hauptstr. 12`) does not get it twice.
  return texts
    .filter((text, at) => {
      const before = texts[at - 1];
      const after = texts[at + 1];
      return !after?.startsWith(`${text} `) && !before?.endsWith(` ${text}`) && before !== text;
    })
    .join(joint);
}

/** One address that a row may have; its columns share a number (`address2_city`) or a type (`mailing_city`). */
export interface AddressPlan {
  /** Set when the headers say the type (`physical_city`); the address needs no `address_type` cell then. */
  readonly type?: 'MAILING' | 'PHYSICAL';
  readonly origins: Readonly<Partial<Record<AddressField, Origin>>>;
}

/** How a row's key is made (contract, "Identity"). */
export type KeyPlan =
  | { readonly by: 'brand_person_id' | 'external_id'; readonly index: number; readonly header: string }
  | { readonly by: 'name_dob' };

/** What each column of the file means: compiled once from the header, applied by index to every row. */
export interface ColumnPlan {
  /** The operator's own headers, untouched. */
  readonly headers: readonly string[];
  readonly person: Readonly<Partial<Record<PersonField, Origin>>>;
  /** In payload order: numbered ones by number, then typed ones in the order of the file. */
  readonly addresses: readonly AddressPlan[];
  readonly key: KeyPlan;
  /** Indexes of the columns that hold an SSN: masked wherever rows are shown or written. */
  readonly ssnColumns: readonly number[];
  /** Indexes of the columns that are no field; a cell of nine digits in them is masked too, whatever their names. */
  readonly fieldless: readonly number[];
  /** Those of them that the mapping file lists under "ignore". */
  readonly ignored: readonly number[];
  /** Headers of the others, in file order. */
  readonly unmapped: readonly string[];
  /** Words that mean themselves, though exports write them for nothing (`Null` as a name); in lower case. */
  readonly accept: ReadonlySet<string>;
  /** What the operator says that a cell means, by field and by the cell's text in lower case. */
  readonly values: Readonly<Partial<Record<PersonField | AddressField, ReadonlyMap<string, string>>>>;
  /** What `validate`, `inspect` and `run` say of the columns before the first customer, one sentence each. */
  readonly warnings: readonly string[];
  /** How dates are written, as date-fns tokens, e.g. `MM/dd/yyyy`; undefined means ISO `yyyy-MM-dd`. */
  readonly dateFormat?: string;
  /** What the header of the birth dates says of their format; a proposal for a person to confirm. */
  readonly proposedDateFormat?: string;
}

/**
 * The operator's own header for a payload path, e.g. `addresses.0.zip_code` → `Zip`; '' when no column is behind it.
 * @param groups payload address index → index into `plan.addresses`, for this row
 */
export function columnOf(plan: ColumnPlan, groups: readonly number[], path: string): string {
  const [head = '', index = '', field = ''] = path.split('.');
  const origins: Readonly<Partial<Record<string, Origin>>> =
    head === 'addresses' ? (plan.addresses[groups[Number(index)] ?? -1]?.origins ?? {}) : plan.person;
  const origin = origins[head === 'addresses' ? field : head];
  if (origin !== undefined && origin.from !== 'constant') return origin.header;
  return head === 'brand_person_id' && plan.key.by !== 'name_dob' ? plan.key.header : '';
}
