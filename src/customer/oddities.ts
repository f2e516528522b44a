import type { Customer } from './customer.js';

/** What Bond accepts today and identity verification may not: counted, for a person to know of. */
export interface Oddities {
  add(customer: Customer): void;
  /** One sentence each. */
  warnings(): string[];
}

const PO_BOX = /\b(?:p\.?\s*o\.?|post(?:al)?\s+office)\s*box\b|^\s*(?:box|postfach|apartado|casilla)\s+\d/i;
const GROWN_UP_YEARS = 18;

/** @param today YYYY-MM-DD */
export function observeOddities(today: string): Oddities {
  const grownUpUntil = `${Number(today.slice(0, 4)) - GROWN_UP_YEARS}${today.slice(4)}`;
  let boxes = 0;
  let minors = 0;
  return {
    add({ dob, addresses }) {
      if (dob > grownUpUntil) minors++;
      if (addresses.some(({ address_type, street }) => address_type === 'PHYSICAL' && PO_BOX.test(street)))
        boxes++;
    },
    warnings() {
      const rows = (count: number): string => (count === 1 ? '1 row has' : `${count} rows have`);
      return [
        ...(boxes > 0
          ? [
              `${rows(boxes)} a P.O. box in a PHYSICAL address: Bond takes it, and may refuse it in identity verification.`,
            ]
          : []),
        ...(minors > 0 ? [`${rows(minors)} a birth date of somebody under ${GROWN_UP_YEARS}.`] : []),
      ];
    },
  };
}
