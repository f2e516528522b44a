import type { ListedCustomer } from '../bond/customer-list.js';
import type { SourceRow } from '../csv/source-row.js';
import type { Customer } from '../customer/customer.js';
import type { KeyedRow } from '../customer/payload.js';
import { OperatorError } from '../errors.js';
import { finding } from '../issues/codes.js';
import { isInDoubt } from '../ledger/facts.js';
import type { Ledger } from '../ledger/ledger.js';
import type { RunTools } from './run-tools.js';
import { isSameWithoutKey, likeness } from './same-person.js';
import { sweep } from './sweep.js';

/** A row whose customer may exist. */
export interface Wanted {
  readonly row: number;
  readonly key: string;
  readonly customer: Customer;
  /** The external id that the key is made of; '' when it is not. */
  readonly id: string;
}

/** Customers older than the ledger by more than a day are not ours; a day, for Bond may write times without their zone. */
const CLOCK_DOUBT_MS = 24 * 60 * 60 * 1000;

/** The rows of a file that are in doubt: at most as many are held as the ledger doubts. */
export async function collectWanted(
  batches: AsyncIterable<readonly SourceRow[]>,
  read: (row: SourceRow) => KeyedRow,
  ledger: Ledger,
): Promise<Map<string, Wanted>> {
  const wanted = new Map<string, Wanted>();
  for await (const batch of batches) {
    for (const row of batch) {
      const keyed = read(row);
      const entry = keyed.key === null ? -1 : ledger.index.find(keyed.key);
      if (entry < 0 || !isInDoubt(ledger.index.state(entry))) continue;
      const reading = keyed.reading();
      if (reading.kind === 'invalid' || wanted.has(reading.key)) continue;
      // Copied: its texts may be slices of a piece of the file, and would keep all of it in memory.
      wanted.set(reading.key, {
        row: row.row,
        key: reading.key,
        id: keyed.id,
        customer: structuredClone(reading.customer),
      });
    }
  }
  return wanted;
}

/**
 * Settles rows in doubt by reading Bond's customers list, once for all of them: found → its id is adopted when
 * it is the same person; certainly absent → `failed`, to be sent again; else it stays unknown.
 * @returns the rows that are certainly absent
 */
export async function settle(
  wanted: ReadonlyMap<string, Wanted>,
  ledger: Ledger,
  tools: RunTools,
): Promise<Wanted[]> {
  const open = new Map(wanted);
  // Where Bond keeps our keys, a repeat is harmless and one look will do. Where it does not, a second customer is
  // possible: a list may shift under one look, and a late request may land after it.
  const repeatIsSafe = tools.sendsKey && ledger.echoes === true;
  const byBirthDate = repeatIsSafe ? new Map<string, Wanted[]>() : groupByBirthDate(wanted);
  const keyless = new Map<string, ListedCustomer[]>();
  let complete = true;
  for (let look = 0; look < (repeatIsSafe ? 1 : 2) && open.size > 0; look++) {
    if (look > 0 && !(await tools.stop.wait(tools.timeoutMs, tools.clock))) return [];
    const swept = await sweep(tools, (found) => {
      adoptByKey(found, open, ledger);
      if (mayBeKeyless(found, ledger, tools)) matchWithoutKey(found, byBirthDate, keyless);
      return open.size > 0;
    });
    if (swept === 'stopped') return [];
    complete &&= swept === 'whole' || repeatIsSafe;
  }
  tools.events.settling(undefined);
  adoptKeyless(keyless, open, ledger);
  const absent: Wanted[] = [];
  for (const each of open.values()) {
    if (!keyless.has(each.key) && complete && (await endAbsent(each, ledger, tools))) absent.push(each);
  }
  return (await onDisk(ledger, tools)) ? absent : [];
}

/** Waits for the disk; what cannot be written stops the run, and the results still say what is known. */
async function onDisk(ledger: Ledger, { stop }: RunTools): Promise<boolean> {
  try {
    await ledger.sync();
    return true;
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    stop.ask(error);
    return false;
  }
}

