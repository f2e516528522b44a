import { describe, expect, test } from 'vitest';
import { parseMapping } from '../../src/columns/mapping.js';
import { OperatorError } from '../../src/errors.js';

const parse = (value: unknown): unknown => parseMapping(JSON.stringify(value), 'm.json');

describe('a mapping file', () => {
  test('may be empty', () => {
    expect(parseMapping('{}', 'm.json')).toEqual({
      columns: {},
      constants: {},
      ignore: [],
      accept: [],
      values: {},
    });
  });

  test('says all that can be said', () => {
    const mapping = {
      columns: { Zip: 'zip_code', Ort: 'addresses[1].city', 'Post-Ort': 'mailing_city' },
      constants: { country: 'US', address2_country: 'CA' },
      ignore: ['Notes'],
      key: 'Kundennr',
      dateFormat: 'dd.MM.yyyy',
      accept: ['Null'],
      values: { country: { Deutschland: 'DE' }, is_primary: { ja: 'true' } },
      encoding: 'windows-1252',
      delimiter: ';',
      rules: { names: 'minimal' },
      repair: ['zip', 'phone'],
      omitInvalid: ['middle_name'],
    };
    expect(parse(mapping)).toEqual(mapping);
    expect(parseMapping(`\uFEFF${JSON.stringify(mapping)}`, 'm.json')).toEqual(mapping);
  });

  test('may have comments and blanks that were not filled in', () => {
    const blanks = { '//': 'fields', '// note': 1, columns: { Note: '' }, constants: { country: ' ' } };
    expect(parse(blanks)).toMatchObject({ columns: { Note: '' }, constants: {} });
  });

  test('may give numbers and booleans as constants', () => {
    expect(parse({ constants: { phone_country_code: 1, is_primary: true } })).toMatchObject({
      constants: { phone_country_code: '1', is_primary: 'true' },
    });
  });

  test.each([
    ['no JSON', '{columns:', /^m\.json: expected a mapping file in JSON/],
    ['another kind of JSON', '[1]', /^m\.json: expected an object with columns/],
    ['an unknown key', '{"colums": {}}', /got "colums": did you mean "columns"\?/],
    ['a key unlike any', '{"zzz": 1}', /got "zzz": remove it/],
    ['a wrong shape', '{"ignore": "Notes"}', /expected "ignore" to be a list of headers/],
    ['a wrong shape inside', '{"columns": {"Zip": 5}}', /expected "columns" to be .* at "Zip"/],
    ['a constant that is no text', '{"constants": {"country": []}}', /"constants" to be .* at "country"/],
    ['unknown rules', '{"rules": {"zip": "minimal"}}', /expected "rules" to be "documented", "minimal" or/],
    ['one e-mail for everybody', '{"constants": {"email": "a@example.com"}}', /gives email to every row/],
    ['a value of no field', '{"values": {"contry": {"D": "DE"}}}', /"values": .* did you mean country\?/],
    [
      'an unknown field',
      '{"columns": {"Zip": "zipp_code"}}',
      /"columns", "Zip": .* got "zipp_code": did you mean zip_code\?/,
    ],
    ['a field unlike any', '{"constants": {"qqqq": "x"}}', /"constants": .* got "qqqq": see docs/],
    ['an SSN for everybody', '{"constants": {"ssn": "333-52-7584"}}', /gives ssn to every row/],
    ['a key for everybody', '{"constants": {"customer_id": "1"}}', /must differ from person to person/],
    [
      'a header used and ignored',
      '{"columns": {"Zip": "zip_code"}, "ignore": ["ZIP"]}',
      /"ZIP" is both used and listed/,
    ],
  ])('is refused with %s', (_what, text, message) => {
    expect(() => parseMapping(text, 'm.json')).toThrow(OperatorError);
    expect(() => parseMapping(text, 'm.json')).toThrow(message);
    expect(() => parseMapping(text, 'm.json')).not.toThrow(/333-52/);
  });
});
