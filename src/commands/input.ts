import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Settings } from '../config.js';
import type { FileFormat } from '../csv/dialect.js';
import { readRows } from '../csv/reader.js';
import { RESULT_COLUMNS } from '../csv/results.js';
import { openSource, type Source } from '../csv/source.js';
import type { SourceRow } from '../csv/source-row.js';
import { survey } from '../csv/survey.js';
import { compilePlan, countKnownHeaders } from '../columns/columns.js';
import { parseMapping, type Mapping } from '../columns/mapping.js';
import { compileReader, type KeyedRow } from '../customer/payload.js';
import type { ColumnPlan } from '../columns/plan.js';
import { OperatorError, orTrouble } from '../errors.js';
import { say, type Io } from '../io.js';
import { VERSION } from '../version.js';

/** A file whose bytes were all looked at, with its header: what there is before columns are given a meaning. */
export interface SurveyedFile {
  readonly source: Source;
  readonly sha256: string;
  /** Decompressed. */
  readonly bytes: number;
  readonly format: FileFormat;
  readonly mapping: Mapping | undefined;
}

/** A file ready to be read as customers, as often as needed. */
export interface Input extends SurveyedFile {
  readonly plan: ColumnPlan;
  readonly read: (row: SourceRow) => KeyedRow;
  /** How its keys are made, in words that the ledger keeps. */
  readonly keys: string;
  /** A hash of all that decides how the file is read. */
  readonly reading: string;
  rows(onBytes?: (bytes: number) => void): AsyncGenerator<SourceRow[]>;
}

export async function surveyFile(path: string, settings: Settings, io: Io): Promise<SurveyedFile> {
  const mapping = settings.mapping === undefined ? undefined : await readMapping(settings.mapping);
  const source = await openSource(path, io.stdin);
  const { encoding, delimiter } = settings;
  const known = (headers: readonly string[]): number =>
    countKnownHeaders(headers) + headers.filter((header) => mapping?.columns[header] !== undefined).length;
  const surveyed = await survey(source, { encoding, delimiter, countKnown: known });
  refuseResults(path, surveyed.format.header);
  return { source, mapping, ...surveyed };
}

/** A results file has the right columns too, and masked SSNs. */
function refuseResults(path: string, header: readonly string[]): void {
  if (RESULT_COLUMNS.some((column, at) => header[at] !== column)) return;
  throw new OperatorError(
    `${path} is a results file of bond-import, a file of customers was expected: give the file that it was made from (--rejects writes one to be corrected)`,
  );
}

export async function openInput(path: string, settings: Settings, io: Io): Promise<Input> {
  const file = await surveyFile(path, settings, io);
  const plan = compilePlan(file.format.header, columnOptions(file, settings));
  const { rules, repair = new Set() } = settings;
  const how = [
    VERSION,
    file.mapping,
    file.format,
    plan.key,
    plan.dateFormat,
    rules,
    [...repair].sort(),
    settings.limit,
  ];
  return {
    ...file,
    plan,
    read: compileReader(plan, { rules, repair }),
    keys: keysOf(plan),
    reading: createHash('sha256').update(JSON.stringify(how)).digest('hex'),
    rows: (onBytes) => readSlices(file, settings.limit, onBytes),
  };
}

export function columnOptions(file: SurveyedFile, settings: Settings): Parameters<typeof compilePlan>[1] {
  const { mapping } = file;
  const { key, dateFormat } = settings;
  return {
    ...(mapping && { mapping }),
    ...(key !== undefined && { key }),
    ...(dateFormat !== undefined && { dateFormat }),
  };
}

function keysOf(plan: ColumnPlan): string {
  switch (plan.key.by) {
    case 'name_dob':
      return 'name and date of birth';
    case 'brand_person_id':
      return 'brand_person_id';
    case 'external_id':
      return `the id in column ${plan.key.header.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')}`;
  }
}

async function readMapping(path: string): Promise<Mapping> {
  const text = await orTrouble(`The mapping file ${path} cannot be read`, () => readFile(path, 'utf8'));
  return parseMapping(text, path);
}

/** What of the file will not be used, and what that may lead to. */
export function warnOf({ plan }: Input, io: Io): void {
  const unmapped = plan.unmapped.filter((header) => header !== '');
  if (unmapped.length > 0) say(io.stderr, `Not sent, for no field has their name: ${unmapped.join(', ')}.`);
  if (plan.key.by !== 'name_dob') return;
  say(
    io.stderr,
    'There is no column with your own id of a person (external_id, or --key): people are told apart by name and date of birth, so two of the same name and birthday become one, and a corrected name makes a new person.',
  );
}

const SLICE_ROWS = 50;

/** The rows, few at a time; `onBytes` is told how far those have come that were taken, not those read ahead. */
async function* readSlices(
  { source, format }: SurveyedFile,
  limit: number | undefined,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<SourceRow[]> {
  if (!onBytes) {
    yield* readRows(source, format, { limit });
    return;
  }
  let from = 0;
  let to = 0;
  for await (const batch of readRows(source, format, { limit, onBytes: (bytes) => (to = bytes) })) {
    for (let at = 0; at < batch.length; at += SLICE_ROWS) {
      onBytes(from + ((to - from) * at) / batch.length);
      yield batch.slice(at, at + SLICE_ROWS);
    }
    from = to;
  }
  onBytes(to);
}
