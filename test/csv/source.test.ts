import { createHash, randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { openSource, type Source } from '../../src/csv/source.js';
import { noInput, opened, troubleOf, workdir } from './support.js';

/** Other tests make folders of their own beside it. */
const SPOOL = /^bond-import-[0-9a-f]{8}-[0-9a-f-]{27}$/;

async function allOf(source: Source): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source.bytes()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test.each([
  ['a file', 'people.csv', (content: Buffer) => content],
  ['a gzipped file, whatever its name', 'people.csv', (content: Buffer) => gzipSync(content)],
  [
    'two gzip files, one after the other',
    'p.csv.gz',
    (c: Buffer) => Buffer.concat([gzipSync(c.subarray(0, 9)), gzipSync(c.subarray(9))]),
  ],
])('%s reads the same twice, also at the same time', async (_, name, pack) => {
  const content = Buffer.concat([Buffer.from('first,last\n'), randomBytes(300_000)]);
  const source = await opened(name, pack(content));
  const [one, two] = await Promise.all([allOf(source), allOf(source)]);
  expect(one.equals(content)).toBe(true);
  expect(two.equals(content)).toBe(true);
});

test('a pass may be left early', async () => {
  const source = await opened('people.csv', gzipSync(randomBytes(500_000)));
  for await (const chunk of source.bytes()) if (chunk.length > 0) break;
  expect((await allOf(source)).length).toBe(500_000);
});

test.each([
  ['plain', (content: string) => Readable.from([content.slice(0, 7), Buffer.from(content.slice(7))])],
  ['gzipped', (content: string) => Readable.from([gzipSync(content)])],
])('standard input, %s, reads twice and leaves no file', async (_, streamOf) => {
  const content = 'first,ssn\nAda,123-45-6789\n'.repeat(20_000);
  const before = await readdir(tmpdir());
  const source = await openSource('-', streamOf(content));
  onTestFinished(() => source.close());
  expect(source.name).toBe('-');
  const left = (await readdir(tmpdir())).filter((n) => SPOOL.test(n) && !before.includes(n));
  expect(left).toEqual([]);
  expect((await allOf(source)).toString()).toBe(content);
  expect((await allOf(source)).toString()).toBe(content);
});

test.runIf(process.platform === 'linux')('what is spooled is not readable on the disk', async () => {
  const source = await openSource('-', Readable.from(['ssn\n123-45-6789\n'.repeat(1_000)]));
  onTestFinished(() => source.close());
  const descriptors = (await readdir('/proc/self/fd')).map((fd) => `/proc/self/fd/${fd}`);
  const targets = await Promise.all(descriptors.map((path) => readlink(path).catch(() => '')));
  const spool = descriptors.find((_, at) => targets[at]?.includes('bond-import-')) ?? '';
  const kept = await readFile(spool);
  expect(kept.length).toBe(16_000);
  expect(kept.includes('123-45-6789')).toBe(false);
});

test('a named pipe is read like standard input', async () => {
  const path = join(await workdir(), 'pipe');
  execFileSync('/usr/bin/mkfifo', [path]);
  const [source] = await Promise.all([openSource(path, noInput), writeFile(path, 'a,b\n1,2\n')]);
  onTestFinished(() => source.close());
  expect((await allOf(source)).toString()).toBe('a,b\n1,2\n');
  expect((await allOf(source)).toString()).toBe('a,b\n1,2\n');
});

const zip = Buffer.from('PK\x03\x04\x14\x00 some entry');
test.each([
  ['people.csv', '', /is empty \(0 bytes\), .* was expected: export it again$/],
  [
    'people.xlsx',
    zip,
    /people.xlsx is an Excel workbook, a CSV file was expected: in Excel, save it as 'CSV UTF-8'$/,
  ],
  ['people.csv', Buffer.concat([zip, Buffer.from('[Content_Types].xml')]), /is an Excel workbook/],
  ['people.zip', zip, /is a zip archive, a CSV file was expected: unpack it first$/],
  [
    'people.csv',
    Buffer.concat([zip, Buffer.from('mimetypeapplication/vnd.oasis.opendocument.spreadsheet')]),
    /OpenDocument/,
  ],
  ['people.csv', '%PDF-1.7', /is a PDF document/],
  ['people.xls', Buffer.from('d0cf11e0a1b11ae10000', 'hex'), /is an old Excel workbook \(.xls\)/],
  ['people.docx', zip, /is a Word document/],
  ['people.numbers', zip, /is a Numbers spreadsheet/],
  ['people.csv', 'BZh91AY&SY', /is compressed with bzip2/],
  ['people.csv', 'SQLite format 3\0', /is an SQLite database/],
  ['people.csv', 'PAR1\x15', /is a Parquet file/],
  ['people.csv', Buffer.from('89504e470d0a1a0a', 'hex'), /is a picture/],
  [
    'people.csv',
    '<html>\n<table>\n<tr><td>first_name</td></tr>',
    /is a web page \(HTML\), .*: open it in a spreadsheet/,
  ],
  ['people.csv', '\r\n  <!DOCTYPE html><html>', /is a web page/],
  ['people.csv', '\ufeff<table border="1">', /is a web page/],
  ['people.csv', Buffer.from('\ufeff<html xmlns:x="urn:excel">', 'utf16le'), /is a web page/],
  ['people.csv', '<!-- saved -->\n<HTML>', /is a web page/],
  [
    'people.csv',
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="x">',
    /is an Excel workbook saved as XML/,
  ],
  ['people.csv', '<?xml version="1.0"?><customers/>', /is XML/],
  ['people.csv', '<customers><customer id="1"/>', /is XML/],
  [
    'people.csv',
    '[{"first_name":"Nora"}]',
    /is JSON, a CSV file was expected: turn it into a CSV file with a column for each field/,
  ],
  ['people.csv', '[\n  {\n    "first_name": "Nora"', /is JSON/],
  ['people.csv', '{"first_name":"Nora"}\n{"first_name":"Omar"}\n', /is JSON/],
  ['people.csv', '[]', /is JSON/],
  ['people.csv', 'BEGIN:VCARD\r\nVERSION:3.0', /is a vCard file of contacts/],
  ['people.csv', 'ID;PWXL;N;E\nC;Y1;X1;K"first_name"', /is a SYLK file/],
  ['people.csv', '- first_name: Nora\n  last_name: Vance\n', /is YAML/],
  ['people.csv', '---\n- first_name: Nora\n  dob: 1985-03-04\n', /is YAML/],
  ['people.csv', 'customers:\n  - first_name: Nora\n', /is YAML/],
  ['people.csv', '| id | first |\n|----|:-----:|\n| 1 | Nora |\n', /is a table drawn with lines/],
  ['people.csv', '+----+-------+\n| id | first |\n+----+-------+\n', /is a table drawn with lines/],
  ['people.csv', '{\\rtf1\\ansi', /is a rich text document \(RTF\)/],
  ['people.csv', 'dn: uid=nora,dc=example', /is an LDIF file/],
  ['people.csv', '-- MySQL dump 10.13\n--\nDROP TABLE IF EXISTS', /is SQL/],
  ['people.csv', 'INSERT INTO customers VALUES (1);', /is SQL/],
  ['people.csv', '-----BEGIN PGP MESSAGE-----', /is encrypted with PGP/],
  ['people.csv.gz', gzipSync('{"a":1}'), /is JSON/],
  ['people.csv', gzipSync(gzipSync('a,b')), /is compressed with gzip twice/],
  ['people.csv', gzipSync(''), /is empty \(0 bytes\)/],
  ['people.csv', gzipSync(zip), /is a zip archive/],
  [
    'people.csv',
    gzipSync('a,b\n1,2\n').subarray(0, 12),
    /is a gzip file that is cut short, a whole one was expected/,
  ],
  ['people.csv', Buffer.from('1f8bffffffff', 'hex'), /is a gzip file that is damaged/],
])('%s with foreign content is refused (%#)', async (name, content, message) => {
  expect(await troubleOf(opened(name, content).then(allOf))).toMatch(message);
});

test.each([
  '[id],[first_name]\n1,Nora\n',
  '{id},{name}\n1,Nora\n',
  '<id>,name\n1,x\n',
  '< 18,name\n1,x\n',
  '-- exported\nid,name\n',
  'dn,cn\nx,y\n',
  'use,name\nx,y\n',
  '"[""a""]",b\n1,2\n',
])('a CSV file that only looks a little like something else is read: %j', async (content) => {
  expect((await allOf(await opened('people.csv', content))).toString()).toBe(content);
});

test('a gzip file that is cut short later is found while reading', async () => {
  const packed = gzipSync(randomBytes(300_000));
  const source = await opened('people.csv', packed.subarray(0, 200_000));
  expect(await troubleOf(allOf(source))).toMatch(/is cut short/);
});

test('what is not a readable file is refused', async () => {
  const folder = await workdir();
  expect(await troubleOf(openSource(join(folder, 'none.csv'), noInput))).toMatch(
    /none.csv could not be read \(ENOENT\): no such file or folder: check the path$/,
  );
  expect(await troubleOf(openSource(folder, noInput))).toMatch(
    /is a directory, a CSV file was expected: name the file in it$/,
  );
  await symlink('round', join(folder, 'round'));
  expect(await troubleOf(openSource(join(folder, 'round'), noInput))).toMatch(/\(ELOOP\)/);
  expect(await troubleOf(openSource('-', Readable.from([])))).toMatch(/^standard input is empty/);
});

test('an unchanged file has the same digest in every pass', async () => {
  const source = await opened('people.csv', randomBytes(1_000));
  const digest = async () =>
    createHash('sha256')
      .update(await allOf(source))
      .digest('hex');
  expect(await digest()).toBe(await digest());
});
