import type { Attempt } from './client.js';
import { isMap, judgeRefusal, parseJson, type Refusal } from './refusal.js';
import { rateLimitResetMs, retryAfterMs } from './retry-after.js';

/** What may come of any call, whatever was asked. */
type Trouble =
  /** Too many calls: the whole run is to wait. Of a 503 it is not known whether it did what was asked. */
  | { readonly kind: 'throttled'; readonly retryAfterMs: number | null; readonly mayHaveArrived: boolean }
  | { readonly kind: 'unauthorised' }
  /** 403: the credentials' rights, or a firewall that does not like what was sent. `says`: in whose words. */
  | { readonly kind: 'forbidden'; readonly says: string }
  /** The address is not the API's own; redirects are never followed, for they would carry the credentials along. */
  | { readonly kind: 'redirected'; readonly to: string }
  /** It may or may not have been done. */
  | { readonly kind: 'noAnswer'; readonly why: string }
  /** It was certainly not sent. */
  | { readonly kind: 'unreachable'; readonly why: string }
  /** It was not sent, and nothing can be as the network is set up: what is wrong and the cure. */
  | { readonly kind: 'misconfigured'; readonly why: string };

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
  | { readonly kind: 'otherKey'; readonly customerId: string }
  | Refusal
  /** A 4xx in no shape of Bond's: something in front of it did not pass the request on. */
  | { readonly kind: 'gateway'; readonly status: number }
  | Trouble;

/** What an attempt to read something means: `ok` is any whole answer that is not a trouble of the service's own. */
export type ReadReply = { readonly kind: 'ok'; readonly body: string; readonly status: number } | Trouble;

type Answer = Extract<Attempt, { kind: 'answer' }>;

/**
 * Judges an attempt to create a customer by what is known, never by hope: only a whole answer that carries
 * the id is a success, and only a whole 4xx in Bond's own words is a refusal.
 * @param key the `brand_person_id` that was sent, or null
 * @param nowMs wall clock, for waits that are given as a time
 */
export function judgeCreate(attempt: Attempt, key: string | null, nowMs: number): Reply {
  if (attempt.kind === 'lost') {
    if (attempt.sent) return { kind: 'noAnswer', why: attempt.why };
    return notSent(attempt);
  }
  const trouble = judgeStatus(attempt, nowMs);
  if (trouble) return trouble;
  const body = parseJson(attempt.body);
  if (attempt.status < 300) return judgeSuccess(attempt.status, body, key);
  return judgeRefusal(attempt.status, body, key !== null) ?? { kind: 'gateway', status: attempt.status };
}

/** Judges an attempt that changes nothing at Bond. */
export function judgeRead(attempt: Attempt, nowMs: number): ReadReply {
  if (attempt.kind === 'lost') return notSent(attempt);
  const { body, status } = attempt;
  return judgeStatus(attempt, nowMs) ?? { kind: 'ok', body, status };
}

function notSent({ setUp, why }: Extract<Attempt, { kind: 'lost' }>): Trouble {
  return setUp === undefined ? { kind: 'unreachable', why } : { kind: 'misconfigured', why: setUp };
}

function judgeStatus(answer: Answer, nowMs: number): Trouble | undefined {
  const { status, headers, cutBecause } = answer;
  const askedMs = retryAfterMs(headers, nowMs) ?? (status === 429 ? rateLimitResetMs(headers, nowMs) : null);
  if (status === 429 || (status === 503 && askedMs !== null)) {
    // "At once", or a time that is over by our clock, is no pause: then we choose one.
    return { kind: 'throttled', retryAfterMs: askedMs || null, mayHaveArrived: status === 503 };
  }
  if (status === 401) return { kind: 'unauthorised' };
  if (status === 403) return { kind: 'forbidden', says: wordsOf(answer.body) };
  // 408, 424 and 425 speak of the way to Bond's services, not of the customer.
  if (status >= 500 || status < 200 || status === 408 || status === 424 || status === 425) {
    return { kind: 'noAnswer', why: `Bond answered ${status}` };
  }
  if (status >= 300 && status < 400) return { kind: 'redirected', to: originOf(headers['location']) };
  if (cutBecause !== undefined) {
    return { kind: 'noAnswer', why: `the answer (${status}) is not whole: ${cutBecause}` };
  }
  return undefined;
}

function judgeSuccess(status: number, body: unknown, key: string | null): Reply {
  const customerId = isMap(body) ? idIn(body['customer_id']) : undefined;
  if (!isMap(body) || customerId === undefined) {
    return { kind: 'noAnswer', why: `Bond answered ${status} without a customer_id` };
  }
  const echo = idIn(body['brand_person_id'])?.toLowerCase();
  if (key !== null && echo !== undefined && echo !== key) return { kind: 'otherKey', customerId };
  const brandId = idIn(body['bond_brand_id']);
  return {
    kind: 'created',
    customerId,
    ...(key !== null && { echoed: echo === key }),
    ...(brandId !== undefined && { brandId }),
  };
}

/** An id as Bond wrote it. It is documented as a UUID; whatever text it is, it is theirs. */
function idIn(value: unknown): string | undefined {
  return typeof value === 'string' && /^\S{1,200}$/.test(value) && value !== 'null' ? value : undefined;
}

/** What a 403 says to a reader: Bond's own words, or those of a page without its tags. */
function wordsOf(body: string): string {
  const refusal = judgeRefusal(403, parseJson(body), false);
  if (refusal?.kind === 'refused') {
    return refusal.findings.map(({ args }) => String(args['message'])).join('; ');
  }
  return body
    .replace(/<(style|script|head)\b[^]*?<\/\1>|<[^>]*>/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function originOf(location: string | undefined): string {
  return location !== undefined && URL.canParse(location) ? new URL(location).origin : 'another place';
}
