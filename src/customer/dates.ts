import { format as formatDate } from 'date-fns/format';
import { isValid } from 'date-fns/isValid';
import { parse } from 'date-fns/parse';
import { OperatorError } from '../errors.js';
import { finding } from '../issues/codes.js';
import type { Finding } from '../issues/issue.js';
import { forShell } from './shell.js';

/** One way to read a date that is not written in ISO form. */
export interface DateReading {
  /** date-fns tokens, as `--date-format` takes them. */
  readonly format: string;
  /** YYYY-MM-DD */
  readonly iso: string;
}

const ISO = /^\d{4}-\d{2}-\d{2}$/;
const ISO_MIDNIGHT =
  /^(\d{4}-\d{2}-\d{2})[T ]00:00(?::00(?:[.,]0+)?)?(?: ?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?))?$/;
/** Five digits, so from May 1927 on: of four, `1985` would be a year as well. */
const SERIAL = /^([1-5]\d{4}|60000)(?:[.,]0+)?$/;
/** date-fns fills what a format leaves out from a date that it is given; a constant one, for this room has no clock. */
const REFERENCE = new Date(2000, 0, 1);
const DAYS_OF_MONTH = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const EARLIEST_YEAR = 1900;
/** More different days of birth than living people have, so that each is worked out once. */
const MEMORY = 50_000;

/** Whether the text is a real day of the calendar, from 1900 on, written YYYY-MM-DD. */
export function isIsoDay(text: string): boolean {
  if (!ISO.test(text)) return false;
  const year = Number(text.slice(0, 4));
  return year >= EARLIEST_YEAR && isCalendarDay(year, Number(text.slice(5, 7)), Number(text.slice(8)));
}

/** How the dates of one file are read, and what is said of those that cannot be. */
export interface Dates {
  /** YYYY-MM-DD, or the text as it is when it cannot be read; ISO is read whatever the format, also with a time of midnight. */
  readonly read: (text: string) => string;
  /** What was expected, what came, and the `--date-format` that would read it. */
  readonly explain: (text: string) => Finding;
}

/**
 * Compiles `--date-format`.
 * @param format date-fns tokens; undefined means ISO alone
 * @throws OperatorError when the format does not tell a whole date
 */
export function compileDates(format: string | undefined): Dates {
  if (format !== undefined) checkFormat(format);
  const other = remember((text) => (format === undefined ? text : (readDate(text, format) ?? text)));
  return {
    read: (text) => (ISO.test(text) ? text : (ISO_MIDNIGHT.exec(text)?.[1] ?? other(text))),
    explain: (text) => explain(text, format),
  };
}

/** The date behind Excel's number for a day (`31110` → `1985-03-04`); any other text comes back as it is. */
export function mendDate(text: string): string {
  const serial = SERIAL.exec(text)?.[1];
  // Excel counts a 29 February 1900 that never was: from there on its day 0 is 30 December 1899.
  return serial === undefined
    ? text
    : new Date(Date.UTC(1899, 11, 30 + Number(serial))).toISOString().slice(0, 10);
}

function explain(text: string, format: string | undefined): Finding {
  if (ISO.test(text)) {
    return Number(text.slice(0, 4)) < EARLIEST_YEAR
      ? finding('dob', 'dob_early', { is: text, min: EARLIEST_YEAR })
      : finding('dob', 'dob_calendar', { is: text, expected: 'YYYY-MM-DD' });
  }
  const args = { is: text, expected: format ?? 'YYYY-MM-DD' };
  const serial = mendDate(text);
  if (serial !== text) return finding('dob', 'dob_serial', { ...args, day: inWords(serial) }, 'date');
  if (/^\d{4}-\d{2}-\d{2}[T ]/.test(text)) return finding('dob', 'dob_time', args);
  const found = dateReadings(text);
  if (found.length > 0) {
    const formats = found.map((reading) => forShell(reading.format));
    const readings = found.map((reading, at) => `${formats[at] ?? ''} (${inWords(reading.iso)})`);
    return finding('dob', 'dob_other_format', { ...args, formats, readings });
  }
  const looksRight = format !== undefined && outlineOf(text) === outlineOf(format).replaceAll('A', '9');
  if (looksRight) return finding('dob', 'dob_calendar', args);
  return finding('dob', /^\d{1,2}\D\d{1,2}\D\d{2}$/.test(text) ? 'dob_short_year' : 'dob_format', args);
}

