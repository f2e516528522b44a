/** People of nobody, the same ones at every run. */
export interface Someone {
  readonly id: string;
  readonly first: string;
  readonly last: string;
  /** YYYY-MM-DD */
  readonly dob: string;
  readonly email: string;
  readonly phone: string;
  readonly street: string;
  readonly house: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
}

const FIRST =
  'Nora Omar Tess Ivo Lena Hugo Mina Paul Rosa Karl Anna Luis Vera Emil Iris Otto Jürgen Zoë'.split(' ');
const LAST =
  'Vance Reyes Holm Becker Moreno Lindt Okafor Dubois Weiß Fuchs Castell Nakamura Silva Petrov'.split(' ');
const PLACES = [
  ['Salem', 'OR', '97301'],
  ['Boise', 'ID', '83702'],
  ['Provo', 'UT', '84601'],
  ['Boston', 'MA', '02134'],
] as const;

/** Numbers that look random and are not: a linear congruential generator with a fixed seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export function peopleOf(count: number, prefix: string, seed: number): Someone[] {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly [T, ...T[]] | readonly T[]): T => {
    const one = list[random(list.length)];
    if (one === undefined) throw new Error('an empty list');
    return one;
  };
  return Array.from({ length: count }, (_, at) => {
    const [city, state, zip] = pick(PLACES);
    return {
      id: `${prefix}${String(at + 1).padStart(5, '0')}`,
      first: pick(FIRST),
      last: pick(LAST),
      dob: `${1940 + random(65)}-${String(1 + random(12)).padStart(2, '0')}-${String(1 + random(28)).padStart(2, '0')}`,
      email: `p${at + 1}.${prefix.toLowerCase()}@example.com`,
      phone: `(${pick(['503', '208', '801', '617'])}) 555-01${String(random(100)).padStart(2, '0')}`,
      street: `${pick(['Elm', 'Oak', 'Pine', 'Ash'])} St`,
      house: String(1 + random(990)),
      city,
      state,
      zip,
    };
  });
}

function table(delimiter: string, header: string, rows: readonly string[][]): string {
  const cell = (text: string): string =>
    /["\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  return [header, ...rows.map((row) => row.map(cell).join(delimiter)), ''].join('\n');
}

/** `MM/DD/YYYY` */
function american(dob: string): string {
  return `${dob.slice(5, 7)}/${dob.slice(8)}/${dob.slice(0, 4)}`;
}

export function salesforce(people: readonly Someone[]): string {
  return table(
    ',',
    'Contact ID,Account Name,First Name,Last Name,Email,Phone,Birthdate,Mailing Street,Mailing City,Mailing State/Province,Mailing Zip/Postal Code,Mailing Country,Lead Source',
    people.map((p, at) => [
      ...[p.id, 'Household', p.first, p.last, p.email, p.phone, american(p.dob), `${p.house} ${p.street}`],
      ...[p.city, p.state, p.zip, at % 7 === 0 ? '' : 'United States', 'Web'],
    ]),
  );
}

export function hubspot(people: readonly Someone[]): string {
  return table(
    ',',
    'Record ID,First Name,Last Name,Email,Phone Number,Date of birth,Street Address,City,State/Region,Postal Code,Country/Region,Contact owner,Lead Status,Create Date',
    people.map((p) => [
      ...[p.id, p.first, p.last, p.email, p.phone, p.dob, `${p.house} ${p.street}`, p.city, p.state, p.zip],
      ...['United States', 'Ann Clerk', 'New', '2024-01-15 10:00'],
    ]),
  );
}

export function german(people: readonly Someone[]): string {
  return table(
    ';',
    'Kunden-Nr.;Anrede;Vorname;Name;Geburtsdatum;Straße;Hausnummer;PLZ;Ort;Bundesland;Land;Telefon;E-Mail-Adresse;Bemerkung',
    people.map((p) => [
      ...[
        p.id,
        'Frau',
        p.first,
        p.last,
        p.dob.split('-').reverse().join('.'),
        p.street,
        p.house,
        p.zip,
        p.city,
        p.state,
      ],
      ...['USA', p.phone, p.email, 'ruft zurück; nachmittags'],
    ]),
  );
}
