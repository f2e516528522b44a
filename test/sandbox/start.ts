import { request } from 'undici';
import { onTestFinished } from 'vitest';
import { type FaultPlan, readFaultPlan } from '../../src/sandbox/faults.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.js';

const credentials = { identity: '0a1b2c3d-0000-4000-8000-000000000000', authorization: 'secret' };

/** A sandbox that ends with its test. */
export async function sandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const started = await startSandbox({ ...credentials, ...options });
  onTestFinished(started.close);
  return started;
}

/** A sandbox with one fault. */
export function faulty(effect: object, when: object = {}, more: object = {}): Promise<Sandbox> {
  return sandbox({ faults: plan({ when, do: effect, ...more }) });
}

export function plan(...faults: object[]): FaultPlan {
  return readFaultPlan({ faults });
}

/** The `n`-th person of a family of one. */
export function person(n = 1, changes: object = {}): object {
  return {
    first_name: 'Zoë',
    last_name: "O'Brien",
    dob: '1997-12-25',
    ssn: `333-52-${String(1000 + n)}`,
    phone: '555-111-2222',
    phone_country_code: '1',
    email: 'zoe@example.com',
    brand_person_id: personId(n),
    addresses: [address()],
    ...changes,
  };
}

export function personId(n = 1): string {
  return `11111111-2222-4333-8444-${String(n).padStart(12, '0')}`;
}

export function address(changes: object = {}): object {
  return {
    address_type: 'PHYSICAL',
    street: '345 California Ave.',
    street2: 'Suite 600',
    city: 'San Francisco',
    state: 'CA',
    zip_code: '12345-1234',
    country: 'US',
    is_primary: true,
    ...changes,
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly body: unknown;
}

/** Asks with good credentials unless others are given. */
export async function ask(
  at: Sandbox,
  path: string,
  options: { post?: unknown; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Answer> {
  const { post, headers = credentials, signal } = options;
  const answer = await request(at.url + path, {
    method: post === undefined ? 'GET' : 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    ...(post !== undefined && { body: typeof post === 'string' ? post : JSON.stringify(post) }),
    ...(signal && { signal }),
  });
  const text = await answer.body.text();
  const isJson = answer.headers['content-type'] === 'application/json';
  const body: unknown = isJson ? readJson(text) : text;
  return { status: answer.statusCode, headers: answer.headers, text, body };
}

export function create(at: Sandbox, post: unknown = person(), signal?: AbortSignal): Promise<Answer> {
  return ask(at, '/customers/', { post, ...(signal && { signal }) });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
