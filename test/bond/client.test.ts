import type { Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { bondAt, closedUrl, rawServer, respond } from './raw-server.js';

const BODY = '{"first_name":"Zoë"}';
const HEADERS_ONLY = 'HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n';
/** Above the cap of 4 MiB. */
const TOO_MANY_BYTES = 5 * 1024 * 1024;

describe('what goes out', () => {
  test('a create: path, headers raw, the body byte for byte', async () => {
    const server = await rawServer((socket) => socket.write(respond('201 Created', '{}')));
    await bondAt(server.url).create(BODY);
    const [head = '', body = ''] = (server.requests[0] ?? '').split('\r\n\r\n');
    const lines = head.toLowerCase().split('\r\n');
    expect(head.split('\r\n')[0]).toBe('POST /api/v0.1/customers/ HTTP/1.1');
    expect(head).toMatch(/^Identity: an id\/entity$/im);
    expect(head).toMatch(/^Authorization: Secret\+\/=$/im);
    expect(lines).toContain('content-type: application/json');
    expect(lines).toContain('accept: application/json');
    expect(lines).toContain('accept-encoding: identity');
    expect(lines).toContain('user-agent: bond-import/0.0.0');
    expect(lines).toContain(`content-length: ${Buffer.byteLength(BODY)}`);
    expect(lines.some((line) => line.startsWith('idempotency-key'))).toBe(false);
    expect(Buffer.from(body, 'latin1').toString('utf8')).toBe(BODY);
  });

  test('a list and a look at the credentials', async () => {
    const server = await rawServer((socket) => socket.write(respond('200 OK', '[]')));
    const bond = bondAt(server.url);
    await bond.list(3);
    await bond.checkCredentials();
    expect(server.requests.map((request) => request.split('\r\n')[0])).toEqual([
      'GET /api/v0.1/customers?page=3&per_page=50 HTTP/1.1',
      'GET /api/v0.1/auth/key/an%20id%2Fentity HTTP/1.1',
    ]);
  });

  test('never more connections than asked for, however many requests', async () => {
    let held: Socket[] = [];
    // Answered when there are three of them, which only three connections can bring.
    const server = await rawServer((socket) => {
      held.push(socket);
      if (held.length < 3) return;
      for (const each of held) each.write(respond('200 OK', '{}'));
      held = [];
    });
    const bond = bondAt(server.url, { concurrency: 3 });
    await Promise.all(Array.from({ length: 21 }, () => bond.create(BODY)));
    expect(server.requests).toHaveLength(21);
    expect(server.connections).toBe(3);
  });
});

describe('what comes back whole', () => {
  test('status, body and the headers that matter', async () => {
    const server = await rawServer((socket) =>
      socket.write(
        respond('429 Too Many', 'Größe', ['Retry-After: 7', 'Retry-After: 9', 'Location: http://x.example/']),
      ),
    );
    expect(await bondAt(server.url).create(BODY)).toEqual({
      kind: 'answer',
      status: 429,
      headers: { 'content-length': '7', 'retry-after': '7', location: 'http://x.example/' },
      body: 'Größe',
    });
  });

  test('a redirect is an answer: the credentials go nowhere else', async () => {
    const elsewhere = await rawServer((socket) => socket.write(respond('200 OK', '{}')));
    const server = await rawServer((socket) =>
      socket.write(respond('307 Temporary Redirect', '', [`Location: ${elsewhere.url}/`])),
    );
    expect(await bondAt(server.url).create(BODY)).toMatchObject({ status: 307 });
    expect(elsewhere.connections).toBe(0);
    expect(server.requests).toHaveLength(1);
  });

  const packed = (status: string, bytes: Buffer, encoding: string): Buffer =>
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 ${status}\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${bytes.length}\r\n\r\n`,
      ),
      bytes,
    ]);
  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['Deflate', deflateSync],
  ])('an answer that is compressed though nobody asked: %s', async (encoding, compress) => {
    const server = await rawServer((socket) =>
      socket.write(packed('201 Created', compress('{"Größe":1}'), encoding)),
    );
    expect(await bondAt(server.url).create(BODY)).toMatchObject({ status: 201, body: '{"Größe":1}' });
  });

  test.each([
    ['gzip', Buffer.from('{"a":1}')],
    ['gzip', gzipSync('{"a":1}').subarray(0, 20)],
    ['gzip', gzipSync('x'.repeat(TOO_MANY_BYTES))],
    ['zstd', Buffer.from('?')],
  ])('what cannot be unpacked is not whole: %s', async (encoding, bytes) => {
    const server = await rawServer((socket) => socket.write(packed('201 Created', bytes, encoding)));
    const attempt = await bondAt(server.url).create(BODY);
    expect(attempt).toMatchObject({ status: 201, body: '' });
    expect(attempt).toHaveProperty('cutBecause');
  });

  test('a byte order mark is no part of the body', async () => {
    const server = await rawServer((socket) => socket.write(respond('201 Created', '\uFEFF{"a":1}')));
    expect(await bondAt(server.url).create(BODY)).toMatchObject({ body: '{"a":1}' });
  });

  test('an interim answer is passed over', async () => {
    const server = await rawServer((socket) =>
      socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${respond('201 Created', '{"a":1}')}`),
    );
    expect(await bondAt(server.url).create(BODY)).toMatchObject({ status: 201, body: '{"a":1}' });
  });
});

