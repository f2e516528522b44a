import { parsePythonLiteral } from './python-literal.js';

/** One complaint of Bond's about a payload. */
export interface Problem {
  /** Where in the payload, e.g. `addresses.0.zip_code`; '' when Bond does not say. */
  readonly path: string;
  readonly message: string;
}

const MAX_PROBLEMS = 50;
const MAX_MESSAGE_CHARS = 300;
const MAX_DEPTH = 20;

/**
 * Every complaint in an error body, whichever of the documented shapes it has (bond-api.md, "Errors"):
 * an envelope with a string, a map or a Python dict as `Message`, a bare map, `Error`, or `message`.
 */
export function problemsOf(body: unknown): Problem[] {
  const found: Problem[] = [];
  collect(messageOf(body), [], 0, found);
  return found.slice(0, MAX_PROBLEMS);
}

/** The `Code` of the envelope, or ''. */
export function codeOf(body: unknown): string {
  return isMap(body) && typeof body['Code'] === 'string' ? body['Code'].slice(0, 80) : '';
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function messageOf(body: unknown): unknown {
  if (!isMap(body)) return body;
  for (const name of ['Message', 'message', 'Error', 'error']) {
    const message = body[name];
    if (message === undefined || message === null || message === '') continue;
    return typeof message === 'string' ? (structured(message) ?? message) : message;
  }
  const envelope = ['Message', 'Status', 'Code', 'Type'];
  return Object.fromEntries(Object.entries(body).filter(([name]) => !envelope.includes(name)));
}

/** A map or list that was put into a string as JSON or as a Python literal. */
function structured(message: string): unknown {
  if (!/^\s*[[{(]/.test(message)) return undefined;
  try {
    const parsed: unknown = JSON.parse(message);
    return parsed;
  } catch {
    return parsePythonLiteral(message);
  }
}

function collect(value: unknown, path: readonly string[], depth: number, found: Problem[]): void {
  if (depth > MAX_DEPTH || found.length >= MAX_PROBLEMS) return;
  if (typeof value === 'string' || typeof value === 'number') {
    found.push({ path: payloadPath(path), message: String(value).trim().slice(0, MAX_MESSAGE_CHARS) });
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      collect(item, isMap(item) ? [...path, String(index)] : path, depth + 1, found);
    });
  } else if (isMap(value)) {
    for (const [name, item] of Object.entries(value)) collect(item, [...path, name], depth + 1, found);
  }
}

/** Drops what wraps a payload path (`names.first_name`, `json.addresses.0.city`) and what marshmallow adds (`_schema`). */
function payloadPath(path: readonly string[]): string {
  const names = path.filter((name) => name !== '_schema');
  const addresses = names.indexOf('addresses');
  if (addresses >= 0) return names.slice(addresses, addresses + 3).join('.');
  return names.findLast((name) => !/^\d+$/.test(name)) ?? '';
}
