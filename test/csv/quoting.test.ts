import { describe, expect, test } from 'vitest';
import { read, troubleOf } from './support.js';

const known = ['id', 'street', 'city', 'state'];
const cellsIn = async (content: string) => {
  const { rows } = await read(content, { known });
  return rows.map(({ cells, malformed }) => malformed?.code ?? cells);
};

describe('spaces around quotes', () => {
  test.each([
    ['before one', 'id,street,city\na1,12 Elm St, "Salem"\n', [['a1', '12 Elm St', 'Salem']]],
    [
      'before all, header too',
      '"id", "street", "city"\n"a1", "12 Elm St", "Salem"\n',
      [['a1', '12 Elm St', 'Salem']],
    ],
    [
      'a delimiter inside',
      'id,street,city\na1,"12 Elm St", "Salem, OR"\n',
      [['a1', '12 Elm St', 'Salem, OR']],
    ],
    ['a quote inside', 'id, street, city\na1, "12 ""A"" St", "Salem"\n', [['a1', '12 "A" St', 'Salem']]],
    [
      'a line end inside',
      'id,street,city\na1, "12 Elm\nSt", "Salem"\na2,x,y\n',
      [
        ['a1', '12 Elm\nSt', 'Salem'],
        ['a2', 'x', 'y'],
      ],
    ],
    ['behind', 'id,street,city\na1,"12 Elm St" ,"Salem"\t\n', [['a1', '12 Elm St', 'Salem']]],
    [
      'on both sides',
      'id , "street" , "city"\na1 , "12, Elm St" , "Salem"\n',
      [['a1 ', '12, Elm St', 'Salem']],
    ],
    ['semicolons', 'id;street;city\na1; "12; Elm St"; "Salem"\n', [['a1', '12; Elm St', 'Salem']]],
    ['an empty value', 'id,street,city\na1, "", "Salem"\n', [['a1', '', 'Salem']]],
    ['one value beside a stray quote', 'id,street,city\na1,5" pipe, "Salem"\n', [['a1', '5" pipe', 'Salem']]],
  ])('%s', async (_, content, expected) => {
    expect(await cellsIn(content)).toEqual(expected);
  });

  test.each([
    ['quotes that belong to the value', 'id,street\na1," ""Elm"" "\n', [['a1', ' "Elm" ']]],
    ['quotes that belong to the value, at its edge', 'id,street\na1,"""Elm"" "\n', [['a1', '"Elm" ']]],
    ['a word in quotes', 'id,street\na1,Ann "Nan" Lee\n', [['a1', 'Ann "Nan" Lee']]],
    ['spaces without quotes', 'id, street\na1, Elm\n', [['a1', ' Elm']]],
    [
      'a value that ends in a delimiter and a space',
      'id,street,city\na1,"Elm, ","Salem, ",\n',
      [['a1', 'Elm, ', 'Salem, ']],
    ],
  ])('not: %s', async (_, content, expected) => {
    expect(await cellsIn(content)).toEqual(expected);
  });

  test('far into the file, what is certain is read', async () => {
    const many = 'a,b,c\n'.repeat(60_000);
    const { rows } = await read(`id,street,city\n${many}a1,Elm, "Salem"\n`, { known });
    expect(rows.at(-1)?.cells).toEqual(['a1', 'Elm', 'Salem']);
  });

  test('a quote that is opened behind a space and never closed', async () => {
    expect(await troubleOf(read('id,street\na1, "x"\na2, "y\n', { known }))).toMatch(
      /line 3, column 5: a quote is opened/,
    );
  });
});

