import { describe, expect, test } from 'vitest';
import { damageIn, isSpreadsheetError, isWordForNothing } from '../../src/customer/cell.js';
import { JAMES, complaints, readRow } from './plan-of.js';

test.each([
  'NULL',
  'null null',
  'None, None',
  'undefined undefined',
  'NULL.',
  '(none)',
  'NMN',
  'n/m/n',
  'No Name',
  "'NULL",
  'TBA',
  '[object Object]',
  'object Object object Object',
  '{{first_name}}',
  '${city}',
  'Same as above',
  'Desconocido',
  '“none”',
])('%j is a word for nothing', (text) => {
  expect(isWordForNothing(text)).toBe(true);
});

test.each(['Nora Nora', 'Nullman', 'Nan Goldin', 'Noname', 'New York, New York'])(
  '%j is no word for nothing',
  (text) => {
    expect(isWordForNothing(text)).toBe(false);
  },
);

test.each([
  '#REF!',
  '#DIV/0!',
  '#N/B',
  '#Н/Д',
  '#BEZUG!',
  '#名前?',
  'Error 2042',
  'Err:502',
  '#####',
  "'#VALUE!",
  '=B2+C2',
])('%j is an error of a spreadsheet', (text) => {
  expect(isSpreadsheetError(text)).toBe(true);
});

test.each(['#4B', '#4!', '#12?', '#A', 'Error St'])('%j is no error of a spreadsheet', (text) => {
  expect(isSpreadsheetError(text)).toBe(false);
});

test.each([
  ['JosÃ', 'mojibake'],
  ['citÃ di Castello', 'mojibake'],
  ["O''Brien", 'leftover_quoting'],
  ["Vance ''Bob''", 'leftover_quoting'],
  ['MÐ¾scow', 'mojibake'],
  ['Malm?', 'mojibake'],
  ['?rhus', 'mojibake'],
  ['Nora <b>', 'html'],
  ['M=C3=BCnchen', 'html'],
  ['Salem_x000D_', 'html'],
  ["b'Salem'", 'leftover_quoting'],
  ["['Salem']", 'leftover_quoting'],
  ['{"name": "Salem"}', 'leftover_quoting'],
  ["'“Salem“", 'leftover_quoting'],
  ['Salem”', 'leftover_quoting'],
  ['Salem`', 'leftover_quoting'],
  ['Salem\ufffc', 'invisible_character'],
])('%j is damaged: %s', (text, code) => {
  expect(damageIn('city', text)?.code).toBe(code);
});

test.each(['IRMÃ', 'SÃO JOSÉ', 'Ãkerman', 'João', "O'Brien", '`Ewa Beach', 'Suite “B”'])(
  '%j is not damaged',
  (text) => {
    expect(damageIn('city', text)).toBeUndefined();
  },
);

describe('a row', () => {
  test.each([
    ['zip_code', '00000', /word that programs write for nothing/],
    ['zip_code', '00000-0000', /word that programs write for nothing/],
    ['zip_code', 'N/A', /a value is required$/],
    ['state', 'N/A', /a value is required$/],
    ['dob', 'NULL', /a value is required$/],
    ['city', 'NULL', /a value is required \(if it is meant, list it under "accept"/],
    ['country', 'NA', /a value is required \(if it is meant, list it under "accept"/],
    ['country', 'NULL', /a value is required$/],
    ['phone', '503555014', /can exist under its country code, is "…5014"$/],
    ['phone', '(000) 000-0000', /for nothing: --repair empty/],
    ['phone', '115551112222', /can exist under its country code/],
    ['phone', '0', /can exist under its country code/],
    ['phone', '1', /can exist under its country code/],
    ['phone', '555-1112', /can exist under its country code/],
    ['phone', '155511122', /can exist under its country code/],
    ['phone', '0551112222', /can exist under its country code/],
    ['middle_name', '0000-00-00', /for nothing: --repair empty/],
    ['email', 'none@none.com', /for nothing: --repair empty/],
    ['email', 'NoEmail@email.com', /for nothing: --repair empty/],
    ['phone', '999-999-9999', /for nothing: --repair empty/],
    ['external_id', '1,024', /a program took the id for a number/],
    ['external_id', '101.0', /a program took the id for a number/],
    ['external_id', 'False', /word that programs write for nothing/],
    ['external_id', '00000000-0000-0000-0000-000000000000', /word that programs write for nothing/],
    ['email', 'http://nora@example.com', /must be one e-mail address/],
    ['email', 'Nora <nora@example.com>', /must be one e-mail address/],
  ])('is refused for its %s %j', (field, text, said) => {
    expect(complaints(readRow({ ...JAMES, [field]: text }))).toEqual([expect.stringMatching(said)]);
  });
});
