// A server that does the least that a customers API can do for a request, so that what is measured is the client:
// `node bench/sink.js [--latency ms] [--tls folder] [--record]`. Prints its port; ends when its stdin does.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { parseArgs } from 'node:util';
import { mostWithin } from './windows.js';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    latency: { type: 'string', default: '0' },
    /** A folder with `key.pem` and `cert.pem`. */
    tls: { type: 'string' },
    /** Keep the time and the key of every call. */
    record: { type: 'boolean', default: false },
  },
});
const latencyMs = Number(options.latency);
const HEADERS_END = Buffer.from('\r\n\r\n');
const KEY_NAME = '"brand_person_id"';

/** The documented answer to a create, all but its ids. */
const CREATED = {
  bond_brand_id: '6f1c2a7e-3b0d-4c55-9a51-0d1b7c1e2f30',
  business_id: 'null',
  addresses: [
    {
      address_id: '0c4b1f7a-88a1-4b1e-9f0a-5c2d7f1a9b11',
      address_type: 'PHYSICAL',
      street: '345 California Ave.',
      street2: 'Suite 600',
      city: 'San Francisco',
      state: 'CA',
      zip_code: '94104-1234',
      country: 'US',
      is_primary: true,
      deliverability: 'deliverable',
      date_created: '2024-02-29T12:00:00.000000+00:00',
    },
  ],
  dob: '1997-12-25',
  first_name: 'James',
  last_name: 'Bond',
  ssn: 'XXX-XX-7584',
  phone: '5551112222',
  phone_country_code: '1',
  email: 'james@example.com',
  date_created: '2024-02-29T12:00:00.000000+00:00',
};
const ID_HEAD = '{"customer_id":"5eed0000-0000-4000-8000-';
const KEY_HEAD = '","brand_person_id":"';
const REST = `",${JSON.stringify(CREATED).slice(1)}`;
const CREATED_HEAD = head('201 Created', ID_HEAD.length + 12 + KEY_HEAD.length + 36 + REST.length);
const NO_KEY = '00000000-0000-4000-8000-000000000000';
const NO_CUSTOMERS = answerOf('200 OK', '[]');
const GOOD_CREDENTIALS = answerOf('200 OK', '{"Status":200}');

let counts;
reset();

function reset() {
  counts = { calls: 0, posts: 0, timesMs: [], keys: new Set(), lastAnswerMs: 0, lateMs: 0 };
  counts.cpu = process.cpuUsage();
}

function stats() {
  const { calls, posts, timesMs, keys, lastAnswerMs, lateMs } = counts;
  const { user, system } = process.cpuUsage(counts.cpu);
  const recorded = options.record && {
    distinctKeys: keys.size,
    mostInASecond: mostWithin(timesMs, 1000),
    mostInAMinute: mostWithin(timesMs, 60_000),
    firstMs: timesMs[0],
    lastMs: timesMs.at(-1),
    lastAnswerMs,
    ...(latencyMs > 0 && { meanLatencyMs: latencyMs + lateMs / Math.max(1, calls) }),
  };
  return { calls, posts, cpuUs: user + system, ...recorded };
}

function head(status, length) {
  return `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
}

function answerOf(status, body) {
  return head(status, body.length) + body;
}

function create(body) {
  count();
  const id = (++counts.posts).toString(16).padStart(12, '0');
  const at = body.indexOf(KEY_NAME);
  const from = at < 0 ? -1 : body.indexOf('"', at + KEY_NAME.length) + 1;
  const key = from < 0 ? NO_KEY : body.slice(from, from + 36);
  if (options.record) counts.keys.add(key);
  return CREATED_HEAD + ID_HEAD + id + KEY_HEAD + key + REST;
}

function read(headers) {
  const path = headers.slice(4, headers.indexOf(' ', 4));
  if (path === '/__stats') return answerOf('200 OK', JSON.stringify(stats()));
  if (path === '/__reset') {
    reset();
    return answerOf('200 OK', '{}');
  }
  count();
  return path.includes('/customers') ? NO_CUSTOMERS : GOOD_CREDENTIALS;
}

function count() {
  counts.calls++;
  if (options.record) counts.timesMs.push(performance.now());
}

function serve(socket) {
  socket.setNoDelay(true);
  let left;
  socket.on('data', (chunk) => {
    const bytes = left === undefined ? chunk : Buffer.concat([left, chunk]);
    let at = 0;
    let out = '';
    while (at < bytes.length) {
      const headersEnd = bytes.indexOf(HEADERS_END, at);
      if (headersEnd < 0) break;
      const headers = bytes.latin1Slice(at, headersEnd);
      const bodyAt = headersEnd + 4;
      const isPost = headers.startsWith('POST');
      const end = bodyAt + (isPost ? Number(/content-length: *(\d+)/i.exec(headers)[1]) : 0);
      if (end > bytes.length) break;
      out += isPost ? create(bytes.latin1Slice(bodyAt, end)) : read(headers);
      at = end;
    }
    left = at < bytes.length ? bytes.subarray(at) : undefined;
    if (out !== '') answer(socket, out);
  });
  socket.on('error', () => socket.destroy());
}

/** Answers that wait for their time, the next one first. */
const waiting = [];

function answer(socket, out) {
  if (latencyMs === 0) return socket.write(out, 'latin1');
  waiting.push({ socket, out, dueMs: performance.now() + latencyMs });
  if (waiting.length === 1) wait();
}

/** A timer alone is up to a millisecond off, a hundredth of what is measured: the last two are waited out awake. */
function wait() {
  const ms = waiting[0].dueMs - performance.now();
  if (ms > 3) setTimeout(pump, Math.floor(ms) - 2);
  else setImmediate(pump);
}

function pump() {
  const nowMs = performance.now();
  while (waiting.length > 0 && waiting[0].dueMs <= nowMs) {
    const { socket, out, dueMs } = waiting.shift();
    socket.write(out, 'latin1');
    counts.lateMs += nowMs - dueMs;
    counts.lastAnswerMs = nowMs;
  }
  if (waiting.length > 0) wait();
}

const server =
  options.tls === undefined
    ? createServer(serve)
    : createTlsServer(
        {
          key: readFileSync(join(options.tls, 'key.pem')),
          cert: readFileSync(join(options.tls, 'cert.pem')),
        },
        serve,
      );
server.listen(Number(options.port), '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
