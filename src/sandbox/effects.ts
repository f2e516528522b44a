import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Effect, LimitHeader, Outage, Wait } from './faults.js';
import type { Gates } from './gates.js';
import { quoting } from './quotes.js';
import { type Reply, refusal, type Tampering } from './routes.js';

/** The way of a request that meets a fault; what is left out goes its normal way. */
export interface Detour extends Tampering {
  /** Awaited before anything is done. */
  readonly before?: () => Promise<void>;
  /** Given in place of doing what was asked. */
  readonly instead?: Reply;
  /** Awaited between doing and answering. */
  readonly after?: () => Promise<void>;
  /** What becomes of the answer. */
  readonly reply?: (reply: Reply) => Reply;
}

interface Around {
  readonly gates: Gates;
  readonly nowMs: number;
  readonly hasKey: boolean;
}

/** Leaves the client waiting. */
export const NO_ANSWER: Reply = { status: 0, body: '', manner: 'never' };

/** What a fault means for one request. */
export function detourOf(effect: Effect, { gates, nowMs, hasKey }: Around): Detour {
  if ('status' in effect) return { instead: plain(effect) };
  if ('html' in effect) return { instead: { status: effect.html, body: GATEWAY_PAGE } };
  if ('throttle' in effect) return { instead: tooMany(effect.throttle, nowMs) };
  if ('redirect' in effect) {
    return { instead: refusal(307, 'invalid_request', 'Moved.', { location: effect.redirect }) };
  }
  if ('refuseKey' in effect) {
    const unknown = { brand_person_id: ['Unknown field.'] };
    return hasKey ? { instead: refusal(400, 'create_customer_schema', unknown) } : {};
  }
  if ('down' in effect) return { instead: outageReply(effect) };
  if ('delayMs' in effect) return { before: () => pause(effect.delayMs) };
  if ('gate' in effect) return { [effect.after ? 'after' : 'before']: () => gates.hold(effect.gate) };
  if ('hang' in effect) return lose('never', effect.store === true);
  if ('cut' in effect) return lose('cut', effect.cut === 'after');
  if ('reset' in effect) return lose('reset', false);
  if ('half' in effect) return lose('half', true);
  if ('garbage' in effect) return whenDone((reply) => ({ ...reply, body: 'created, but {"customer_id": "' }));
  if ('bodyBytes' in effect) return whenDone((reply) => padded(reply, effect.bodyBytes));
  if ('noCustomerId' in effect)
    return whenDone((reply) => ({ ...reply, body: without('customer_id', reply.body) }));
  if ('storeThen' in effect) return whenDone(() => plain(effect.storeThen));
  if ('quote' in effect) {
    return { refuse: (sent) => refusal(400, 'create_customer_schema', quoting(sent, effect.quote)) };
  }
  if ('wrongId' in effect) return { sent: (sent) => ({ ...sent, brand_person_id: randomUUID() }) };
  if ('ignoreReference' in effect) {
    const loss: Detour = effect.lost ? lose('cut', true) : {};
    return { ...loss, sent: (sent) => ({ ...sent, brand_person_id: undefined }) };
  }
  if ('shift' in effect) return { paging: effect };
  return effect satisfies never;
}

/** What every request gets during an outage. */
export function outageReply({ down: { status } }: Outage): Reply {
  return status === undefined ? { ...NO_ANSWER, manner: 'cut' } : plain({ status });
}

/** Waits without keeping the process alive. */
export function pause(delayMs: number): Promise<void> {
  return delay(delayMs, undefined, { ref: false });
}

/** 429, and how long to wait. */
export function tooMany(wait: Wait, nowMs: number): Reply {
  return refusal(429, 'rate_limit', 'Too many requests.', waitHeaders(wait, nowMs));
}

function waitHeaders(wait: Wait, nowMs: number): Reply['headers'] {
  if (wait === null) return undefined;
  if (typeof wait === 'number') return { 'retry-after': String(wait) };
  if ('dateInSeconds' in wait)
    return { 'retry-after': new Date(nowMs + wait.dateInSeconds * 1000).toUTCString() };
  if ('epochInSeconds' in wait) return { 'retry-after': String(epoch(nowMs) + wait.epochInSeconds) };
  return { [wait.header]: limitHeader(wait.header, wait.resetInSeconds, nowMs) };
}

/** As the IETF's drafts write them; with `X-`, as GitHub and others do, the second since 1970. */
function limitHeader(header: LimitHeader, resetInSeconds: number, nowMs: number): string {
  switch (header) {
    case 'ratelimit-reset':
      return String(resetInSeconds);
    case 'x-ratelimit-reset':
      return String(epoch(nowMs) + resetInSeconds);
    case 'ratelimit':
      return `"default";r=0;t=${resetInSeconds}`;
  }
}

function epoch(nowMs: number): number {
  return Math.ceil(nowMs / 1000);
}

function lose(manner: NonNullable<Reply['manner']>, stored: boolean): Detour {
  return stored
    ? { reply: (reply) => ({ ...reply, manner, status: manner === 'half' ? reply.status : 0 }) }
    : { instead: { ...NO_ANSWER, manner } };
}

function whenDone(change: (reply: Reply) => Reply): Detour {
  return { reply: (reply) => (reply.status < 300 ? change(reply) : reply) };
}

function plain({ status, body, headers }: Answer): Reply {
  if (body !== undefined) return { status, body, headers };
  const denied = status === 401 || status === 403;
  return refusal(status, denied ? 'auth_err' : 'unknown_create_customer', 'Injected fault.', headers);
}

/** JSON still, but at least `bytes` long. */
function padded(reply: Reply, bytes: number): Reply {
  return { ...reply, body: { customer: reply.body, padding: 'x'.repeat(bytes) } };
}

function without(member: string, body: unknown): unknown {
  return JSON.parse(JSON.stringify(body, (name, value: unknown) => (name === member ? undefined : value)));
}

const GATEWAY_PAGE =
  '<html><head><title>Gateway</title></head><body><h1>Something behind this gateway failed</h1></body></html>';
