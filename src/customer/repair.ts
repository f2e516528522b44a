/** What a spreadsheet leaves of a number that it made a decimal one. */
const FLOAT_TAIL = /^(\d+)[.,]0+$/;

/** How the ZIP codes begin that a spreadsheet takes a zero from, by state; those of Puerto Rico and the Virgin Islands lose two. */
const ZEROS: Readonly<Partial<Record<string, readonly string[]>>> = {
  MA: ['01', '02', '05'],
  RI: ['02'],
  NH: ['03'],
  ME: ['03', '04'],
  VT: ['05'],
  CT: ['06'],
  NJ: ['07', '08'],
  AE: ['09'],
  PR: ['00'],
  VI: ['00'],
};

/** A US ZIP with the leading zeros that its state proves, and without a decimal tail; any other text as it is. */
export function mendUsZip(text: string, state: string | undefined): string {
  const whole = text.replace(FLOAT_TAIL, '$1');
  const [, digits = '', rest = ''] = /^(\d{3}|\d{4})(?:[ -]?(\d{4}))?$/.exec(whole) ?? [];
  if (digits === '') return whole;
  const zip = digits.padStart(5, '0');
  if (ZEROS[state ?? '']?.includes(zip.slice(0, 2)) !== true) return /^\d{5}$/.test(whole) ? whole : text;
  return rest === '' ? zip : `${zip}-${rest}`;
}

/**
 * An SSN with the leading zeros that a spreadsheet dropped: of bare digits, or of a first group that is short by as
 * many; with all digits of `3.33527584E8`; without a decimal tail. Any other text comes back as it is.
 */
export function mendSsn(text: string): string {
  const whole = wholeNumber(text).replace(FLOAT_TAIL, '$1');
  if (/^\d{7,8}$/.test(whole)) return whole.padStart(9, '0');
  return /^\d{1,2}-\d{2}-\d{4}$/.test(whole) ? whole.padStart(11, '0') : whole;
}

/** `5.551112222E9`, a number of which no digit is lost, written out; any other text comes back as it is. */
export function wholeNumber(text: string): string {
  const [, first = '', rest = '', exponent = ''] = /^(\d)[.,](\d+)E\+?(\d+)$/i.exec(text) ?? [];
  return first !== '' && Number(exponent) === rest.length ? first + rest : text;
}
