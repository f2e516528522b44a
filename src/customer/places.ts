import countries from 'i18n-iso-countries/index.js';
import german from 'i18n-iso-countries/langs/de.json' with { type: 'json' };
import english from 'i18n-iso-countries/langs/en.json' with { type: 'json' };
import spanish from 'i18n-iso-countries/langs/es.json' with { type: 'json' };
import french from 'i18n-iso-countries/langs/fr.json' with { type: 'json' };
import italian from 'i18n-iso-countries/langs/it.json' with { type: 'json' };
import dutch from 'i18n-iso-countries/langs/nl.json' with { type: 'json' };
import portuguese from 'i18n-iso-countries/langs/pt.json' with { type: 'json' };

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

/** Canada Post's codes; some names are longer than Bond takes a state. */
const PROVINCES: ReadonlyMap<string, string> = new Map(
  `AB Alberta, BC British Columbia, MB Manitoba, NB New Brunswick, NL Newfoundland and Labrador,
NS Nova Scotia, NT Northwest Territories, NU Nunavut, ON Ontario, PE Prince Edward Island, QC Quebec,
SK Saskatchewan, YT Yukon`
    .split(/,\s/)
    .map((province) => [province.slice(0, 2), province.slice(3)]),
);
const PROVINCE_ALIASES = {
  Newfoundland: 'NL',
  'Newfoundland & Labrador': 'NL',
  PEI: 'PE',
  'Yukon Territory': 'YT',
};

const STATE_ALIASES = { 'Washington DC': 'DC', 'US Virgin Islands': 'VI', Micronesia: 'FM' };
const COUNTRY_ALIASES = {
  America: 'US',
  'The United States': 'US',
  'U S A': 'US',
  'Etats-Unis': 'US',
  EEUU: 'US',
  England: 'GB',
  Scotland: 'GB',
  Wales: 'GB',
  'Northern Ireland': 'GB',
};

const ALPHA_2: ReadonlySet<string> = new Set(Object.keys(countries.getAlpha2Codes()));

const stateCodes = codesOf(US_STATES, STATE_ALIASES);
const provinceCodes = codesOf(PROVINCES, PROVINCE_ALIASES);

function codesOf(
  names: ReadonlyMap<string, string>,
  aliases: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  return new Map([
    ...[...names].flatMap(([code, name]) => [pair(code, code), pair(name, code)]),
    ...Object.entries(aliases).map(([name, code]) => pair(name, code)),
  ]);
}

/** The languages whose headers are known too; where two call different countries by one name, the first counts. */
const LANGUAGES = [english, german, french, spanish, portuguese, italian, dutch];

const countryCodes = new Map<string, string>(
  [...countryNames(), ...Object.entries(COUNTRY_ALIASES)].map(([name, code]) => pair(name, code)),
);

/** The USPS code of a US state or territory by its code or name; any other text comes back as it is. */
export function readUsState(text: string): string {
  return isUsState(text) ? text : (codeIn(stateCodes, text, 'US') ?? text);
}

/** The code of a state of the United States or Canada by code or name (`US-OR`, `OR - Oregon`); any other text comes back as it is. */
export function readState(text: string, country: string | undefined): string {
  if (country === 'CA') return codeIn(provinceCodes, text, 'CA') ?? text;
  return hasUsPost(country) ? readUsState(text) : text;
}

/** Countries of ISO 3166 that the United States Postal Service serves, with its own states' rules. */
const US_POST: ReadonlySet<string> = new Set(['US', 'PR', 'GU', 'VI', 'AS', 'MP', 'FM', 'MH', 'PW', 'UM']);

export function hasUsPost(country: string | undefined): boolean {
  return country !== undefined && US_POST.has(country);
}

/** By code or name, alone or both beside each other: `US-OR`, `OR - Oregon`, `Oregon (OR)`. */
function codeIn(codes: ReadonlyMap<string, string>, text: string, prefix: string): string | undefined {
  const plain = codes.get(fold(text));
  if (plain !== undefined) return plain;
  const isPrefixed = /^[-_ /]/.test(text.slice(2)) && text.slice(0, 2).toUpperCase() === prefix;
  const prefixed = isPrefixed ? codes.get(fold(text.slice(3))) : undefined;
  return prefixed ?? codeOfBoth(codes, text);
}

function codeOfBoth(codes: ReadonlyMap<string, string>, text: string): string | undefined {
  const [, first = '', second = ''] = /^([^()]+?)(?: - | \(|, ?)([^()]+?)\)?$/.exec(text) ?? [];
  const code = first === '' ? undefined : codes.get(fold(first));
  return code !== undefined && code === codes.get(fold(second)) ? code : undefined;
}

/** Whether the text is the USPS code of a state or territory. */
export function isUsState(text: string): boolean {
  return US_STATES.has(text);
}

/** The ISO 3166-1 alpha-2 code of a country by alpha-2, alpha-3 or name (`United States (US)`); any other text comes back as it is. */
export function readCountry(text: string): string {
  if (isCountry(text)) return text;
  return countryCodes.get(fold(text)) ?? codeOfBoth(countryCodes, text) ?? text;
}

/** Whether the text is an ISO 3166-1 alpha-2 code. */
export function isCountry(text: string): boolean {
  return ALPHA_2.has(text);
}

function countryNames(): [string, string][] {
  const codes = Object.entries(countries.getAlpha2Codes());
  const named = LANGUAGES.toReversed().flatMap((language) => {
    const names: Readonly<Partial<Record<string, string | string[]>>> = language.countries;
    return codes.flatMap(([alpha2]) =>
      [names[alpha2] ?? []].flat().map((name): [string, string] => [name, alpha2]),
    );
  });
  return [
    ...named,
    ...codes.flatMap(([alpha2, alpha3]) => [alpha2, alpha3].map((name): [string, string] => [name, alpha2])),
  ];
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
