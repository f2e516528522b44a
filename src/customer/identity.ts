import { createHmac, createSecretKey, hash, hkdfSync } from 'node:crypto';
import { parse } from 'uuid';
import type { Customer } from './customer.js';
import type { Fingerprint } from '../ledger/fingerprint.js';
import { UUID } from './normalise.js';

/** Namespaces of this product, fixed for ever: another one would make every person new. */
const EXTERNAL_ID_NAMESPACE = parse('5d0a3b9e-6f0c-4c58-9a41-2f8e7b1c6d34');
const NAME_DOB_NAMESPACE = parse('b7c1f2a8-93d4-4e6b-8f05-c4a6d19e2b70');

/** The person's key (contract, "Identity") where the file brings it: itself, when it is a lower-case UUID, else null. */
export function keyOfOwn(brandPersonId: string): string | null {
  return UUID.test(brandPersonId) ? brandPersonId : null;
}

/** The key of a person whom the operator's own system knows by this id; null when it is empty. */
export function keyOfExternalId(id: string): string | null {
  return id === '' ? null : uuidOf(id, EXTERNAL_ID_NAMESPACE);
}

/** The key of a person known by nothing else; null when one of the three is empty. */
export function keyOfNameAndDob(firstName: string, lastName: string, isoDob: string): string | null {
  const names = [foldName(firstName), foldName(lastName)];
  if (names.includes('') || isoDob === '') return null;
  return uuidOf([...names, isoDob].join('|'), NAME_DOB_NAMESPACE);
}

/**
 * A UUID of version 5 (RFC 9562). By hand, for the speed of `validate`: the package uuid makes a Hash object for each,
 * and takes four times as long.
 */
function uuidOf(name: string, namespace: Uint8Array): string {
  const hex = hash('sha1', Buffer.concat([namespace, Buffer.from(name)]), 'hex');
  const variant = ((parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Accents of Latin, Greek and Cyrillic letters; the vowel signs of other scripts tell names apart (राम, रमा). */
const ACCENTS = /[\u0300-\u036f]/g;

/** Names that differ in case, accents, spaces or punctuation alone are one: a second customer costs more than a `duplicate`. */
export function foldName(name: string): string {
  const lower = name.normalize('NFKD').replace(ACCENTS, '').toLowerCase();
  return lower.replace(/[^\p{L}\p{M}\p{N}]/gu, '') || lower;
}

/** Makes the fingerprints of one run. */
export interface Fingerprinter {
  /** @param id the external id that the key is made of; '' when it is not */
  of(key: string, customer: Customer, id: string): Fingerprint;
  person(firstName: string, lastName: string, dob: string): Pick<Fingerprint, 'name' | 'dob'>;
  /** Of an id without what programs change in it: leading zeros, `.0`, case and white space. */
  fold(id: string): string;
}

/**
 * @param ledgerSecret keys all that is made: a plain hash of a name or a birth date could be found by trying them all
 * @param authorization the brand's credential. The tag of an SSN is keyed with it, for the ledger's own secret stands
 *   in the ledger; without it there is no tag, and a changed SSN goes unnoticed.
 */
export function compileFingerprint(ledgerSecret: string, authorization: string | undefined): Fingerprinter {
  const ledgerKey = createSecretKey(ledgerSecret, 'utf8');
  const tag = authorization === undefined ? undefined : ssnTag(authorization);
  const mac = (use: string, text: string, digits: number): string =>
    createHmac('sha256', ledgerKey).update(`${use}\0${text}`).digest('hex').slice(0, digits);
  const person: Fingerprinter['person'] = (firstName, lastName, dob) => ({
    name: mac('name', `${foldName(firstName)}|${foldName(lastName)}`, 8),
    dob: mac('dob', dob, 8),
  });
  const part = (use: string, text: string): string => (text === '' ? '0000' : mac(use, text, 4));
  const fold = (id: string): string => (id === '' ? '' : mac('fold', foldId(id), 16));
  return {
    person,
    fold,
    of(key, customer, id) {
      const { first_name, last_name, dob, ssn } = customer;
      const digest = mac('payload', payloadText(customer), 16);
      const payload = tag === undefined || ssn === undefined ? digest : `${digest}.${tag(key, ssn)}`;
      const isNamesakes = id === '' && key === keyOfNameAndDob(first_name, last_name, dob);
      const contact = isNamesakes
        ? part('email', foldEmail(customer)) + part('phone', phoneOf(customer))
        : '';
      return { payload, ...person(first_name, last_name, dob), fold: fold(id), contact };
    },
  };
}

function foldEmail({ email = '' }: Customer): string {
  return email.toLowerCase();
}

function phoneOf({ phone = '' }: Customer): string {
  return phone.replace(/\D/g, '').slice(-10);
}

/** All of a payload but the SSN, of which it says whether there is one. */
function payloadText(customer: Customer): string {
  const { first_name, middle_name, last_name, dob, ssn, phone, phone_country_code, email } = customer;
  // Spelled out, so that the order of the keys cannot come in.
  const parts = [first_name, middle_name, last_name, dob, phone, phone_country_code, email];
  for (const a of customer.addresses) {
    parts.push(
      a.address_type,
      a.street,
      a.street2,
      a.city,
      a.state,
      a.zip_code,
      a.country,
      String(a.is_primary),
    );
  }
  return [ssn === undefined ? 'no ssn' : 'ssn', ...parts].join('\0');
}

/** Makes 12 hex digits of an SSN: 4 that name the credential, 8 of a keyed tag. */
function ssnTag(authorization: string): (key: string, ssn: string) => string {
  const derive = (use: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', authorization, 'bond-import', use, length));
  const name = derive('credential name', 2).toString('hex');
  const tagKey = createSecretKey(derive('ssn tag', 32));
  return (key, ssn) =>
    name +
    createHmac('sha256', tagKey)
      .update(`${key}\0${ssn.replaceAll('-', '')}`)
      .digest('hex')
      .slice(0, 8);
}

function foldId(id: string): string {
  const lower = id.toLowerCase().replace(/\s+/g, '');
  return lower.replace(/\.0+$/, '').replace(/^0+(?=.)/, '');
}
