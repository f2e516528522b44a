import type { Finding } from '../issues/issue.js';
import { parsePythonLiteral } from './python-literal.js';

/** What a whole 4xx says of the customer. */
export type Refusal =
  | { readonly kind: 'refused'; readonly findings: readonly [Finding, ...Finding[]] }
  /** A customer with this `brand_person_id` exists, as far as Bond's words can be understood. */
  | { readonly kind: 'keyExists'; readonly findings: readonly Finding[] }
  /** Bond does not know the field `brand_person_id`: no row can pass with it. */
  | { readonly kind: 'keyUnknown' };

/**
 * Reads a refusal in any of the shapes that Bond documents (Bond's reference, "Errors"): an envelope with a string, a map
 * or a Python dict as `Message`, a bare map, `Error`, or `message`. Undefined for anything else, which is a gateway's.
 * @param keySent whether a `brand_person_id` went along
 */
export function judgeRefusal(status: number, body: unknown, keySent: boolean): Refusal | undefined {
  // A 409 needs no words.
  if (!isMap(body)) return status === 409 && keySent ? { kind: 'keyExists', findings: [] } : undefined;
  const code = codeOf(body);
  const complaints = complaintsOf(messageOf(body));
  if (code === undefined && complaints.length === 0) return undefined;
  if (keySent && complaints.some((each) => each.path === KEY && /unknown field/i.test(each.message))) {
    return { kind: 'keyUnknown' };
  }
  const findings = complaints.map(({ path, message }): Finding => ({
    path,
    code: code ?? `http_${status}`,
    args: { message },
  }));
  if (keySent && speaksOfKey(status, code, complaints)) return { kind: 'keyExists', findings };
  const [first, ...more] = findings;
  const silent: Finding = { path: '', code: code ?? `http_${status}`, args: { message: 'no reason given' } };
  return { kind: 'refused', findings: [first ?? silent, ...more] };
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text as JSON, or undefined. */
export function parseJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return undefined;
  }
}

interface Complaint {
  /** Where in the payload, e.g. `addresses.0.zip_code`; '' when Bond does not say. */
  readonly path: string;
  readonly message: string;
}

const KEY = 'brand_person_id';
const EXISTS = /already|exist|duplicate|in use|unique|taken/i;
const IS_MISSING = /not exist|n't exist/i;
const SCHEMA_COMPLAINT = /unknown|missing|required|not a valid|invalid|must be|null/i;
const OTHER_FIELD =
  /\b(ssn|social|tax|tin|itin|ein|passport|e-?mail|phone|mobile|name|address|username|login)\b/i;

/** Bond's exact words for a known key are documented nowhere. That something else exists is a refusal of that. */
function speaksOfKey(status: number, code: string | undefined, complaints: readonly Complaint[]): boolean {
  if (code === 'person_id_dup') return true;
  if (status !== 400 && status !== 409) return false;
  const about = complaints.filter(({ path, message }) => path === KEY || /brand_person_id/i.test(message));
  if (about.length > 0) {
    return about.some(({ message }) => EXISTS.test(message) || !SCHEMA_COMPLAINT.test(message));
  }
  const general = complaints.every(({ path, message }) => path === '' && !OTHER_FIELD.test(message));
  if (!general) return false;
  return (
    status === 409 || complaints.some(({ message }) => EXISTS.test(message) && !IS_MISSING.test(message))
  );
}

/** The `Code` of the envelope, when it is a word as codes are: what else stands there may be anything. */
function codeOf(body: Record<string, unknown>): string | undefined {
  const code = body['Code'];
  return typeof code === 'string' && /^[a-z][a-z0-9_]{1,60}$/i.test(code) ? code : undefined;
}

const ENVELOPE = ['Message', 'Status', 'Code', 'Type'];

function messageOf(body: Record<string, unknown>): unknown {
  for (const name of ['Message', 'message', 'Error', 'error']) {
    const message = body[name];
    if (message === undefined || message === null || message === '') continue;
    return typeof message === 'string' ? (structured(message) ?? message) : message;
  }
  return Object.fromEntries(Object.entries(body).filter(([name]) => !ENVELOPE.includes(name)));
}

/** A map or list that was put into a string as JSON or as a Python literal. */
function structured(message: string): unknown {
  if (!/^\s*[[{(]/.test(message)) return undefined;
  return parseJson(message) ?? parsePythonLiteral(message);
}

const MAX_COMPLAINTS = 50;
const MAX_DEPTH = 20;

function complaintsOf(message: unknown): Complaint[] {
  const found: Complaint[] = [];
  const collect = (value: unknown, path: readonly string[]): void => {
    if (path.length > MAX_DEPTH || found.length >= MAX_COMPLAINTS) return;
    if (typeof value === 'string' || typeof value === 'number') {
      found.push(complaintAt(path, String(value).trim()));
    } else if (Array.isArray(value)) {
      // Numbers tell which of several things is meant; a list of messages means the same thing.
      value.forEach((item, index) => {
        collect(item, [...path, typeof item === 'object' ? String(index) : '']);
      });
    } else if (isMap(value)) {
      for (const [name, item] of Object.entries(value)) collect(item, [...path, name]);
    }
  };
  collect(message, []);
  return found;
}

const PERSON_FIELDS =
  /^(first_name|middle_name|last_name|dob|ssn|phone|phone_country_code|email|brand_person_id|addresses)$/;
const ADDRESS_FIELDS = /^(address_type|street|street2|city|state|zip_code|country|is_primary)$/;
/** What wraps the fields of a payload (`names.first_name`, `json.addresses.0.city`), and what marshmallow adds. */
const WRAPPERS = /^(|\d+|_schema|names|json|customer|data|body|errors?)$/;

/** Only a field of the payload makes a path. Any other word goes into the message, and through the same cleaning: Bond may put what it was sent there. */
function complaintAt(steps: readonly string[], message: string): Complaint {
  const at = steps.findLastIndex((step) => PERSON_FIELDS.test(step));
  const field = at < 0 ? '' : (steps[at] ?? '');
  let path = field;
  let rest = steps.filter((step, index) => index !== at && !WRAPPERS.test(step));
  if (field === 'addresses') {
    const [number = '', part = ''] = steps.slice(at + 1);
    const inAddress = ADDRESS_FIELDS.test(part) ? `.${part}` : '';
    if (/^\d+$/.test(number)) path = `addresses.${number}${inAddress}`;
    if (inAddress !== '') rest = rest.filter((step) => step !== part);
  }
  return { path, message: [...rest, message].join(': ') };
}
