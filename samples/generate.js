// Writes customers of nobody: `node samples/generate.js [--rows 1000] [--out samples/customers.csv] [--clean]`.
// The same options always give the same bytes. About 3 % of the rows are wrong, each in another way; with
// --clean none is. The SSNs can belong to no one: areas from 900 on with groups up to 49 are never issued.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * @typedef {'external_id' | 'First Name' | 'Middle Name' | 'Last Name' | 'Date of Birth' | 'SSN' | 'Phone' | 'Email'
 *   | 'Physical Street' | 'Physical Street 2' | 'Physical City' | 'Physical State' | 'Physical Zip' | 'Physical Country'
 *   | 'Mailing Street' | 'Mailing Street 2' | 'Mailing City' | 'Mailing State' | 'Mailing Zip' | 'Mailing Country'
 *   | 'Notes'} Column
 * @typedef {Record<Column, string>} Row
 * @typedef {() => number} Random from 0 up to, but not, 1
 * @typedef {{ readonly city: string, readonly state: string, readonly code: string, readonly zip: string,
 *   readonly country: string, readonly phone: string }} Place `#` in a zip or a phone is any digit
 * @typedef {{ readonly change?: (row: Row, index: number) => void,
 *   readonly line?: (cells: string[]) => string }} Mistake
 */

const SEED = 20_240_229;
const BLOCK = 1000;
const CHUNK_CHARS = 1 << 16;

/** @type {readonly Column[]} */
const COLUMNS = [
  'external_id',
  'First Name',
  'Middle Name',
  'Last Name',
  'Date of Birth',
  'SSN',
  'Phone',
  'Email',
  'Physical Street',
  'Physical Street 2',
  'Physical City',
  'Physical State',
  'Physical Zip',
  'Physical Country',
  'Mailing Street',
  'Mailing Street 2',
  'Mailing City',
  'Mailing State',
  'Mailing Zip',
  'Mailing Country',
  'Notes',
];

const FIRST_NAMES =
  words(`Aaliyah Adam Agnes Alejandro Amara Anaïs Andre Anya Beatriz Ben Björn Brianna Camille Carlos
  Chidi Chloé Dario Deborah Demetrius Diego Dolores Eleanor Elif Emeka Esperanza Esther Fatima Felix François Gabriela
  George Grace Hana Harold Hiroshi Imani Ingrid Isabel Iván Jamal Jiho Jorge José Josephine Kiran Lakshmi Lars Latoya
  León Linh Łukasz Magdalena Malik Marguerite Mateo Maya Mei Miguel Nadia Ngozi Noor Núria Oluwaseun Omar Otis Paloma
  Patrick Priya Quentin Rafaël Renée Rosa Ruth Samira Santiago Sean Siobhán Sofía Svetlana Tamar Theodore Thu Tomás
  Uma Valentina Viktor Wanda Winston Xiomara Yusuf Zainab Zoë`);
const LAST_NAMES =
  words(`Abara Acosta Adeyemi Ahmed Álvarez Anderson Baptiste Becker Bello Brückner Byrne Castellanos
  Chaudhry Chen Cohen Cruz D’Amico D'Angelo Delacroix Díaz Dubois Dvořák Eriksen Estrada Fernández Fitzgerald
  Friedman Gallagher Garcia Goldberg Grønlund Gupta Haddad Hernández Hoang Ibrahim Ivanova Jackson Jensen Johansson
  Kamara Kaplan Kim Kowalczyk Larsen Lefèvre Lindqvist Lopez M'Baye Martínez McAllister Mendoza Meyer Mitchell Murphy
  Mwangi Nakamura Ndiaye Nguyen Núñez O'Brien O’Connell O'Neil Okafor Olsen Ortiz Osei Papadakis Patel Pereira Petrov
  Quiñones Ramírez Reyes Robinson Rossi Saint-Denis Sánchez Schäfer Shapiro Silva Singh Sørensen Tanaka Thompson
  Torres Tran Turner Ueda Vargas Vasquez Walker Washington Weiss Williams Yamamoto Yılmaz Zhang Zieliński`).filter(
    // A hyphen is one of the mistakes.
    (name) => !name.includes('-'),
  );
