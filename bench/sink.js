// A server that does the least that a customers API can do for a request, so that what is measured is the client:
// `node bench/sink.js`. HTTP/1.1 on a raw socket; prints its port; ends when its stdin does.
import { createServer } from 'node:net';

/** The documented answer to a create, between its ids and its end. */
const REST = `","bond_brand_id":"6f1c2a7e-3b0d-4c55-9a51-0d1b7c1e2f30","business_id":"null","addresses":[],"dob":"1997-12-25","first_name":"James","last_name":"Bond","ssn":"XXX-XX-7584","date_created":"2024-02-29T12:00:00.000000+00:00"}`;
const KEY = /"brand_person_id": ?"([0-9a-f-]{36})"/;

let calls = 0;
let posts = 0;
/** When the first call came, and how far the calls ran ahead of an even pace, of so many calls a ms, at their worst. */
let firstMs = 0;
let lastMs = 0;
let least = 0;
let ahead = 0;
const CALLS_A_MS = Number(process.argv[2] ?? 0);

function answerTo(request, body) {
  const [method = '', path = ''] = request.split(' ', 2);
  if (path === '/__stats') return JSON.stringify({ calls, posts, forMs: lastMs - firstMs, ahead });
  if (path === '/__reset') {
    calls = posts = least = ahead = 0;
    return '{}';
  }
  count(performance.now());
  if (method === 'GET') return path.includes('/customers') ? '[]' : '{"Status":200}';
  const id = (++posts).toString(16).padStart(12, '0');
  const key = KEY.exec(body)?.[1] ?? '00000000-0000-4000-8000-000000000000';
  return `{"customer_id":"5eed0000-0000-4000-8000-${id}","brand_person_id":"${key}${REST}`;
}

/** The most that any window has above its share is the greatest rise of calls made less calls due. */
function count(nowMs) {
  if (calls++ === 0) firstMs = nowMs;
  lastMs = nowMs;
  const rise = calls - CALLS_A_MS * (nowMs - firstMs);
  least = Math.min(least, rise - 1);
  ahead = Math.max(ahead, rise - least);
}

const server = createServer((socket) => {
  socket.setNoDelay(true);
  let left = '';
  socket.on('data', (chunk) => {
    // Every byte is one character, as Content-Length counts.
    const text = left + chunk.latin1Slice();
    let at = 0;
    let out = '';
    for (;;) {
      const bodyAt = text.indexOf('\r\n\r\n', at) + 4;
      if (bodyAt < 4) break;
      const head = text.slice(at, bodyAt);
      const end = bodyAt + Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (end > text.length) break;
      const body = answerTo(head, text.slice(bodyAt, end));
      const status = head.startsWith('POST') ? '201 Created' : '200 OK';
      out += `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
      at = end;
    }
    left = text.slice(at);
    if (out !== '') socket.write(out, 'latin1');
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
