import type { Attempt } from '../../src/bond/client.js';

export const KEY = '5d0a3b9e-6f0c-4c58-9a41-2f8e7b1c6d34';
export const OTHER_KEY = 'b7c1f2a8-93d4-4e6b-8f05-c4a6d19e2b70';
export const CUSTOMER_ID = '931cb88b-a3d0-4d35-9bd0-b55e8c2e4d31';

type Answer = Attempt & { kind: 'answer' };

/** A whole answer; a body that is no string is sent as JSON. */
export function answer(status: number, body: unknown = '', more: Partial<Answer> = {}): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'answer', status, headers: {}, body: text, ...more };
}

/** Bond's documented envelope around a message. */
export function envelope(message: unknown, code = 'create_customer_schema'): Record<string, unknown> {
  return { Message: message, Status: 400, Code: code, Type: 'Request Error' };
}
