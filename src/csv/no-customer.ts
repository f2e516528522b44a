import type { FileFormat } from './dialect.js';
import type { Malformed } from './source-row.js';

const COUNT =
  /^\(?\s*(?:\d[\d,. ]*\s*(?:rows?|records?|lines?|tuples?|customers?|contacts?|entries|results?|Zeilen|Datensätze|filas|registros|lignes)\b|(?:total )?(?:count|(?:number of |row |record )?(?:rows?|records?|count|customers|entries))\s*(?:affected|selected|returned|exported)?\s*[:=]?[^\p{L}]*\d)/iu;
const TOTAL =
  /^(?:grand[\s-]*|sub[\s-]*)?totals?\b|^sum\b|^(?:gesamt|summe|insgesamt|suma|totale|totaal|somme)(?:summe)?\b/iu;
const NOTE =
  /^\\\.$|^[\W_]*(?:page \d+|seite \d+|end of (?:file|report|data|export|list)|eof\b|end$|generated (?:on|by|at)\b|exported (?:on|by|at|from)\b|printed (?:on|by|at)\b|report (?:date|run|generated)\b|confidential\b|©|copyright\b|\d+ of \d+$|this report\b|(?:trl|tlr|trailer|footer)\b)/iu;
/** What templates and database tools write below a header. */
const TYPE =
  /^(?:n?(?:var)?char2?|string|(?:free )?text|(?:small|big|tiny)?int(?:eger)?|number|numeric|decimal|float|double|bool(?:ean)?|date|datetime|timestamp|uuid|guid|alphanumeric|required|optional|mandatory|nullable|(?:not )?null|[dmy]{1,4}([-/.])[dmy]{1,4}\1[dmy]{1,4}|(?:max\.? ?)?\d+ ?char(?:acter)?s?)(?: ?\([\d, ]+\))?$/i;
/** Cells of a line that belongs to no customer; a customer has more than these. */
const FEW_CELLS = 3;

/** Tells lines that exports leave among the rows, and that are no customers, by what they are. */
export function lineThatIsNoRow(format: FileFormat): (cells: readonly string[]) => Malformed | undefined {
  const { header, headerLine, delimiter } = format;
  const same = (cell: string | undefined, name: string): boolean =>
    cell?.trim().toLowerCase() === name.toLowerCase();
  return (cells) => {
    const [first = ''] = cells;
    if (
      header.length > 1 &&
      same(first, header[0] ?? '') &&
      header.every((name, at) => same(cells[at], name))
    ) {
      return { code: 'repeated_header', args: { headerLine } };
    }
    if (
      /^\s*[-=_+|*]/.test(first) &&
      cells.every((cell) => /^[-=_+|* ]*$/.test(cell)) &&
      /[-=_*]{2}/.test(first)
    ) {
      return { code: 'ruled_line', args: {} };
    }
    if (header.length <= FEW_CELLS) return undefined;
    // Of nearly all rows there is no more to ask.
    if (!TYPE.test(firstText(cells)) && holdsMore(cells, FEW_CELLS)) return undefined;
    const texts = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
    if (
      texts.length > 1 &&
      texts.every((cell) => TYPE.test(cell)) &&
      !texts.every((cell) => /null/i.test(cell))
    )
      return { code: 'type_line', args: {} };
    if (texts.length > FEW_CELLS) return undefined;
    // A comma in a number may have split it.
    const text = texts.join(delimiter).trim();
    if (COUNT.test(text)) return { code: 'count_line', args: {} };
    const isNumber = (cell: string): boolean => !/\p{L}{2}/u.test(cell);
    if (TOTAL.test(text) && texts.slice(1).every(isNumber)) return { code: 'total_line', args: {} };
    if (NOTE.test(text)) return { code: 'note_line', args: {} };
    return texts.length === 1 && cells.length >= header.length
      ? { code: 'heading_line', args: {} }
      : undefined;
  };
}

function firstText(cells: readonly string[]): string {
  return cells.find((cell) => cell.trim() !== '')?.trim() ?? '';
}

/** Whether more than so many cells hold text. */
function holdsMore(cells: readonly string[], few: number): boolean {
  let texts = 0;
  for (const cell of cells) {
    if (cell !== '' && cell.trim() !== '') texts++;
    if (texts > few) return true;
  }
  return false;
}
