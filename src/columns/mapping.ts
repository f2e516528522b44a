import { z } from 'zod';
import { OperatorError } from '../errors.js';
import { nearest, nearestField, readField, squash, type Target } from './synonyms.js';

const constant = z.union([z.string().trim().min(1), z.number(), z.boolean()]).transform(String);

const MappingFile = z.strictObject({
  columns: z.record(z.string(), z.string()).default({}),
  constants: z.record(z.string(), constant).default({}),
  ignore: z.array(z.string()).default([]),
  key: z.string().optional(),
  dateFormat: z.string().min(1).optional(),
});

const SHAPES: Readonly<Record<string, string>> = {
  columns: 'an object of header → field, e.g. {"Zip": "zip_code"}',
  constants: 'an object of field → value, e.g. {"country": "US"}',
  ignore: 'a list of headers, e.g. ["Notes"]',
  key: 'the header of the column that identifies a person',
  dateFormat: 'how dates are written, e.g. "MM/dd/yyyy"',
};

/** What the operator says about the columns: it goes before everything that the headers seem to say. */
export interface Mapping {
  /** Header → field, e.g. `Zip` → `zip_code`, `addresses[1].zip_code` or `mailing_zip`. */
  readonly columns: Readonly<Record<string, string>>;
  /** Field → its value in every row; without a number it serves every address that has no such column. */
  readonly constants: Readonly<Record<string, string>>;
  /** Headers that mean nothing here, whatever they seem to mean. */
  readonly ignore: readonly string[];
  /** Header of the column that identifies a person in the operator's own system. */
  readonly key?: string;
  /** date-fns tokens, e.g. `MM/dd/yyyy`. */
  readonly dateFormat?: string;
}

/**
 * Reads a mapping file.
 * @param name how the operator calls the file, for messages
 * @throws OperatorError when it is no JSON, has an unknown key or field, or contradicts itself
 */
export function parseMapping(text: string, name: string): Mapping {
  const parsed = MappingFile.safeParse(parseJson(text, name));
  if (!parsed.success) throw new OperatorError(`${name}: ${shapeProblem(parsed.error)}`);
  const { columns, constants, ignore, key, dateFormat } = parsed.data;
  for (const [header, field] of Object.entries(columns))
    requireField(field, `${name}: "columns", "${header}"`);
  for (const field of Object.keys(constants)) {
    const target = requireField(field, `${name}: "constants"`);
    if (['ssn', 'brand_person_id', 'external_id'].includes(target.field)) {
      throw new OperatorError(
        `${name}: "constants" gives ${field} to every row, but it must differ from person to person: name its column in "columns" instead`,
      );
    }
  }
  const used = new Set([...Object.keys(columns), ...(key === undefined ? [] : [key])].map(squash));
  const torn = ignore.find((header) => used.has(squash(header)));
  if (torn !== undefined) {
    throw new OperatorError(
      `${name}: "${torn}" is both used and listed in "ignore": take it out of one of them`,
    );
  }
  return { columns, constants, ignore, ...(key !== undefined && { key }), ...(dateFormat && { dateFormat }) };
}

/**
 * The target that a field name of a mapping file stands for.
 * @throws OperatorError with the closest field when there is none of that name
 */
export function requireField(name: string, where: string): Target {
  const reading = readField(name);
  if (reading) return reading.target;
  const meant = nearestField(name);
  throw new OperatorError(
    `${where}: expected a field such as first_name, zip_code or address2_city, got "${name}": ` +
      (meant === undefined ? 'see the README for the list of fields' : `did you mean ${meant}?`),
  );
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OperatorError(
      `${name}: expected a mapping file in JSON, got something else (${reason}): correct it, or write a new one with inspect --save-mapping`,
      { cause },
    );
  }
}

function shapeProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  const known = Object.keys(SHAPES);
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const meant = nearest(key, known);
    return `expected only ${known.join(', ')}, got "${key}": ${meant === undefined ? 'remove it' : `did you mean "${meant}"?`}`;
  }
  const [key, inner] = issue?.path ?? [];
  const shape = SHAPES[String(key)];
  if (shape === undefined) return `expected an object with ${known.join(', ')}, got another kind of JSON`;
  const at = inner === undefined ? '' : ` at ${JSON.stringify(inner)}`;
  return `expected "${String(key)}" to be ${shape}, got something else${at}: correct it`;
}