const STREETS =
  words(`Alder Aspen Bayview Birch Briar Canyon Cedar Chestnut Clover Copper Cottonwood Cypress Dogwood
  Elm Fairview Garnet Granite Harbor Hawthorn Hickory Highland Juniper Lakeview Laurel Linden Magnolia Maple Meadow
  Mesa Mulberry Oak Orchard Pecan Pine Poplar Prairie Quarry Redwood Sage Spruce Summit Sycamore Tamarack Walnut Willow`);
const SUFFIXES = ['St', 'St.', 'Ave', 'Ave.', 'Rd', 'Ln', 'Dr', 'Blvd', 'Ct', 'Way', 'Ter', 'Pl'];
const DIRECTIONS = ['', '', '', '', 'N ', 'S ', 'E ', 'W. '];
const UNITS = ['Apt #', 'Apt. 1#', 'Unit #B', 'Suite 2#0', 'Floor #', 'Bldg. C, Unit #', '#4##', 'Lot 1#'];

const US_PLACES = `Birmingham Alabama AL 352## 205|Anchorage Alaska AK 995## 907|Phoenix Arizona AZ 850## 602
Tucson Arizona AZ 857## 520|Little Rock Arkansas AR 722## 501|San Francisco California CA 941## 415
Los Angeles California CA 900## 213|Fresno California CA 937## 559|Denver Colorado CO 802## 303
Hartford Connecticut CT 061## 860|Dover Delaware DE 199## 302|Washington District of Columbia DC 200## 202
Miami Florida FL 331## 305|Tampa Florida FL 336## 813|Atlanta Georgia GA 303## 404|Honolulu Hawaii HI 968## 808
Boise Idaho ID 837## 208|Chicago Illinois IL 606## 312|Indianapolis Indiana IN 462## 317|Des Moines Iowa IA 503## 515
Wichita Kansas KS 672## 316|Louisville Kentucky KY 402## 502|New Orleans Louisiana LA 701## 504
Portland Maine ME 041## 207|Baltimore Maryland MD 212## 410|Boston Massachusetts MA 021## 617
Detroit Michigan MI 482## 313|Minneapolis Minnesota MN 554## 612|Jackson Mississippi MS 392## 601
Saint Louis Missouri MO 631## 314|Billings Montana MT 591## 406|Omaha Nebraska NE 681## 402
Reno Nevada NV 895## 775|Concord New Hampshire NH 033## 603|Newark New Jersey NJ 071## 973
Albuquerque New Mexico NM 871## 505|New York New York NY 100## 212|Buffalo New York NY 142## 716
Charlotte North Carolina NC 282## 704|Fargo North Dakota ND 581## 701|Columbus Ohio OH 432## 614
Tulsa Oklahoma OK 741## 918|Portland Oregon OR 972## 503|Philadelphia Pennsylvania PA 191## 215
San Juan Puerto Rico PR 009## 787|Providence Rhode Island RI 029## 401|Charleston South Carolina SC 294## 843
Sioux Falls South Dakota SD 571## 605|Memphis Tennessee TN 381## 901|Houston Texas TX 770## 713
San Antonio Texas TX 782## 210|Salt Lake City Utah UT 841## 801|Burlington Vermont VT 054## 802
Richmond Virginia VA 232## 804|Seattle Washington WA 981## 206|Charleston West Virginia WV 253## 304
Milwaukee Wisconsin WI 532## 414|Cheyenne Wyoming WY 820## 307`
  .split(/[|\n]/)
  .map(usPlace);

