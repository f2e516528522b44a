import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { connectBond, type Bond, type BondOptions } from '../../src/bond/client.js';

export interface RawServer {
  readonly url: string;
  /** Every request that came, as it was written, in order. */
  readonly requests: string[];
  /** Connections taken so far. */
  connections: number;
  readonly server: Server;
}

/** A server on a bare socket: it answers each request with the bytes that `answer` writes, or not at all. */
export async function rawServer(
  answer: (socket: Socket, request: string, nth: number) => void,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    raw.connections++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    let received = '';
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      for (let end = endOfRequest(received); end > 0; end = endOfRequest(received)) {
        const request = received.slice(0, end);
        received = received.slice(end);
        answer(socket, request, raw.requests.push(request));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const raw: RawServer = { url: urlOf(server), requests: [], connections: 0, server };
  onTestFinished(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });
  return raw;
}

/** A `Bond` at the address, closed when the test is over. */
export function bondAt(url: string, options: Partial<BondOptions> = {}): Bond {
  const bond = connectBond({
    baseUrl: `${url}/api/v0.1`,
    credentials: { identity: 'an id/entity', authorization: 'Secret+/=' },
    userAgent: 'bond-import/0.0.0',
    concurrency: 2,
    timeoutMs: 5000,
    ...options,
  });
  onTestFinished(() => bond.close());
  return bond;
}

/** An address on which nobody listens. */
export async function closedUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = urlOf(server);
  await new Promise((resolve) => server.close(resolve));
  return url;
}

export function respond(status: string, body: string, headers: readonly string[] = []): string {
  const lines = [`HTTP/1.1 ${status}`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function urlOf(server: Server): string {
  const address = server.address();
  if (!isInfo(address)) throw new Error('not listening');
  return `http://127.0.0.1:${address.port}`;
}

function isInfo(address: ReturnType<Server['address']>): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

function endOfRequest(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return -1;
  const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, head))?.[1] ?? 0);
  return text.length >= head + 4 + length ? head + 4 + length : -1;
}
