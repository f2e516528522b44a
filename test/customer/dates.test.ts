import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sentence } from '../../src/issues/words.js';
import { compileDates, dateReadings, isIsoDay } from '../../src/customer/dates.js';
import { TODAY } from './plan-of.js';
import { OperatorError } from '../../src/errors.js';

describe('reading', () => {
  test.each([
    [undefined, '1985-03-04', '1985-03-04'],
    [undefined, '1985-03-04T00:00:00Z', '1985-03-04'],
    [undefined, '1985-03-04T00:00:00.000+0000', '1985-03-04'],
    [undefined, '1985-03-04 00:00:00', '1985-03-04'],
    [undefined, '1985-03-04 00:00', '1985-03-04'],
    [undefined, '1985-03-04T10:00:00Z', '1985-03-04T10:00:00Z'],
    [undefined, '03/04/1985', '03/04/1985'],
    ['MM/dd/yyyy', '03/04/1985', '1985-03-04'],
    ['MM/dd/yyyy', '3/4/1985', '1985-03-04'],
    ['dd/MM/yyyy', '03/04/1985', '1985-04-03'],
    ['dd.MM.yyyy', '29.02.2000', '2000-02-29'],
    ['dd.MM.yyyy', '29.02.1900', '29.02.1900'],
    ['d MMMM yyyy', '4 Mar 1985', '1985-03-04'],
    ['MM/dd/yyyy', '03/04/85', '03/04/85'],
    ['MM/dd/yyyy', '1985-03-04', '1985-03-04'],
    ['M/d/yyyy H:mm', '3/4/1985 0:00', '1985-03-04'],
  ])('as %j: %j → %j', (format, text, expected) => {
    expect(compileDates(format, TODAY).read(text)).toBe(expected);
  });

  test.each([
    'MM/dd',
    'yyyy-MM-ddXXX',
    "yyyy-MM-dd'T'HH:mm:ssX",
    't',
    'MM/dd/yyyy z',
    'DDD YYYY',
    'yyyy-dd-MM',
    'hello',
    '',
  ])('a format that does not tell the day is refused: %j', (format) => {
    expect(() => compileDates(format, TODAY)).toThrow(OperatorError);
  });

  test('every day since 1900 is read, in ISO and in any format', () => {
    const formats = ['MM/dd/yyyy', 'dd.MM.yyyy', 'yyyyMMdd', 'd-MMM-yyyy'] as const;
    const dates = formats.map((format) => compileDates(format, TODAY));
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1900-01-01'), max: new Date('2100-12-31'), noInvalidDate: true }),
        (date) => {
          const iso = date.toISOString().slice(0, 10);
          const [y = '', m = '', d = ''] = iso.split('-');
          const month = date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
          expect(isIsoDay(iso)).toBe(true);
          const written = [`${m}/${d}/${y}`, `${d}.${m}.${y}`, y + m + d, `${d}-${month}-${y}`];
          expect(dates.map((each, index) => each.read(written[index] ?? ''))).toEqual(formats.map(() => iso));
        },
      ),
    );
  });

  test.each(['1985-02-29', '1985-04-31', '1985-13-01', '1985-00-10', '1985-01-00', '1899-12-31', '85-01-01'])(
    'no day: %s',
    (text) => {
      expect(isIsoDay(text)).toBe(false);
    },
  );
});

describe('explaining', () => {
  test.each([
    [
      undefined,
      '03/04/1985',
      'is "03/04/1985", expected YYYY-MM-DD; read it with --date-format MM/dd/yyyy (4 March 1985) or dd/MM/yyyy (3 April 1985)',
    ],
    [
      undefined,
      '25.12.1997',
      'is "25.12.1997", expected YYYY-MM-DD; read it with --date-format dd.MM.yyyy (25 December 1997)',
    ],
    [
      undefined,
      '19850304',
      'is "19850304", expected YYYY-MM-DD; read it with --date-format yyyyMMdd (4 March 1985)',
    ],
    [
      undefined,
      'March 4, 1985',
      `is "March 4, 1985", expected YYYY-MM-DD; read it with --date-format 'MMMM d, yyyy' (4 March 1985)`,
    ],
    [undefined, '1985-02-30', 'is "1985-02-30", which is no day of the calendar as YYYY-MM-DD'],
    [undefined, '1850-02-03', 'is "1850-02-03"; the year must be 1900 or later'],
    [
      undefined,
      '03/04/85',
      'is "03/04/85", expected YYYY-MM-DD; read it with --date-format M/d/yy (4 March 1985) or d/M/yy (3 April 1985)',
    ],
    [
      undefined,
      '1985-03-04T10:00:00Z',
      'is "1985-03-04T10:00:00Z", expected YYYY-MM-DD, without a time of day',
    ],
    [
      undefined,
      '31110',
      `is "31110", expected YYYY-MM-DD; it looks like Excel's number for 4 March 1985: --repair date`,
    ],
    [undefined, 'unknown', 'is "unknown", expected YYYY-MM-DD'],
    [
      'MM/dd/yyyy',
      '13/01/1985',
      'is "13/01/1985", expected MM/dd/yyyy; read it with --date-format dd/MM/yyyy (13 January 1985)',
    ],
  ])('as %j: %j', (format, text, expected) => {
    const found = compileDates(format, TODAY).judge(text);
    expect(found && sentence({ ...found, column: '', path: '' })).toBe(expected);
  });

  test('both readings of a date whose day and month could be swapped are told', () => {
    expect(dateReadings('03/04/1985')).toEqual([
      { format: 'MM/dd/yyyy', iso: '1985-03-04' },
      { format: 'dd/MM/yyyy', iso: '1985-04-03' },
    ]);
    expect(dateReadings('1985-03-04')).toEqual([]);
    expect(dateReadings('3/4/1985 0:00')).toHaveLength(2);
  });
});
