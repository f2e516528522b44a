import { expect, test } from 'vitest';
import { forShell } from '../../src/customer/shell.js';

test.each([
  ['/srv/bond/customers-2.csv', '/srv/bond/customers-2.csv'],
  ['my customers.csv', "'my customers.csv'"],
  ["o'brien;rm *.csv", String.raw`'o'\''brien;rm *.csv'`],
])('%s as a shell takes it back', (word, written) => {
  expect(forShell(word)).toBe(written);
});
