import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { read, troubleOf } from './support.js';

const known = ['first', 'last', 'zip'];

function utf16be(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

test('a pass knows digest, bytes and rows, the head the format', async () => {
  const content = '\ufeff first ,last;x\r\nAda,Lovelace\r\n';
  const { passed, format, digest } = await read(content, { known });
  const sha256 = createHash('sha256').update(content).digest('hex');
  expect(passed).toEqual({ sha256, bytes: Buffer.byteLength(content), rows: 1 });
  expect(digest).toBe(sha256);
  expect(format).toEqual({
    encoding: 'utf-8',
    byteOrderMark: true,
    delimiter: ',',
    lineEnd: '\r\n',
    header: ['first', 'last;x'],
    headerCells: 2,
    headerLine: 1,
    headerByte: 0,
    sepLine: false,
    escape: '"',
    spacedQuotes: false,
  });
});

test.each([
  ['utf-8', Buffer.from('first\nJosé\n'), undefined],
  ['utf-8', Buffer.from('\ufefffirst\nJosé\n'), undefined],
  ['utf-8', Buffer.from('\ufefffirst\nJosé\n'), 'UTF8'],
  ['utf-16le', Buffer.from('\ufefffirst\nJosé\n', 'utf16le'), undefined],
  ['utf-16be', utf16be('\ufefffirst\nJosé\n'), undefined],
  ['utf-16be', utf16be('\ufefffirst\nJosé\n'), 'utf-16'],
  ['utf-16le', Buffer.from('first\nJosé\n', 'utf16le'), 'utf-16le'],
  ['windows-1252', Buffer.from('first\nJosé\n', 'latin1'), 'latin1'],
  ['macintosh', Buffer.from('first\nJos\x8e\n', 'latin1'), 'macintosh'],
  ['shift_jis', Buffer.from('first\nJos\xc3\xa9\n', 'latin1'), 'sjis'],
])('%s is read (%#)', async (encoding, content, requested) => {
  const { format, rows } = await read(content, {
    known,
    chunkBytes: 3,
    ...(requested && { encoding: requested }),
  });
  expect(format.encoding).toBe(encoding);
  expect(format.header).toEqual(['first']);
  expect(rows).toEqual([{ row: 1, line: 2, cells: [encoding === 'shift_jis' ? 'Josﾃｩ' : 'José'] }]);
});

test.each([
  ['a,b\r\n1,2\n', '\r\n'],
  ['a,b\n1,2\r\n', '\n'],
  ['a,b\r1,2\n', '\r'],
  ['sep=,\r\n\r\na,"b\nc"\r\n1,2\n', '\r\n'],
  ['a,"b\r\nc"\n1,2\n', '\n'],
])("the line end is the header's: %j", async (content, lineEnd) => {
  expect((await read(content)).format.lineEnd).toBe(lineEnd);
});

test.each([
  ['a,b,\n1,2,3\n', ['a', 'b', ''], 3],
  ['a,b,,,\n1,2,,,\n1,2,,4,\n', ['a', 'b', '', ''], 4],
  ['a,b,,\n1,2,,\n1,2,\n', ['a', 'b'], 2],
  ['a,b,\n1,2,3,4\n', ['a', 'b'], 2],
  ['a,b\n1,2,3\n', ['a', 'b'], 2],
])('a column without a name is one when it has cells: %j', async (content, header, width) => {
  const { format, rows } = await read(content);
  expect(format.header).toEqual(header);
  for (const { cells } of rows) expect(cells).toHaveLength(width);
});

test('windows-1252 is more than latin1', async () => {
  const content = Buffer.concat([
    Buffer.from('fir\x92st\n', 'latin1'),
    Buffer.from([0x80, 0x92, 0x9f, 0xe9, 0xff, 0x0a]),
  ]);
  const { rows, format } = await read(content, { encoding: 'windows-1252' });
  expect(format.header).toEqual(['fir’st']);
  expect(rows[0]?.cells).toEqual(['€’Ÿéÿ']);
});

const latin = (text: string) => Buffer.from(text, 'latin1');
test.each([
  [
    latin('first,last\nAda,x\nRen\xe9,Dupont\n'),
    /people.csv, line 3, column 4: byte 0xE9 is not utf-8 \(0xE9 reads "é" in windows-1252, iso-8859-2, windows-1250\): give --encoding windows-1252, or save the file as UTF-8$/,
  ],
  [latin('first,last\r\n"a\r\nb",\xc9cole\r\n'), /line 3, column 4: byte 0xC9 .* "É" in windows-1252/],
  [latin('first,last\rO\x92Brien,x\r'), /line 2, column 2: byte 0x92 .*"’" in windows-1252/],
  [latin('first,last\nRen\x8e,x\n'), /byte 0x8E .* reads "é" in macintosh\): give --encoding macintosh/],
  [latin('first,last\nKoz\xb3owski,\xa3ukasz\n'), /byte 0xB3 .* reads "ł" in .*iso-8859-2/],
  [
    latin('first,last\n\xc8\xe2\xe0\xed,\xcf\xe5\xf2\xf0\xee\xe2\n'),
    /byte 0xC8 .* reads "И" in windows-1251\)/,
  ],
  [Buffer.from('first,last\n\x8eR\x93c,\x91\xbe\x98Y\n', 'latin1'), /byte 0x8E .* reads "山" in shift_jis/],
  [latin('first,last\nAda,x\xe9'), /line 2, column 6: byte 0xE9/],
  [
    latin('first,last\nJos\xc3\xa9,\xff\n'),
    /line 2, column 6: byte 0xFF .*, but line 2 is: the file is in two/,
  ],
  [latin('\xef\xbb\xbffirst,last\nx,\xff\n'), /line 2, column 3: byte 0xFF/],
  [Buffer.from('\ufefffirst,\ud800x\n', 'utf16le'), /line 1, column 7: byte 0x00 is not utf-16le/],
])('bytes that are not valid are placed and read for the operator (%#)', async (content, message) => {
  for (const chunkBytes of [1, 5, 65_536]) {
    const trouble = await troubleOf(read(content, { known, chunkBytes }));
    expect(trouble).toMatch(message);
    expect(trouble).not.toMatch(/Dupont|cole|Brien|owski|\ufffd/);
  }
});

