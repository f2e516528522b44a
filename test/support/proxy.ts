import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';

/** A forward proxy, as networks of banks have it. */
export interface Proxy {
  readonly url: string;
  /** What it was asked for: `host:port` of a tunnel, or a whole URL. */
  readonly asked: readonly string[];
}

/**
 * Starts a proxy that ends with its test: of tests that go on at once, only the test's own context knows which that is.
 * @param manner what it does with who asks: lets them through, answers 407 or 403, or says nothing
 * @param port where every tunnel leads, whatever host was asked for; unless given, there
 */
export async function startProxy(
  manner: 'tunnels' | 407 | 403 | 'hangs',
  onTestFinished: (end: () => void) => void,
  port?: number,
): Promise<Proxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, response) => {
    const { url = '' } = incoming;
    asked.push(url);
    if (manner === 'tunnels') forward(incoming, response, port);
    else if (manner !== 'hangs') response.writeHead(manner).end('<html>The proxy says no.</html>');
  });
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', ({ url = '' }: IncomingMessage, socket: Socket) => {
    asked.push(url);
    if (manner === 'hangs') return;
    if (manner !== 'tunnels') {
      socket.end(`HTTP/1.1 ${manner} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const [host = '', hostPort] = url.split(':');
    const there =
      port === undefined ? connect({ host, port: Number(hostPort) }) : connect({ host: '127.0.0.1', port });
    sockets.add(there);
    there.on('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(there).pipe(socket);
    });
    for (const end of [socket, there]) {
      end.on('error', () => {
        socket.destroy();
        there.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  const own = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { url: `http://127.0.0.1:${own}`, asked };
}

/** A request for a whole URL: plain http, without a tunnel. */
function forward(incoming: IncomingMessage, response: ServerResponse, port?: number): void {
  const { method, url = '', headers } = incoming;
  const target = new URL(url);
  if (port !== undefined) target.host = `127.0.0.1:${port}`;
  const onward = request(target, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  incoming.pipe(onward);
}
