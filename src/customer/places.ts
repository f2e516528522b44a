import countries from 'i18n-iso-countries/index.js';
import english from 'i18n-iso-countries/langs/en.json' with { type: 'json' };

/** USPS codes: states, the District of Columbia, territories, freely associated states, military mail. */
const US_STATES: ReadonlyMap<string, string> = new Map(
  `AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut,
DE Delaware, DC District of Columbia, FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois,
IN Indiana, IA Iowa, KS Kansas, KY Kentucky, LA Louisiana, ME Maine, MD Maryland, MA Massachusetts,
MI Michigan, MN Minnesota, MS Mississippi, MO Missouri, MT Montana, NE Nebraska, NV Nevada,
NH New Hampshire, NJ New Jersey, NM New Mexico, NY New York, NC North Carolina, ND North Dakota,
OH Ohio, OK Oklahoma, OR Oregon, PA Pennsylvania, RI Rhode Island, SC South Carolina, SD South Dakota,
TN Tennessee, TX Texas, UT Utah, VT Vermont, VA Virginia, WA Washington, WV West Virginia,
WI Wisconsin, WY Wyoming, AS American Samoa, GU Guam, MP Northern Mariana Islands, PR Puerto Rico,
VI Virgin Islands, FM Federated States of Micronesia, MH Marshall Islands, PW Palau,
AA Armed Forces Americas, AE Armed Forces Europe, AP Armed Forces Pacific`
    .split(/,\s/)
    .map((state) => [state.slice(0, 2), state.slice(3)]),
);

const STATE_ALIASES = { 'Washington DC': 'DC', 'US Virgin Islands': 'VI', Micronesia: 'FM' };
const COUNTRY_ALIASES = {
  America: 'US',
  England: 'GB',
  Scotland: 'GB',
  Wales: 'GB',
  'Northern Ireland': 'GB',
};

const ALPHA_2: ReadonlySet<string> = new Set(Object.keys(countries.getAlpha2Codes()));

const stateCodes = new Map<string, string>([
  ...[...US_STATES].flatMap(([code, name]) => [pair(code, code), pair(name, code)]),
  ...Object.entries(STATE_ALIASES).map(([name, code]) => pair(name, code)),
]);

const countryCodes = new Map<string, string>(
  [...countryNames(), ...Object.entries(COUNTRY_ALIASES)].map(([name, code]) => pair(name, code)),
);

/** The USPS code of a US state or territory by its code or name; any other text comes back as it is. */
export function readUsState(text: string): string {
  return isUsState(text) ? text : (stateCodes.get(fold(text)) ?? text);
}

/** Whether the text is the USPS code of a state or territory. */
export function isUsState(text: string): boolean {
  return US_STATES.has(text);
}

/** The ISO 3166-1 alpha-2 code of a country by alpha-2, alpha-3 or English name; any other text comes back as it is. */
export function readCountry(text: string): string {
  return isCountry(text) ? text : (countryCodes.get(fold(text)) ?? text);
}

/** Whether the text is an ISO 3166-1 alpha-2 code. */
export function isCountry(text: string): boolean {
  return ALPHA_2.has(text);
}

/** In English alone: the package's own entry loads eighty languages. */
function countryNames(): [string, string][] {
  const names: Readonly<Partial<Record<string, string | string[]>>> = english.countries;
  return Object.entries(countries.getAlpha2Codes()).flatMap(([alpha2, alpha3]) =>
    [alpha2, alpha3, names[alpha2] ?? []].flat().map((name): [string, string] => [name, alpha2]),
  );
}

function pair(name: string, code: string): [string, string] {
  return [fold(name), code];
}

function fold(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}.,'’]/gu, '')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim();
}