const utf8 = (text: string) => Buffer.from(text);
test.each([
  [
    'UTF-8 first',
    [utf8('a,San José\n'), latin('b,Pe\xf1asco\n')],
    /line 3, column 5: byte 0xF1 is not utf-8 \(0xF1 reads "ñ" in .*windows-1252.*\), but line 2 is: /,
  ],
  [
    'UTF-8 last',
    [latin('b,Pe\xf1asco\n'), utf8('a,San José\n')],
    /line 2, column 5: byte 0xF1 .*, but line 3 is: /,
  ],
  [
    'UTF-8 much later',
    [latin('b,Pe\xf1asco\n'), utf8('c,d\n'.repeat(50_000)), utf8('a,Łódź')],
    /line 2, column 5: .*, but line 50003 is: /,
  ],
  ['in one line', [utf8('a,x\nJosé,'), latin('Pe\xf1asco\n')], /line 3, column 8: .*, but line 3 is: /],
  [
    'quotes of Word',
    [utf8('a,O’Brien\r\n'), latin('b,O\x92Neil\r\n')],
    /line 3, column 4: .*, but line 2 is: /,
  ],
  ['Cyrillic', [utf8('a,Иван\n'), latin('b,\xc8\xe2\xe0\xed\n')], /line 3, column 3: .*, but line 2 is: /],
])('a file in two encodings is told as one: %s', async (_, parts, message) => {
  const content = Buffer.concat([utf8('first,last\n'), ...parts]);
  const trouble = await troubleOf(read(content, { known }));
  expect(trouble).toMatch(message);
  expect(trouble).toMatch(
    /: the file is in two encodings, which no --encoding reads: export it again in one, best in UTF-8$/,
  );
});

test.each([
  ['windows-1252', latin('a,JOS\xc9\x92S\nb,Pe\xf1a\n')],
  ['windows-1251', latin('\xcf\xb8,x\n\xc8\xe2\xe0\xed,\xcf\xe5\xf2\xf0\xee\xe2\n')],
  ['gb18030', Buffer.from('\xc3\xa9,x\n\xd6\xd0\xb9\xfa,\xb1\xb1\xbe\xa9\n', 'latin1')],
])('what is UTF-8 by accident makes no second encoding: %s', async (encoding, rows) => {
  const content = Buffer.concat([utf8('first,last\n'), rows]);
  expect(await troubleOf(read(content, { known }))).toContain(`in ${encoding}`);
  await read(content, { known, encoding });
});

test.each(['windows-1252', 'latin1', 'iso-8859-2', 'iso-8859-15', 'windows-1250', 'macintosh'])(
  'UTF-8 is not read as %s',
  async (encoding) => {
    for (const name of ['José', 'MÜLLER', 'Łódź', 'O’Brien', 'naïve café'])
      expect(
        await troubleOf(read(`first,last\n${'a,b\n'.repeat(9_000)}a,${name}\n`, { known, encoding })),
      ).toMatch(
        /^--encoding [\w-]+ was given, but people.csv is UTF-8, which would be damaged: leave --encoding out$/,
      );
  },
);

