import {
  chmod,
  chown,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileFormat } from '../../src/csv/dialect.js';
import { checkWritable, digestOf, writeCsv, type WriteOptions } from '../../src/csv/writer.js';
import { formatOf, read, troubleOf, workdir } from './support.js';

/** Writes a whole file, the header first; each argument is one write. */
async function write(
  path: string,
  header: string[],
  batches: string[][][] = [],
  how: Partial<WriteOptions & FileFormat> = {},
) {
  const format = formatOf(header, how);
  await using file = await writeCsv(path, header, format, { guardFormulas: true, ...how });
  for (const batch of batches) await file.write(batch);
  return await file.keep();
}

test('records are written in order, formulas escaped, private to the user', async () => {
  const folder = await workdir();
  const path = join(folder, 'out.csv');
  const batches = [
    [
      ['=1+1', 'a,b'],
      ['@x', 'é"'],
    ],
    [],
    [
      ['-1', 'x\ny'],
      ['+1', 'x\r'],
      ['\t1', '=2'],
    ],
  ];
  const written = await write(path, ['=Name', 'Note'], batches);
  const text = '\'=Name,Note\n\'=1+1,"a,b"\n\'@x,"é"""\n\'-1,"x\ny"\n\'+1,"x\r"\n\'\t1,\'=2\n';
  expect(await readFile(path, 'utf8')).toBe(text);
  expect(written).toEqual({ sha256: await digestOf(path), bytes: Buffer.byteLength(text) });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['out.csv']);
});

describe('in the form of the input', () => {
  const latin = (text: string) => Buffer.from(text, 'latin1');
  const utf16 = (text: string) => Buffer.from(text, 'utf16le');
  test.each<[Partial<FileFormat>, Buffer]>([
    [{}, Buffer.from('a,é\n1,"x;,\t"\n')],
    [{ byteOrderMark: true, lineEnd: '\r\n' }, Buffer.from('\ufeffa,é\r\n1,"x;,\t"\r\n')],
    [{ delimiter: ';', lineEnd: '\r' }, Buffer.from('a;é\r1;"x;,\t"\r')],
    [{ delimiter: '||' }, Buffer.from('a||é\n1||x;,\t\n')],
    [{ encoding: 'windows-1252' }, latin('a,\xe9\n1,"x;,\t"\n')],
    [{ encoding: 'macintosh', delimiter: '\t' }, latin('a\t\x8e\n1\t"x;,\t"\n')],
    [{ encoding: 'utf-16le', byteOrderMark: true }, utf16('\ufeffa,é\n1,"x;,\t"\n')],
    [{ encoding: 'utf-16be', byteOrderMark: true }, utf16('\ufeffa,é\n1,"x;,\t"\n').swap16()],
    [{ encoding: 'gb18030' }, Buffer.from('a,\xa8\xa6\n1,"x;,\t"\n', 'latin1')],
  ])('%o', async (format, bytes) => {
    const path = join(await workdir(), 'out.csv');
    await write(path, ['a', 'é'], [[['1', 'x;,\t']]], format);
    expect(await readFile(path)).toEqual(bytes);
  });

  test('a character that the encoding does not have is refused as damage when it is read again', async () => {
    const path = join(await workdir(), 'out.csv');
    await write(path, ['a', 'b'], [[['Łukasz', '“€”']]], { encoding: 'windows-1252' });
    expect(await readFile(path)).toEqual(latin('a,b\n&#321;ukasz,\x93\x80\x94\n'));
  });

  test('a sep line comes back where it is asked for', async () => {
    const path = join(await workdir(), 'out.csv');
    await write(path, ['a', 'b'], [], { delimiter: '^', sepLine: true });
    expect(await readFile(path, 'utf8')).toBe('sep=^\na^b\n');
    await write(path, ['a', 'b'], [], { delimiter: '^' });
    expect(await readFile(path, 'utf8')).toBe('a^b\n');
  });

  const encodings = [
    'utf-8',
    'utf-16le',
    'windows-1252',
    'iso-8859-2',
    'macintosh',
    'shift_jis',
    'big5',
    'euc-kr',
  ];
  test('what an encoding can say reads back the same', async () => {
    const path = join(await workdir(), 'out.csv');
    for (const encoding of encodings) {
      const bytes = Buffer.concat(
        Array.from({ length: 94 }, (_, at) => Buffer.from([0xc1 + (at % 24), 0xa1 + at])),
      );
      const text = new TextDecoder(encoding).decode(encoding.startsWith('utf') ? utf16('日本é€') : bytes);
      const cell = text.replaceAll('\ufffd', '');
      await write(path, ['a', 'b'], [[['x', cell]]], { encoding });
      const found = await read(await readFile(path), { encoding });
      expect(found.rows.map(({ cells }) => cells)).toEqual([['x', cell]]);
    }
  });
});

test('original cells come back from a file without formula guard', async () => {
  const path = join(await workdir(), 'rejects.csv');
  const rows = [
    ['=1', '"x"\r\ny', ''],
    ['+2', "'3", ' '],
  ];
  await write(path, ['a', 'b', 'c'], [rows], { guardFormulas: false });
  const found = await read(await readFile(path));
  expect(found.rows.map(({ cells }) => cells)).toEqual(rows);
});

