import type { Attempt } from './client.js';
import type { Finding } from '../issues/issue.js';
import { codeOf, isMap, problemsOf, type Problem } from './problems.js';
import { rateLimitResetMs, retryAfterMs } from './retry-after.js';

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
  | { readonly kind: 'refused'; readonly findings: readonly [Finding, ...Finding[]] }
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
  | { readonly kind: 'unreachable'; readonly why: string }
  /** It was not sent, and nothing can be as the network is set up: what is wrong and the cure. */
  | { readonly kind: 'misconfigured'; readonly why: string };

/**
 * Judges an attempt to create a customer by what is known, never by hope: only a whole answer that carries
 * the id is a success, and only a whole 4xx is a refusal.
 * @param key the `brand_person_id` that was sent, or null
 * @param nowMs wall clock, for a Retry-After that is a date
 */
export function judgeCreate(attempt: Attempt, key: string | null, nowMs: number): Reply {
  if (attempt.kind === 'lost') {
    if (!attempt.sent && attempt.setUp !== undefined) return { kind: 'misconfigured', why: attempt.setUp };
    return attempt.sent ? { kind: 'unclear', why: attempt.why } : { kind: 'unreachable', why: attempt.why };
  }
  const { status } = attempt;
  const common = judgeStatus(attempt, nowMs);
  if (common) return common;
  const cut = cutShort(attempt);
  if (cut) return cut;
  if (status >= 300) return judgeRefusal(status, parseJson(attempt.body));
  return judgeSuccess(status, parseJson(attempt.body), key);
}

/** What an attempt to read something means. */
export type ReadReply =
  | { readonly kind: 'ok'; readonly body: string; readonly status: number }
  | (Reply & {
      readonly kind:
        'throttled' | 'unauthorised' | 'redirected' | 'unclear' | 'unreachable' | 'misconfigured';
    });

/** Judges an attempt that changes nothing at Bond: `ok` is any whole answer that is not a trouble of the service's own. */
export function judgeRead(attempt: Attempt, nowMs: number): ReadReply {
  if (attempt.kind === 'lost') {
    return attempt.setUp === undefined
      ? { kind: 'unreachable', why: attempt.why }
      : { kind: 'misconfigured', why: attempt.setUp };
  }
  const common = judgeStatus(attempt, nowMs);
  if (common) return common;
  const cut = cutShort(attempt);
  if (cut) return cut;
  return { kind: 'ok', body: attempt.body, status: attempt.status };
}

function cutShort({
  status,
  cutBecause,
}: Attempt & { kind: 'answer' }): (Reply & { kind: 'unclear' }) | undefined {
  return cutBecause === undefined
    ? undefined
    : { kind: 'unclear', why: `the answer (${status}) is not whole: ${cutBecause}` };
}

/** What a status means whatever was asked: throttled, unauthorised, or a trouble of the service's own. */
function judgeStatus(
  attempt: Attempt & { kind: 'answer' },
  nowMs: number,
): (Reply & { kind: 'throttled' | 'unauthorised' | 'redirected' | 'unclear' }) | undefined {
  const { status, headers } = attempt;
  const askedMs = retryAfterMs(headers, nowMs) ?? (status === 429 ? rateLimitResetMs(headers, nowMs) : null);
  if (status === 429 || (status === 503 && askedMs !== null)) {
    // "At once", or a date that is over by our clock, is no pause: then we choose one.
    return { kind: 'throttled', retryAfterMs: askedMs || null, mayHaveArrived: status === 503 };
  }
  if (status === 401 || status === 403) return { kind: 'unauthorised', status };
  // 408, 424 and 425 speak of the way to Bond's services, not of the customer.
  if (status >= 500 || status < 200 || status === 408 || status === 424 || status === 425) {
    return { kind: 'unclear', why: `Bond answered ${status}` };
  }
  if (status >= 300 && status < 400) return { kind: 'redirected', to: originOf(headers['location']) };
  return undefined;
}

function judgeSuccess(status: number, body: unknown, key: string | null): Reply {
  const customerId = isMap(body) ? idIn(body['customer_id']) : undefined;
  if (!isMap(body) || customerId === undefined) {
    return { kind: 'unclear', why: `Bond answered ${status} without a customer_id` };
  }
  const echo = body['brand_person_id'];
  const echoed = key !== null && typeof echo === 'string' && echo.toLowerCase() === key;
  if (key !== null && typeof echo === 'string' && echo !== '' && echo !== 'null' && !echoed) {
    return { kind: 'foreign', customerId };
  }
  const brandId = idIn(body['bond_brand_id']);
  return {
    kind: 'created',
    customerId,
    ...(key !== null && { echoed }),
    ...(brandId !== undefined && { brandId }),
  };
}

/** An id as Bond wrote it. It is documented as a UUID; whatever text it is, it is theirs. */
function idIn(value: unknown): string | undefined {
  return typeof value === 'string' && /^\S{1,200}$/.test(value) && value !== 'null' ? value : undefined;
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
  const [first, ...more] = problems.map(({ path, message }): Finding => ({
    path,
    code: code || `http_${status}`,
    args: { message },
  }));
  const silent =
    code === ''
      ? { path: '', code: 'no_reason', args: { status } }
      : { path: '', code, args: { message: 'refused without a reason' } };
  return { kind: 'refused', findings: [first ?? silent, ...more] };
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
