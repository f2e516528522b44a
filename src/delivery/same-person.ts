import type { ListedCustomer } from '../bond/customer-list.js';
import type { Customer } from '../customer/customer.js';

/** `unsure`: the list does not show enough to tell. */
export type Likeness = 'same' | 'other' | 'unsure';

/**
 * Whether a customer found under the row's key is the row's person: name and date of birth agree, and nothing
 * that both have (last four of the SSN, e-mail, phone) contradicts.
 */
export function likeness(customer: Customer, found: ListedCustomer): Likeness {
  const agreements = [
    agree(folded(customer.first_name), folded(found.firstName)),
    agree(folded(customer.last_name), folded(found.lastName)),
    agree(customer.dob, found.dob),
  ];
  if ([...agreements, ...evidence(customer, found)].includes(false)) return 'other';
  return agreements.every(Boolean) ? 'same' : 'unsure';
}

/** The same for a customer that carries no key: something more than name and date of birth must agree. */
export function isSameWithoutKey(customer: Customer, found: ListedCustomer): boolean {
  return likeness(customer, found) === 'same' && evidence(customer, found).includes(true);
}

function evidence(customer: Customer, found: ListedCustomer): (boolean | undefined)[] {
  return [
    agree((customer.ssn ?? '').slice(-4), found.ssnLast4),
    agree(folded(customer.email ?? ''), folded(found.email)),
    agree(digits(customer.phone ?? ''), digits(found.phone)),
  ];
}

/** Undefined when one of them is not there. */
function agree(ours: string, theirs: string): boolean | undefined {
  return ours === '' || theirs === '' ? undefined : ours === theirs;
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}

/** The last ten: a country code may or may not stand before them. */
function digits(text: string): string {
  return text.replace(/\D/g, '').slice(-10);
}