/** The common forms, by their outline: `9` for a run of digits, `A` for a word. */
const FORMS: Readonly<Partial<Record<string, readonly string[]>>> = {
  '9/9/9': ['MM/dd/yyyy', 'dd/MM/yyyy', 'yyyy/MM/dd'],
  '9-9-9': ['MM-dd-yyyy', 'dd-MM-yyyy', 'yyyy-M-d'],
  '9.9.9': ['MM.dd.yyyy', 'dd.MM.yyyy', 'yyyy.MM.dd'],
  '9': ['yyyyMMdd'],
  // MMMM reads Mar as well as March.
  '9 A 9': ['d MMMM yyyy'],
  '9-A-9': ['d-MMMM-yyyy'],
  'A 9, 9': ['MMMM d, yyyy'],
  'A 9 9': ['MMMM d yyyy'],
};

/** Every common format that reads the text as a date; several where day and month could be swapped, none for ISO. */
export function dateReadings(text: string): DateReading[] {
  if (ISO.test(text)) return [];
  const [, day = '', time = ''] = /^(.*?)((?: \d{1,2}:\d{2}(?::\d{2})?)?)$/.exec(text) ?? [];
  const timeFormat = ['', ' H:mm', ' H:mm:ss'][time.split(':').length - 1] ?? '';
  return (FORMS[outlineOf(day)] ?? []).flatMap((form) => {
    const iso = readDate(text, form + timeFormat);
    return iso === undefined ? [] : [{ format: form + timeFormat, iso }];
  });
}

function outlineOf(text: string): string {
  return text.replace(/\d+/g, '9').replace(/[a-z]+/gi, 'A');
}

function readDate(text: string, format: string): string | undefined {
  const date = parse(text, format, REFERENCE);
  return isValid(date) && date.getFullYear() >= EARLIEST_YEAR ? formatDate(date, 'yyyy-MM-dd') : undefined;
}

function checkFormat(format: string): void {
  // The capitals are week years and days of a year, hardly ever meant; date-fns would write to the screen about them.
  const meant = !/[YD]/.test(format);
  const days = [new Date(2001, 1, 3), new Date(1935, 10, 22)];
  try {
    const whole =
      meant &&
      days.every((day) => readDate(formatDate(day, format), format) === formatDate(day, 'yyyy-MM-dd'));
    if (whole && [undefined, '2001-02-03'].includes(readDate('2001-02-03', format))) return;
  } catch {
    // date-fns throws for tokens that it does not know.
  }
  throw new OperatorError(
    `The date format ${JSON.stringify(format)} cannot be used: it must tell day, month and four-digit year in ` +
      'date-fns tokens, such as MM/dd/yyyy, dd.MM.yyyy or d MMMM yyyy (small d and y, capital M).',
  );
}

function inWords(iso: string): string {
  return formatDate(parse(iso, 'yyyy-MM-dd', REFERENCE), 'd MMMM yyyy');
}

function isCalendarDay(year: number, month: number, day: number): boolean {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && leap ? 29 : (DAYS_OF_MONTH[month] ?? 0);
  return day >= 1 && day <= days;
}

function remember(work: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let result = known.get(text);
    if (result === undefined) {
      result = work(text);
      if (known.size >= MEMORY) known.clear();
      // Through bytes: a cell may be a slice of a piece of the file, and would keep all of it in memory.
      known.set(Buffer.from(text).toString(), result);
    }
    return result;
  };
}
