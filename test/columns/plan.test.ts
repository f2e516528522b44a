import { describe, expect, test } from 'vitest';
import { placesOf, textOf, type Origin } from '../../src/columns/plan.js';

const place = (index: number) => ({ index, header: `Column ${index}` });
const street: Origin = {
  from: 'joined',
  parts: [place(0), place(1)],
  joint: ' ',
  main: 1,
  header: 'Column 0 + Column 1',
};
const lines: Origin = { from: 'joined', parts: [place(0), place(1)], joint: ', ', header: 'Lines' };
const german: Origin = { ...street, main: 0 };

describe('the text of a field', () => {
  test.each<[string, Origin, string[], string]>([
    ['a cell', { from: 'column', ...place(1) }, ['a', ' b '], ' b '],
    ['a cell that is not there', { from: 'column', ...place(2) }, ['a'], ''],
    ['a filled cell and a constant', { from: 'column', ...place(0), fallback: 'US' }, ['CA'], 'CA'],
    ['an empty cell and a constant', { from: 'column', ...place(0), fallback: 'US' }, ['  '], 'US'],
    ['a constant', { from: 'constant', value: 'US' }, ['CA'], 'US'],
    ['a number and a street', street, ['12', 'Elm St'], '12 Elm St'],
    ['a number that the street has', street, ['12', '12 Elm St'], '12 Elm St'],
    ['a number that begins like the street', street, ['1', '12th Ave'], '1 12th Ave'],
    ['a number without its street', street, ['12', ' '], ''],
    ['a street without a number', street, ['', 'P.O. Box 4'], 'P.O. Box 4'],
    ['a street and a number', german, ['Hauptstr.', '12a'], 'Hauptstr. 12a'],
    ['a street that ends with the number', german, ['Hauptstr. 12a', '12a'], 'Hauptstr. 12a'],
    ['two lines', lines, ['Apt 4', 'Building C'], 'Apt 4, Building C'],
    ['one line of two', lines, ['', 'Building C'], 'Building C'],
    ['the same line twice', lines, ['Apt 4', 'Apt 4'], 'Apt 4'],
    ['two empty lines and a constant', { ...lines, fallback: 'none' }, ['', ''], 'none'],
  ])('of %s', (_what, origin, cells, text) => {
    expect(textOf(origin, cells)).toBe(text);
  });

  test('comes from these columns', () => {
    expect(placesOf(street).map(({ index }) => index)).toEqual([0, 1]);
    expect(placesOf({ from: 'constant', value: 'US' })).toEqual([]);
  });
});
