import { z } from 'zod';
import { OperatorError } from '../errors.js';
import { nearest, nearestField, readField, type Target } from './field-names.js';
import { squash } from './header-text.js';

const constant = z.union([z.string().trim(), z.number(), z.boolean()]).transform(String);
const text = z.string().min(1);
const words = z.union([z.string(), z.array(z.string())]).transform((given) => [given].flat());

/** What the operator says about a file: it goes before everything that the file itself seems to say. */
const MappingFile = z.strictObject({
  /** Header → field, e.g. `Zip` → `zip_code`, `addresses[1].zip_code` or `mailing_zip`; '' for a column that is none. */
  columns: z.record(z.string(), z.string()).default({}),
  /** Field → its value where the row has none; without a number it serves every address. */
  constants: z.record(z.string(), constant).default({}),
  /** Headers that mean nothing here, whatever they seem to mean. */
  ignore: z.array(z.string()).default([]),
  /** Header of the column that identifies a person in the operator's own system. */
  key: text.exactOptional(),
  /** date-fns tokens, e.g. `MM/dd/yyyy`. */
  dateFormat: text.exactOptional(),
  /** Words that mean themselves though exports write them for nothing. */
  accept: z.array(z.string()).default([]),
  /** Field → text of a cell → what it means. */
  values: z.record(z.string(), z.record(z.string(), constant)).default({}),
  // How the file is read otherwise; each yields to its flag.
  encoding: text.exactOptional(),
  delimiter: text.exactOptional(),
  rules: z
    .union([z.enum(['documented', 'minimal']), z.strictObject({ names: z.literal('minimal') })])
    .exactOptional(),
  repair: words.exactOptional(),
  omitInvalid: words.exactOptional(),
});
export type Mapping = Readonly<z.infer<typeof MappingFile>>;

const SHAPES: Readonly<Record<string, string>> = {
  columns: 'an object of header → field, e.g. {"Zip": "zip_code"}',
  constants: 'an object of field → value, e.g. {"country": "US"}',
  ignore: 'a list of headers, e.g. ["Notes"]',
  key: 'the header of the column that identifies a person',
  dateFormat: 'how dates are written, e.g. "MM/dd/yyyy"',
  accept: 'a list of words that mean themselves, e.g. ["Null"]',
  values: 'an object of field → what a cell says → what it means, e.g. {"country": {"Deutschland": "DE"}}',
  encoding: 'the encoding of the file, e.g. "windows-1252"',
  delimiter: 'what stands between cells, e.g. ";"',
  rules: '"documented", "minimal" or {"names": "minimal"}',
  repair: 'a list of damage to mend, e.g. ["zip", "phone"]',
  omitInvalid: 'a list of optional fields, e.g. ["phone", "middle_name"]',
};

/** Fields that differ from person to person, so that one value for many is never meant. */
const PERSONAL = ['ssn', 'brand_person_id', 'external_id', 'email', 'dob'];

/**
 * Reads a mapping file. Keys that begin with `//` are comments.
 * @param name how the operator calls the file, for messages
 * @throws OperatorError when it is no JSON, has an unknown key or field, or contradicts itself
 */
export function parseMapping(text: string, name: string): Mapping {
  const parsed = MappingFile.safeParse(withoutComments(parseJson(text, name)));
  if (!parsed.success) throw new OperatorError(`${name}: ${shapeProblem(parsed.error)}`);
  const { columns, constants, ignore, key, values } = parsed.data;
  for (const [header, field] of Object.entries(columns))
    if (field !== '') requireField(field, `${name}: "columns", "${header}"`);
  for (const field of Object.keys(constants)) requireConstant(field, `${name}: "constants"`);
  for (const field of Object.keys(values)) requireField(field, `${name}: "values"`);
  const used = Object.keys(columns).filter((header) => columns[header] !== '');
  const names = new Set([...used, ...(key === undefined ? [] : [key])].map(squash));
  const torn = ignore.find((header) => squash(header) !== '' && names.has(squash(header)));
  if (torn !== undefined) {
    throw new OperatorError(
      `${name}: "${torn}" is both used and listed in "ignore": take it out of one of them`,
    );
  }
  // A blank that was not filled in says nothing.
  const given = Object.fromEntries(Object.entries(constants).filter(([, value]) => value !== ''));
  return { ...parsed.data, constants: given };
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
      (meant === undefined ? 'see docs/columns.md for the list of fields' : `did you mean ${meant}?`),
  );
}

/**
 * The target of a constant.
 * @throws OperatorError for a field that must differ from person to person, or that there is not
 */
export function requireConstant(name: string, where: string): Target {
  const target = requireField(name, where);
  if (!PERSONAL.includes(target.field)) return target;
  throw new OperatorError(
    `${where} gives ${name} to every row, but it must differ from person to person: name its column in "columns" instead`,
  );
}

function withoutComments(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  return Object.fromEntries(Object.entries(json).filter(([key]) => !key.startsWith('//')));
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
  if (issue?.code === 'unrecognized_keys' && issue.path.length === 0) {
    const [key = ''] = issue.keys;
    const meant = nearest(key, known);
    return `expected only ${known.join(', ')}, got "${key}": ${meant === undefined ? 'remove it' : `did you mean "${meant}"?`}`;
  }
  const [key, inner] = issue?.path ?? [];
  const shape = SHAPES[String(key)];
  if (shape === undefined) return `expected an object with ${known.join(', ')}, got another kind of JSON`;
  const at = inner === undefined ? '' : ` at ${JSON.stringify(inner)}`;
  return `expected "${String(key)}" to be ${shape}, got something else${at}: correct it`;
}
