import type { ListedCustomer } from '../bond/customer-list.js';
import type { Customer } from '../customer/customer.js';
import type { Fingerprinter } from '../customer/identity.js';
import type { Likeness } from '../customer/same-person.js';
import type { Ledger } from '../ledger/ledger.js';

/** A row whose customer may exist. */
export interface Wanted {
  readonly row: number;
  readonly key: string;
  /** The external id that the key is made of; '' when it is not. */
  readonly id: string;
  /** Undefined when the row was edited since it was sent, and is no valid customer or another person now. */
  readonly customer: Customer | undefined;
}

/** A row of which Bond certainly has no customer, and which can be sent again. */
export interface Absent extends Wanted {
  readonly customer: Customer;
}

/** Whether a customer of Bond's list is a row's person: from the row, and from the fingerprints of what was sent. */
export interface Matcher {
  readonly likeness: (customer: Customer, listed: ListedCustomer) => Likeness;
  readonly fingerprint: Fingerprinter;
  readonly ledger: Ledger;
}

/**
 * - `surely`: name, birth date and something more agree
 * - `perhaps`: nothing that can be read says that it is another person
 */
export type Match = 'surely' | 'perhaps' | 'not';

/** Whether a customer under the row's own key is another person: only when both name and birth date are others. */
export function isAnother(wanted: Wanted, listed: ListedCustomer, matcher: Matcher): boolean {
  const now = wanted.customer && matcher.likeness(wanted.customer, listed);
  if (now && !(now.name === false && now.dob === false)) return false;
  const sent = asSent(wanted, listed, matcher);
  return sent.name === false && sent.dob === false;
}

/** Whether a customer that does not carry the row's key may be its person all the same. */
export function matchOf(wanted: Wanted, listed: ListedCustomer, matcher: Matcher): Match {
  const now = wanted.customer && matcher.likeness(wanted.customer, listed);
  const sent = asSent(wanted, listed, matcher);
  if (!couldBe(sent) && !(now && couldBe(now))) return 'not';
  if (!now) return 'perhaps';
  const person = (now.name === true && now.dob === true) || (sent.name === true && sent.dob === true);
  const more = [now.ssn, now.email, now.phone];
  // A corrected e-mail or phone contradicts nobody whose SSN agrees.
  return person && (now.ssn === true || (more.includes(true) && !more.includes(false)))
    ? 'surely'
    : 'perhaps';
}

function couldBe({ name, dob }: Pick<Likeness, 'name' | 'dob'>): boolean {
  return name !== false && dob !== false;
}

function asSent(
  { key }: Wanted,
  { firstName, lastName, dob }: ListedCustomer,
  { fingerprint, ledger }: Matcher,
): Pick<Likeness, 'name' | 'dob'> {
  const sent = ledger.comparedToSent(ledger.index.entry(key), fingerprint.person(firstName, lastName, dob));
  return {
    name: firstName === '' || lastName === '' ? undefined : sent.name,
    dob: dob === '' ? undefined : sent.dob,
  };
}
