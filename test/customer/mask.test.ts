import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Customer } from '../../src/customer/customer.js';
import { cleanMessage, compileMask, maskSsn } from '../../src/customer/mask.js';
import { JAMES, complaints, planOf, readRow, rowOf } from './plan-of.js';

const digitsOf = (text: string) => text.replace(/\D/g, '');
const BROKEN = { code: 'row_runs_on', args: { lastLine: 9 } } as const;
const plan = planOf({ headers: ['first_name', 'ssn', 'note'] });

test.each([
  ['123-45-6789', 'XXX-XX-6789'],
  ['123456789', 'XXX-XX-6789'],
  ['1234567', 'XXX-XX-4567'],
  ['123456', 'XXX-XX-XXXX'],
  ['XXX-XX-6789', 'XXX-XX-XXXX'],
  ['secret', 'XXX-XX-XXXX'],
  ['', ''],
])('%j is shown as %j', (text, masked) => {
  expect(maskSsn(text)).toBe(masked);
});

describe('cells', () => {
  test.each([
    ['call 123-45-6789 now', 'call XXX-XX-6789 now'],
    ['123456789', 'XXX-XX-6789'],
    ['1 2 3 4 5 6 7 8 9', 'XXX-XX-6789'],
    ['x123 45 6789y', 'xXXX-XX-6789y'],
    ['987654321', '987654321'],
  ])("the row's own SSN is masked in any cell: %j", (note, masked) => {
    expect(compileMask(plan)(rowOf(['Al', '123-45-6789', note]))).toEqual(['Al', 'XXX-XX-6789', masked]);
  });

  test('with leading zeros that a spreadsheet dropped, here or there', () => {
    expect(compileMask(plan)(rowOf(['Al', '012-34-5678', '12345678']))[2]).toBe('XXX-XX-5678');
    expect(compileMask(plan)(rowOf(['Al', '12345678', '012-34-5678']))[2]).toBe('XXX-XX-5678');
  });

  test.each([
    ['333527584', 'XXX-XX-7584'],
    ['333-52-7584', 'XXX-XX-7584'],
    ['333 52 7584', 'XXX-XX-7584'],
    ['333–52–7584', 'XXX-XX-7584'],
    ["'333527584", 'XXX-XX-7584'],
    ['="333527584"', 'XXX-XX-7584'],
    ['333527584.0', 'XXX-XX-7584'],
    ['3335275840', '3335275840'],
    ['order 333527584', 'order 333527584'],
    ['97301-1234', '97301-1234'],
    ['2024-01-15', '2024-01-15'],
  ])('nine digits are masked in a column that is no field, whatever its name: %j', (cell, masked) => {
    const row = rowOf(['Al', '', cell]);
    expect(compileMask({ ...plan, fieldless: [2] })(row)[2]).toBe(masked);
    expect(compileMask(plan)(row)[2]).toBe(cell);
  });

  test('in a malformed row everything like an SSN', () => {
    const row = rowOf(['123-45-6789', 'Al', '987654321 and 1234567, not 5551112222'], BROKEN);
    expect(compileMask(plan)(row)).toEqual([
      'XXX-XX-6789',
      'XXX-XX-XXXX',
      'XXX-XX-4321 and XXX-XX-4567, not 5551112222',
    ]);
  });

  test('never leave the SSN, however it is written', () => {
    const ssn = fc.stringMatching(/^\d{9}$/);
    const gap = fc.constantFrom('', '-', ' ', '.', '\u00a0', ' - ');
    const around = fc.string({ unit: fc.constantFrom('a', ' ', '#', '(', 'é', '"') });
    fc.assert(
      fc.property(ssn, gap, gap, around, around, fc.boolean(), (digits, a, b, before, after, malformed) => {
        const note = before + digits.slice(0, 3) + a + digits.slice(3, 5) + b + digits.slice(5) + after;
        const cells = compileMask(plan)(rowOf(['Al', digits, note], malformed ? BROKEN : undefined));
        for (const cell of cells) expect(digitsOf(cell)).not.toContain(digits);
      }),
    );
  });
});

test('no issue tells an SSN, whichever cell it strayed into', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[1-9]\d{8}$/),
      fc.constantFrom(...Object.keys(JAMES).filter((field) => field !== 'ssn')),
      fc.nat(40),
      (ssn, field, padding) => {
        const told = complaints(readRow({ ...JAMES, ssn, [field]: `${'?'.repeat(padding)}${ssn}` })).join();
        expect(digitsOf(told)).not.toContain(ssn.slice(0, 6));
      },
    ),
  );
});

