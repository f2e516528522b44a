import { codeOf, isMap, problemsOf, type Problem } from './problems.js';

/** What one attempt brought back: an answer (perhaps cut short) or none. */
export type Attempt =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly retryAfter?: string;
      readonly location?: string;
      readonly body: string;
      /** False when the body was cut short or passed the size limit. */
      readonly complete: boolean;
    }
  | {
      readonly kind: 'lost';
      /** True when the request may have reached Bond. */
      readonly sent: boolean;
      readonly why: string;
    };

/** What an attempt to create a customer means. */
export type Reply =
  | {
      readonly kind: 'created';
      readonly customerId: string;
      /** When a key was sent: whether Bond gave it back. It keeps the key then, and a repeat cannot make a second customer. */
      readonly echoed?: boolean;
      readonly brandId?: string;
    }
  /** A success that names another `brand_person_id` than was sent. */
  | { readonly kind: 'foreign'; readonly customerId: string }
  | { readonly kind: 'refused'; readonly code: string; readonly problems: readonly Problem[] }
  /** Bond does not know the field `brand_person_id`: no row can pass with it. */
  | { readonly kind: 'key-refused' }
  /** A customer with this `brand_person_id` exists. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'throttled'; readonly retryAfterMs: number | null; readonly mayHaveArrived: boolean }
  | { readonly kind: 'unauthorised'; readonly status: number }
  /** The address is not the API's own; redirects are never followed, for they would carry the credentials along. */
  | { readonly kind: 'redirected'; readonly to: string }
  /** It may or may not have been created. */
  | { readonly kind: 'unclear'; readonly why: string }
  /** It was certainly not sent. */
  | { readonly kind: 'unreachable'; readonly why: string };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Judges an attempt to create a customer by what is known, never by hope: only a whole answer that carries
 * the id is a success, and only a whole 4xx is a refusal.
 * @param key the `brand_person_id` that was sent, or null
 * @param nowMs wall clock, for a Retry-After that is a date
 */
export function judgeCreate(attempt: Attempt, key: string | null, nowMs: number): Reply {
  if (attempt.kind === 'lost') {
    return attempt.sent ? { kind: 'unclear', why: attempt.why } : { kind: 'unreachable', why: attempt.why };
  }
  const { status } = attempt;
  const common = judgeStatus(attempt, nowMs);
  if (common) return common;
  if (!attempt.complete) return { kind: 'unclear', why: `the answer (${status}) was cut short` };
  if (status >= 300) return judgeRefusal(status, parseJson(attempt.body));
  return usualSuccess(attempt.body, key) ?? judgeSuccess(status, parseJson(attempt.body), key);
}

/** What an attempt to read something means. */
export type ReadReply =
  | { readonly kind: 'ok'; readonly body: string; readonly status: number }
  | (Reply & { readonly kind: 'throttled' | 'unauthorised' | 'redirected' | 'unclear' | 'unreachable' });

/** Judges an attempt that changes nothing at Bond: `ok` is any whole answer that is not a trouble of the service's own. */
export function judgeRead(attempt: Attempt, nowMs: number): ReadReply {
  if (attempt.kind === 'lost') return { kind: 'unreachable', why: attempt.why };
  const common = judgeStatus(attempt, nowMs);
  if (common) return common;
  if (!attempt.complete) return { kind: 'unclear', why: `the answer (${attempt.status}) was cut short` };
  return { kind: 'ok', body: attempt.body, status: attempt.status };
}

/** What a status means whatever was asked: throttled, unauthorised, or a trouble of the service's own. */
function judgeStatus(
  attempt: Attempt & { kind: 'answer' },
  nowMs: number,
): (Reply & { kind: 'throttled' | 'unauthorised' | 'redirected' | 'unclear' }) | undefined {
  const { status } = attempt;
  const retryAfterMs = parseRetryAfter(attempt.retryAfter, nowMs);
  if (status === 429 || (status === 503 && retryAfterMs !== null)) {
    // "At once", or a date that is over by our clock, is no pause: then we choose one.
    return { kind: 'throttled', retryAfterMs: retryAfterMs || null, mayHaveArrived: status === 503 };
  }
  if (status === 401 || status === 403) return { kind: 'unauthorised', status };
  // 408, 424 and 425 speak of the way to Bond's services, not of the customer.
  if (status >= 500 || status < 200 || status === 408 || status === 424 || status === 425) {
    return { kind: 'unclear', why: `Bond answered ${status}` };
  }
  if (status >= 300 && status < 400) return { kind: 'redirected', to: originOf(attempt.location) };
  return undefined;
}

