import { Ajv, type ErrorObject } from 'ajv';
import type { SentCustomer } from './customers.js';

/** Messages by field, as marshmallow nests them: `{"addresses": {"0": {"zip_code": ["Not a valid zip code."]}}}`. */
interface FieldErrors {
  [field: string]: string[] | FieldErrors;
}

const COUNTRIES =
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS ' +
  'BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE ' +
  'EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM ' +
  'HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC ' +
  'LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA ' +
  'NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW ' +
  'SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO ' +
  'TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW';

/** States, DC, territories, freely associated states and military mail. */
const US_STATES =
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND ' +
  'OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR UM VI FM MH PW AA AE AP';

const NAME_MESSAGE = 'Must be 2 to 50 letters, spaces or apostrophes and start with a letter.';
const MESSAGES: Readonly<Record<string, string>> = {
  first_name: NAME_MESSAGE,
  middle_name: NAME_MESSAGE,
  last_name: NAME_MESSAGE,
  dob: 'Not a valid date.',
  ssn: 'Not a valid ssn.',
  phone: 'Not a valid phone number.',
  phone_country_code: 'Not a valid phone country code.',
  email: 'Not a valid email address.',
  brand_person_id: 'Not a valid UUID.',
  addresses: 'At least one primary address is required.',
  street: 'Must be 1 to 40 letters, digits, spaces or any of . , _ - #',
  street2: 'Longer than maximum length 40.',
  city: 'Length must be between 2 and 40.',
  state: 'Not a valid state.',
  zip_code: 'Not a valid zip code.',
  country: 'Not a valid country code.',
};

const text = (pattern: string) => ({ type: 'string', pattern });
const oneOfCodes = (codes: string) => text(`^(${codes.replaceAll(' ', '|')})$`);
const UUID = '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';
/** The newest edition's length; whether é is a letter is not documented, so it is one here. */
const NAME = text("^\\p{L}[\\p{L}\\p{M} '’]{1,49}$");

const ADDRESS = {
  type: 'object',
  additionalProperties: false,
  required: ['address_type', 'street', 'city', 'state', 'zip_code', 'country', 'is_primary'],
  properties: {
    address_type: { enum: ['MAILING', 'PHYSICAL'] },
    street: text('^[\\p{L}\\p{N} .,_#\\-]{1,40}$'),
    street2: text('^[\\s\\S]{0,40}$'),
    city: text('^[\\s\\S]{2,40}$'),
    state: text('^[\\s\\S]{1,20}$'),
    zip_code: { type: 'string' },
    country: oneOfCodes(COUNTRIES),
    is_primary: { type: 'boolean' },
  },
  if: { required: ['country'], properties: { country: { const: 'US' } } },
  then: { properties: { state: oneOfCodes(US_STATES), zip_code: text('^\\d{5}(-\\d{4})?$') } },
  else: { properties: { zip_code: text('^[\\s\\S]{2,20}$') } },
};

const CUSTOMER = {
  type: 'object',
  additionalProperties: false,
  required: ['first_name', 'last_name', 'dob', 'addresses'],
  properties: {
    first_name: NAME,
    middle_name: NAME,
    last_name: NAME,
    dob: { type: 'string', format: 'day' },
    ssn: text('^(\\d{9}|\\d{3}-\\d{2}-\\d{4})$'),
    phone: text('^[\\d\\-]+$'),
    phone_country_code: text('^\\d{1,3}$'),
    email: text(
      "^[\\w!#$%&'*+/=?^`{|}~\\-]+(\\.[\\w!#$%&'*+/=?^`{|}~\\-]+)*@([\\p{L}\\p{N}\\-]+\\.)+[\\p{L}\\p{N}\\-]{2,}$",
    ),
    brand_person_id: text(UUID),
    addresses: {
      type: 'array',
      items: ADDRESS,
      contains: { type: 'object', required: ['is_primary'], properties: { is_primary: { const: true } } },
    },
  },
};

const ajv = new Ajv({ allErrors: true, verbose: true, strictTypes: false, formats: { day: isDay } });
const conforms = ajv.compile<SentCustomer>(CUSTOMER);

/** Checks the body of a create against the documented rules; every error of it at once. */
export function checkCustomer(body: unknown): { customer: SentCustomer } | { errors: FieldErrors } {
  if (conforms(body)) return { customer: body };
  const errors: FieldErrors = {};
  for (const error of conforms.errors ?? []) {
    // What `if` and `contains` found inside is said by their branches, or by the list as a whole.
    if (error.keyword === 'if' || error.schemaPath.includes('/contains/')) continue;
    const path = pathOf(error);
    put(errors, path, messageOf(error, path.at(-1)));
  }
  return { errors };
}

function pathOf({ keyword, instancePath, params, parentSchema }: ErrorObject): string[] {
  const path = instancePath.split('/').slice(1);
  const property: unknown = params['missingProperty'] ?? params['additionalProperty'];
  if (typeof property === 'string') return [...path, property];
  return keyword === 'type' && parentSchema?.['type'] === 'object' ? [...path, '_schema'] : path;
}

function messageOf({ keyword, params, data }: ErrorObject, field = ''): string {
  if (data === null && field !== '_schema') return 'Field may not be null.';
  switch (keyword) {
    case 'required':
      return 'Missing data for required field.';
    case 'additionalProperties':
      return 'Unknown field.';
    case 'enum':
      return 'Must be one of: MAILING, PHYSICAL.';
    case 'type': {
      const type = String(params['type']);
      if (type === 'object') return 'Invalid input type.';
      return `Not a valid ${type === 'array' ? 'list' : type}.`;
    }
    default:
      return MESSAGES[field] ?? 'Invalid value.';
  }
}

function put(errors: FieldErrors, [field = '_schema', ...rest]: readonly string[], message: string): void {
  const known = Object.hasOwn(errors, field) ? errors[field] : undefined;
  if (Array.isArray(known)) {
    if (rest.length > 0) put((errors[field] = { _schema: known }), rest, message);
    else if (!known.includes(message)) known.push(message);
  } else if (known !== undefined) put(known, rest, message);
  else if (rest.length > 0) put((errors[field] = {}), rest, message);
  else errors[field] = [message];
}

/** Marshmallow takes no day that the calendar does not have. */
function isDay(text: string): boolean {
  const dateMs = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : NaN;
  return !Number.isNaN(dateMs) && new Date(dateMs).toISOString().startsWith(text);
}
