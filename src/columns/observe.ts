import {
  A_FEW,
  countCell,
  holdingOf,
  isWrittenAsSsn,
  noCells,
  type CellCounts,
  type Holding,
} from './cells.js';
import { announcesPart, announcesSsn, fieldName, readField } from './field-names.js';
import { squash } from './header-text.js';
import { isAddressField, placesOf, textOf, type ColumnPlan, type Origin } from './plan.js';
import { PARTS_BY_MAPPING } from './synonyms.js';

/** What only the cells of the whole file tell of its columns. */
export interface ColumnObserver {
  /** A pass over the file begins; what an earlier one has shown is forgotten. */
  start(): void;
  /** Takes the cells of one row. */
  add(cells: readonly string[]): void;
  /** What stops a run before its first customer, one sentence each. */
  stops(): string[];
  /** What is said before the first customer, one sentence each. */
  warnings(): string[];
}

interface Watched {
  readonly index: number;
  readonly header: string;
  readonly counts: CellCounts;
}

const CALLED: Readonly<Record<Holding, string>> = {
  ssn: 'Social Security numbers',
  email: 'e-mail addresses',
  phone: 'phone numbers',
};

/** Watches the columns that will not be sent, and the constants, over all rows of the file. */
export function observeColumns(plan: ColumnPlan): ColumnObserver {
  const unsent = plan.fieldless.filter((index) => !plan.ignored.includes(index));
  const constants = fallbacksOf(plan);
  const key = plan.key.by === 'external_id' ? plan.key : undefined;
  let watched: Watched[] = [];
  let ids: IdCounts = { filled: 0, ssns: 0 };
  let used = new Set<Fallback>();
  let rows = 0;
  const start = (): void => {
    watched = unsent.map((index) => ({ index, header: plan.headers[index] ?? '', counts: noCells() }));
    used = new Set();
    ids = { filled: 0, ssns: 0 };
    rows = 0;
  };
  start();
  return {
    start,
    add(cells) {
      rows++;
      for (const { index, counts } of watched) countCell(counts, cells[index] ?? '');
      if (key) countId(ids, cells[key.index] ?? '', plan, cells);
      for (const constant of constants)
        if (!used.has(constant) && isEmpty(constant.origin, cells)) used.add(constant);
    },
    stops: () => [
      ...watched.flatMap((column) => stopOf(column, plan)),
      // From the key of an id that is an SSN the SSN could be found by trying them all.
      ...(key && ids.ssns > ids.filled * A_FEW
        ? [
            `"${key.header}" is the id of a person, but holds Social Security numbers (SSN): name a column with an id of your own (--key)`,
          ]
        : []),
    ],
    warnings: () => [
      ...watched.flatMap((column) => doubleOf(column, plan)),
      ...constants
        .filter((constant) => rows > 0 && !used.has(constant))
        .map(
          ({ field, origin }) =>
            `The constant for ${field} is never used: no cell of "${origin.header}" is empty.`,
        ),
    ],
  };
}

interface IdCounts {
  filled: number;
  ssns: number;
}

/** An id is an SSN when it is written like one, or has the digits of the SSN beside it. */
function countId(ids: IdCounts, id: string, { person: { ssn } }: ColumnPlan, cells: readonly string[]): void {
  if (id.trim() === '') return;
  ids.filled++;
  const digits = id.replace(/\D/g, '');
  const own = ssn === undefined ? '' : textOf(ssn, cells).replace(/\D/g, '');
  if (isWrittenAsSsn(id) || (digits.length === 9 && digits === own)) ids.ssns++;
}

function filledCells({ filled }: CellCounts): string {
  return filled === 1 ? '1 filled cell' : `${filled} filled cells`;
}

/** What is said of a column that holds what another column is sent as. */
function doubleOf({ header, counts }: Watched, plan: ColumnPlan): string[] {
  const held = holdingOf(counts, header);
  const origin = held === undefined ? undefined : plan.person[held];
  if (held === undefined || origin === undefined || origin.from === 'constant' || readField(header))
    return [];
  return [
    `"${header}" seems to hold ${CALLED[held]} too (${filledCells(counts)}), which are not sent: ${held} is taken from "${origin.header}".`,
  ];
}

function stopOf({ index, header, counts }: Watched, plan: ColumnPlan): string[] {
  if (counts.filled === 0) return [];
  const place = `column ${index + 1} (${letterOf(index)})`;
  const cells = filledCells(counts);
  const held = heldBy(header, counts);
  if (squash(header) === '') {
    const what = held === undefined ? '' : `, which look like ${CALLED[held]}`;
    const field = held ?? 'middle_name';
    const columns = plan.person[field] ? '' : `"columns" ({"#${index + 1}": "${field}"}) or `;
    return [
      `${place} has no name but ${cells}${what}: name it in the file, or in a mapping file (--mapping) under ${columns}"ignore" (["#${index + 1}"])`,
    ];
  }
  const part = readField(header)?.target;
  if (part !== undefined && PARTS_BY_MAPPING.has(part.part ?? '')) {
    return [
      `"${header}" holds a part of the address (${cells}), and the address would be sent without it: write it into the second line of the street, ` +
        `let it be joined as it is, in a mapping file (--mapping) under "columns" ({${JSON.stringify(header)}: "${fieldName(part)}"}), or list it under "ignore"`,
    ];
  }
  if (held === undefined || plan.person[held] !== undefined) return [];
  return [
    `"${header}" holds ${CALLED[held]} (${cells}), but no column is sent as ${held}, and what is not sent at first is never sent later: ` +
      `map it in a mapping file (--mapping) under "columns" ({${JSON.stringify(header)}: "${held}"}), or list it under "ignore"`,
  ];
}

/** What the column holds, by its name or its cells. */
function heldBy(header: string, counts: CellCounts): Holding | undefined {
  const byCells = holdingOf(counts, header);
  if (byCells !== undefined) return byCells;
  // Cells that are all masked, or the last four digits, could not be sent anyway.
  const whole = announcesSsn(header) && !announcesPart(header);
  return whole && counts.ssn + counts.nineDigits > 0 ? 'ssn' : undefined;
}

/** The name that a spreadsheet gives to a column: A, B, …, AA. */
function letterOf(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letterOf(Math.floor(index / 26) - 1) + last;
}

interface Fallback {
  readonly field: string;
  readonly origin: Exclude<Origin, { from: 'constant' }>;
}

/** Every constant that fills the empty cells of a column. */
function fallbacksOf(plan: ColumnPlan): Fallback[] {
  const person = Object.entries(plan.person).map(([field, origin]) => ({ field, origin }));
  const addresses = plan.addresses.flatMap(({ type, origins }, at) =>
    Object.entries(origins).map(([name, origin]) => ({
      field: isAddressField(name) ? fieldName({ of: 'address', field: name, group: type ?? at + 1 }) : name,
      origin,
    })),
  );
  return [...person, ...addresses].flatMap(({ field, origin }) =>
    origin.from !== 'constant' && origin.fallback !== undefined ? [{ field, origin }] : [],
  );
}

function isEmpty(origin: Fallback['origin'], cells: readonly string[]): boolean {
  return placesOf(origin).every(({ index }) => (cells[index] ?? '').trim() === '');
}
