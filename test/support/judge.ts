import type { Person } from './people.js';
import type { Line } from './results.js';

/**
 * What may and may not have happened, by the contract. It knows only what an outsider sees: what Bond was asked and has stored,
 * the files, the exit codes. It uses nothing of src.
 */

/** What Bond remembers. */
export interface Record {
  readonly calls: readonly { readonly method: string; readonly status: number; readonly body?: unknown }[];
  readonly customers: readonly {
    readonly customer_id: string;
    readonly addresses: readonly { readonly street: string }[];
  }[];
}

/** One command of an operator that came to its end. */
export interface Command {
  readonly input: readonly Person[];
  /** Undefined when it left no results. */
  readonly lines: readonly Line[] | undefined;
  /** Null after a signal. */
  readonly code: number | null;
  /** A signal was sent, or another started at the same time. */
  readonly disturbed: boolean;
  readonly said: string;
  /** The ledger, and whatever else it left but input and results. */
  readonly left: readonly string[];
  /** How many calls Bond had seen when it began. */
  readonly callsBefore: number;
}

export const LAWS = [
  'twice',
  'mispaired',
  'lost',
  'lines',
  'refusal',
  'absence',
  'again',
  'code',
  'shown',
  'crash',
  'forever',
] as const;

/** A promise that was broken. */
export interface Breach {
  /**
   * `twice`: a person stored more than once. `mispaired`: a row with an id that is not its person's. `lost`: an id that no row shows
   * though nothing is open. `lines`: results that are not the input's rows. `refusal`: `rejected`, `invalid` or `duplicate` without
   * cause. `absence`: `failed` or `pending` though the customer exists. `again`: created earlier, and sent again. `code`: an exit code
   * that the rows do not bear out. `shown`: values of people in ledger or screen. `crash`: a stack trace, or an unknown code.
   * `forever`: no end, though nothing is wrong any more.
   */
  readonly law: (typeof LAWS)[number];
  readonly what: string;
}

/** A person is told by the street, which no move of an operator changes. */
const STREET = 'Address Line 1';
const ID = 'Customer No';
const HAS_ID = ['created', 'existing'];
const OPEN = ['pending', 'failed', 'unknown'];
const CODES = [0, 1, 2, 75];

export const NO_BREACH: readonly Breach[] = [];

export interface Judge {
  /** Everything that a command broke. */
  readonly breaches: (command: Command) => Breach[];
}

export function newJudge(record: Record): Judge {
  /** Who has been called created, by street, and under which id. */
  const created = new Map<string, string | undefined>();
  /** The results that were judged when they were written. */
  const judged = new Set<string>();
  return {
    breaches: (command) => {
      const breaches = [
        ...twice(record),
        ...crash(command),
        ...shown(command),
        ...again(command, record, created),
        ...rows(command, record, { judged, created }),
        ...code(command),
      ];
      judged.add(JSON.stringify(command.lines));
      for (const { status, cells } of command.lines ?? []) {
        if (HAS_ID.includes(status)) created.set(cells[STREET] ?? '', cells[ID]);
      }
      return breaches;
    },
  };
}

function streetOf(body: unknown): string | undefined {
  const text = JSON.stringify(body ?? null);
  return /"street":"([^"]*)"/.exec(text)?.[1];
}

function idsByStreet({ customers }: Record): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const { customer_id, addresses } of customers) {
    const street = addresses[0]?.street ?? '';
    ids.set(street, [...(ids.get(street) ?? []), customer_id]);
  }
  return ids;
}

/** People whom Bond has more than once. */
export function twice(record: Record): Breach[] {
  return [...idsByStreet(record)]
    .filter(([, ids]) => ids.length > 1)
    .map(([street, ids]) => ({ law: 'twice', what: `${street}: ${ids.join(', ')}` }));
}

function crash({ code, disturbed, said }: Command): Breach[] {
  const trace = /^ {4}at .*/m.exec(said)?.[0];
  if (trace !== undefined) return [{ law: 'crash', what: said }];
  // Null: ended by a signal, which a second one may do.
  const isKnown = code === null ? disturbed : CODES.includes(code);
  return isKnown ? [] : [{ law: 'crash', what: `code ${code}: ${said}` }];
}

/** Names and e-mails stay out of everything; an SSN stays out of the results, too. */
function shown({ input, lines = [], said, left }: Command): Breach[] {
  const texts = [said, ...left];
  const results = lines.map(({ errors, cells }) => [errors, ...Object.values(cells)].join(' ')).join('\n');
  return input.flatMap((person) => {
    const ssn = person['Social Security Number'] ?? '';
    const parts = ssn.split('-');
    const anySsn = parts.length === 3 ? new RegExp(parts.join('[^0-9]{0,3}')) : undefined;
    const names = [person['Surname'], person['E-mail']].filter(
      (value) => value !== undefined && value !== '',
    );
    const found = [
      ...(anySsn && [...texts, results].some((text) => anySsn.test(text)) ? [ssn] : []),
      ...names.filter((value) =>
        texts.some((text) => text.toLowerCase().includes(String(value).toLowerCase())),
      ),
    ];
    return found.map((value): Breach => ({ law: 'shown', what: `${value} in ${said}\n${left.join('\n')}` }));
  });
}