/** Numbers that the regulators keep for fiction. @type {readonly Place[]} */
const OTHER_PLACES = [
  { city: 'Toronto', state: 'Ontario', code: 'ON', zip: 'M5V #T6', country: 'CA', phone: '+1 416-555-01##' },
  {
    city: 'Montréal',
    state: 'Québec',
    code: 'QC',
    zip: 'H2Y #C6',
    country: 'CAN',
    phone: '+1 (514) 555-01##',
  },
  { city: 'London', state: 'London', code: 'LND', zip: 'SW1A #AA', country: 'GB', phone: '+44 20 7946 0###' },
  { city: 'Köln', state: 'NRW', code: 'NW', zip: '506##', country: 'Germany', phone: '+49 30 23125 ###' },
];

const NOTES = [
  'Prefers e-mail, not phone',
  'Said "call me after six", twice',
  'Moved in March,\nnew address confirmed by letter',
  'Spouse: same address, own account',
  'VIP',
  'Legacy import 2019; checked',
  '- waiting for documents',
  '=branch 12',
  '+ joint account planned',
  '@ask compliance before closing',
  'Tél. le matin, déjà vérifié',
  'First line\r\nsecond line\r\n\r\nfourth line',
  '"quoted from start to end"',
];

/** Every row of a block that is wrong, in the order of the file: one mistake each, but for the last. @type {readonly Mistake[]} */
const MISTAKES = [
  set('Physical Zip', () => '2134'),
  set('Date of Birth', () => '03/04/1985'),
  set('Last Name', () => 'Smith-Jones'),
  set('Email', (email) => email.replace('@', '.at.')),
  set('SSN', (ssn) => `XXX-XX-${ssn.slice(-4)}`),
  set('Physical State', () => 'ZZ'),
  again(() => undefined),
  set('First Name', () => ''),
  set('Phone', () => '3.03556E+09'),
  set('Physical Street', () => "12 O'Hara Ct"),
  { line: (cells) => cells.with(9, '').with(20, 'VIP').map(quoted).with(9, 'Suite 400, Floor 3').join(',') },
  set('Middle Name', () => 'R.'),
  set('Date of Birth', () => '31110'),
  set('Physical Country', () => 'Freedonia'),
  set('SSN', () => '12004567'),
  set('external_id', () => ''),
  set('Physical City', () => ''),
  mailing((row) => (row['Mailing Zip'] = '')),
  { change: sharedSsn },
  set('Physical Street', () => '1400 Northwest Old Stagecoach Canyon Road Extension'),
  set('Last Name', () => 'Sm1th'),
  set('Date of Birth', () => '1985-02-30'),
  set('Physical Zip', () => '8O202'),
  set('Phone', () => '(303) 555-0142 ext. 7'),
  { line: (cells) => cells.slice(0, 12).map(quoted).join(',') },
  set('Date of Birth', () => ''),
  mailing((row) => (row['Mailing State'] = '')),
  set('Email', () => 'home@example.com; work@example.org'),
  set('Physical Street 2', () => 'c/o The Property Management Office, Second Floor'),
  {
    change: (row) => {
      for (const column of COLUMNS) if (/^(Physical|Mailing)/.test(column)) row[column] = '';
    },
  },
  set('Date of Birth', () => '12/25/84'),
  again((row) => (row.Email = 'new.address@example.net')),
  set('First Name', () => 'J'),
  mailing((row) => (row['Mailing Street'] = '14 1/2 Elm St')),
  {
    change: (row) => {
      row['Last Name'] = '';
      row['Date of Birth'] = '1899-12-31';
      row.SSN = '900-01';
      row.Email = 'nobody@nowhere';
      row['Physical Zip'] = '';
    },
  },
];

/** @type {ReadonlyMap<number, Mistake>} index within a block → what is wrong there */
const MISTAKE_AT = new Map(
  MISTAKES.map((mistake, at) => [3 + Math.floor((at * (BLOCK - 20)) / MISTAKES.length), mistake]),
);

/**
 * @param {Column} column
 * @param {(value: string) => string} change
 * @returns {Mistake}
 */
function set(column, change) {
  return { change: (row) => void (row[column] = change(row[column])) };
}

