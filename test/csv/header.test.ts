import { expect, test } from 'vitest';
import { read, troubleOf } from './support.js';

const known = ['id', 'first', 'last', 'dob', 'street', 'city', 'state', 'zip', 'email'];
const header = 'id,first,last,dob,street,city';
const row = 'a1,Nora,Vance,1985-03-04,12 Elm St,Salem';

test.each([
  ['titles', `Customer Export\nGenerated 11/24/2026\n\n${header}\n${row}\n`, 4, 'lines 1 to 3'],
  ['one title', `Customers of Acme, Inc.\n${header}\n${row}\n`, 2, 'line 1'],
  [
    'titles with delimiters, as spreadsheets write them',
    `Customers,,,,,\n,,,,,\n${header}\n${row}\n`,
    3,
    'lines 1 to 2',
  ],
  ['delimiters alone', `,,,,,\n${header}\n${row}\n`, 2, 'line 1'],
  ['comments', `# exported by crm\n# 512 rows\n${header}\n${row}\n`, 3, 'lines 1 to 2'],
  ['groups of columns', `,Person,,,Address,\n${header}\n${row}\n`, 2, 'line 1'],
  ['groups with names that are known', `,first,,,city,\n${header}\n${row}\n`, 2, 'line 1'],
  ['a blank line first', `\n\nExport\n${header}\n${row}\n`, 4, 'line 3'],
  [
    'a sep line first',
    `sep=;\nExport\n${header.replaceAll(',', ';')}\n${row.replaceAll(',', ';')}\n`,
    3,
    'line 2',
  ],
  ['CRLF', `Export\r\nDate;2026-11-24\r\n\r\n${header}\r\n${row}\r\n`, 4, 'lines 1 to 3'],
  ['another delimiter', `Export, all customers\n${header.replaceAll(',', '\t')}\n`, 2, 'line 1'],
  ['a stray quote', `Export of "all" 5" pipes\n${header}\n${row}\n`, 2, 'line 1'],
  ['a quote that is not closed', `"Export\n${header}\n${row}\n`, 2, 'line 1'],
  ['a title of several lines in quotes', `"Export\nof all"\n${header}\n${row}\n`, 3, 'lines 1 to 2'],
  ['nineteen lines', `${'note\n'.repeat(19)}${header}\n${row}\n`, 20, 'lines 1 to 19'],
  ['a header in quotes', `Export\n"id","first","last"\n"a","b","c"\n`, 2, 'line 1'],
  ['a row of numbers above', `1,2,3,4,5,6\n${header}\n${row}\n`, 2, 'line 1'],
])('the header below: %s', async (_, content, line, remove) => {
  const trouble = await troubleOf(read(content, { known }));
  expect(trouble).toBe(
    `people.csv: line ${line} looks like the header, line ${content.startsWith('\n') ? 3 : content.startsWith('sep') ? 2 : 1} was expected to be: remove ${remove}`,
  );
  // The advice works to the letter.
  const [from = 0, to = from] = (/\d+(?: to \d+)?/.exec(remove)?.[0] ?? '').split(' to ').map(Number);
  const lines = content.split(/\r\n|\n/);
  lines.splice(from - 1, to - from + 1);
  if (lines.length > 2)
    expect((await read(`${lines.join('\n')}\nx\n`, { known })).format.header.length).toBeGreaterThan(2);
});

test.each([
  ['twenty lines of titles are too many', `${'note\n'.repeat(20)}${header}\n${row}\n`],
  ['a header with fewer names than a row below', `id,first,last,x\nid,first,last,dob2\n`],
  ['two names below are an accident', `vorname,nachname\nfirst,last\n`],
])('no other header is looked for: %s', async (_, content) => {
  expect((await read(content, { known })).format.headerLine).toBe(1);
});

test.each([
  ['a date', `${row}\n${row}\n`, 'its cell 4 is a date'],
  ['an American date', 'a1;Nora;03/04/1985\na2;Omar;11/23/1990\n', 'its cell 3 is a date'],
  ['a German date', 'a1;Nora;4.3.85\na2;Omar;5.4.86\n', 'its cell 3 is a date'],
  ['an instant', 'a1,Nora,1985-03-04T00:00:00Z\nx,y,z\n', 'its cell 3 is a date'],
  ['an e-mail address', 'Nora,Vance,nora@example.com\nx,y,z\n', 'its cell 3 is an e-mail address'],
  ['two numbers', 'Nora,97301,503-555-0142\nx,y,z\n', 'its cell 2 is a number'],
])('a row is no header: %s', async (_, content, what) => {
  expect(await troubleOf(read(content, { known }))).toBe(
    `people.csv, line 1: this is a row and no header (${what}), column names were expected: put a line with the names of the columns above it`,
  );
  const names = (content.split('\n', 1)[0] ?? '').split(/[,;]/).map((_, at) => `column ${at}`);
  const delimiter = content.includes(';') ? ';' : ',';
  await read(`${names.join(delimiter)}\n${content}`, { known });
});

test("a mapping file that names the first row's cells does not make a header of it", async () => {
  const mapped = row.split(',');
  expect(await troubleOf(read(`${row}\nx\n`, { known, mapped }))).toMatch(/this is a row and no header/);
});

