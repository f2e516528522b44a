import type { Repair } from '../issues/issue.js';
import { mendDate } from './dates.js';
import { mendPhone } from './phone.js';

/** What a spreadsheet leaves of a number that it made a decimal one. */
const FLOAT_TAIL = /^(\d+)[.,]0+$/;

/** What each `--repair` makes of a damaged text; a text without that damage comes back as it is. */
export const REPAIR: Readonly<Record<Repair, (text: string) => string>> = {
  zip: mendUsZip,
  ssn: mendSsn,
  phone: mendPhone,
  date: mendDate,
};

function mendUsZip(text: string): string {
  const whole = text.replace(FLOAT_TAIL, '$1');
  if (/^\d{3,4}$/.test(whole)) return whole.padStart(5, '0');
  if (/^\d{3,4}[ -]\d{4}$/.test(whole)) return whole.padStart(10, '0').replace(' ', '-');
  return /^\d{7,8}$/.test(whole) ? whole.padStart(9, '0') : whole;
}

function mendSsn(text: string): string {
  const whole = text.replace(FLOAT_TAIL, '$1');
  const digits = whole.replace(/[ -]/g, '');
  return /^\d{7,8}$/.test(digits) ? digits.padStart(9, '0') : whole;
}
