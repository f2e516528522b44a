import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OperatorError } from '../../src/errors.js';
import { read } from './support.js';

const delimiters = [',', ';', '\t', '|'];
const recordDelimiters = ['\n', '\r\n', '\r'];

const encodings: Readonly<Record<string, (text: string) => Buffer>> = {
  'utf-8': (text) => Buffer.from(text),
  'utf-8 marked': (text) => Buffer.from(`\ufeff${text}`),
  'utf-16le': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'utf-16be': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
};

const cell = fc.oneof(
  // A line that begins with © is told as a note, and no row.
  {
    weight: 3,
    arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replaceAll('©', '®')),
  },
  fc
    .array(
      fc.constantFrom('"', '""', '\r\n', '\n', '\r', ',', ';', '\t', '|', ' ', 'a', 'é', '𝒳', '\ufeff', "'"),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
);
const table = fc
  .integer({ min: 2, max: 5 })
  .chain((width) =>
    fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }),
  );

const lineEnds = (text: string) => text.match(/\r\n|\n|\r/g)?.length ?? 0;

/** Rows of delimiters alone are passed over like blank lines. */
const hasText = (cells: readonly string[]) => cells.some((text) => text.trim() !== '');

/** A file whose rows are in quotes of another kind is refused; a single cell in quotes is a cell. */
const isInQuotes = (text: string) => /^["'`“”„‘’‚«‹][^]*["'`“”‘’»›]$/.test(text.trim());
const areInQuotes = (rows: readonly string[][]) =>
  rows.flat().filter(isInQuotes).length >= 2 && rows.filter(hasText).every((cells) => cells.some(isInQuotes));

test('a table written in any dialect and encoding reads back the same, with its rows and lines', async () => {
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.constantFrom(...delimiters),
      fc.constantFrom(...recordDelimiters),
      fc.constantFrom(...Object.keys(encodings)),
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      async (rows, delimiter, recordDelimiter, encoding, quoted, chunkBytes) => {
        fc.pre(rows.some(hasText) && !areInQuotes(rows));
        const header = (rows[0] ?? []).map((_, at) => `column ${at}`);
        const text = stringify([header, ...rows], {
          delimiter,
          record_delimiter: recordDelimiter,
          quote_record_delimiter: true,
          quoted,
        });
        const bytes = encodings[encoding]?.(text) ?? Buffer.alloc(0);
        const found = await read(bytes, { known: header, chunkBytes });
        let line = 2;
        let number = 0;
        const expected = rows.flatMap((cells) => {
          const begin = line;
          line += 1 + cells.reduce((sum, text) => sum + lineEnds(text), 0);
          if (!hasText(cells)) return [];
          // A heading among the rows, which is told as such.
          const isHeading = cells.length > 3 && cells.filter((text) => text.trim() !== '').length === 1;
          const malformed = { code: 'heading_line', args: {} };
          return [{ row: ++number, line: begin, cells, ...(isHeading && { malformed }) }];
        });
        expect(found.rows).toEqual(expected);
        expect(found.format.header).toEqual(header);
        expect(found.format.delimiter).toBe(delimiter);
      },
    ),
    { numRuns: 300 },
  );
});

const shards = [
  '"',
  '""',
  ',',
  ';',
  '\t',
  '\r\n',
  '\n',
  '\r',
  '\0',
  'a',
  'sep=;',
  '\ufeff',
  ' ',
  'é',
  '\x80',
  '\xff\xfe',
];
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc
    .array(fc.constantFrom(...shards), { maxLength: 60 })
    .map((parts) => Buffer.from(parts.join(''), 'latin1')),
  fc.array(fc.constantFrom(...shards), { maxLength: 60 }).map((parts) => Buffer.from(parts.join(''))),
);

test('any bytes end in rows or an OperatorError; rows are numbered and as wide as the header', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyBytes,
      fc.constantFrom(undefined, 'windows-1252', 'utf-16le', 'shift_jis', 'gb18030', 'macintosh'),
      fc.integer({ min: 1, max: 40 }),
      async (bytes, encoding, chunkBytes) => {
        try {
          const { rows, format } = await read(bytes, { chunkBytes, ...(encoding && { encoding }) });
          expect(rows.map(({ row }) => row)).toEqual(rows.map((_, at) => at + 1));
          for (const [at, { cells, line }] of rows.entries()) {
            expect(cells.length).toBe(format.header.length);
            expect(line).toBeGreaterThan(rows[at - 1]?.line ?? format.headerLine);
            if (encoding === undefined) expect(cells.join('')).not.toContain('\ufffd');
          }
        } catch (error) {
          if (!(error instanceof OperatorError)) throw error;
          expect(error.message).not.toContain('\ufffd');
          expect(error.message).not.toContain('does not end');
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
