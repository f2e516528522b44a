// The floor of reading: `node bare-csv-parse.js <file.csv>` takes every row as an array and does nothing with it.
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';

const cells = { count: 0 };
for await (const row of createReadStream(process.argv[2]).pipe(parse())) cells.count += row.length;
if (cells.count === 0) throw new Error('no cells');
