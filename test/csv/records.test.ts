import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FileFormat } from '../../src/csv/dialect.js';
import { recordCutter } from '../../src/csv/records.js';

const shard = fc.constantFrom('"', '"', '""', ',', ';', '\n', '\r\n', '\r', ' ', 'a', '1', '\0', 'é');

const recordDelimiters = ['\r\n', '\n', '\r'];

function formatOf(delimiter: string): FileFormat {
  const header = { header: [], headerCells: 0, headerLine: 1, headerByte: 0, sepLine: false };
  return { ...header, delimiter, encoding: 'utf-8', carriageReturns: true };
}

/** What csv-parse makes of the whole text; undefined when a quote is never closed. */
function whole(text: string, delimiter: string): string[][] | undefined {
  try {
    const options = { delimiter, record_delimiter: recordDelimiters };
    return parse(text, { ...options, relax_quotes: true, relax_column_count: true });
  } catch (error) {
    if (error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED') return undefined;
    throw error;
  }
}

test('whatever the pieces, records are what csv-parse makes of the whole text', () => {
  fc.assert(
    fc.property(
      fc.array(shard, { maxLength: 40 }),
      fc.constantFrom(',', ';'),
      fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 30 }),
      (shards, delimiter, sizes) => {
        const text = shards.join('');
        const cutter = recordCutter(formatOf(delimiter));
        const records = [];
        let at = 0;
        for (const size of sizes) records.push(...cutter.cut(text.slice(at, (at += size)), false));
        records.push(...cutter.cut(text.slice(at), true));

        const expected = whole(text, delimiter);
        if (expected === undefined) expect(cutter.unfinished().chars).toBeGreaterThan(0);
        else {
          expect(cutter.unfinished().chars).toBe(0);
          expect(records.map(({ cells }) => cells)).toEqual(expected);
        }
        let line = 1;
        for (const record of records) {
          expect(record.line).toBe(line);
          line += record.lines;
        }
      },
    ),
    { numRuns: 3_000 },
  );
});
