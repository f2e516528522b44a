import fc from 'fast-check';
import { person, ssnOf, type Person } from '../support/people.js';

/** What operators do to their file between two runs. */
export interface Move {
  readonly what: (typeof MOVES)[number];
  /** Chooses the row. */
  readonly at: number;
}

const MOVES = [
  'move house',
  'correct the e-mail',
  'correct the surname',
  'correct the phone',
  'add an SSN',
  'remove the SSN',
  'break the birth date',
  'mend the birth date',
  'append',
  'remove',
  'reverse',
  'repeat',
  'give the id to another',
  'write the id without zeros',
] as const;

export const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({ what: fc.constantFrom(...MOVES), at: fc.nat(99) }),
  { maxLength: 4 },
);

/** How many people there are in a story before anybody is appended. */
const NEWCOMERS_FROM = 200;

/** The file, exported anew: the rows named in `said` have their ids as the ledger knows them. */
export function exportedAnew(rows: readonly Person[], said: string): Person[] {
  const named = /export the file anew/.test(said)
    ? (/\(row ([\d, ]+)/.exec(said)?.[1] ?? '').split(', ')
    : [];
  return rows.map((each, at) => {
    if (!named.includes(String(at + 1))) return each;
    const id = each['Customer No'] ?? '';
    return { ...each, 'Customer No': id.startsWith('0') ? bare(each) : `00${id}` };
  });
}

function bare(row: Person): string {
  return (row['Customer No'] ?? '').replace(/^0+/, '');
}

/** The file after a move. The street stays a person's own. */
export function moved(rows: readonly Person[], { what, at }: Move): Person[] {
  const index = at % Math.max(1, rows.length);
  const row = rows[index];
  const newcomer = person(NEWCOMERS_FROM + rows.length + at);
  if (what === 'append') return [...rows, newcomer];
  if (row === undefined) return [...rows];
  const replace = (changes: Person): Person[] =>
    rows.map((each, n) => (n === index ? { ...row, ...changes } : each));
  switch (what) {
    case 'move house':
      return replace({ Town: 'Oakland' });
    case 'correct the e-mail':
      return replace({ 'E-mail': `x${row['E-mail'] || 'y@vexfor.example'}` });
    case 'correct the surname':
      return replace({ Surname: `${row['Surname'] ?? ''}e` });
    case 'correct the phone':
      return replace({ Mobile: '415-555-9876' });
    case 'add an SSN':
      return replace({ 'Social Security Number': ssnOf(5000 + at) });
    case 'remove the SSN':
      return replace({ 'Social Security Number': '' });
    case 'break the birth date':
      return replace({ 'Date of Birth': `${row['Date of Birth'] ?? ''} or so` });
    case 'mend the birth date':
      return rows.map((each) => ({ ...each, 'Date of Birth': (each['Date of Birth'] ?? '').slice(0, 10) }));
    case 'remove':
      return rows.filter((_, n) => n !== index || rows.length === 1);
    case 'reverse':
      return rows.toReversed();
    case 'repeat':
      return [...rows, row];
    case 'give the id to another':
      return rows.map((each, n) =>
        n === index ? { ...newcomer, 'Customer No': row['Customer No'] ?? '' } : each,
      );
    case 'write the id without zeros':
      // A spreadsheet rewrites an id wherever it stands.
      return rows.map((each) =>
        each['Customer No'] === row['Customer No'] ? { ...each, 'Customer No': bare(row) } : each,
      );
  }
}
