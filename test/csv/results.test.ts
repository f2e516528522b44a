import { readdir, readFile, readlink, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkWritable, RESULT_COLUMNS, writeCsvAside, writeResults } from '../../src/csv/results.js';
import { read, troubleOf, workdir } from './support.js';

const line = (row: number, cells: string[], errors = ''): string[] => [
  String(row),
  'created',
  `c${row}`,
  `b${row}`,
  errors,
  ...cells,
];

async function* batches<T>(...items: T[][]): AsyncGenerator<T[]> {
  for (const batch of items) yield await Promise.resolve(batch);
}

test('lines are written in order, formulas escaped, private to the user', async () => {
  const folder = await workdir();
  const path = join(folder, 'out.csv');
  const lines = batches(
    [line(1, ['=1+1', 'a,b']), line(2, ['@x', 'é"'], 'Zip: bad; Dob: bad')],
    [],
    [line(3, ['-1', 'x\ny'])],
  );
  await writeResults(path, ['=Name', 'Note'], lines);
  expect(await readFile(path, 'utf8')).toBe(
    "row,status,customer_id,brand_person_id,errors,'=Name,Note\n" +
      '1,created,c1,b1,,\'=1+1,"a,b"\n' +
      '2,created,c2,b2,Zip: bad; Dob: bad,\'@x,"é"""\n' +
      '3,created,c3,b3,,\'-1,"x\ny"\n',
  );
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['out.csv']);
});

test('original cells come back from a file without formula escaping', async () => {
  const path = join(await workdir(), 'rejects.csv');
  const rows = [
    ['=1', '"x"\r\ny', ''],
    ['+2', "'3", ' '],
  ];
  await writeCsvAside(path, ['a', 'b', 'c'], batches(rows), { escapeFormulas: false });
  const found = await read(await readFile(path));
  expect(found.rows.map(({ cells }) => cells)).toEqual(rows);
});

test('when the lines fail, the old file stays and nothing is left aside', async () => {
  const folder = await workdir();
  const path = join(folder, 'out.csv');
  await writeFile(path, 'old');
  const failing = async function* () {
    yield await Promise.resolve([line(1, ['x'])]);
    expect(await readdir(folder)).toHaveLength(2);
    expect(await readFile(path, 'utf8')).toBe('old');
    throw new Error('the ledger broke');
  };
  await expect(writeResults(path, ['a'], failing())).rejects.toThrow('the ledger broke');
  expect(await readdir(folder)).toEqual(['out.csv']);
  expect(await readFile(path, 'utf8')).toBe('old');
});

test('what a killed process left aside goes with the next results; what another writes now stays', async () => {
  const folder = await workdir();
  const aside = (n: number): string => `.bond-import-0000000${n}-0000-4000-8000-000000000000.tmp`;
  const notOurs = '.bond-import-mine.tmp';
  for (const name of [aside(1), aside(2), notOurs]) await writeFile(join(folder, name), 'x');
  const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
  for (const name of [aside(1), notOurs]) await utimes(join(folder, name), longAgo, longAgo);
  await writeResults(join(folder, 'out.csv'), ['a'], batches([line(1, ['x'])]));
  expect((await readdir(folder)).sort()).toEqual([aside(2), notOurs, 'out.csv']);
});

test('a symbolic link stays one', async () => {
  const folder = await workdir();
  await writeFile(join(folder, 'there.csv'), 'old');
  await symlink('there.csv', join(folder, 'link.csv'));
  await writeResults(join(folder, 'link.csv'), ['a'], batches([line(1, ['x'])]));
  expect(await readlink(join(folder, 'link.csv'))).toBe('there.csv');
  expect(await readFile(join(folder, 'there.csv'), 'utf8')).toMatch(RESULT_COLUMNS.join(','));
});

test('paths that cannot be written are refused, before and while writing', async () => {
  const folder = await workdir();
  const none = join(folder, 'none', 'out.csv');
  expect(await troubleOf(checkWritable(none))).toMatch(
    /out.csv cannot be written \(ENOENT\): no such file or folder/,
  );
  expect(await troubleOf(writeResults(none, [], batches()))).toMatch(
    /out.csv could not be written \(ENOENT\)/,
  );
  expect(await troubleOf(checkWritable(folder))).toMatch(
    /is a directory, a path for a CSV file was expected/,
  );
  expect(await troubleOf(writeResults(folder, [], batches()))).toMatch(/\(EISDIR\)/);
  expect(await troubleOf(checkWritable('/dev/null'))).toMatch(/is not a regular file/);
  expect(await troubleOf(checkWritable(join(folder, 'x'.repeat(300))))).toMatch(/\(ENAMETOOLONG\)/);
  await writeFile(join(folder, 'in.csv'), 'a');
  await symlink('in.csv', join(folder, 'same.csv'));
  expect(await troubleOf(checkWritable(join(folder, 'same.csv'), join(folder, 'in.csv')))).toMatch(
    /is the input file/,
  );
  await checkWritable(join(folder, 'out.csv'), join(folder, 'in.csv'));
  expect((await readdir(folder)).sort()).toEqual(['in.csv', 'same.csv']);
});

test('a file system that is read-only or full is refused', async () => {
  expect(await troubleOf(checkWritable('/proc/out.csv'))).toMatch(/\/proc\/out.csv cannot be written \(E/);
});

test('every table is written as csv-stringify alone would write it', async () => {
  const path = join(await workdir(), 'out.csv');
  const cell = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', '\r', '\t', '=', '+', '-', '@', '＝', '0') }),
  );
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(table, fc.boolean(), async ([header = [], ...rows], escapeFormulas) => {
      await writeCsvAside(path, header, batches(rows), { escapeFormulas });
      expect(await readFile(path, 'utf8')).toBe(
        stringify([header, ...rows], { escape_formulas: escapeFormulas }),
      );
    }),
  );
});