describe("MySQL's backslash", () => {
  test.each([
    ['quotes', '"id","street"\n"a1","Suite \\"B\\""\n', [['a1', 'Suite "B"']]],
    ['a quote at the beginning', '"id","street"\n"a1","\\"B\\" Suite"\n', [['a1', '"B" Suite']]],
    ['backslashes', '"id","street"\n"a1","\\"C:\\\\dir\\\\"\n', [['a1', '"C:\\dir\\']]],
    ['a delimiter behind a quote', '"id","street"\n"a1","a\\",b"\n', [['a1', 'a",b']]],
    [
      'an escaped line end',
      '"id","street"\r\n"a1","\\"a\\\r\nb"\r\n"a2","x"\r\n',
      [
        ['a1', '"a\r\nb'],
        ['a2', 'x'],
      ],
    ],
    ['an escaped delimiter', '"id","street"\n"a1","\\"a\\,b"\n', [['a1', '"a,b']]],
    [
      'NULL',
      '"id","street"\n"a1","\\"a\\""\n"a2",\\N\n',
      [
        ['a1', '"a"'],
        ['a2', '\\N'],
      ],
    ],
    [
      'another escape is named',
      '"id","street"\n"a1","\\"a\\""\n"a2","x\\ny"\n',
      [['a1', '"a"'], 'unknown_escape'],
    ],
  ])('%s', async (_, content, expected) => {
    expect(await cellsIn(content)).toEqual(expected);
  });

  test.each([
    [
      'a value that ends in a backslash',
      '"id","street"\n"a1","C:\\dir\\"\n"a2","x"\n',
      [
        ['a1', 'C:\\dir\\'],
        ['a2', 'x'],
      ],
    ],
    [
      'doubled quotes in the same file',
      '"id","street"\n"a1","a ""b"""\n"a2","a \\"b\\""\n',
      [
        ['a1', 'a "b"'],
        ['a2', '"a \\"b\\""'],
      ],
    ],
    ['doubled quotes behind a backslash', '"id","street"\n"a1","a \\""b"\n', [['a1', 'a \\"b']]],
  ])('not: %s', async (_, content, expected) => {
    expect(await cellsIn(content)).toEqual(expected);
  });

  test('the place of a quote that is not closed', async () => {
    expect(await troubleOf(read('"id","street"\n"a1","\\"x\\""\n"a2","\\"y\n', { known }))).toMatch(
      /line 3, column 6: a quote is opened/,
    );
  });
});

describe('delimiters', () => {
  test.each([
    ['^', "'^'"],
    ['~', "'~'"],
    ['¦', "'¦'"],
    ['||', "'||'"],
    ['|~|', "'|~|'"],
    [':', "':'"],
    ['#', "'#'"],
    ['\u0001', '0x01'],
    ['\u001f', '0x1f'],
  ])('%j is proposed, and the switch works', async (delimiter, given) => {
    const content = ['id', 'street', 'city\na1', 'Elm, St', 'Salem\n'].join(delimiter);
    const trouble = await troubleOf(read(content, { known }));
    expect(trouble).toMatch(/^people.csv, line 1: the column names seem to be separated by /);
    expect(trouble.endsWith(`: give --delimiter ${given}`)).toBe(true);
    const { rows } = await read(content, { known, delimiter: given.replaceAll("'", '') });
    expect(rows).toEqual([{ row: 1, line: 2, cells: ['a1', 'Elm, St', 'Salem'] }]);
  });

  test.each(['||', '::', '<>', '¦', '\u0001'])('quotes and several lines under %j', async (delimiter) => {
    const content = ['id', 'street\r\na1', '"Elm\r\nSt "\r\na2', '"x"\r\n'].join(delimiter);
    const { rows } = await read(content, { known, delimiter });
    expect(rows).toEqual([
      { row: 1, line: 2, cells: ['a1', 'Elm\r\nSt '] },
      { row: 2, line: 4, cells: ['a2', 'x'] },
    ]);
  });

  test.each([
    ['\\x01', '\u0001'],
    ['0x1F', '\u001f'],
    ['\\u001c', '\u001c'],
    ['U+00A6', '¦'],
    ['TAB', '\t'],
  ])('%s is %j', async (given, delimiter) => {
    expect(
      (await read(`id${delimiter}street\n1${delimiter}2\n`, { delimiter: given })).format.delimiter,
    ).toBe(delimiter);
  });

  test.each(['', 'ab', 'a', '5', '"', '\n', ',,,,', 'é', '0x22', '0x41', '0x0a', '\0'])(
    '%j is none',
    async (delimiter) => {
      expect(await troubleOf(read('id,street\n1,2\n', { delimiter }))).toMatch(
        /cannot separate cells, one to three signs/,
      );
    },
  );

  test.each([
    ['id,street\n1,2\n', ','],
    ['id|street|city\n1|2|3\n', '|'],
    ['id|street||city\n1|2||3\n', '|'],
    ['id: number\tstreet\n1\t2\n', '\t'],
    ['kunde^name\n1^2\n', ','],
  ])('none is proposed for %j', async (content, delimiter) => {
    expect((await read(content, { known })).format.delimiter).toBe(delimiter);
  });
});
