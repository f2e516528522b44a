import { hash, hkdfSync } from 'node:crypto';
import type { Customer } from './customer.js';
import { UUID } from './normalise.js';

/** Namespaces of this product, fixed for ever: another one would make every person new. */
const EXTERNAL_ID_NAMESPACE = '5d0a3b9e-6f0c-4c58-9a41-2f8e7b1c6d34';
const NAME_DOB_NAMESPACE = 'b7c1f2a8-93d4-4e6b-8f05-c4a6d19e2b70';

const namespaces = { external_id: bytes(EXTERNAL_ID_NAMESPACE), name_dob: bytes(NAME_DOB_NAMESPACE) };

/** The person's key (contract, "Identity") where the file brings it: itself, when it is a lower-case UUID, else null. */
export function keyOfOwn(brandPersonId: string): string | null {
  return UUID.test(brandPersonId) ? brandPersonId : null;
}

/** The key of a person whom the operator's own system knows by this id; null when it is empty. */
export function keyOfExternalId(id: string): string | null {
  return id === '' ? null : uuidV5(namespaces.external_id, id);
}

/** The key of a person known by nothing else; null when one of the three is empty. */
export function keyOfNameAndDob(firstName: string, lastName: string, isoDob: string): string | null {
  const names = [foldName(firstName), foldName(lastName)];
  if (names.includes('') || isoDob === '') return null;
  return uuidV5(namespaces.name_dob, [...names, isoDob].join('|'));
}

/** Names that differ in case, accents, spaces or punctuation alone are one: a second customer costs more than a `duplicate`. */
function foldName(name: string): string {
  const lower = name.normalize('NFKD').toLowerCase();
  return lower.replace(/[^\p{L}\p{N}]/gu, '') || lower;
}

function uuidV5(namespace: Buffer, name: string): string {
  const hex = hash('sha1', Buffer.concat([namespace, Buffer.from(name)]), 'hex');
  const variant = ((parseInt(hex.charAt(16), 16) & 0b0011) | 0b1000).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function bytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/** 16 hex digits that change when anything of the payload but the SSN does. */
export function payloadHash(customer: Customer): string {
  const { first_name, middle_name, last_name, dob, phone, phone_country_code, email } = customer;
  // Spelled out, so that neither the order of the keys nor the SSN can come in.
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
  return hash('sha256', parts.join('\0'), 'hex').slice(0, 16);
}

/**
 * A function that seals an SSN into 12 hex digits: 4 that name the credential, 8 of a keyed tag.
 * Keyed, because a plain hash of an SSN could be found by trying them all.
 * @param secret the brand's credential, from which the key is derived
 */
export function ssnSeal(secret: string): (key: string, ssn: string) => string {
  const derive = (use: string, length: number) =>
    Buffer.from(hkdfSync('sha256', secret, 'bond-import', use, length)).toString('hex');
  const name = derive('credential name', 2);
  const sealKey = derive('ssn seal', 32);
  // A key of fixed length before the text, and most of the hash cut off: as good as an HMAC here, at a fifth of its cost.
  return (key, ssn) => name + hash('sha256', `${sealKey}${key}${ssn.replaceAll('-', '')}`, 'hex').slice(0, 8);
}
