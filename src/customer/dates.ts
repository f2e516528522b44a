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
/** Midnight behind a date, as spreadsheets, Oracle (`12.00.00.000000 AM`), SAS (`04MAR1985:00:00:00`) and ISO write it. */
const MIDNIGHT =
  /(?:[T ,]\s*|(?<=[a-z]{3}\d{2,4}):)(?:0{1,2}(?:[:.]00){1,2}(?:[.,]0+)?(?: ?AM)?|12(?:[:.]00){1,2}(?:[.,]0+)? ?AM|12 ?AM)(?: ?(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?$/i;
/** Any time of day behind a date. */
const TIME =
  /(?:[T ,]\s*|(?<=[a-z]{3}\d{2,4}):)\d{1,2}(?:[:.]\d{2}){1,2}(?:[.,]\d+)?(?: ?[AP]M)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?$/i;
/** Five digits, so from May 1927 on: of four, `1985` would be a year as well. */
const SERIAL = /^([1-5]\d{4}|60000)(?:[.,]0+)?$/;
/** What MySQL, mainframes and forms write where there is no date. */
const DATE_FOR_NOTHING = /^(?:0{8}|0{1,4}[-/. ]0{1,2}[-/. ]0{1,4})$/;
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

/** Whether the text is no date but the word for none. */
export function isDateForNothing(text: string): boolean {
  return DATE_FOR_NOTHING.test(text.replace(MIDNIGHT, ''));
}

/** How the dates of one file are read, and what is said of those that cannot be. */
export interface Dates {
  /** YYYY-MM-DD, or the text as it is when it cannot be read; ISO is read whatever the format, also with a time of midnight. */
  readonly read: (text: string) => string;
  /** What is wrong with a text that came back from `read`, and the `--date-format` that would read it; undefined when nothing is. */
  readonly judge: (text: string) => Finding | undefined;
}

/**
 * Compiles `--date-format`.
 * @param given date-fns tokens, or as people write them (`MM/DD/YYYY`); undefined means ISO alone
 * @param today YYYY-MM-DD: no birth date is later
 * @throws OperatorError when the format does not tell a whole date
 */
export function compileDates(given: string | undefined, today: string): Dates {
  const format = given === undefined ? undefined : tokensOf(given);
  if (format !== undefined) checkFormat(format, given ?? format);
  const other = remember((text) => {
    if (format === undefined) return text;
    const day = text.replace(MIDNIGHT, '');
    const dayFormat = format.replace(/(?:'?T'?|[ ,:]+)[Hhk]+[^yMd]*$/, '');
    return readDate(text, format, today) ?? readDate(day, dayFormat, today) ?? text;
  });
  return {
    read: (text) => {
      if (ISO.test(text)) return text;
      const day = text.replace(MIDNIGHT, '');
      return ISO.test(day) ? day : other(text);
    },
    judge: (text) => {
      if (!isIsoDay(text)) return explain(text, format, today);
      return text > today ? finding('dob', 'dob_future', { is: text }) : undefined;
    },
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

function explain(text: string, format: string | undefined, today: string): Finding {
  const expected = format ?? 'YYYY-MM-DD';
  const args = { is: text, expected };
  if (ISO.test(text)) {
    return Number(text.slice(0, 4)) < EARLIEST_YEAR
      ? finding('dob', 'dob_early', { is: text, min: EARLIEST_YEAR })
      : finding('dob', 'dob_calendar', { is: text, expected: 'YYYY-MM-DD' });
  }
  const serial = mendDate(text);
  if (serial !== text) return finding('dob', 'dob_serial', { ...args, day: inWords(serial) }, 'date');
  const day = text.replace(MIDNIGHT, '');
  const beforeTime = day.replace(TIME, '');
  const hasTime = beforeTime !== day && (ISO.test(beforeTime) || dateReadings(beforeTime, today).length > 0);
  if (hasTime) return finding('dob', 'dob_time', args);
  const found = dateReadings(day, today);
  if (found.length > 0) {
    const formats = found.map((reading) => forShell(reading.format));
    const readings = found.map((reading, at) => `${formats[at] ?? ''} (${inWords(reading.iso)})`);
    return finding('dob', 'dob_other_format', { ...args, formats, readings });
  }
  if (/(?<!\d)1[5-8]\d{2}(?!\d)/.test(day) && outlineOf(day) in FORMS)
    return finding('dob', 'dob_early', { is: text, min: EARLIEST_YEAR });
  const looksRight = format !== undefined && outlineOf(day) === outlineOf(format).replaceAll('A', '9');
  return finding('dob', looksRight ? 'dob_calendar' : 'dob_format', args);
}

/** The common forms, by their outline: `9` for a run of digits, `A` for a word. */
const FORMS: Readonly<Partial<Record<string, readonly string[]>>> = {
  '9/9/9': ['MM/dd/yyyy', 'dd/MM/yyyy', 'yyyy/MM/dd', 'M/d/yy', 'd/M/yy', 'yy/M/d'],
  '9-9-9': ['MM-dd-yyyy', 'dd-MM-yyyy', 'yyyy-M-d', 'M-d-yy', 'd-M-yy', 'yy-M-d'],
  '9.9.9': ['MM.dd.yyyy', 'dd.MM.yyyy', 'yyyy.MM.dd', 'M.d.yy', 'd.M.yy', 'yy.M.d'],
  '9': ['yyyyMMdd'],
  // MMMM reads Mar as well as March.
  '9 A 9': ['d MMMM yyyy', 'd MMMM yy'],
  '9-A-9': ['d-MMMM-yyyy', 'd-MMMM-yy'],
  '9A9': ['ddMMMyyyy', 'ddMMMyy'],
  'A 9, 9': ['MMMM d, yyyy'],
  'A 9 9': ['MMMM d yyyy'],
};

/** Every common format that reads the text as a date; several where day and month could be swapped, none for ISO. */
export function dateReadings(text: string, today = '2000-12-31'): DateReading[] {
  const day = text.replace(MIDNIGHT, '');
  if (ISO.test(day)) return [];
  return (FORMS[outlineOf(day)] ?? []).flatMap((format) => {
    // Two digits are a year of two digits, whichever format would read them as the year 85.
    const iso = readDate(day, format, today);
    return iso === undefined ? [] : [{ format, iso }];
  });
}

function outlineOf(text: string): string {
  return text.replace(/\d+/g, '9').replace(/[a-z]+/gi, 'A');
}

function readDate(text: string, format: string, today: string): string | undefined {
  // date-fns fills what a format leaves out from a reference, and takes a year of two digits for one near it.
  const reference = new UtcDate(Date.UTC(Number(today.slice(0, 4)) - 49, 0, 1));
  const date = parse(text, format, reference, { in: (value) => new UtcDate(value) });
  if (!isValid(date) || date.getUTCFullYear() < EARLIEST_YEAR) return undefined;
  const iso = date.toISOString().slice(0, 10);
  if (iso <= today || !/(?<!y)yy(?!y)/.test(format)) return iso;
  return `${date.getUTCFullYear() - 100}${iso.slice(4)}`;
}

/** A date whose day is the same on every machine: date-fns asks for local parts, and gets those of UTC. */
class UtcDate extends Date {
  override getFullYear = (): number => this.getUTCFullYear();
  override getMonth = (): number => this.getUTCMonth();
  override getDate = (): number => this.getUTCDate();
  override getDay = (): number => this.getUTCDay();
  override getHours = (): number => this.getUTCHours();
  override getMinutes = (): number => this.getUTCMinutes();
  override getSeconds = (): number => this.getUTCSeconds();
  override getMilliseconds = (): number => this.getUTCMilliseconds();
  override getTimezoneOffset = (): number => 0;
  override setFullYear = (...parts: [number, number?, number?]): number => this.setUTCFullYear(...parts);
  override setMonth = (...parts: [number, number?]): number => this.setUTCMonth(...parts);
  override setDate = (day: number): number => this.setUTCDate(day);
  override setHours = (...parts: [number, number?, number?, number?]): number => this.setUTCHours(...parts);
  override setMinutes = (...parts: [number, number?, number?]): number => this.setUTCMinutes(...parts);
  override setSeconds = (...parts: [number, number?]): number => this.setUTCSeconds(...parts);
  override setMilliseconds = (ms: number): number => this.setUTCMilliseconds(ms);
}

/** `MM/DD/YYYY` as people write it → the tokens of date-fns; what stands in single quotes means itself. */
function tokensOf(given: string): string {
  const parts = given.split(/('[^']*')/);
  const tokens = parts.map((part) =>
    part.startsWith("'") ? part : part.replace(/D+|Y+/g, (run) => run.toLowerCase()),
  );
  const format = tokens.join('');
  // mm is minutes, and months where there are neither months nor hours.
  return /[MHhk]/.test(format) ? format : format.replace(/m+/g, (run) => run.toUpperCase());
}

function checkFormat(format: string, given: string): void {
  const tokens = format.replace(/'[^']*'/g, '');
  if (/[XxOzTt]/.test(tokens)) {
    throw new OperatorError(
      `The date format ${JSON.stringify(given)} cannot be used: a birth date is read as it is written, and X, x, O, z, T and t stand for time zones and points in time. Name day, month and year alone, and put letters that mean themselves in single quotes`,
    );
  }
  const days = ['1985-02-03', '1970-11-22'];
  try {
    const whole = days.every((day) => {
      const date = new UtcDate(`${day}T00:00:00Z`);
      return readDate(formatDate(date, format), format, '2000-12-31') === day;
    });
    if (whole && [undefined, '1985-02-03'].includes(readDate('1985-02-03', format, '2000-12-31'))) return;
  } catch {
    // date-fns throws for tokens that it does not know.
  }
  throw new OperatorError(
    `The date format ${JSON.stringify(given)} cannot be used: it must tell day, month and year, such as ` +
      'MM/DD/YYYY, dd.MM.yyyy, M/d/yy or d MMMM yyyy (capital M for months)',
  );
}

function inWords(iso: string): string {
  return formatDate(new UtcDate(`${iso}T00:00:00Z`), 'd MMMM yyyy');
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
