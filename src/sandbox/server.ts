import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { readBody, valueAt } from './body.js';
import { createStore, type StoredCustomer } from './customers.js';
import { detourOf, NO_ANSWER, outageReply, pause, tooMany } from './effects.js';
import { watchFaults } from './fault-watch.js';
import type { FaultPlan } from './faults.js';
import { createGates } from './gates.js';
import { answer, BASE_PATH, refusal, type Reply, routeOf } from './routes.js';
import type { Traits } from './traits.js';

export interface SandboxOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Every answer waits so long. */
  readonly latencyMs?: number;
  /** Calls let through in any 60 s; 0, the default, is no limit. */
  readonly rateLimitPerMinute?: number;
  readonly faults?: FaultPlan;
  readonly identity: string;
  readonly authorization: string;
  /** Wall clock in ms, for dates, the rate limit and outages. */
  readonly now?: () => number;
  /** Serves https with this key and certificate (PEM). */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Keeps what was posted in `calls`. */
  readonly keepBodies?: boolean;
}

/** One request, as it was seen. */
interface Call {
  readonly method: string;
  readonly path: string;
  /** `performance.now()` at arrival. */
  readonly atMs: number;
  /** 0 while there is no answer, and when there is never one. */
  readonly status: number;
  readonly userAgent: string | undefined;
  readonly brandPersonId?: string;
  readonly body?: unknown;
}

/** A running local Bond API. */
export interface Sandbox {
  /** The base URL, e.g. `http://127.0.0.1:4010/api/v0.1`. */
  readonly url: string;
  /** Everything stored, oldest first, unmasked. */
  readonly customers: readonly StoredCustomer[];
  /** Every request, in order of arrival. */
  readonly calls: readonly Call[];
  /** Resolves once at least `count` requests (1 unless given) hang at the gate. */
  readonly waitForHeld: (gate: string, count?: number) => Promise<void>;
  /** Lets through all requests held at the gate, and all that come later. */
  readonly release: (gate: string) => void;
  /** Replaces the fault plan; its counts begin at 1. */
  readonly setFaults: (plan: FaultPlan) => void;
  /** Cuts every connection and frees the port. */
  readonly close: () => Promise<void>;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Starts a local Bond API on 127.0.0.1.
 * @throws Error of node's when the port is taken
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const {
    identity,
    authorization,
    latencyMs = 0,
    rateLimitPerMinute = 0,
    now = Date.now,
    keepBodies = false,
    tls,
  } = options;
  const store = createStore(identity, now);
  const gates = createGates();
  const admit = rateLimit(rateLimitPerMinute, 60_000);
  const calls: Call[] = [];
  const begin = (plan: FaultPlan) => ({
    traits: plan.traits ?? {},
    faults: watchFaults(plan, now),
    admit: rateLimit(plan.traits?.callsPerSecond ?? 0, 1000),
  });
  let bond = begin(options.faults ?? { faults: [] });

  const refuse = ({ headers }: IncomingMessage): Reply | undefined => {
    if (headers['identity'] !== identity || headers.authorization !== authorization) {
      return refusal(401, 'auth_err', 'Identity or Authorization is wrong or missing.');
    }
    const waitSeconds = Math.max(admit(now()), bond.admit(now()));
    return waitSeconds === 0 ? undefined : tooMany(waitSeconds, now());
  };

  const replyTo = async (request: IncomingMessage, call: Writable<Call>): Promise<Reply> => {
    const route = routeOf(call.method, call.path);
    const { faults, traits } = bond;
    const arrival = faults.arrive(route.name);
    const outage = faults.outage();
    const refused = outage === undefined ? refuse(request) : outageReply(outage);
    if (refused !== undefined) return refused;

    const body = route.name === 'create' ? await readBody(request) : NO_BODY;
    if (body === undefined) return NO_ANSWER;
    const json = typeof body === 'object' ? body.json : undefined;
    const person = valueAt(json, 'brand_person_id');
    if (typeof person === 'string') call.brandPersonId = person;
    if (keepBodies) call.body = json;

    const effect = faults.meet(arrival, json);
    const detour = effect ? detourOf(effect, { gates, nowMs: now(), hasKey: person !== undefined }) : {};
    await detour.before?.();
    const reply = detour.instead ?? answer(route, { store, identity, traits, body, tampering: detour });
    await detour.after?.();
    return detour.reply?.(reply) ?? reply;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '', headers } = request;
    const userAgent = headers['user-agent'];
    const call: Writable<Call> = { method, path: url, userAgent, atMs: performance.now(), status: 0 };
    calls.push(call);
    const reply = await replyTo(request, call);
    if (latencyMs > 0) await pause(latencyMs);
    // Before it goes out: whoever has the answer may look here at once.
    call.status = reply.status;
    transmit(reply, bond.traits, request.socket, response);
  };

  const onRequest = (request: IncomingMessage, response: ServerResponse) => void serve(request, response);
  const patience = { keepAliveTimeout: 60_000, requestTimeout: 0 };
  const server = tls
    ? createHttpsServer({ ...patience, ...tls }, onRequest)
    : createHttpServer(patience, onRequest);
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;

  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}${BASE_PATH}`,
    customers: store.all,
    calls,
    waitForHeld: (gate, count = 1) => gates.waitForHeld(gate, count),
    release: gates.release,
    setFaults: (plan) => {
      bond = begin(plan);
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const NO_BODY = { json: undefined };

/**
 * Lets `most` calls through in any window; 0 lets all through.
 * @returns how many whole seconds to wait, 0 to go ahead; refused calls do not count
 */
function rateLimit(most: number, windowMs: number): (nowMs: number) => number {
  const admittedMs: number[] = [];
  let oldest = 0;
  return (nowMs) => {
    if (most === 0) return 0;
    if (admittedMs.length < most) {
      admittedMs.push(nowMs);
      return 0;
    }
    const waitMs = (admittedMs[oldest] ?? 0) + windowMs - nowMs;
    if (waitMs > 0) return Math.ceil(waitMs / 1000);
    admittedMs[oldest] = nowMs;
    oldest = (oldest + 1) % most;
    return 0;
  };
}

function transmit(reply: Reply, { encoding, bom }: Traits, socket: Socket, response: ServerResponse): void {
  const { status, body, headers, manner = 'whole' } = reply;
  if (manner === 'never') return;
  if (manner === 'cut' || (manner === 'reset' && 'encrypted' in socket)) {
    socket.destroy();
    return;
  }
  if (manner === 'reset') {
    socket.resetAndDestroy();
    return;
  }
  const isText = typeof body === 'string';
  const text = isText ? body : (bom ? '\uFEFF' : '') + JSON.stringify(body);
  const bytes = encoding === undefined ? Buffer.from(text) : ENCODERS[encoding](text);
  response.writeHead(status, {
    'content-type': isText ? 'text/html; charset=utf-8' : 'application/json',
    'content-length': bytes.length,
    ...(encoding !== undefined && { 'content-encoding': encoding }),
    ...headers,
  });
  if (manner === 'whole') response.end(bytes);
  else response.write(bytes.subarray(0, bytes.length / 2), () => socket.destroy());
}

const ENCODERS = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync };
