import { Pool, type Dispatcher } from 'undici';
import type { Attempt } from './reply.js';

/** The brand's credentials: raw header values, never printed or written. */
export interface Credentials {
  readonly identity: string;
  readonly authorization: string;
}

export interface BondOptions {
  /** E.g. `https://sandbox.bond.tech/api/v0.1`, no trailing slash. */
  readonly baseUrl: string;
  readonly credentials: Credentials;
  /** Connections at most. */
  readonly concurrency: number;
  /** One deadline for one attempt: connecting, sending and the whole answer. */
  readonly timeoutMs: number;
}

/** The Bond API, one attempt a call. Nothing here throws for what the network or the service does. */
export interface Bond {
  /** `POST /customers/` with a ready-made JSON body. */
  create(body: string): Promise<Attempt>;
  /** `GET /customers`, `page` from 1, fifty a page. */
  list(page: number): Promise<Attempt>;
  /** `GET /auth/key/{identity}`: 200 when the credentials are good. */
  checkCredentials(): Promise<Attempt>;
  /** Cuts what is still in flight. */
  close(): Promise<void>;
}

/** The most that Bond allows (bond-api.md, "Read"). */
const PAGE_SIZE = 50;
const MAX_BODY_BYTES = 4 * 1024 * 1024;

export function connectBond(options: BondOptions): Bond {
  const base = new URL(options.baseUrl);
  const path = base.pathname.replace(/\/$/, '');
  const pool = new Pool(base.origin, {
    connections: options.concurrency,
    connectTimeout: options.timeoutMs,
    // The deadline of an attempt is ours; undici's own timers fire up to a second late.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_BODY_BYTES,
  });
  const headers = {
    Identity: options.credentials.identity,
    Authorization: options.credentials.authorization,
    Accept: 'application/json',
  };
  const postHeaders = { ...headers, 'Content-Type': 'application/json' };
  const get = (suffix: string): Promise<Attempt> =>
    attempt(pool, { method: 'GET', path: path + suffix, headers }, options.timeoutMs);
  return {
    create: (body) =>
      attempt(
        pool,
        { method: 'POST', path: `${path}/customers/`, headers: postHeaders, body },
        options.timeoutMs,
      ),
    list: (page) => get(`/customers?page=${page}&per_page=${PAGE_SIZE}`),
    checkCredentials: () => get(`/auth/key/${encodeURIComponent(options.credentials.identity)}`),
    close: () => pool.destroy(),
  };
}

/**
 * `dispatch` rather than `request`: it tells whether the request ever reached a connection,
 * which decides whether a lost answer is in doubt, and it costs a third less.
 */
function attempt(pool: Pool, request: Dispatcher.DispatchOptions, timeoutMs: number): Promise<Attempt> {
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;
    let status = 0;
    let retryAfter: string | undefined;
    let location: string | undefined;
    const chunks: Buffer[] = [];

    const deadline = setTimeout(() => {
      end(`no whole answer within ${timeoutMs / 1000} s`);
      controller?.abort(new Error('deadline'));
    }, timeoutMs);

    function end(lostBecause: string | null): void {
      if (settled) return;
      settled = true;
      clearTimeout(deadline);
      if (status === 0) {
        resolve({ kind: 'lost', sent: controller !== undefined, why: lostBecause ?? 'no answer' });
        return;
      }
      resolve({
        kind: 'answer',
        status,
        body: Buffer.concat(chunks).toString('utf8'),
        complete: lostBecause === null,
        ...(retryAfter !== undefined && { retryAfter }),
        ...(location !== undefined && { location }),
      });
    }

    pool.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        // Past its deadline while it waited for a connection: it must never be sent.
        if (settled) started.abort(new Error('deadline'));
      },
      onResponseStart(_controller, statusCode, responseHeaders) {
        if (statusCode < 200) return;
        status = statusCode;
        retryAfter = first(responseHeaders['retry-after']);
        location = first(responseHeaders['location']);
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        end(null);
      },
      onResponseError(_controller, error) {
        end(reasonOf(error));
      },
    });
  });
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner =
    error instanceof AggregateError ? error.errors.find((each) => each instanceof Error) : undefined;
  return (inner ?? error).message || error.name;
}
