import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readSettings, type Settings } from '../settings.js';
import { openCsv, type CsvFile } from '../csv/csv-file.js';
import type { SourceRow } from '../csv/source-row.js';
import { compilePlan, countKnownHeaders } from '../columns/columns.js';
import { parseMapping, type Mapping } from '../columns/mapping.js';
import { compileReader, type CustomerOptions, type KeyedRow } from '../customer/payload.js';
import type { ColumnPlan } from '../columns/plan.js';
import { checkConstants } from '../customer/constants.js';
import { watchFile, type FileWatch } from '../customer/file-watch.js';
import { OperatorError, orTrouble } from '../errors.js';
import type { Io } from '../io.js';
import { RESULT_COLUMNS } from '../report/result-lines.js';
import { VERSION } from '../version.js';

/** An open file with its header: what there is before columns are given a meaning. */
export interface OpenFile extends CsvFile {
  readonly mapping: Mapping | undefined;
}

/** A file ready to be read as customers, as often as needed. */
export interface Input extends OpenFile {
  readonly plan: ColumnPlan;
  readonly read: (row: SourceRow) => KeyedRow;
  /** How its keys are made, in words that the ledger keeps. */
  readonly keys: string;
  /** A hash of all that decides how the file is read. */
  readonly reading: string;
  /** What must be known of the columns before the first customer; complete after a pass over the file. */
  warnings(): readonly string[];
}

/** Opens the file; only its head has been looked at yet. */
export async function openFile(path: string, settings: Settings, io: Io): Promise<OpenFile> {
  const mapping =
    settings.mapping === undefined ? undefined : await readMapping(settings.mapping, settings.mappingText);
  const { encoding = mapping?.encoding, delimiter = mapping?.delimiter, limit } = settings;
  const countMapped = (headers: readonly string[]): number =>
    headers.filter((header) => mapping?.columns[header] !== undefined).length;
  const csv = await openCsv(path, io.stdin, {
    encoding,
    delimiter,
    countKnown: countKnownHeaders,
    countMapped,
  });
  return closedOnError(csv, () => {
    refuseResults(path, csv.format.header);
    return { ...csv, mapping, rows: () => firstRows(csv.rows(), limit) };
  });
}

/** What is made of an open file; when it cannot be made, the file is closed. */
async function closedOnError<T>(file: AsyncDisposable, make: () => T): Promise<T> {
  try {
    return make();
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}

/** A results file has the right columns too, and masked SSNs. */
function refuseResults(path: string, header: readonly string[]): void {
  if (RESULT_COLUMNS.some((column, at) => header[at] !== column)) return;
  throw new OperatorError(
    `${path} is a results file of bond-import, a file of customers was expected: give the file that it was made from (--rejects writes one to be corrected)`,
  );
}

export async function openInput(path: string, settings: Settings, io: Io): Promise<Input> {
  const file = await openFile(path, settings, io);
  return closedOnError(file, () => {
    const plan = compilePlan(file.format.header, columnOptions(file, settings));
    const options = customerOptions(file, settings);
    const how = [
      VERSION,
      file.mapping,
      file.format,
      plan.key,
      plan.dateFormat,
      options.rules,
      options.names,
      [...options.repair].sort(),
      [...options.omitInvalid].sort(),
      settings.limit,
    ];
    checkConstants(plan);
    const watch = watchFile(plan, options.today);
    return {
      ...file,
      plan,
      rows: () => watchedRows(file.rows(), watch),
      warnings: () => watch.warnings(),
      read: compileReader(plan, options, { onCustomer: watch.customer }),
      keys: keysOf(plan),
      reading: createHash('sha256').update(JSON.stringify(how)).digest('hex'),
    };
  });
}

/** What decides how customers are made: the flags, else what the mapping file says. */
export function customerOptions(
  { mapping }: OpenFile,
  settings: Settings,
): CustomerOptions & {
  readonly omitInvalid: ReadonlySet<string>;
} {
  const said = mapping?.rules;
  const { repair, omitInvalid } = wordsOf(mapping, settings.mapping);
  const rules = settings.rules ?? (typeof said === 'string' ? said : undefined) ?? 'documented';
  return {
    rules,
    names: settings.rules === undefined && typeof said === 'object' ? said.names : rules,
    repair: settings.repair ?? repair ?? new Set<never>(),
    omitInvalid: settings.omitInvalid ?? omitInvalid ?? new Set<never>(),
    today: new Date().toISOString().slice(0, 10),
  };
}

/** The words of the mapping file mean what those of their flags do. */
function wordsOf(mapping: Mapping | undefined, name = ''): Pick<Settings, 'repair' | 'omitInvalid'> {
  const flag = (words: readonly string[] = []): string[] => (words.length === 0 ? [] : [words.join(',')]);
  try {
    return readSettings({ repair: flag(mapping?.repair), 'omit-invalid': flag(mapping?.omitInvalid) }, {});
  } catch (error) {
    throw error instanceof OperatorError ? new OperatorError(`${name}: ${error.message}`) : error;
  }
}

export function columnOptions(file: OpenFile, settings: Settings): Parameters<typeof compilePlan>[1] {
  const { mapping, sample } = file;
  const { key, dateFormat, set } = settings;
  return {
    sample,
    set,
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

async function readMapping(path: string, remembered: string | undefined): Promise<Mapping> {
  const text =
    remembered ?? (await orTrouble(`The mapping file ${path} cannot be read`, () => readFile(path, 'utf8')));
  return parseMapping(text, path);
}

/**
 * Rows on their way, while they are watched.
 * @throws OperatorError at the end of the file when a column holds what would be lost
 */
async function* watchedRows(rows: AsyncIterable<SourceRow[]>, watch: FileWatch): AsyncGenerator<SourceRow[]> {
  watch.start();
  for await (const batch of rows) {
    for (const row of batch) watch.row(row);
    yield batch;
  }
  const stops = watch.stops();
  if (stops.length > 0) throw new OperatorError(stops.join('; '));
}

/** Only the first rows; those after them are looked at, so that the file is read to its end. */
async function* firstRows(rows: AsyncIterable<SourceRow[]>, limit = Infinity): AsyncGenerator<SourceRow[]> {
  for await (const batch of rows) {
    const wanted = batch.filter(({ row }) => row <= limit);
    if (wanted.length > 0) yield wanted;
  }
}