test('a column that is called by a date is none of those that the mapping file names', async () => {
  const mapped = ['kdnr', 'vn', 'nn'];
  expect((await read('kdnr,vn,nn,2024-01-01\n1,2,3,4\n', { known, mapped })).rows).toHaveLength(1);
});

test.each([
  ['one number', 'Kunde,12345,Name\nx,y,z\n'],
  ['a date beside names that are known', 'id,first,2024-01-01\nx,y,z\n'],
  ['short numbers', 'Q1,2024,2025\nx,y,z\n'],
  ['digits in names', 'address1,address_2,phone 3\nx,y,z\n'],
])('a header with values in it stays one: %s', async (_, content) => {
  expect((await read(content, { known })).rows).toHaveLength(1);
});

test.each([
  ['"id,first,last"\n"a1,Nora,Vance"\n'],
  ['"id,first,""last"""\n"a1,Nora,""Vance, Jr."""\n'],
  ['"id;first;last"\n"a1;Nora;Vance"\n'],
  ['"id\tfirst\tlast"\n"a1\tNora\tVance"\n'],
])('whole lines in quotes are told as such: %j', async (content) => {
  expect(await troubleOf(read(content, { known }))).toMatch(
    /^people.csv, line 1: the whole line is in quotes, which makes one cell of it; .*: remove the first and last quote of every line/,
  );
  const cured = content.replace(/^"|"$/gm, '').replaceAll('""', '"');
  expect((await read(cured, { known })).format.header).toEqual(['id', 'first', 'last']);
});

test.each<[string, number, string?]>([
  ["'id','first','last'\n'a1','Nora','Vance'\n", 1],
  ["'id';'first';'last'\n'a1';'Nora, Ann';'Vance'\n", 1],
  ["id,first,last\n'a1','Nora','Vance'\n'a2','Omar','Reyes'\n", 2],
  ["id,first,last\n1,'Nora','Vance'\n2,'Omar',NULL\n", 2],
  ['"""id""","""first""","""last"""\n"""a1""","""Nora""","""Vance"""\n', 1, 'quotes within quotes'],
  ['`id`,`first`,`last`\n`a1`,`Nora`,`Vance`\n', 1, 'backticks'],
  ['“id”,“first”,“last”\n“a1”,“Nora”,“Vance”\n', 1, 'curly quotes'],
  ['id,first,last\n„a1“,„Nora“,„Vance“\n', 2, 'curly quotes'],
  ['id;first;last\n1;«Nora»;«Vance»\n', 2, 'curly quotes'],
])('cells in other quotes are told as such: %j', async (content, line, quotes = 'single quotes') => {
  expect(await troubleOf(read(content, { known }))).toMatch(
    new RegExp(`^people.csv, line ${line}: the cells are in ${quotes}, double quotes or none were expected`),
  );
  const replaced = content.replace(/"{3}|['`“”„«»]/g, '"');
  expect((await read(replaced, { known })).rows[0]?.cells[1]).toMatch(/^Nora/);
});

test.each([
  ['id,first,last\n,"""Bob""",\n', '"Bob"'],
  ["id,first,last\n1,'Bob',\n", "'Bob'"],
])('one cell of a row in quotes is a cell: %j', async (content, first) => {
  expect((await read(content, { known })).rows[0]?.cells[1]).toBe(first);
});

test.each([
  [`${header}\n${row.replaceAll(',', ';')}\n`, 'comma', 'semicolon'],
  [`${header.replaceAll(',', ';')}\n${row}\n${row}\n`, 'semicolon', 'comma'],
  [`${header}\n${row.replaceAll(',', '\t')}\n`, 'comma', 'tab'],
])('names and rows under different signs: %j', async (content, names, cells) => {
  const trouble = await troubleOf(read(content, { known }));
  expect(trouble).toMatch(
    new RegExp(`between the column names of line 1 stands a ${names}, between the cells below a ${cells}`),
  );
  // The advice works to the letter.
  const [first = '', ...below] = content.split('\n');
  const sign = { comma: ',', semicolon: ';', tab: '\t' }[cells] ?? '';
  const mended = [first.replace(/[,;\t]/g, sign), ...below].join('\n');
  expect((await read(mended, { known })).rows[0]?.cells).toEqual(row.split(','));
});

test.each(['id    first   last\na1    Nora    Vance\n', 'id first last dob\na1 Nora Vance 1985-03-04\n'])(
  'columns set apart by spaces are told as such: %j',
  async (content) => {
    expect(await troubleOf(read(content, { known }))).toMatch(/line 1: the columns are set apart by spaces/);
  },
);

test.each([
  ["id,first,last\na1,'Nora',Vance\n"],
  ["id,first,last\na1,Nora,O'Brien\n"],
  ["id,first,last\n'a1','Nora','Vance'\na2,Omar,Reyes\n"],
  ['id,first,last\n1,,\n'],
])("a few single quotes are the cells' own: %j", async (content) => {
  expect((await read(content, { known })).format.header).toEqual(['id', 'first', 'last']);
});
