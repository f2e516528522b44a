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
  /**
   * Of e-mail and phone, four digits each: too few to find a phone by trying all. '' when the key is an id: it tells
   * people apart.
   */
  readonly contact: string;
}

/** A fingerprint as the index keeps it, in 32-bit words. */
export type Packed = Int32Array;

export const PACKED_WORDS = 7;
const AT = { payload: 0, tag: 1, name: 2, dob: 3, fold: 4, contact: 6 } as const;
/** The half of `contact` that is the e-mail's; the other is the phone's. */
const EMAIL_SHIFT = 16;
const HALF = 0xffff;

/** The high half of a tag names the credential that it was made with. */
const CREDENTIAL_SHIFT = 16;

export function pack({ payload, name, dob, fold, contact }: Fingerprint): Packed {
  const [digest = '', tag = ''] = payload.split('.');
  const parts = [digest, tag, name, dob, fold, fold.slice(8), contact];
  return Int32Array.from(parts, word);
}

function word(hex: string): number {
  return hex === '' ? 0 : parseInt(hex.slice(0, 8), 16) | 0;
}

/**
 * Whether the payload is the one that was sent. The tags of the SSN are compared only when the same credential
 * made both.
 */
export function isSamePayload(sent: Packed, now: Packed): boolean {
  return sent[AT.payload] === now[AT.payload] && sameSsn(sent, now) !== false;
}

/** Undefined when one of them is not known, or another credential made its tag. */
function sameSsn(sent: Packed, now: Packed): boolean | undefined {
  const [sentTag = 0, nowTag = 0] = [sent[AT.tag], now[AT.tag]];
  const isComparable =
    sentTag !== 0 && nowTag !== 0 && sentTag >>> CREDENTIAL_SHIFT === nowTag >>> CREDENTIAL_SHIFT;
  return isComparable ? sentTag === nowTag : undefined;
}

/** `edited`: it may be the same person, or it is not known what was sent; `other`: it is another one. */
export type Likeness = 'same' | 'edited' | 'other';

/** Another person has another name and birth date, or, where these two are the key, all else that tells people apart. */
export function likeness(sent: Packed, now: Packed): Likeness {
  if (isSamePayload(sent, now)) return 'same';
  const { name, dob } = comparePersons(sent, now);
  if (name === false && dob === false) return 'other';
  const half = (packed: Packed, shift: number): number => ((packed[AT.contact] ?? 0) >>> shift) & HALF;
  const same = (shift: number): boolean | undefined =>
    half(sent, shift) === 0 || half(now, shift) === 0 ? undefined : half(sent, shift) === half(now, shift);
  return isOtherNamesake([sameSsn(sent, now), same(EMAIL_SHIFT), same(0)]) ? 'other' : 'edited';
}

/**
 * Whether two of one name and birth date are two people.
 * @param same for SSN, e-mail and phone, whether they are the same; undefined where one of the two has none. A new
 *   e-mail alone, or a corrected SSN alone, makes nobody another.
 */
export function isOtherNamesake(same: readonly (boolean | undefined)[]): boolean {
  const told = same.filter((each) => each !== undefined);
  return told.length >= 2 && !told.includes(true);
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
