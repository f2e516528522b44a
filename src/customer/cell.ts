import { finding } from '../issues/codes.js';
import type { Finding } from '../issues/issue.js';
import { cleanText, escapePattern } from './normalise.js';

/** What programs write where they have nothing; the whole cell, in any case. */
const WORDS_FOR_NOTHING = [
  ...['null', 'none', 'nil', 'nan', 'na', 'n/a', 'n.a.', 'n.a', 'n/d', '#n/a', 'n\\a', '\\n', 'undefined'],
  ...['unknown', 'not applicable', 'not available', 'not provided', 'not given', 'not specified', 'no data'],
  ...['missing', 'empty', 'no value', 'tbd', 'nat', '<na>', '1/0/1900', '1/0/1900 0:00', '00-jan-00'],
  ...['no name', 'no middle name', 'nmn', 'nmi', 'n/m/n', 'n.m.n.', 'n.m.i.', 'not entered', 'not known'],
  ...['tba', 'tbc', 'xxx', 'xxxx', 'same as above', 'see above', 'as above', 'object object', 'nan nan'],
  ...['no address', 'no email', 'noemail', 'no phone', 'no number', 'none given', 'not on file', 'no ssn'],
  ...['keine angabe', 'k.a.', 'unbekannt', 'entfällt', 'sin datos', 'no aplica', 'desconocido', 'ninguno'],
  ...['non applicable', 'non renseigné', 'inconnu', 'aucun', 'néant', 'sconosciuto', 'nessuno', 'n.v.t.'],
  'onbekend',
];
/** Quotes around a word do not make it another one: `'NULL` is how a spreadsheet guards it. */
const [OPENING, CLOSING] = ['["\'`‘’“„«]*', '["\'`’“”»]*'];
const WORD = WORDS_FOR_NOTHING.map(escapePattern).join('|');
/** One of the words; twice, as first and last name of nobody in one cell; or in brackets. */
const SAYS_NOTHING = new RegExp(
  `^${OPENING}(?:(${WORD})(?:[ ,;|]+\\1)*|(?:${WORD})\\.|[<([{](?:${WORD}|blank)[>)\\]}])${CLOSING}$`,
  'i',
);
/** A place in a template that nothing was put into. */
const UNFILLED = /^(?:\{\{.*\}\}|\$\{.*\}|<%.*%>|%%.*%%|\*\|.*\|\*)$/s;

/** Whether a cell, cleaned, says that there is nothing: one of the words, or not a single letter or digit. */
export function isWordForNothing(text: string): boolean {
  return SAYS_NOTHING.test(text) || UNFILLED.test(text) || !/[\p{L}\p{N}]/u.test(text);
}

/** A required cell with such a word; `canBeMeant` when the mapping file may say that it means itself. */
export function wordForNothing(path: string, text: string, canBeMeant: boolean): Finding {
  const meant = canBeMeant ? ' (if it is meant, list it under "accept" in the mapping file)' : '';
  return finding(path, 'word_for_nothing', { is: text, meant });
}

/** Excel in any language ends its errors with ! or ?, and its macros write Error 2042; LibreOffice writes Err:502. Units such as #4B or #12? are none. A formula that was exported in place of its value is one. */
const SPREADSHEET_ERROR = new RegExp(
  `^${OPENING}(?:=[^]*|#(?=\\P{L}*\\p{L}{2})[¡¿]?[\\p{L}\\d_/.]{2,}[!?]|#(?:N/?[ABDV]|I/T|Н/Д|N/A N/A|GETTING_DATA|NULL)|#{3,}|Err:\\d{3}|Error 20\\d\\d)${CLOSING}$`,
  'iu',
);

export function isSpreadsheetError(text: string): boolean {
  return SPREADSHEET_ERROR.test(text);
}

