import { OperatorError } from '../errors.js';

/** A kind of file that is no CSV, and what to do with one. */
interface Kind {
  readonly is: string;
  readonly cure: string;
}

const EXPORT = 'export the data itself as CSV';
const SAVE = 'open it in a spreadsheet and save it as CSV in UTF-8, or export it as CSV';
const UNPACK = 'unpack it first';
const EXCEL: Kind = { is: 'an Excel workbook', cure: "in Excel, save it as 'CSV UTF-8'" };

/** What files begin with, in hex. */
const BY_BYTES: readonly (readonly [string, Kind])[] = [
  ['255044462d', { is: 'a PDF document', cure: EXPORT }],
  ['d0cf11e0a1b11ae1', { ...EXCEL, is: 'an old Excel workbook (.xls)' }],
  ['1f8b', { is: 'compressed with gzip twice', cure: 'unpack it once' }],
  ['28b52ffd', { is: 'compressed with zstd', cure: UNPACK }],
  ['fd377a585a00', { is: 'compressed with xz', cure: UNPACK }],
  ['425a68', { is: 'compressed with bzip2', cure: UNPACK }],
  ['377abcaf', { is: 'a 7-Zip archive', cure: UNPACK }],
  ['526172211a07', { is: 'a RAR archive', cure: UNPACK }],
  ['53514c69746520666f726d6174203300', { is: 'an SQLite database', cure: EXPORT }],
  ['50415231', { is: 'a Parquet file', cure: EXPORT }],
  ['4f626a01', { is: 'an Avro file', cure: EXPORT }],
  ['000100005374616e64617264', { is: 'an Access database', cure: EXPORT }],
  ['89504e47', { is: 'a picture (PNG)', cure: EXPORT }],
  ['ffd8ff', { is: 'a picture (JPEG)', cure: EXPORT }],
];

/** What text files begin with, white space and a byte order mark left out. */
const BY_TEXT: readonly (readonly [RegExp, Kind])[] = [
  [
    /^<\?xml[^>]*>\s*(?:<\?mso-application[^>]*>\s*)?<(?:\w+:)?Workbook\b/i,
    { ...EXCEL, is: 'an Excel workbook saved as XML' },
  ],
  [
    /^(?:<!--[^]*?-->\s*)?<(?:!doctype html|html|head|body|table|meta|style|title|div|script)\b/i,
    { is: 'a web page (HTML), perhaps of a login or an error', cure: SAVE },
  ],
  [/^<(?:\?xml|!--|!doctype|[a-z][\w:.-]*(?:\s[^<>]*)?>\s*<)/i, { is: 'XML', cure: SAVE }],
  [
    /^(?:\[\s*[[{"\]]|\{\s*["}])/,
    { is: 'JSON', cure: 'turn it into a CSV file with a column for each field' },
  ],
  [/^BEGIN:VCARD/i, { is: 'a vCard file of contacts', cure: 'export the contacts as CSV' }],
  [/^BEGIN:VCALENDAR/i, { is: 'a calendar file', cure: EXPORT }],
  [/^\{\\rtf/, { is: 'a rich text document (RTF)', cure: EXPORT }],
  [/^(?:version: ?1\s+)?dn::? /i, { is: 'an LDIF file of a directory', cure: EXPORT }],
  [
    /^(?:(?:--|#).*\s+|\/\*[^]*?\*\/;?\s*)*(?:INSERT INTO|CREATE TABLE|DROP TABLE|USE \w+;)/i,
    { is: 'SQL', cure: EXPORT },
  ],
  [/^-----BEGIN PGP MESSAGE/, { is: 'encrypted with PGP', cure: 'decrypt it first' }],
  [
    /^(?:---\s*\n\s*)?(?:- +)?["']?[\w -]+["']?:(?:\s*\n\s+-?|\s[^,;|\t\n]*\n\s+["']?[\w -]+["']?:)\s/,
    { is: 'YAML', cure: 'turn it into a CSV file with a column for each field' },
  ],
  [/^ID;P/, { is: 'a SYLK file of a spreadsheet', cure: SAVE }],
  [
    /^(?:\|.*\|\s*\n\|[\s:|-]+\n|\+-[-+]+\+\s*\n\|)/,
    { is: 'a table drawn with lines (Markdown, or of a database tool)', cure: EXPORT },
  ],
  [
    /^MIME-Version: /i,
    { is: 'an e-mail or a web archive', cure: 'save its attachment, or export the data as CSV' },
  ],
];

/** Refuses what is known by its first bytes to be no CSV file. */
export function refuseForeign(title: string, head: Buffer): void {
  if (head.length === 0) {
    throw new OperatorError(
      `${title} is empty (0 bytes), a CSV file with a header and rows was expected: export it again`,
    );
  }
  const kind = kindOf(title, head);
  if (kind) throw new OperatorError(`${title} is ${kind.is}, a CSV file was expected: ${kind.cure}`);
}

function kindOf(title: string, head: Buffer): Kind | undefined {
  const hex = head.toString('hex', 0, 32);
  if (hex.startsWith('504b0304') || hex.startsWith('504b0506')) return zipKind(title, head);
  const byBytes = BY_BYTES.find(([magic]) => hex.startsWith(magic))?.[1];
  if (byBytes) return byBytes;
  // UTF-16 is the same text with NULs between.
  const text = head
    .toString('latin1', 0, 4096)
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .replaceAll('\0', '');
  return BY_TEXT.find(([beginning]) => beginning.test(text.trimStart()))?.[1];
}

function zipKind(title: string, head: Buffer): Kind {
  if (/\.xls[xmb]$/i.test(title) || head.includes('xl/')) return EXCEL;
  if (/\.docx$/i.test(title) || head.includes('word/')) return { is: 'a Word document', cure: EXPORT };
  if (head.includes('[Content_Types].xml')) return EXCEL;
  if (head.includes('opendocument.spreadsheet')) {
    return { is: 'an OpenDocument spreadsheet', cure: 'save it as CSV in UTF-8' };
  }
  if (/\.numbers$/i.test(title) || head.includes('Index/')) {
    return { is: 'a Numbers spreadsheet', cure: 'in Numbers, export it as CSV with the encoding UTF-8' };
  }
  return { is: 'a zip archive', cure: UNPACK };
}