function adoptByKey(found: ListedCustomer, open: Map<string, Wanted>, ledger: Ledger): void {
  const wanted = open.get(found.brandPersonId);
  if (!wanted) return;
  const like = likeness(wanted.customer, found);
  if (like === 'same') adopt(wanted, found, ledger);
  else if (like === 'other') {
    ledger.done(wanted.key, {
      status: 'rejected',
      findings: [finding('brand_person_id', 'other_person', { customer_id: found.customerId })],
    });
  } else return;
  open.delete(wanted.key);
}

function groupByBirthDate(wanted: ReadonlyMap<string, Wanted>): Map<string, Wanted[]> {
  const groups = new Map<string, Wanted[]>();
  for (const each of wanted.values()) {
    const group = groups.get(each.customer.dob);
    if (group) group.push(each);
    else groups.set(each.customer.dob, [each]);
  }
  return groups;
}

/** Bond may have dropped our key, or, where keys are not sent or not kept, have given one of its own. */
function mayBeKeyless(found: ListedCustomer, ledger: Ledger, { sendsKey }: RunTools): boolean {
  if (found.createdAtMs !== null && found.createdAtMs < ledger.bornAtMs - CLOCK_DOUBT_MS) return false;
  if (found.brandPersonId === '') return true;
  return (!sendsKey || ledger.echoes === false) && ledger.index.find(found.brandPersonId) < 0;
}

/** Only the person's own data can tell. */
function matchWithoutKey(
  found: ListedCustomer,
  byBirthDate: ReadonlyMap<string, Wanted[]>,
  keyless: Map<string, ListedCustomer[]>,
): void {
  for (const wanted of byBirthDate.get(found.dob) ?? []) {
    if (!isSameWithoutKey(wanted.customer, found)) continue;
    const matches = keyless.get(wanted.key) ?? [];
    if (!matches.some((match) => match.customerId === found.customerId))
      keyless.set(wanted.key, [...matches, found]);
  }
}

/** Adopts a match that is the only one of its row, wanted by no other row, and not the customer of a row already. */
function adoptKeyless(
  keyless: ReadonlyMap<string, ListedCustomer[]>,
  open: Map<string, Wanted>,
  ledger: Ledger,
): void {
  const claims = [...keyless.values()].flat().map((match) => match.customerId);
  const owned = ledger.index.customerIdsAmong(new Set(claims));
  for (const [key, matches] of keyless) {
    const wanted = open.get(key);
    const [only] = matches;
    if (!wanted || !only || matches.length > 1 || owned.has(only.customerId)) continue;
    if (claims.filter((claim) => claim === only.customerId).length > 1) continue;
    adopt(wanted, only, ledger);
    open.delete(key);
  }
}

function adopt({ key }: Wanted, found: ListedCustomer, ledger: Ledger): void {
  const state = ledger.index.state(ledger.index.entry(key));
  ledger.done(key, { status: state === 'keyExists' ? 'existing' : 'created', customerId: found.customerId });
}

/** A row that the whole list does not show; true when it may be sent again. */
async function endAbsent({ key }: Wanted, ledger: Ledger, tools: RunTools): Promise<boolean> {
  const entry = ledger.index.entry(key);
  switch (ledger.index.state(entry)) {
    case 'sent':
    case 'noAnswer':
      ledger.done(key, {
        status: 'failed',
        findings: [finding('', 'not_created', {})],
      });
      return true;
    case 'repeatRefused': {
      if (!(await onDisk(ledger, tools))) return false;
      const last = await ledger.lastOutcome(entry);
      if (last?.status === 'unknown') {
        ledger.done(key, { status: 'rejected', findings: last.findings });
      }
      return false;
    }
    // Bond says that the key is taken and does not show by whom: that is for the next look.
    case 'keyExists':
    case 'keyExistsAfterOurTry':
    case 'none':
    case 'created':
    case 'existing':
    case 'rejected':
    case 'failed':
      return false;
  }
}