/**
 * A success as it nearly always comes: our key given back, with one customer_id and brand. By its ids alone, for to read the rest
 * of it costs a fifth of what the whole call does; undefined when it is any other answer, to be read whole.
 */
function usualSuccess(body: string, key: string | null): Reply | undefined {
  if (key === null || !body.startsWith('{') || idUnder('"brand_person_id"', body) !== key) return undefined;
  const customerId = idUnder('"customer_id"', body);
  const brandId = idUnder('"bond_brand_id"', body);
  if (customerId === undefined || brandId === undefined) return undefined;
  return { kind: 'created', customerId, echoed: true, brandId };
}

/** The UUID, in lower case, under a name before which nothing in the object is nested: so it is the object's own. */
function idUnder(name: string, json: string): string | undefined {
  const at = json.indexOf(name);
  const head = json.slice(1, at);
  if (at < 0 || head.includes('{') || head.includes('[')) return undefined;
  const colon = at + name.length;
  const from = json.indexOf('"', colon) + 1;
  const isText = json.startsWith('":', colon - 1) && from - colon <= 3 && json[from + 36] === '"';
  const id = json.slice(from, from + 36);
  return isText && UUID.test(id) ? id.toLowerCase() : undefined;
}

function judgeSuccess(status: number, body: unknown, key: string | null): Reply {
  const customerId = isMap(body) ? body['customer_id'] : undefined;
  if (!isMap(body) || typeof customerId !== 'string' || !UUID.test(customerId)) {
    return { kind: 'unclear', why: `Bond answered ${status} without a customer_id` };
  }
  const echo = body['brand_person_id'];
  const echoed = key !== null && typeof echo === 'string' && echo.toLowerCase() === key;
  if (key !== null && typeof echo === 'string' && echo !== '' && echo !== 'null' && !echoed) {
    return { kind: 'foreign', customerId };
  }
  const brandId = body['bond_brand_id'];
  return {
    kind: 'created',
    customerId: customerId.toLowerCase(),
    ...(key !== null && { echoed }),
    ...(typeof brandId === 'string' && UUID.test(brandId) && { brandId: brandId.toLowerCase() }),
  };
}

function judgeRefusal(status: number, body: unknown): Reply {
  const code = codeOf(body);
  const problems = problemsOf(body);
  if (problems.some(({ path, message }) => path === 'brand_person_id' && /unknown field/i.test(message))) {
    return { kind: 'key-refused' };
  }
  if (code === 'person_id_dup' || status === 409 || (status === 400 && problems.some(speaksOfTakenKey))) {
    return { kind: 'taken' };
  }
  return {
    kind: 'refused',
    code: code || `http_${status}`,
    problems:
      problems.length > 0 ? problems : [{ path: '', message: `Bond answered ${status} and did not say why` }],
  };
}

const SCHEMA_COMPLAINT = /unknown|missing|required|not a valid|invalid|must be|null/i;
const EXISTS = /already|exist|duplicate|in use|unique|taken/i;

/** Bond's exact words for a known key are documented nowhere (bond-api.md, "An existing brand_person_id"). */
function speaksOfTakenKey({ path, message }: Problem): boolean {
  const aboutKey = path === 'brand_person_id' || /brand_person_id/i.test(message);
  if (aboutKey) return EXISTS.test(message) || !SCHEMA_COMPLAINT.test(message);
  return (
    path === '' && EXISTS.test(message) && !/ssn|social|e-?mail|phone|not exist|n't exist/i.test(message)
  );
}

/** Retry-After as seconds or as an HTTP date, in ms from now; null when absent or unreadable. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined || header.trim() === '') return null;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * 1000;
  // `Date.parse` makes a date of much that is none, such as `-5`.
  const atMs = /\d:\d\d:\d\d/.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
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

function originOf(location: string | undefined): string {
  return location !== undefined && URL.canParse(location) ? new URL(location).origin : 'another place';
}
