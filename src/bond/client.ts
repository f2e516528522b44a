import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { EnvHttpProxyAgent, Pool, type Dispatcher } from 'undici';
import { reasonOf, setUpFault } from './connection-faults.js';

/** The brand's credentials: raw header values, never printed or written. */
export interface Credentials {
  readonly identity: string;
  readonly authorization: string;
}

export interface BondOptions {
  /** E.g. `https://sandbox.bond.tech/api/v0.1`, no trailing slash. */
  readonly baseUrl: string;
  readonly credentials: Credentials;
  /** E.g. `bond-import/1.0.0`. Common firewall rules answer 403 to a request without one. */
  readonly userAgent: string;
  /** Connections at most. */
  readonly concurrency: number;
  /** One deadline for one attempt: connecting, sending and the whole answer. */
  readonly timeoutMs: number;
  /** `noProxy` lists hosts that are reached without it, separated by commas. */
  readonly proxy?: { readonly url: URL; readonly noProxy: string };
  /** PEM, for a network that asks for a client certificate. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
}

/** What one attempt brought back: an answer (perhaps cut short) or none. */
export type Attempt =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** By lower-case name; of a repeated header the first. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** Why the body is not whole; absent when it is. */
      readonly cutBecause?: string;
    }
  | {
      readonly kind: 'lost';
      /** True when the request may have reached Bond. */
      readonly sent: boolean;
      readonly why: string;
      /** The connection cannot come about as it is set up: what is wrong and the cure. Only until Bond has answered once. */
      readonly setUp?: string;
    };

/** The Bond API, one attempt a call. Nothing here throws for what the network or the service does. */
export interface Bond {
  /** `POST /customers/` with a ready-made JSON body. */
  create(body: string): Promise<Attempt>;
  /** `GET /customers`, `page` from 1, `PAGE_SIZE` a page. */
  list(page: number): Promise<Attempt>;
  /** `GET /auth/key/{identity}`: 200 when the credentials are good. */
  checkCredentials(): Promise<Attempt>;
  /** Cuts what is still in flight. */
  close(): Promise<void>;
}

/** The most that Bond allows (Bond's reference, "Read"). */
export const PAGE_SIZE = 50;
const MAX_BODY_BYTES = 4 * 1024 * 1024;

export function connectBond(options: BondOptions): Bond {
  const { proxy, clientCertificate, timeoutMs } = options;
  const base = new URL(options.baseUrl);
  const path = base.pathname.replace(/\/$/, '');
  let answered = false;
  /** NO_PROXY may let requests go around it: known when undici has turned to it. */
  let throughProxy = false;
  const agent = new EnvHttpProxyAgent({
    httpProxy: proxy?.url.href ?? '',
    httpsProxy: proxy?.url.href ?? '',
    noProxy: proxy?.noProxy ?? '',
    connections: options.concurrency,
    connect: { timeout: timeoutMs, ...clientCertificate },
    ...(clientCertificate && { requestTls: clientCertificate }),
    clientFactory: (origin, factoryOptions) => {
      const client = new Pool(origin, factoryOptions);
      client.on('connect', () => (throughProxy = true));
      client.on('connectionError', () => (throughProxy = true));
      return client;
    },
    // The deadline of an attempt is ours; undici's own timers fire up to a second late.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_BODY_BYTES,
  });
  const headers = {
    Identity: options.credentials.identity,
    Authorization: options.credentials.authorization,
    Accept: 'application/json',
    'Accept-Encoding': 'identity',
    'User-Agent': options.userAgent,
  };
  const postHeaders = { ...headers, 'Content-Type': 'application/json' };

  const make = async (request: Omit<Dispatcher.DispatchOptions, 'origin'>): Promise<Attempt> => {
    const made = await attempt(agent, { ...request, origin: base.origin }, timeoutMs);
    answered ||= made.kind === 'answer';
    // A connection that worked before was set up well: what fails now is an outage.
    if (made.kind === 'answer' || answered) return made;
    const { error, ...lost } = made;
    const setUp = setUpFault(error, base, throughProxy ? proxy?.url : undefined);
    return setUp === undefined ? lost : { ...lost, setUp };
  };
  const get = (suffix: string): Promise<Attempt> => make({ method: 'GET', path: path + suffix, headers });
  return {
    create: (body) => make({ method: 'POST', path: `${path}/customers/`, headers: postHeaders, body }),
    list: (page) => get(`/customers?page=${page}&per_page=${PAGE_SIZE}`),
    checkCredentials: () => get(`/auth/key/${encodeURIComponent(options.credentials.identity)}`),
    close: () => agent.destroy(),
  };
}

type Made =
  Exclude<Attempt, { kind: 'lost' }> | (Extract<Attempt, { kind: 'lost' }> & { readonly error: unknown });

/** `dispatch` rather than `request`: it tells whether the request ever reached a connection, which decides whether a lost answer is in doubt. */
function attempt(agent: Dispatcher, request: Dispatcher.DispatchOptions, timeoutMs: number): Promise<Made> {
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;
    let status = 0;
    let headers: Record<string, string> = {};
    const chunks: Buffer[] = [];

    const deadline = setTimeout(() => {
      end(new Error(`no whole answer within ${timeoutMs / 1000} s (--timeout)`));
      controller?.abort(new Error('deadline'));
    }, timeoutMs);

    function end(error?: unknown): void {
      if (settled) return;
      settled = true;
      clearTimeout(deadline);
      if (status === 0) {
        resolve({ kind: 'lost', sent: controller !== undefined, why: reasonOf(error), error });
        return;
      }
      const { body, unreadable } = textOf(Buffer.concat(chunks), headers['content-encoding']);
      const cutBecause = error === undefined ? unreadable : reasonOf(error);
      resolve({ kind: 'answer', status, headers, body, ...(cutBecause !== undefined && { cutBecause }) });
    }

    agent.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        // Past its deadline while it waited for a connection: it must never be sent.
        if (settled) started.abort(new Error('deadline'));
      },
      onResponseStart(_controller, statusCode, responseHeaders) {
        if (statusCode < 200) return;
        status = statusCode;
        headers = firstOfEach(responseHeaders);
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        end();
      },
      onResponseError(_controller, error) {
        end(error);
      },
    });
  });
}

function firstOfEach(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const first: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? value[0] : value;
    if (text !== undefined) first[name] = text;
  }
  return first;
}

const DECODERS: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
};

/** The text of a body. Some gateways compress what nobody asked them to, and some servers begin JSON with a byte order mark. */
function textOf(bytes: Buffer, encoding = 'identity'): { body: string; unreadable?: string } {
  // As UTF-8; a TextDecoder leaves a byte order mark out.
  const decoder = new TextDecoder();
  const name = encoding.trim().toLowerCase();
  if (name === 'identity' || bytes.length === 0) return { body: decoder.decode(bytes) };
  const decode = DECODERS[name];
  if (!decode) return { body: '', unreadable: `its encoding "${encoding}" is not known` };
  try {
    return { body: decoder.decode(decode(bytes, { maxOutputLength: MAX_BODY_BYTES })) };
  } catch (error) {
    return { body: '', unreadable: `it does not decompress (${name}: ${reasonOf(error)})` };
  }
}
