import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, createServer as createNetServer, type Server } from 'node:net';
import type { Server as HttpServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Attempt } from '../../src/bond/client.js';
import { CERTIFICATES } from '../support/certificates.js';
import { bondAt, closedUrl, rawServer, respond } from './raw-server.js';

const ANSWER: RequestListener = (_request, response) => response.end('[]');

/** The port of a server that listens until the test is over. */
async function portOf(server: Server | HttpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return address.port;
}

/** A proxy that answers CONNECT with this status, and builds the tunnel when it is 200. Lists the hosts asked for. */
async function proxyServer(status = 200): Promise<{ url: URL; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const [host, port] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on('error', () => undefined).on('close', () => onward.destroy());
  });
  return { url: new URL(`http://user:secret@127.0.0.1:${await portOf(server)}`), asked };
}

function setUpOf(attempt: Attempt): string | undefined {
  return attempt.kind === 'lost' && !attempt.sent ? attempt.setUp : undefined;
}

describe('TLS', () => {
  test.each([
    ['that nobody vouches for', 'localhost', /not trust.*NODE_EXTRA_CA_CERTS/],
    ['that has expired', 'expired', /expired.*clock|not trust/],
  ] as const)('a certificate %s', async (_what, name, words) => {
    const port = await portOf(createTlsServer(CERTIFICATES[name], ANSWER));
    const attempt = await bondAt(`https://127.0.0.1:${port}`).list(1);
    expect(setUpOf(attempt)).toMatch(words);
    expect(setUpOf(attempt)).toContain(`127.0.0.1:${port}`);
  });

  test('https to a port that speaks http', async () => {
    const port = await portOf(createServer(ANSWER));
    expect(setUpOf(await bondAt(`https://127.0.0.1:${port}`).list(1))).toMatch(
      /does not speak TLS.*--api-url/,
    );
  });
});

describe('a proxy', () => {
  const throughProxy = (url: URL, noProxy = ''): { proxy: { url: URL; noProxy: string } } => ({
    proxy: { url, noProxy },
  });

  test('carries the calls, but not those that NO_PROXY excepts', async () => {
    const server = await rawServer((socket) => socket.write(respond('200 OK', '[]')));
    const proxy = await proxyServer();
    expect(await bondAt(server.url, throughProxy(proxy.url)).list(1)).toMatchObject({ status: 200 });
    expect(proxy.asked).toEqual([new URL(server.url).host]);
    expect(
      await bondAt(server.url, throughProxy(proxy.url, 'other.example,127.0.0.1')).list(1),
    ).toMatchObject({
      status: 200,
    });
    expect(proxy.asked).toHaveLength(1);
  });

  test('that nobody runs', async () => {
    const attempt = await bondAt('https://bond.example', throughProxy(new URL(await closedUrl()))).list(1);
    expect(setUpOf(attempt)).toMatch(
      /No connection through the proxy 127\.0\.0\.1:\d+: .*ECONNREFUSED.*HTTPS_PROXY/,
    );
  });

  test('that takes connections and says nothing', async () => {
    const silent = createNetServer((socket) => socket.on('error', () => undefined));
    const url = new URL(`http://127.0.0.1:${await portOf(silent)}`);
    const attempt = await bondAt('https://bond.example', { ...throughProxy(url), timeoutMs: 100 }).list(1);
    expect(setUpOf(attempt)).toMatch(/No connection through the proxy .*--timeout/);
  });

  test.each([
    [407, /answers 407.*user and password/],
    [403, /answers 403 when asked for bond\.example.*let this address through/],
    // The proxy does not reach Bond: that passes.
    [503, undefined],
  ])('that answers %i', async (status, words) => {
    const { url } = await proxyServer(status);
    const attempt = await bondAt('https://bond.example', throughProxy(url)).list(1);
    expect(attempt).toMatchObject({ kind: 'lost', sent: false });
    if (words === undefined) expect(setUpOf(attempt)).toBeUndefined();
    else expect(setUpOf(attempt)).toMatch(words);
    expect(JSON.stringify(attempt)).not.toContain('secret');
  });
});

test('once Bond has answered, the same failures are an outage', async () => {
  const server = await rawServer((socket) => socket.write(respond('200 OK', '[]', ['Connection: close'])));
  const proxy = await proxyServer();
  const bond = bondAt(server.url, { proxy: { url: proxy.url, noProxy: '' }, timeoutMs: 300 });
  expect(await bond.list(1)).toMatchObject({ status: 200 });
  server.server.close();
  expect(setUpOf(await bond.list(2))).toBeUndefined();
});
