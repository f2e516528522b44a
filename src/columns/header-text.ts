/** A header in the spellings under which it is looked up. */
export interface HeaderText {
  /** Squashed, the most telling first: with its note, then without it. */
  readonly names: readonly string[];
  /** The halves of `A/B` as they are written, to be tried where the whole is not known. */
  readonly halves: readonly string[];
  /** How dates are written, when the header says it (`DOB (MM/DD/YYYY)`), as date-fns tokens. */
  readonly dateFormat?: string;
}

/** What two spellings of one header share: letters and digits in lower case, without accents; `#` is `number`. */
export function squash(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replaceAll('ß', 'ss')
    .replaceAll('#', 'number')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '');
}

/** The words of a header in lower case, one space between them: `spouseSSN#` → `spouse ssn number`. */
export function wordsOf(header: string): string {
  return header
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{L})(\p{N})|(\p{N})(\p{L})/gu, '$1$3 $2$4')
    .split(/[^\p{L}\p{M}\p{N}#]+|(?=#)/u)
    .map(squash)
    .filter((word) => word !== '')
    .join(' ');
}

const NOTE = /\(([^()]*)\)|\[([^[\]]*)\]|<([^<>]*)>/g;
const INDEX = /(addresses)\s*\[(\d+)\]/i;
/** Words of a form, before or behind a name: `* First Name`, `2. Email`, `Phone - required`. */
const FORM_WORDS =
  /^\s*\d+[.)]\s+|[\s:*-]+(?:required|optional|mandatory|pflichtfeld|obligatoire|facultatif|obbligatorio|obligatorio|verplicht)[\s:*]*$/gi;
/** Notes after which the column is another thing: part of a number, what was before, somebody else's. */
const OTHER_THING =
  /\b(?:last|final|4|four|old|former|previous|prior|spouse|partner|co|emergency|guardian|parent|mother|father|work|business|office|company|employer|other|alternate|secondary|masked|hash|hashed|encrypted|type|label|verified|extension|ext)\b/;
/** `a or b`, `a / b`. */
const HALVES = /\s*[/|]\s*|\s+(?:or|oder|ou)\s+/i;

/** The spellings under which a header is looked up. */
export function headerText(header: string): HeaderText {
  const date = dateFormatIn(header);
  const text = (date === undefined ? header : header.replace(date.text, ' '))
    .replace(INDEX, '$1 $2 ')
    .replace(/\bc\/o\b/i, 'care of')
    .replace(FORM_WORDS, '');
  const notes = [...text.matchAll(NOTE)].map(
    ([, round, square, pointed]) => round ?? square ?? pointed ?? '',
  );
  const bare = text.replace(NOTE, ' ');
  const note = notes.join(' ');
  // Digits in a note count something (`Zip (5)`), and are no number of an address.
  const whole = /\d/.test(note) ? [] : [squash(text), squash(note + bare)];
  const other = OTHER_THING.test(wordsOf(note));
  return {
    names: [...whole, ...(other ? [] : [squash(bare)])].filter((name) => name !== ''),
    halves: other ? [] : bare.trim().split(HALVES),
    ...(date && { dateFormat: date.format }),
  };
}

/** Whether a header names several things that are one by one known: `City/State`. */
export function halvesOf(header: string): string[] {
  return header
    .replace(NOTE, ' ')
    .split(/\s*[/|,+&]\s*|\s+(?:and|und|et|y|e|en)\s+/i)
    .map(squash)
    .filter((half) => half !== '');
}

/** Day, month and year in any order, in the letters of several languages (TT.MM.JJJJ, JJ/MM/AAAA, GG/MM/AAAA). */
const DATE_FORMAT =
  /(?<![a-z])([dtjg]{1,2}|m{1,4}|[yja]{4}|yy)([-/. ]?)([dtjg]{1,2}|m{1,4})\2([dtjg]{1,2}|m{1,4}|[yja]{4}|yy)(?![a-z])/i;

function dateFormatIn(header: string): { text: string; format: string } | undefined {
  const [text, first = '', joint = '', second = '', third = ''] = DATE_FORMAT.exec(header) ?? [];
  if (text === undefined) return undefined;
  const parts = [first, second, third].map((part) => {
    const letters = part.toLowerCase();
    if (letters.startsWith('m')) return part.toUpperCase();
    return letters.length === 4 || letters === 'yy' ? 'y'.repeat(letters.length) : 'd'.repeat(letters.length);
  });
  const kinds = new Set(parts.map((part) => part.charAt(0)));
  return kinds.size === 3 ? { text, format: parts.join(joint) } : undefined;
}
