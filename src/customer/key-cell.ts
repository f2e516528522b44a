import type { ColumnPlan } from '../columns/plan.js';
import type { SourceRow } from '../csv/source-row.js';
import { finding } from '../issues/codes.js';
import type { Finding } from '../issues/issue.js';
import { damageInKey, isSpreadsheetError, isWordForNothing, wordForNothing } from './cell.js';
import { keyOfExternalId, keyOfOwn } from './identity.js';
import { cleanText, readSsn, readUuid } from './normalise.js';

/** The cell that identifies the person in the operator's own system. */
export interface KeyCell {
  /** Its text, normalised; '' when keys are made of name and date of birth. */
  readonly id: string;
  /** null when it cannot be made of the cell, for the reason that `flaw` tells. */
  readonly key: string | null;
  readonly flaw?: Finding;
}

/** An id that a spreadsheet has shortened: many persons may share what is left of it. */
const SHORTENED = /^\d(?:[.,]\d+)?E\+\d+$|^\d[.,]\d+E\d+$/i;
/** An id that a program took for a number: another export will write it without the tail, or without the commas. */
const DECIMAL = /^\d+[.,]0+$|^\d{1,3}(?:,\d{3})+$/;

/** Compiles how the key cell of a row is read. */
export function compileKey(plan: ColumnPlan): (row: SourceRow) => KeyCell {
  const { key } = plan;
  if (key.by === 'name_dob') return () => ({ id: '', key: null });
  const { by, index } = key;
  // Mailboxes do not tell capitals from small letters, and exports change them.
  const { email } = plan.person;
  const isEmail = email?.from === 'column' && email.index === index;
  return (row) => {
    const cell = row.cells[index] ?? '';
    const text = cleanText(cell);
    const id = normalised(by, isEmail ? text.toLowerCase() : text);
    const made = by === 'external_id' ? keyOfExternalId(id) : keyOfOwn(id);
    const flaw = flawOf(cell, text, made, row);
    return flaw ? { id, key: null, flaw } : { id, key: made };
  };

  function flawOf(cell: string, text: string, made: string | null, row: SourceRow): Finding | undefined {
    const args = { is: text };
    if (text === '') return finding(by, 'required', {});
    if (isSpreadsheetError(text)) return finding(by, 'spreadsheet_error', args);
    if (
      (isWordForNothing(text) || /^(?:true|false|[0-]{36})$/i.test(text)) &&
      !plan.accept.has(text.toLowerCase())
    )
      return wordForNothing(by, text, by === 'external_id');
    const damage = damageInKey(by, cell);
    if (damage) return damage;
    if (by === 'brand_person_id')
      return made === null ? finding(by, 'brand_person_id_format', args) : undefined;
    if (SHORTENED.test(text)) return finding(by, 'external_id_format', args);
    if (DECIMAL.test(text)) return finding(by, 'external_id_decimal', args);
    return isOwnSsn(text, row) ? finding(by, 'external_id_is_ssn', {}) : undefined;
  }

  /** A key is written to files, and could be tried until its id is found. */
  function isOwnSsn(text: string, { cells }: SourceRow): boolean {
    if (text.replace(/\D/g, '').length !== 9) return false;
    const ssn = readSsn(text);
    return plan.ssnColumns.some((at) => at === index || readSsn(cleanText(cells[at] ?? '')) === ssn);
  }
}

function normalised(by: 'brand_person_id' | 'external_id', text: string): string {
  return by === 'brand_person_id' ? readUuid(text) : text;
}