test.each([
  ['without accents', utf8('first,last\nAda,Lovelace\n')],
  ['with one more byte', latin('first,last\nJos\xc3\xa9,\xe9\n')],
  ['a capital and a closing quote', latin('first,last\nJOS\xc9\x92S,x\n')],
])('a given encoding is obeyed: %s', async (_, content) => {
  expect((await read(content, { known, encoding: 'windows-1252' })).rows).toHaveLength(1);
});

test('a bad byte far into the file is placed', async () => {
  const lines = 'first,last\n' + 'Ada,Lovelace é\n'.repeat(20_000);
  const content = Buffer.concat([Buffer.from(lines), latin('Ren\xe9,x\n'), Buffer.from(lines)]);
  expect(await troubleOf(read(content, { known }))).toMatch(/line 20002, column 4: byte 0xE9/);
});

test.each([
  [{ encoding: 'klingon' }, 'first\nx\n', /--encoding klingon is not known: give a name such as/],
  [{ encoding: 'windows-1252' }, '\ufefffirst\nx\n', /begins with the mark of utf-8: leave --encoding out/],
  [{}, Buffer.from('first,last\nAda,Lovelace\n', 'utf16le'), /looks like UTF-16 .* give --encoding utf-16le/],
  [{}, utf16be('first,last\nAda,Lovelace\n'), /give --encoding utf-16be/],
  [{}, Buffer.from('fffe0000', 'hex'), /is UTF-32/],
  [{ delimiter: 'ab' }, 'first\nx\n', /--delimiter "ab" cannot separate cells/],
  [{ delimiter: '"' }, 'first\nx\n', /cannot separate cells/],
  [{}, ' \n\n\t\r\n', /is blank, a header and rows were expected/],
  [{}, ',,,\n1,2,3\n', /line 1: the header is empty, column names were expected/],
  [{}, 'first,last', /has a header but no data rows/],
  [{}, 'sep=,\nfirst,last\n\n  \n', /has a header but no data rows/],
  [{}, 'first,last\nAda,"x\nBob,y\n', /line 2, column 5: a quote is opened here and never closed: close it/],
  [{}, 'first,"last\nAda,x\n', /line 1, column 7: a quote is opened here/],
  [{}, 'sep=,\n\nfirst,last\n5",x\r\n"é\r\n\r\n","never""', /line 7, column 3: a quote is opened here/],
])('what cannot be read is refused (%#)', async (how, content, message) => {
  for (const chunkBytes of [2, 65_536]) {
    expect(await troubleOf(read(content, { known, chunkBytes, ...how }))).toMatch(message);
  }
});

test.each([
  ['first,last\nx,y\n', ',', ['first', 'last']],
  ['first;last\nx;y\n', ';', ['first', 'last']],
  ['first\tlast\nx\ty\n', '\t', ['first', 'last']],
  ['first|last|other, more, and more\nx|y|z\n', '|', ['first', 'last', 'other, more, and more']],
  ['"first;a,b";last\nx;y\n', ';', ['first;a,b', 'last']],
  ['a;b;c,d\n1;2;3\n', ';', ['a', 'b', 'c,d']],
  ['"first"\t"la\nst"\t\t\nx\ty\n', '\t', ['first', 'la\nst']],
])('the delimiter is the one under which the header is known: %j', async (content, delimiter, header) => {
  const { format } = await read(content, { known });
  expect(format).toMatchObject({ delimiter, header });
});

test.each([
  ['sep=;\nfirst;last,x\nAda;1\n', {}, { delimiter: ';', sepLine: true, headerLine: 2 }, 3],
  ['\ufeffSEP=^\r\n\r\nfirst^last\r\nAda^1\r\n', {}, { delimiter: '^', sepLine: true, headerLine: 3 }, 4],
  ['"sep=\t"\nfirst\tlast\nAda\t1\n', {}, { delimiter: '\t', sepLine: true }, 3],
  ['\n \nfirst,last\nAda,1\n', {}, { delimiter: ',', sepLine: false, headerLine: 3 }, 4],
  ['sep=;\nfirst,last\nAda,1\n', { delimiter: ',' }, { delimiter: ',', sepLine: true }, 3],
  ['first\tlast\nAda\t1\n', { delimiter: 'tab' }, { delimiter: '\t' }, 2],
  ['first\tlast\nAda\t1\n', { delimiter: '\\t' }, { delimiter: '\t' }, 2],
  ['first:last\nAda:1\n', { delimiter: ':' }, { delimiter: ':' }, 2],
])('a given delimiter and a sep line are obeyed: %j', async (content, how, format, line) => {
  const found = await read(content, { known, ...how });
  expect(found.format).toMatchObject(format);
  expect(found.rows).toEqual([{ row: 1, line, cells: ['Ada', '1'] }]);
});
