import type { Inspection } from './inspection.js';
import { count, plural, span } from './words.js';

/** For people: a table of the columns, then one block of lines a question. No line of the table is wider than `width`. */
export function inspectionText(found: Inspection, width: number): string {
  const { format, missing, clashes, stops, warnings } = found;
  const head =
    `${found.file}: ${format.encoding}, cells separated by ${nameOf(format.delimiter)}, ${plural(found.rows, 'row')}` +
    (found.exportName === undefined ? '' : `; it looks like the export ${found.exportName}`);
  const blocks = [
    [head],
    columnLines(found, width),
    forecast(found),
    [
      ...clashes.map(
        ({ field, headers }) =>
          `Two columns for ${field}: ${headers.join(', ')}. Rename one, or list it under "ignore" in a mapping file.`,
      ),
      ...missing.map(({ field, suggestion }) => ended(`Missing: ${field}: ${suggestion}`)),
      ...stops.map((stop) => ended(`Stops a run: ${stop}`)),
      ...warnings,
    ],
    [
      ...Object.entries(found.changes).map(([what, cells]) => `${what}, ${plural(cells, 'cell')}.`),
      ...Object.entries(found.repairs).map(
        ([repair, cells]) => `Damaged: --repair ${repair} would mend ${plural(cells, 'cell')}.`,
      ),
    ],
    found.firstPayload
      ? ['The first payload (--show-values shows its values):', JSON.stringify(found.firstPayload, null, 2)]
      : [],
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function ended(sentence: string): string {
  return /[.?!]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** How many rows would be sent, and why not the others. */
function forecast({
  rows,
  validRows,
  duplicates,
  issues,
  missing,
  refusedForNames,
  ratePerMinute,
}: Inspection): string[] {
  const given = missing.length > 0 ? ', once what is missing is given' : '';
  const time =
    ratePerMinute === 0 || validRows === 0
      ? ''
      : `; at ${count(ratePerMinute)} a minute that takes ${span((validRows * 60_000) / ratePerMinute)}`;
  const lines = [`${count(validRows)} of ${plural(rows, 'row')} would be sent${given}${time}.`];
  if (validRows < rows) lines.push('Why not the others:');
  for (const { rows: alike, message, exampleRows } of issues)
    lines.push(
      `${count(alike).padStart(8)} × ${message} (${alike === 1 ? '' : 'e.g. '}row ${exampleRows[0]})`,
    );
  if (duplicates > 0) lines.push(`${count(duplicates).padStart(8)} × same id as an earlier row`);
  if (refusedForNames > 0) {
    lines.push(
      `--rules minimal lets Bond decide about names: ${plural(refusedForNames, 'row')} more would be sent.`,
    );
  }
  return lines;
}

const HEADS = ['Your column', 'Field', 'Why', 'Filled', 'Sample'];
/** Beyond this a cell of the table is cut. */
const WIDEST = [32, 24, 44, 6, 30];
const GAP = 2;

/** A table where there is room for it, else two lines for each column. */
function columnLines({ columns, rows }: Inspection, width: number): string[] {
  const table = columns.map(({ header, field, why, filled, sample }) =>
    [
      header.trim() === '' ? '(no name)' : header,
      field ?? '(not sent)',
      why,
      rows === 0 ? '' : `${Math.floor((filled * 100) / rows)} %`,
      sample,
    ].map((cell, at) => cut(cell, WIDEST[at] ?? 0)),
  );
  const widths = HEADS.map((head, at) =>
    Math.max(head.length, ...table.map((row) => (row[at] ?? '').length)),
  );
  // The sample gives way first, then the reason; what is left must hold a word.
  for (const at of [4, 2, 0]) {
    const over = widths.reduce((sum, each) => sum + each + GAP, -GAP) - width;
    if (over > 0) widths[at] = Math.max(12, (widths[at] ?? 0) - over);
  }
  if (widths.reduce((sum, each) => sum + each + GAP, -GAP) > width) {
    return table.flatMap(([header = '', field = '', why = '', filled = '', sample = '']) => [
      cut(`${header} → ${field}`, width),
      cut(`  ${[why, filled, sample].filter((part) => part !== '').join(', ')}`, width),
    ]);
  }
  return [HEADS, ...table].map((row) =>
    row
      .map((cell, at) => cut(cell, widths[at] ?? 0).padEnd(widths[at] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

/** One line of at most so many characters: a cell with line breaks does not tear the table. */
function cut(text: string, most: number): string {
  const line = text.replace(/[\s\p{C}]+/gu, ' ');
  return line.length <= most ? line : `${line.slice(0, Math.max(0, most - 1))}…`;
}

function nameOf(delimiter: string): string {
  return { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'pipes' }[delimiter] ?? `"${delimiter}"`;
}
