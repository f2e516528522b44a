import { describe, expect, test } from 'vitest';
import { finding, issue } from '../../src/issues/codes.js';
import { kind, sentence } from '../../src/issues/words.js';

const of = (column: string, found: ReturnType<typeof finding>) => ({ ...found, column });

describe('an issue in words, for the row and for a count', () => {
  test.each([
    [
      of('Mail', finding('email', 'email_format', { is: 'a@' })),
      'Mail: must be one e-mail address like name@example.com, is "a@"',
      'Mail: must be one e-mail address like name@example.com',
    ],
    [
      of('', finding('addresses.0.street', 'street_length', { min: 1, max: 40, is: 53 })),
      'addresses.0.street: must have 1 to 40 characters, has 53',
      'addresses.0.street: must have 1 to 40 characters',
    ],
    [
      issue('Id', 'duplicate', { row: 17 }),
      'Id: same id as row 17; not sent',
      'Id: same id as an earlier row; not sent',
    ],
    [
      issue('', 'total_line', {}),
      'a total and not a customer: remove the line',
      'a total and not a customer: remove the line',
    ],
    [
      of(
        'Born',
        finding('dob', 'dob_other_format', {
          is: '3/4/85',
          expected: 'YYYY-MM-DD',
          formats: ['M/d/yy', 'd/M/yy'],
          readings: ['M/d/yy (4 March 1985)', 'd/M/yy (3 April 1985)'],
        }),
      ),
      'Born: is "3/4/85", expected YYYY-MM-DD; read it with --date-format M/d/yy (4 March 1985) or d/M/yy (3 April 1985)',
      'Born: expected YYYY-MM-DD; read it with --date-format M/d/yy or d/M/yy',
    ],
    [
      issue('Id', 'not_listed', { customer_ids: ['a', 'b'] }),
      'Id: Bond seems to have a customer under this id, and its customers list does not show which; perhaps a or b: ask Bond',
      'Id: Bond seems to have a customer under this id, and its customers list does not show which: ask Bond',
    ],
    [
      issue('Id', 'not_listed', { customer_ids: [] }),
      'Id: Bond seems to have a customer under this id, and its customers list does not show which: ask Bond',
      'Id: Bond seems to have a customer under this id, and its customers list does not show which: ask Bond',
    ],
    [
      { column: '', path: '', code: 'http_400', args: { message: 'No "Ann", id 12-345.' } },
      'Bond: No "Ann", id 12-345.',
      'Bond: No …, id ….',
    ],
    [{ column: 'Zip', path: 'x', code: 'other', args: { message: 'No.' } }, 'Zip: No.', 'Zip: No.'],
  ])('%j', (given, row, count) => {
    expect(sentence(given)).toBe(row);
    expect(kind(given)).toBe(count);
  });

  test('a value is quoted up to 40 characters, whatever characters it has', () => {
    const long = issue('Mail', 'email_format', { is: '😀'.repeat(41) });
    expect(sentence(long)).toBe(
      `Mail: must be one e-mail address like name@example.com, is "${'😀'.repeat(39)}…"`,
    );
    expect(sentence(issue('Mail', 'email_format', { is: '{is} [a|b]' }))).toContain('is "{is} [a|b]"');
  });
});
