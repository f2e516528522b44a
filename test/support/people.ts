import { stringify } from 'csv-stringify/sync';

/** A row of a customer file, by header: an operator's headers, none of them the API's own. */
export type Person = Readonly<Record<string, string>>;

/** The `n`-th person, from 1: nobody shares a name, SSN, e-mail or phone with another. */
export function person(n: number, changes: Person = {}): Person {
  return {
    'Customer No': `C-${n}`,
    'Given Name': `Quilla${letters(n)}`,
    Surname: `Vexfor${letters(n)}`,
    'Date of Birth': `19${digits(50 + (n % 50), 2)}-0${1 + (n % 9)}-1${n % 10}`,
    'Social Security Number': ssnOf(n),
    'E-mail': emailOf(n),
    Mobile: `415-555-${digits(n, 4)}`,
    'Address Line 1': `${n} Orchard Road`,
    Town: 'San Francisco',
    Province: 'CA',
    'Postal Code': '94110',
    Country: 'US',
    'Address Type': 'PHYSICAL',
    ...changes,
  };
}

/** The first `count` people. */
export function people(count: number): Person[] {
  return Array.from({ length: count }, (_, index) => person(index + 1));
}

/** The first `count` people; every other one has no SSN, so that nothing but the key keeps them from a double. */
export function peopleWithoutSsns(count: number): Person[] {
  return people(count).map((each, index) =>
    index % 2 === 0 ? { ...each, 'Social Security Number': '' } : each,
  );
}

export function emailOf(n: number): string {
  return `quilla.${letters(n)}@vexfor.example`;
}

export function ssnOf(n: number): string {
  return `612-${digits(10 + Math.floor(n / 10_000), 2)}-${digits(n % 10_000, 4)}`;
}

/** For `when` in a fault plan: the `n`-th person's create. */
export function row(n: number): { field: string; equals: string } {
  return { field: 'email', equals: emailOf(n) };
}

/** A CSV of people; the header is that of the first. */
export function csvOf(list: readonly Person[]): string {
  return stringify([...list], { header: true, columns: Object.keys(list[0] ?? person(1)) });
}

function letters(n: number): string {
  return [676, 26, 1].map((place) => String.fromCharCode(97 + (Math.floor(n / place) % 26))).join('');
}

function digits(n: number, width: number): string {
  return String(n).padStart(width, '0');
}