/**
 * A row that has a mailing address for certain.
 * @param {(row: Row) => void} change
 * @returns {Mistake}
 */
function mailing(change) {
  return {
    change: (row, index) => {
      addMailing(row, randomFrom(SEED + index));
      change(row);
    },
  };
}

/**
 * The person of an earlier row once more.
 * @param {(row: Row) => void} change
 * @returns {Mistake}
 */
function again(change) {
  return {
    change: (row, index) => {
      Object.assign(row, soundRow(index - 10));
      change(row);
    },
  };
}

/** The SSN of another person: only Bond can know. @param {Row} row @param {number} index */
function sharedSsn(row, index) {
  const owner = Array.from({ length: 6 }, (_, at) => soundRow(index - 20 - at)).find(({ SSN }) => SSN !== '');
  row.SSN = owner?.SSN ?? row.SSN;
}

/** @param {number} index from 0 @param {boolean} clean */
function lineOf(index, clean) {
  const row = soundRow(index);
  const mistake = clean ? undefined : MISTAKE_AT.get(index % BLOCK);
  mistake?.change?.(row, index);
  const cells = COLUMNS.map((column) => row[column]);
  return mistake?.line?.(cells) ?? cells.map(quoted).join(',');
}

/** @param {number} index @returns {Row} */
function soundRow(index) {
  const random = randomFrom(index);
  const place = random() < 0.95 ? pick(US_PLACES, random) : pick(OTHER_PLACES, random);
  const first = pick(FIRST_NAMES, random);
  const last = pick(LAST_NAMES, random);
  const isUs = place.country === 'US';
  const mistaken = MISTAKE_AT.has(index % BLOCK);
  /** @type {Row} */
  const row = {
    external_id: `C-${100_000 + index}`,
    'First Name': random() < 0.01 ? ` ${first} ` : first,
    'Middle Name': random() < 0.3 ? pick(FIRST_NAMES, random) : '',
    'Last Name': last,
    'Date of Birth': `${1938 + below(69, random)}-${padded(1 + below(12, random))}-${padded(1 + below(28, random))}`,
    SSN: mistaken || random() < 0.75 ? ssnOf(index, random) : '',
    Phone: random() < 0.85 ? fill(place.phone, random) : '',
    Email: mistaken || random() < 0.9 ? emailOf(first, last, index, random) : '',
    'Physical Street': streetOf(random),
    'Physical Street 2': random() < 0.25 ? fill(pick(UNITS, random), random) : '',
    'Physical City': place.city,
    'Physical State': random() < 0.1 ? place.state : place.code,
    'Physical Zip': zipOf(place, random),
    'Physical Country': isUs && random() < 0.2 ? pick(['USA', 'United States', 'us'], random) : place.country,
    'Mailing Street': '',
    'Mailing Street 2': '',
    'Mailing City': '',
    'Mailing State': '',
    'Mailing Zip': '',
    'Mailing Country': '',
    Notes: index >= 3 && random() < 0.2 ? pick(NOTES, random) : '',
  };
  if (index >= 3 && random() < 0.02)
    row['Physical Street 2'] = `Attn: ${last},\nSuite ${1 + below(90, random)}`;
  if (random() < 0.25) addMailing(row, random);
  return row;
}

/** @param {Row} row @param {Random} random */
function addMailing(row, random) {
  const place = pick(US_PLACES, random);
  row['Mailing Street'] = random() < 0.5 ? `P.O. Box ${100 + below(9000, random)}` : streetOf(random);
  row['Mailing Street 2'] = random() < 0.1 ? fill(pick(UNITS, random), random) : '';
  row['Mailing City'] = place.city;
  row['Mailing State'] = place.code;
  row['Mailing Zip'] = zipOf(place, random);
  row['Mailing Country'] = place.country;
}

/** @param {Random} random */
function streetOf(random) {
  const direction = pick(DIRECTIONS, random);
  return `${1 + below(9899, random)} ${direction}${pick(STREETS, random)} ${pick(SUFFIXES, random)}`;
}

