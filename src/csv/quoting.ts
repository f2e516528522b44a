import { CsvError, type Options } from 'csv-parse';
import { parse } from 'csv-parse/sync';

/** How cells are told from each other. */
export interface Quoting {
  readonly delimiter: string;
  /** What stands before a quote that is part of a quoted value: another quote, or MySQL's backslash. */
  readonly escape: '"' | '\\';
  /** Whether spaces stand before the quotes of values: `1, "2"`. */
  readonly spacedQuotes: boolean;
}

const MAX_ROW_BYTES = 1_000_000;

/** How csv-parse reads one record after the other as arrays of cells, whatever its quotes and length. */
export function parseOptions({ delimiter, escape, spacedQuotes }: Quoting): Options {
  return {
    delimiter,
    escape,
    ltrim: spacedQuotes,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_quotes: true,
    relax_column_count: true,
    max_record_size: MAX_ROW_BYTES,
  };
}

export interface HeadRecord {
  readonly cells: readonly string[];
  /** Where its line ends, in bytes of the text. */
  readonly end: number;
}

/** The first records of a text, no more than `most`; those before a quote that is not closed, for the reader names its place. */
export function recordsIn(text: Buffer, quoting: Quoting, most: number): HeadRecord[] {
  const records: HeadRecord[] = [];
  const take: Options['on_record'] = (cells, { bytes }) => {
    records.push({ cells, end: bytes });
    return null;
  };
  try {
    parse(text, { ...parseOptions(quoting), on_record: take, to: most });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
  }
  return records;
}

/**
 * How the quotes of a text are meant. Another way than doubled quotes right behind a delimiter is taken only when the
 * usual one leaves stray quotes and the other reads the whole text without one.
 */
export function quotingOf(text: Buffer, delimiter: string, isWhole: boolean): Quoting {
  const usual: Quoting = { delimiter, escape: '"', spacedQuotes: false };
  const others: Quoting[] = [];
  if (text.includes('\\"')) others.push({ ...usual, escape: '\\' });
  if (text.includes(`${delimiter} "`)) others.push({ ...usual, spacedQuotes: true });
  if (others.length === 0) return usual;
  const fits = [usual, ...others].map((quoting) => ({ quoting, fit: fitOf(text, quoting, isWhole) }));
  return fits.reduce((best, next) => (next.fit > best.fit ? next : best)).quoting;
}

/** How well a way of quoting fits: 0 with a stray quote, 1 with one that is never closed, 2 without either. */
function fitOf(text: Buffer, quoting: Quoting, isWhole: boolean): number {
  const drop: Options['on_record'] = () => null;
  try {
    parse(text, {
      ...parseOptions(quoting),
      rtrim: quoting.spacedQuotes,
      relax_quotes: false,
      on_record: drop,
    });
    return 2;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code !== 'CSV_QUOTE_NOT_CLOSED') return 0;
    // The first part of a file may end inside a value.
    return isWhole ? 1 : 2;
  }
}
