/**
 * What a ledger keeps of a customer that was sent, in hex digits: enough to tell whether it changed, too little to
 * find out what it was. All are keyed hashes.
 */
export interface Fingerprint {
  /** Of all that is sent, and of whether there is an SSN; behind a dot, when there is one, the tag of the SSN itself. */
  readonly payload: string;
  /** Of the folded name. */
  readonly name: string;
  readonly dob: string;
  /** Of the external id as a spreadsheet might rewrite it; '' when keys are not made of one. */
  readonly fold: string;
}

/** A fingerprint as the index keeps it, in 32-bit words. */
export type Packed = Int32Array;

export const PACKED_WORDS = 6;
const AT = { payload: 0, tag: 1, name: 2, dob: 3, fold: 4 } as const;

/** The high half of a tag names the credential that it was made with. */
const CREDENTIAL_SHIFT = 16;

export function pack({ payload, name, dob, fold }: Fingerprint): Packed {
  const [digest = '', tag = ''] = payload.split('.');
  return Int32Array.of(word(digest), word(tag), word(name), word(dob), word(fold), word(fold.slice(8)));
}

function word(hex: string): number {
  return hex === '' ? 0 : parseInt(hex.slice(0, 8), 16) | 0;
}

/**
 * Whether the payload is the one that was sent. The tags of the SSN are compared only when the same credential
 * made both.
 */
export function isSamePayload(sent: Packed, now: Packed): boolean {
  if (sent[AT.payload] !== now[AT.payload]) return false;
  const [sentTag = 0, nowTag = 0] = [sent[AT.tag], now[AT.tag]];
  const comparable =
    sentTag !== 0 && nowTag !== 0 && sentTag >>> CREDENTIAL_SHIFT === nowTag >>> CREDENTIAL_SHIFT;
  return !comparable || sentTag === nowTag;
}

/** `edited`: name or birth date agree, or it is not known what was sent; `other`: neither does. */
export type Likeness = 'same' | 'edited' | 'other';

export function likeness(sent: Packed, now: Packed): Likeness {
  if (isSamePayload(sent, now)) return 'same';
  const isKnown = sent[AT.name] !== 0 || sent[AT.dob] !== 0;
  return isKnown && sent[AT.name] !== now[AT.name] && sent[AT.dob] !== now[AT.dob] ? 'other' : 'edited';
}

/** Which of the two agree with what was sent; undefined where it is not known what was sent. */
export interface PersonAgreement {
  readonly name: boolean | undefined;
  readonly dob: boolean | undefined;
}

export function comparePersons(sent: Packed, now: Packed): PersonAgreement {
  const agree = (at: number): boolean | undefined => (sent[at] === 0 ? undefined : sent[at] === now[at]);
  return { name: agree(AT.name), dob: agree(AT.dob) };
}

/** The two words of the folded id; both 0 when there is none. */
export function foldOf(packed: Packed): readonly [number, number] {
  return [packed[AT.fold] ?? 0, packed[AT.fold + 1] ?? 0];
}

/** The words of `Fingerprint.fold`. */
export function packFold(fold: string): readonly [number, number] {
  return [word(fold), word(fold.slice(8))];
}

export function isNothingSent(packed: Packed): boolean {
  return packed.every((each) => each === 0);
}