test('what is not kept leaves the old file and nothing aside', async () => {
  const folder = await workdir();
  const path = join(folder, 'out.csv');
  await writeFile(path, 'old');
  const failing = async () => {
    await using file = await writeCsv(path, ['a'], formatOf(['a']), { guardFormulas: true });
    await file.write([['x'.repeat(100_000)]]);
    expect(await readdir(folder)).toHaveLength(2);
    expect(await readFile(path, 'utf8')).toBe('old');
    throw new Error('the ledger broke');
  };
  const listeners = process.listenerCount('exit');
  await expect(failing()).rejects.toThrow('the ledger broke');
  expect(process.listenerCount('exit')).toBe(listeners);
  expect(await readdir(folder)).toEqual(['out.csv']);
  expect(await readFile(path, 'utf8')).toBe('old');
});

test('a process that ends at once leaves nothing aside', async () => {
  const folder = await workdir();
  const before = process.listeners('exit');
  const file = await writeCsv(join(folder, 'out.csv'), ['a'], formatOf(['a']), { guardFormulas: true });
  for (const listener of process.listeners('exit')) if (!before.includes(listener)) listener(0);
  expect(await readdir(folder)).toEqual([]);
  await file[Symbol.asyncDispose]();
});

test.each([0o600, 0o640, 0o644, 0o400, 0o660])(
  'the mode of the file that is replaced stays: %o',
  async (mode) => {
    const path = join(await workdir(), 'out.csv');
    await writeFile(path, 'old');
    await chmod(path, mode);
    await write(path, ['a']);
    expect((await stat(path)).mode & 0o7777).toBe(mode);
  },
);

test.runIf(process.getuid?.() === 0)('its owner and group stay too', async () => {
  const path = join(await workdir(), 'out.csv');
  await writeFile(path, 'old');
  await chown(path, 1234, 2345);
  await chmod(path, 0o640);
  await write(path, ['a']);
  expect(await stat(path)).toMatchObject({ uid: 1234, gid: 2345, mode: 0o100640 });
});

test('the digest of a file that is not there is none', async () => {
  const folder = await workdir();
  expect(await digestOf(join(folder, 'none'))).toBeUndefined();
  await writeFile(join(folder, 'some'), 'abc');
  expect(await digestOf(join(folder, 'some'))).toMatch(/^ba7816bf/);
});

test('what a killed process left aside goes with the next results; what another writes now stays', async () => {
  const folder = await workdir();
  const aside = (n: number): string => `.bond-import-0000000${n}-0000-4000-8000-000000000000.tmp`;
  const notOurs = '.bond-import-mine.tmp';
  for (const name of [aside(1), aside(2), notOurs]) await writeFile(join(folder, name), 'x');
  const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
  for (const name of [aside(1), notOurs]) await utimes(join(folder, name), longAgo, longAgo);
  await write(join(folder, 'out.csv'), ['a']);
  expect((await readdir(folder)).sort()).toEqual([aside(2), notOurs, 'out.csv']);
});

test('a symbolic link stays one', async () => {
  const folder = await workdir();
  await writeFile(join(folder, 'there.csv'), 'old');
  await symlink('there.csv', join(folder, 'link.csv'));
  await write(join(folder, 'link.csv'), ['a']);
  expect(await readlink(join(folder, 'link.csv'))).toBe('there.csv');
  expect(await readFile(join(folder, 'there.csv'), 'utf8')).toBe('a\n');
});

test('paths that cannot be written are refused, before and while writing', async () => {
  const folder = await workdir();
  const none = join(folder, 'none', 'out.csv');
  expect(await troubleOf(checkWritable(none))).toMatch(
    /out.csv cannot be written \(ENOENT\): no such file or folder/,
  );
  expect(await troubleOf(write(none, []))).toMatch(/out.csv could not be written \(ENOENT\)/);
  expect(await troubleOf(checkWritable(folder))).toMatch(
    /is a directory, a path for a CSV file was expected/,
  );
  expect(await troubleOf(write(folder, []))).toMatch(/\(EISDIR\)/);
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

test('every table is read back by csv-parse as it was written', async () => {
  const path = join(await workdir(), 'out.csv');
  const cell = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', '\r', '\t', '=', '+', '-', '@', '＝', '0') }),
  );
  const table = fc
    .integer({ min: 2, max: 5 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
    );
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.boolean(),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.constantFrom(',', ';', '\t', '||'),
      async ([header = [], ...rows], guardFormulas, lineEnd, delimiter) => {
        await write(path, header, [rows], { guardFormulas, lineEnd, delimiter });
        const guarded = (text: string) =>
          guardFormulas && /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
        const found: string[][] = parse(await readFile(path), { delimiter, record_delimiter: lineEnd });
        expect(found).toEqual([header, ...rows].map((cells) => cells.map(guarded)));
      },
    ),
  );
});