describe('what is lost or cut', () => {
  test('nobody listens: lost, and not sent', async () => {
    const attempt = await bondAt(await closedUrl()).create(BODY);
    expect(attempt).toMatchObject({ kind: 'lost', sent: false });
    expect(attempt.kind === 'lost' && attempt.why).toContain('ECONNREFUSED');
  });

  test('a name that does not resolve: lost, and not sent', async () => {
    const attempt = await bondAt('http://no-such-host.invalid').create(BODY);
    expect(attempt).toMatchObject({ kind: 'lost', sent: false });
  });

  test('the deadline before any header: lost, and perhaps arrived', async () => {
    const server = await rawServer(() => undefined);
    const attempt = await bondAt(server.url, { timeoutMs: 50 }).create(BODY);
    expect(attempt).toEqual({ kind: 'lost', sent: true, why: 'no whole answer within 0.05 s (--timeout)' });
    expect(server.requests).toHaveLength(1);
  });

  test('the deadline in the middle of a body that trickles', async () => {
    const server = await rawServer((socket) => {
      socket.write(HEADERS_ONLY);
      const trickle = setInterval(() => socket.write('x'), 10);
      socket.on('close', () => {
        clearInterval(trickle);
      });
    });
    const startedMs = performance.now();
    const attempt = await bondAt(server.url, { timeoutMs: 80 }).create(BODY);
    expect(attempt).toMatchObject({ status: 201, cutBecause: 'no whole answer within 0.08 s (--timeout)' });
    expect(performance.now() - startedMs).toBeLessThan(600);
  });

  test('a body that ends too soon', async () => {
    const server = await rawServer((socket) => socket.end(`${HEADERS_ONLY}{"customer_id":`));
    const attempt = await bondAt(server.url).create(BODY);
    expect(attempt).toMatchObject({ kind: 'answer', status: 201 });
    expect(attempt).toHaveProperty('cutBecause');
  });

  test('cut after the request, before an answer', async () => {
    const server = await rawServer((socket) => socket.destroy());
    expect(await bondAt(server.url).create(BODY)).toMatchObject({ kind: 'lost', sent: true });
    expect(server.requests).toHaveLength(1);
  });

  test('an answer that is no HTTP', async () => {
    const server = await rawServer((socket) => socket.end('SSH-2.0-nothing\r\n\r\n'));
    expect(await bondAt(server.url).create(BODY)).toMatchObject({ kind: 'lost', sent: true });
  });

  test.each([
    ['announced', respond('200 OK', 'x'.repeat(TOO_MANY_BYTES))],
    ['not announced', `HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${'x'.repeat(TOO_MANY_BYTES)}`],
  ])('a body over the cap, its length %s, is not kept', async (_how, answer) => {
    const server = await rawServer((socket) => socket.end(answer));
    const attempt = await bondAt(server.url).create(BODY);
    expect(attempt).toMatchObject({ kind: 'answer', status: 200 });
    expect(attempt).toHaveProperty('cutBecause');
    expect(attempt.kind === 'answer' && attempt.body.length).toBeLessThan(TOO_MANY_BYTES);
  });

  test('a deadline met while waiting for a connection: lost, not sent, and never sent later', async () => {
    const held: (() => void)[] = [];
    const server = await rawServer((socket) => {
      held.push(() => socket.write(respond('200 OK', '{}')));
    });
    const bond = bondAt(server.url, { timeoutMs: 60, concurrency: 1 });
    const bodies = ['first', 'second', 'third'];
    const attempts = await Promise.all(bodies.map((body) => bond.create(body)));
    expect(attempts.map(({ kind }) => kind)).toEqual(['lost', 'lost', 'lost']);
    // On a busy machine one that waited may get the line that the one before it left, just before its own deadline.
    const sent = bodies.filter((_, at) => attempts[at]?.kind === 'lost' && attempts[at].sent);
    expect(sent[0]).toBe('first');
    held.forEach((release) => {
      release();
    });
    // A new request has the line to itself: none of the old ones goes before it, or before the next.
    await bond.create('fourth');
    await bond.create('fifth');
    const seen = server.requests.map((request) => request.split('\r\n\r\n')[1]);
    expect([...sent, 'fourth', 'fifth']).toEqual(expect.arrayContaining(seen));
    expect(seen).toContain('fourth');
  });

  test('closing cuts what is in flight, and what comes after is not sent', async () => {
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    const server = await rawServer(() => {
      arrive();
    });
    const bond = bondAt(server.url);
    const inFlight = bond.create(BODY);
    await arrived;
    await bond.close();
    expect(await inFlight).toMatchObject({ kind: 'lost', sent: true });
    expect(await bond.create(BODY)).toMatchObject({ kind: 'lost', sent: false });
  });

  test('after trouble the same client goes on', async () => {
    const server = await rawServer((socket, _request, nth) =>
      nth === 1 ? socket.destroy() : socket.write(respond('201 Created', '{}')),
    );
    const bond = bondAt(server.url, { concurrency: 1 });
    expect(await bond.create(BODY)).toMatchObject({ kind: 'lost', sent: true });
    expect(await bond.create(BODY)).toMatchObject({ kind: 'answer', status: 201 });
    expect(server.requests).toHaveLength(2);
  });
});