/** @param {Place} place @param {Random} random */
function zipOf({ zip, country }, random) {
  const whole = fill(zip, random);
  return country === 'US' && random() < 0.1 ? `${whole}-${String(1000 + below(9000, random))}` : whole;
}

/** Another one for every index. @param {number} index @param {Random} random */
function ssnOf(index, random) {
  // 100 areas, 49 groups and 9999 serials; the prime shares no factor with their product.
  const at = (index * 15_485_863 + 4_093_082) % (100 * 49 * 9999);
  const parts = [
    String(900 + Math.floor(at / (49 * 9999))),
    padded(1 + (Math.floor(at / 9999) % 49)),
    String(1 + (at % 9999)).padStart(4, '0'),
  ];
  return parts.join(random() < 0.9 ? '-' : '');
}

/** @param {string} first @param {string} last @param {number} index @param {Random} random */
function emailOf(first, last, index, random) {
  const local = `${first}.${last}`
    .normalize('NFKD')
    .replace(/[^A-Za-z.]/g, '')
    .toLowerCase();
  return `${local}${index % 1000}@example.${pick(['com', 'org', 'net'], random)}`;
}

/** @param {string} text e.g. `New Orleans Louisiana LA 701## 504` @returns {Place} */
function usPlace(text) {
  const [, before = '', code = '', zip = '', area = ''] = /^(.+) ([A-Z]{2}) (\S+) (\d{3})$/.exec(text) ?? [];
  const double = /^(?:New|North|South|West|Rhode|Puerto) \S+$/;
  const parts = before.split(' ');
  const take = before.endsWith('District of Columbia') ? 3 : double.test(parts.slice(-2).join(' ')) ? 2 : 1;
  const city = parts.slice(0, -take).join(' ');
  const state = parts.slice(-take).join(' ');
  const form =
    ['(A) 555-01##', 'A-555-01##', '+1 A 555 01##', 'A55501##'][(city.length + state.length) % 4] ?? '';
  return { city, state, code, zip, country: 'US', phone: form.replace('A', area) };
}

/** @param {string} cell */
function quoted(cell) {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** @param {string} text */
function words(text) {
  return text.split(/\s+/);
}

/** @template T @param {readonly T[]} list @param {Random} random @returns {T} */
function pick(list, random) {
  const picked = list[below(list.length, random)];
  if (picked === undefined) throw new RangeError('an empty list');
  return picked;
}

/** @param {number} limit @param {Random} random */
function below(limit, random) {
  return Math.floor(random() * limit);
}

/** @param {string} form @param {Random} random */
function fill(form, random) {
  return form.replace(/#/g, () => String(1 + below(9, random)));
}

/** @param {number} value */
function padded(value) {
  return String(value).padStart(2, '0');
}

/** Mulberry32, begun anew for every row, so that each can be made without those before it. @param {number} index @returns {Random} */
function randomFrom(index) {
  let state = Math.imul(SEED ^ (index + 1), 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {string} path @param {number} rows @param {boolean} clean */
async function write(path, rows, clean) {
  const file = createWriteStream(path);
  const finished = once(file, 'finish');
  let chunk = `${COLUMNS.join(',')}\n`;
  for (let index = 0; index < rows; index++) {
    chunk += `${lineOf(index, clean)}\n`;
    if (chunk.length < CHUNK_CHARS) continue;
    if (!file.write(chunk)) await once(file, 'drain');
    chunk = '';
  }
  file.end(chunk);
  await finished;
}

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000' },
    out: { type: 'string', default: fileURLToPath(new URL('customers.csv', import.meta.url)) },
    clean: { type: 'boolean', default: false },
  },
});
if (!/^[1-9]\d{0,7}$/.test(values.rows) || Number(values.rows) > 40_000_000) {
  throw new RangeError(`--rows: expected a whole number from 1 to 40000000, got "${values.rows}"`);
}
await write(values.out, Number(values.rows), values.clean);
