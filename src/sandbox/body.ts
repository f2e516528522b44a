import type { IncomingMessage } from 'node:http';

/** What a request carried. */
export type Body = { readonly json: unknown } | 'malformed' | 'too large';

const MAX_BODY_BYTES = 1024 * 1024;

/** Reads a request to its end; undefined when the client left before. */
export function readBody(request: IncomingMessage): Promise<Body | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // The rest is read all the same: a client still writing would otherwise never see the answer.
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
    });
    request.on('end', () => {
      resolve(bytes > MAX_BODY_BYTES ? 'too large' : parse(Buffer.concat(chunks).toString()));
    });
    request.on('close', () => {
      resolve(undefined);
    });
  });
}

function parse(text: string): Body {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return 'malformed';
  }
}

/** The value at a dotted path, e.g. `addresses.0.city`; undefined when there is none. */
export function valueAt(value: unknown, path: string): unknown {
  let found = value;
  for (const step of path.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Object.getOwnPropertyDescriptor(found, step)?.value;
  }
  return found;
}