/** Bytes 80 to BF as windows-1252 shows them: what follows the first byte of a letter in UTF-8. */
const AFTER = '\\u0080-\\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';
const AFTER_LETTER = '\\u0080-\\u00bf€ƒ†‡ˆ‰ŠŒŽ•˜™šœžŸ';
/** UTF-8 that was read as windows-1252, as Mac Roman or in a DOS code page; `M?ller`, where a letter was lost. */
const MOJIBAKE = new RegExp(
  [
    `[ÂÃ][${AFTER}]`,
    `[ÄÅ][${AFTER_LETTER}]`,
    `(?:[ÎÏÐÑ][${AFTER_LETTER}]){2}`,
    '[ÐÑ][\\u00a1-\\u00a9\\u00ab-\\u00b9\\u00bb-\\u00bf]',
    `[à-ï][${AFTER}]{2}`,
    `ð[${AFTER}]{3}`,
    '√[\\u00a0-\\u00ff\\u2000-\\u2fff]',
    '[\\u2500-\\u259f]',
    '(?<=\\p{L})\\?+(?=\\p{L}|$)',
    '^\\?+(?=\\p{Ll})',
    // The second half was a space of its own kind: `JosÃ`, where no word has a capital.
    '(?<=\\p{Ll})[ÂÃ](?!\\p{L})',
  ].join('|'),
  'u',
);
/** Codes for characters: of HTML, of URLs, of mail (`=C3=A9`), of Excel's own format. */
const CODED =
  /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});|<\/?[a-z][^<>@]*>|%20|%C[2-5]%[89AB][\dA-F]|=20|=C[2-5]=[89AB][\dA-F]|_x00[01][\dA-F]_/i;
/** Characters that nobody sees, and those that mean nothing outside one program. */
const INVISIBLE = /\p{Cc}|\p{Cf}|\p{Co}|\p{Cn}|\p{Cs}|\p{Default_Ignorable_Code_Point}|[\u2800\ufffc]/u;
/** Nearly every cell has only these, and nothing of the above. */
const PLAIN = /^[A-Za-z0-9 .,@+()/-]*$/;

/** The first damage in a cell's text, as it would be sent; undefined when there is none. */
export function damageIn(path: string, text: string): Finding | undefined {
  if (PLAIN.test(text)) return undefined;
  if (text.includes('\ufffd')) return finding(path, 'damaged_text', {});
  const invisible = INVISIBLE.exec(text);
  if (invisible) {
    return invisibleAt(path, text, invisible);
  }
  const coded = CODED.exec(text)?.[0];
  if (coded !== undefined) return finding(path, 'html', { has: coded });
  const mojibake = MOJIBAKE.exec(text)?.[0];
  if (mojibake !== undefined) return finding(path, 'mojibake', { has: mojibake });
  return hasLeftoverQuoting(text) ? finding(path, 'leftover_quoting', {}) : undefined;
}

/** A backslash, doubled quotes (also SQL's `O''Brien`), quotes around the whole or before it, or one too many at the end: `Suite "B"` is none of these. */
function hasLeftoverQuoting(text: string): boolean {
  if (/\\|""|^'?["“„«]|''/u.test(text) || /^b?['’‘`].*['’`]$/su.test(text)) return true;
  // A list or an object of a program: ['Salem'], {"name": "Salem"}.
  if (/^b"|^[[{].*["'].*[\]}]$/s.test(text)) return true;
  if (text.endsWith('"')) return text.split('"').length % 2 === 0;
  return /^[^“„]*”$|^[^«]*»$|`$/.test(text);
}

/** An id as it stands in its cell: no invisible mark is taken off silently, for another export may not have it. */
export function damageInKey(path: string, cell: string): Finding | undefined {
  const invisible = INVISIBLE.exec(cell.trim());
  return invisible ? invisibleAt(path, cell.trim(), invisible) : damageIn(path, cleanText(cell));
}

function invisibleAt(path: string, text: string, { 0: character, index }: RegExpExecArray): Finding {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return finding(path, 'invisible_character', {
    character: `U+${code}`,
    at: Array.from(text.slice(0, index)).length + 1,
  });
}
