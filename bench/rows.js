// Writes valid customers of nobody: `node bench/rows.js --rows 100k --out customers.csv`. A row is made from its number
// alone, so the same number of rows is always the same bytes, and more rows only add to them.
import { appendFileSync, closeSync, openSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const COLUMNS =
  'external_id,first_name,middle_name,last_name,dob,ssn,phone,email,address_type,street,street2,city,state,zip_code,' +
  'country,is_primary,notes,tier';

const SEED = 20_240_229;
const ROWS_A_WRITE = 5000;

const FIRST = words(
  'Aaliyah Adam Amara Andre Beatriz Ben Camille Chidi Chloé Deborah Diego Eleanor Esther Fatima Grace Hana José Kiran Lars Linh Mateo Mei Nadia Omar Priya Rosa Ruth Sean Sofía Theodore Wanda Zoë',
);
const LAST = words(
  "Acosta Ahmed Anderson Becker Chen Cohen Cruz D'Amico Dubois Garcia Gupta Hernández Ibrahim Jackson Jensen Kaplan Kim Lopez Meyer Murphy Nakamura Nguyen O'Brien Okafor Patel Reyes Silva Singh Tanaka Turner Walker Zhang",
);
const STREETS = words(
  'Alder Birch Canyon Cedar Dogwood Elm Harbor Hickory Juniper Laurel Maple Mesa Oak Pine Sage Walnut',
);
const PLACES = [
  ['San Francisco', 'CA', '941', '415'],
  ['Denver', 'CO', '802', '303'],
  ['Hartford', 'CT', '061', '860'],
  ['Boston', 'MA', '021', '617'],
  ['New York', 'NY', '100', '212'],
  ['Austin', 'TX', '787', '512'],
  ['Salt Lake City', 'UT', '841', '801'],
  ['Seattle', 'WA', '981', '206'],
];
const NOTES = ['', '', '', 'moved in', 'prefers e-mail', '"asked for a call, twice"', '"said ""later"""', ''];
const TIERS = ['basic', 'plus', 'gold'];

/** The line of the row with this number, from 0, without its line end. */
export function lineOf(number) {
  const random = randomOf(number);
  const pick = (from) => from[random() % from.length];
  const digits = (count) => String(random() % 10 ** count).padStart(count, '0');
  const first = pick(FIRST);
  const last = pick(LAST);
  const [city, state, zip, area] = pick(PLACES);
  const month = String(1 + (random() % 12)).padStart(2, '0');
  const day = String(1 + (random() % 28)).padStart(2, '0');
  return [
    `C-${String(number + 1).padStart(8, '0')}`,
    first,
    random() % 3 === 0 ? pick(FIRST) : '',
    last,
    `${1940 + (random() % 66)}-${month}-${day}`,
    // Areas from 900 on with groups up to 49 are never issued.
    `9${digits(2)}-${String(1 + (random() % 49)).padStart(2, '0')}-${digits(4)}`,
    `${area}-555-01${digits(2)}`,
    `${first}.${last}${number}@example.com`.toLowerCase().replace(/[^a-z0-9.@]/g, ''),
    'PHYSICAL',
    `${1 + (random() % 9999)} ${pick(STREETS)} St.`,
    random() % 4 === 0 ? `Apt. ${1 + (random() % 99)}` : '',
    city,
    state,
    zip + digits(2),
    'US',
    'true',
    pick(NOTES),
    pick(TIERS),
  ].join(',');
}

/** Writes a header and so many rows. */
export function writeRows(path, rows) {
  const file = openSync(path, 'w');
  try {
    writeSync(file, `${COLUMNS}\n`);
    for (let from = 0; from < rows; from += ROWS_A_WRITE) {
      let text = '';
      for (let at = from; at < Math.min(rows, from + ROWS_A_WRITE); at++) text += `${lineOf(at)}\n`;
      writeSync(file, text);
    }
  } finally {
    closeSync(file);
  }
}

/** Adds the row with this number, from 0, at the end of the file. */
export function appendRow(path, number) {
  appendFileSync(path, `${lineOf(number)}\n`);
}

/** `10k` → 10000, `1M` → 1000000. */
export function parseCount(text) {
  const [, number, unit] = /^(\d+)([kM]?)$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`a number like 500, 10k or 1M was expected, got "${text}"`);
  return Number(number) * { '': 1, k: 1000, M: 1_000_000 }[unit];
}

/** Numbers below 2^32, the same for the same row (splitmix32). */
function randomOf(row) {
  let state = (SEED + Math.imul(row, 0x9e3779b1)) | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

function words(text) {
  return text.split(' ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { rows: { type: 'string', default: '10k' }, out: { type: 'string', default: 'customers.csv' } },
  });
  writeRows(values.out, parseCount(values.rows));
}