describe("Bond's words", () => {
  const reading = readRow({ ...JAMES, middle_name: 'Herbert', first_name: 'San' });
  const customer: Customer =
    (reading.kind === 'customer' ? reading.customer : undefined) ?? expect.fail('not valid');

  test.each([
    ['Bad SSN 333-52-7584 or 333527584.', 'Bad SSN XXX-XX-7584 or XXX-XX-7584.'],
    ['Duplicate of 999-88-7777', 'Duplicate of XXX-XX-7777'],
    ['bond and BOND, not Bondage', '[last_name] and [last_name], not Bondage'],
    ["Mr San of 'San Francisco'", "Mr [first_name] of '[city]'"],
    ['james@example.com is taken', '[email] is taken'],
    ['phone 555-111-2222 or (555) 111-2222', 'phone [phone] or ([phone]'],
    ['lives at 345 California Ave., Suite 600', 'lives at [street], [street2]'],
    ['born 1997-12-25', 'born [dob]'],
    ['born 12/25/1997, 25.12.97, December 25, 1997 or 19971225', 'born [dob], [dob], [dob] or [dob]'],
    ['?email=james%40example.com', '?email=[email]'],
    ['ends in 111-2222 or 111 2222', 'ends in [phone] or [phone]'],
    [
      'SSN 333–52–7584, 333/52/7584, 333_52_7584, 333  52  7584',
      'SSN XXX-XX-7584, XXX-XX-7584, XXX-XX-7584, XXX-XX-7584',
    ],
    ['Missing data for required field.', 'Missing data for required field.'],
  ])('%j → %j', (message, cleaned) => {
    expect(cleanMessage(message, customer)).toBe(cleaned);
  });

  test('tell nothing of the row, in whatever usual form they quote it', () => {
    const [year, month, day] = customer.dob.split('-');
    const forms = [
      ...['333-52-7584', '333527584', '333 52 7584', '333/52/7584', '333–52–7584'],
      ...['james@example.com', 'JAMES@EXAMPLE.COM', 'james%40example.com'],
      ...['555-111-2222', '5551112222', '(555) 111-2222', '111-2222'],
      ...[`${year}-${month}-${day}`, `${month}/${day}/${year}`, `${day}.${month}.${year}`, '25 Dec 1997'],
      ...['Bond', 'BOND', 'Herbert', '345 California Ave.', 'San Francisco'],
    ];
    const words = fc.constantFrom(' No ', ' key=', '"', " '", ': ', '\n', '(');
    fc.assert(
      fc.property(words, fc.constantFrom(...forms), words, fc.constantFrom(...forms), (a, one, b, two) => {
        const said = cleanMessage(`${a}${one}${b}${two})`, customer);
        for (const form of [one, two]) expect(said.toLowerCase()).not.toContain(form.toLowerCase());
      }),
    );
  });

  test('tell nothing of anybody, in whatever form a service writes it', () => {
    const forms: readonly ((value: string) => string)[] = [
      (value) => value,
      (value) => value.toUpperCase(),
      (value) => value.normalize('NFD'),
      (value) => value.normalize('NFD').replace(/\p{M}/gu, ''),
      (value) => encodeURIComponent(value),
      (value) => new URLSearchParams({ value }).toString().slice('value='.length),
      (value) => value.replaceAll("'", '&#39;').replaceAll('é', '&#xE9;'),
      (value) => value.replaceAll("'", "\\'"),
      (value) => value.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
      (value) => value.replace(/[^ -~]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`),
      (value) => value.replaceAll(' ', '  '),
    ];
    const value = fc.stringMatching(/^Q[a-zéüñ]{2,6}['. ][a-zéüñ]{2,6}x$/);
    const field = fc.constantFrom('first_name', 'middle_name', 'last_name', 'street', 'city');
    const around = fc.constantFrom('', '"', "'", '<', '=', ' ', ': ');
    const plainOf = (text: string) =>
      text
        .normalize('NFD')
        .replace(/\p{M}/gu, '')
        .toLowerCase()
        .replace(/[^a-z]/g, '');
    fc.assert(
      fc.property(value, field, fc.constantFrom(...forms), around, (own, where, form, mark) => {
        const [address] = customer.addresses;
        const isAddress = where === 'street' || where === 'city';
        const of = isAddress
          ? { ...customer, addresses: address ? [{ ...address, [where]: own }] : [] }
          : { ...customer, [where]: own };
        const said = cleanMessage(`Not good ${mark}${form(own)}${mark} (sent)`, of);
        expect(plainOf(said), said).not.toContain(plainOf(own).slice(0, 5));
        expect(said).toMatch(/^Not good .*\(sent\)$/s);
      }),
      { numRuns: 500 },
    );
  });

  test('are cleaned of any value, whatever characters it has', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^Q[ -~é]{0,11}[a-z]$/), (last_name) => {
        expect(cleanMessage(`Wrong: <${last_name}>`, { ...customer, last_name })).toBe(
          'Wrong: <[last_name]>',
        );
      }),
    );
  });
});