/** Who was called created is never sent again. */
function again({ callsBefore }: Command, { calls }: Record, created: ReadonlyMap<string, unknown>): Breach[] {
  return calls.slice(callsBefore).flatMap(({ method, body }): Breach[] => {
    const street = streetOf(body);
    return method === 'POST' && street !== undefined && created.has(street)
      ? [{ law: 'again', what: street }]
      : [];
  });
}

/** A refusal of the customer itself, by its status. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 408, 424, 425, 429].includes(status);
}

function rows(
  { input, lines, code, disturbed }: Command,
  record: Record,
  { judged, created }: { judged: ReadonlySet<string>; created: ReadonlyMap<string, string | undefined> },
): Breach[] {
  // With 1, or after a signal, nothing may have been opened: then the results are those of before.
  const mayBeOfBefore = code === 1 || code === null || disturbed;
  if (mayBeOfBefore && (lines === undefined || judged.has(JSON.stringify(lines)))) return [];
  if (lines?.length === input.length) {
    // A run that a signal ends early has not come to say that an id was rewritten: under this one there is nobody yet.
    const isRewritten = (street: string, id: string | undefined): boolean =>
      disturbed && created.has(street) && created.get(street) !== id;
    return breachesOfLines(input, lines, record, isRewritten);
  }
  return [{ law: 'lines', what: `${lines?.length ?? 'no'} lines for ${input.length} rows` }];
}

/** What is not so in the results of an input. */
export function breachesOfLines(
  input: readonly Person[],
  lines: readonly Line[],
  record: Record,
  isRewritten: (street: string, id: string | undefined) => boolean = () => false,
): Breach[] {
  if (lines.length !== input.length) {
    return [{ law: 'lines', what: `${lines.length} lines for ${input.length} rows` }];
  }
  const ids = idsByStreet(record);
  const refused = new Set(
    record.calls.filter(({ status }) => isRefusal(status)).map(({ body }) => streetOf(body)),
  );
  const isSettled = !lines.some(({ status }) => OPEN.includes(status));
  return lines.flatMap((line, at): Breach[] => {
    const person = input[at] ?? {};
    const { status, customerId, cells, row, errors } = line;
    const street = person[STREET] ?? '';
    const own = ids.get(street) ?? [];
    const what = `row ${row} (${street}): ${status} ${customerId} ${errors}; Bond has ${own.join(', ') || 'none'}`;
    const found: Breach[] = [];
    const breaks = (law: Breach['law']): void => void found.push({ law, what });
    if (row !== at + 1 || cells[STREET] !== street) breaks('lines');
    // A duplicate may show the customer of its own person; nobody ever shows another's.
    const mayHaveNone = status === 'duplicate' && customerId === '';
    const hasId = HAS_ID.includes(status) || status === 'duplicate';
    if (hasId ? !mayHaveNone && !own.includes(customerId) : customerId !== '') breaks('mispaired');
    switch (status) {
      case 'rejected': {
        const isAnother = /another|other/.test(errors);
        const isTold = isSettledByAPerson(own, errors) || isForBondToSay(errors);
        if (!isTold && (own.length > 0 || !(refused.has(street) || isAnother))) breaks('refusal');
        break;
      }
      case 'invalid':
        if (/^\d{4}-\d\d-\d\d$/.test(person['Date of Birth'] ?? '')) breaks('refusal');
        break;
      case 'duplicate': {
        const isSecond = input.slice(0, at).some((each) => each[ID] === person[ID]);
        if (!isSecond) breaks('refusal');
        break;
      }
      case 'failed':
      case 'pending':
        if (own.length > 0 && !isRewritten(street, person[ID])) breaks('absence');
        break;
      case 'created':
      case 'existing':
      case 'unknown':
        break;
      default:
        breaks('lines');
    }
    const isShown =
      own.length === 0 ||
      own.includes(customerId) ||
      status === 'duplicate' ||
      isSettledByAPerson(own, errors) ||
      (status === 'rejected' && refused.has(street) && isForBondToSay(errors));
    if (isSettled && !isShown) breaks('lost');
    return found;
  });
}

/** What no program can settle: the row says which customer a person must look at. */
function isSettledByAPerson(ids: readonly string[], errors: string): boolean {
  return ids.some((id) => errors.includes(id));
}

/** Bond refuses the id as known, and never shows whose it is: the row says that only Bond can tell. */
function isForBondToSay(errors: string): boolean {
  return /list does not show which.*ask Bond/.test(errors);
}

function code({ code: given, lines = [], disturbed, said }: Command): Breach[] {
  const has = (statuses: readonly string[]) => lines.some(({ status }) => statuses.includes(status));
  const isTrue = {
    0: () => !has([...OPEN, 'invalid', 'duplicate', 'rejected']),
    1: () => true,
    2: () => !has(OPEN) && has(['invalid', 'duplicate', 'rejected']),
    75: () => has(OPEN),
  };
  const known = ([0, 1, 2, 75] as const).find((each) => each === given);
  if (disturbed || known === undefined || isTrue[known]()) return [];
  const statuses = lines.map(({ status }) => status).join(' ');
  return [{ law: 'code', what: `code ${given} with ${statuses}: ${said}` }];
}
