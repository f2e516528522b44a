import { PAGE_SIZE } from '../bond/client.js';
import type { ListedCustomer } from '../bond/customer-list.js';
import type { SourceRow } from '../csv/source-row.js';
import type { KeyedRow } from '../customer/payload.js';
import { OperatorError } from '../errors.js';
import { finding } from '../issues/codes.js';
import type { Finding } from '../issues/issue.js';
import { isInDoubt, type Candidate } from '../ledger/facts.js';
import type { State } from '../ledger/key-index.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Outcome } from '../ledger/outcome.js';
import { isAnother, matchOf, type Absent, type Matcher, type Wanted } from './match.js';
import type { RunTools } from './run-tools.js';
import { sweep } from './sweep.js';

/** Customers older than the ledger by more than a day are not ours; a day, for Bond may write times without their zone. */
const CLOCK_DOUBT_MS = 24 * 60 * 60 * 1000;
/** How long a list may lag behind what was created (3 s have been seen), and how often it is looked at again until it shows what is known to exist. */
const LIST_LAG_MS = 5000;
const MAX_LOOKS = 5;
/** As many customer ids as a person will look at. */
const MAX_IDS_SAID = 5;

/** The rows of a file that are in doubt: at most as many are held as the ledger doubts. */
export async function collectWanted(
  batches: AsyncIterable<readonly SourceRow[]>,
  read: (row: SourceRow) => KeyedRow,
  { ledger, fingerprint }: Matcher,
): Promise<Map<string, Wanted>> {
  const { index } = ledger;
  const wanted = new Map<string, Wanted>();
  index.startPass();
  for await (const batch of batches) {
    for (const row of batch) {
      const keyed = read(row);
      const { key, id } = keyed;
      const entry = key === null ? -1 : index.find(key);
      if (key === null || entry < 0) continue;
      if (index.claim(entry, row.row) !== row.row || !isInDoubt(index.state(entry))) continue;
      const reading = keyed.reading();
      const isCustomer =
        reading.kind === 'customer' &&
        ledger.likenessOf(entry, fingerprint.of(key, reading.customer, id)) !== 'other';
      // Copied: its texts may be slices of a piece of the file, and would keep all of it in memory.
      const customer = isCustomer ? structuredClone(reading.customer) : undefined;
      wanted.set(key, { row: row.row, key, id, customer });
    }
  }
  return wanted;
}

export interface SettleOptions {
  /** Read to the end even when no row is in doubt: for keys that are there twice. */
  readonly wholeList?: boolean;
}

/**
 * Settles rows in doubt by reading Bond's customers list, for all of them together: found → its id is adopted; no
 * customer of the list could be the row's → `failed`, to be sent again; else it stays unknown and says whom to look at.
 * A sweep that an earlier run had to leave is gone on with.
 * @returns the rows that are certainly absent and can be sent again
 */
export async function settle(
  wanted: ReadonlyMap<string, Wanted>,
  matcher: Matcher,
  tools: RunTools,
  { wholeList = false }: SettleOptions = {},
): Promise<Absent[]> {
  const { ledger } = matcher;
  const search = new Search(wanted, matcher, tools);
  const left = ledger.sweep;
  if (!left) ledger.startSweep(0);
  let look = left?.look ?? 0;
  let fromPage = (left?.page ?? 0) + 1;
  let isWhole = true;
  for (;;) {
    const result = await sweep(tools, {
      fromPage,
      aboutPages: Math.ceil(ledger.index.size / PAGE_SIZE),
      look: (customers, page) => {
        const found = search.see(customers);
        ledger.swept(page, found);
        return search.open.size > 0 || wholeList;
      },
    });
    if (result === 'stopped') return [];
    isWhole &&= result === 'whole';
    // Who surely is a row's is adopted after one look; that somebody is absent takes more.
    if (isWhole) search.adoptCandidates();
    look++;
    if (search.open.size === 0 || !search.needsSecondLook()) break;
    if ((look > 1 && !search.listLags()) || look >= MAX_LOOKS) break;
    if (!(await tools.stop.wait(Math.max(tools.timeoutMs, LIST_LAG_MS), tools.clock))) return [];
    ledger.startSweep(look);
    fromPage = 1;
  }
  tools.events.settling(undefined);
  const late = new Map([...search.open].filter(([key]) => ledger.sentSinceSweep(ledger.index.entry(key))));
  const absent = await search.conclude(isWhole && !search.listLags(), late);
  ledger.endSweep();
  if (!(await onDisk(ledger, tools))) return [];
  // What was sent after an earlier run had begun this sweep needs one of its own.
  return late.size === 0 ? absent : [...absent, ...(await settle(late, matcher, tools))];
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

/** One search of the list for the customers of rows in doubt. */
class Search {
  /** Not found yet, by key. */
  readonly open: Map<string, Wanted>;
  readonly #matcher: Matcher;
  readonly #tools: RunTools;
  /** By what the list must show of their customer: the folded name, and, where the name was edited since, nothing. */
  readonly #byName = new Map<string, Wanted[]>();
  readonly #edited: Wanted[] = [];
  /** Customers without the row's key that may be the row's: key → id → whether it surely is. */
  readonly #candidates = new Map<string, Map<string, boolean>>();
  /** Known to have been created just now, and not seen in the list yet. */
  readonly #unseen: Set<string>;
  readonly #toldTwice = new Set<string>();

  constructor(wanted: ReadonlyMap<string, Wanted>, matcher: Matcher, tools: RunTools) {
    this.open = new Map(wanted);
    this.#matcher = matcher;
    this.#tools = tools;
    this.#unseen = new Set(tools.createdLately);
    const { ledger, fingerprint } = matcher;
    for (const each of wanted.values()) {
      const person =
        each.customer &&
        fingerprint.person(each.customer.first_name, each.customer.last_name, each.customer.dob);
      const sent = person && ledger.comparedToSent(ledger.index.entry(each.key), person);
      if (!person || sent?.name !== true || sent.dob !== true) this.#edited.push(each);
      else this.#byName.set(person.name, [...(this.#byName.get(person.name) ?? []), each]);
    }
    for (const [key, ids] of ledger.sweep?.candidates ?? []) {
      this.#candidates.set(key, new Map(ids));
    }
  }

  /** Looks at the customers of a page; returns those that may be wanted and do not carry the key. */
  see(customers: readonly ListedCustomer[]): Candidate[] {
    const found: Candidate[] = [];
    for (const listed of customers) {
      if (listed.customerId === '') continue;
      this.#unseen.delete(listed.customerId);
      this.#seeKey(listed);
      for (const wanted of this.#mayBe(listed)) {
        const match = matchOf(wanted, listed, this.#matcher);
        if (match === 'not') continue;
        const { key } = wanted;
        const sure = match === 'surely';
        const known = this.#candidates.get(key) ?? new Map<string, boolean>();
        if (!known.has(listed.customerId)) found.push({ key, customerId: listed.customerId, sure });
        this.#candidates.set(key, known.set(listed.customerId, sure));
      }
    }
    return found;
  }

  /** A second customer is possible where Bond does not keep keys: a list may shift under one look, and a late request may land after it. */
  needsSecondLook(): boolean {
    return [...this.open.values()].some((wanted) => !this.#repeatIsSafe(wanted) || this.#keyExists(wanted));
  }

  /** The list does not show yet what was created a moment ago: that it does not show a customer says nothing. */
  listLags(): boolean {
    return this.open.size > 0 && this.#unseen.size > 0;
  }

  /**
   * Ends every row that is still open as far as the list tells.
   * @param isSure whether what the list did not show is not there
   * @param late rows of which its silence says nothing
   * @returns those that are certainly absent
   */
  async conclude(isSure: boolean, late: ReadonlyMap<string, Wanted>): Promise<Absent[]> {
    const absent: Absent[] = [];
    for (const wanted of this.open.values()) {
      if (late.has(wanted.key)) continue;
      const outcome = await this.#outcomeOf(wanted, isSure);
      if (!outcome) continue;
      this.#matcher.ledger.done(wanted.key, outcome);
      const { customer } = wanted;
      if (outcome.status === 'failed' && customer) absent.push({ ...wanted, customer });
    }
    return absent;
  }

  #seeKey(listed: ListedCustomer): void {
    const { ledger } = this.#matcher;
    const { brandPersonId: key, customerId } = listed;
    const wanted = this.open.get(key);
    if (wanted) {
      if (isAnother(wanted, listed, this.#matcher)) {
        ledger.done(key, {
          status: 'rejected',
          findings: [finding('brand_person_id', 'other_person', { customer_id: customerId })],
        });
      } else this.#adopt(wanted, customerId);
      this.open.delete(key);
      return;
    }
    const entry = key === '' ? -1 : ledger.index.find(key);
    if (entry < 0 || !hasCustomer(ledger.index.state(entry))) return;
    const known = ledger.index.customerId(entry);
    if (known === customerId || this.#toldTwice.has(key)) return;
    this.#toldTwice.add(key);
    ledger.seenTwice(key, [known, customerId]);
    this.#tools.events.seenTwice({ key, customerIds: [known, customerId], row: ledger.index.rowOf(entry) });
  }

  /** Rows that a customer without their key could be, as far as its name tells. */
  #mayBe(listed: ListedCustomer): Wanted[] {
    const { ledger, fingerprint } = this.#matcher;
    if (listed.createdAtMs !== null && listed.createdAtMs < ledger.bornAtMs - CLOCK_DOUBT_MS) return [];
    const { brandPersonId, firstName, lastName, dob } = listed;
    // The key of another row: this customer is theirs.
    if (brandPersonId !== '' && ledger.index.find(brandPersonId) >= 0) return [];
    const named =
      firstName === '' || lastName === ''
        ? [...this.#byName.values()].flat()
        : (this.#byName.get(fingerprint.person(firstName, lastName, dob).name) ?? []);
    return [...named, ...this.#edited].filter(
      ({ key }) =>
        this.open.has(key) &&
        // Where keys are not sent or not kept, Bond may give one of its own.
        (brandPersonId === '' || ledger.echoes !== true || !ledger.sentWithKey(ledger.index.entry(key))),
    );
  }

  /** Adopts the one customer that surely is a row's, when no other row wants it and it is nobody's yet. */
  adoptCandidates(): void {
    const all = [...this.#candidates.values()].flatMap((ids) => [...ids.keys()]);
    const owned = this.#matcher.ledger.index.customerIdsAmong(new Set(all));
    const claims = new Map<string, number>();
    for (const [key, ids] of this.#candidates) {
      for (const id of ids.keys()) {
        if (owned.has(id)) ids.delete(id);
        else if (this.open.has(key) && ids.get(id) === true) claims.set(id, (claims.get(id) ?? 0) + 1);
      }
    }
    for (const [key, wanted] of [...this.open]) {
      const sure = [...(this.#candidates.get(key) ?? [])].filter(([, isSure]) => isSure);
      const [only] = sure;
      if (!only || sure.length > 1 || claims.get(only[0]) !== 1) continue;
      this.#adopt(wanted, only[0]);
      this.open.delete(key);
    }
  }

  #adopt({ key }: Wanted, customerId: string): void {
    const { ledger } = this.#matcher;
    const state = ledger.index.state(ledger.index.entry(key));
    ledger.done(key, { status: state === 'keyExists' ? 'existing' : 'created', customerId });
  }

  /** How a row ends that the list does not show; undefined when it stays as it is. */
  async #outcomeOf(wanted: Wanted, isSure: boolean): Promise<Outcome | undefined> {
    const { ledger } = this.#matcher;
    const entry = ledger.index.entry(wanted.key);
    const state = ledger.index.state(entry);
    const ids = [...(this.#candidates.get(wanted.key)?.keys() ?? [])].slice(0, MAX_IDS_SAID);
    if (this.#keyExists(wanted)) {
      if (!isSure) return undefined;
      // Seen to the end twice: looking again will show no more, and Bond's words may have meant something else.
      const notListed = finding('brand_person_id', 'not_listed', { customer_ids: ids });
      const words = (await this.#lastFindings(entry)).filter(({ args }) => 'message' in args);
      return { status: 'rejected', findings: [notListed, ...words] };
    }
    if (!this.#repeatIsSafe(wanted)) {
      const doubt = state === 'repeatRefused' ? state : 'noAnswer';
      if (ids.length > 0) {
        return { status: 'unknown', doubt, findings: [finding('', 'may_be', { customer_ids: ids })] };
      }
      if (!isSure) {
        const why = "Bond's customers list does not end, or lags behind what was created";
        return { status: 'unknown', doubt, findings: [finding('', 'in_doubt', { why })] };
      }
    }
    if (state !== 'repeatRefused') return { status: 'failed', findings: [finding('', 'not_created', {})] };
    const findings = await this.#lastFindings(entry);
    return findings.length > 0 ? { status: 'rejected', findings } : undefined;
  }

  /** What Bond said of a row in doubt. */
  async #lastFindings(entry: number): Promise<readonly Finding[]> {
    const { ledger } = this.#matcher;
    if (!(await onDisk(ledger, this.#tools))) return [];
    const last = await ledger.lastOutcome(entry);
    return last?.status === 'unknown' ? last.findings : [];
  }

  #keyExists({ key }: Wanted): boolean {
    const state = this.#matcher.ledger.index.state(this.#matcher.ledger.index.entry(key));
    return state === 'keyExists' || state === 'keyExistsAfterOurTry';
  }

  #repeatIsSafe({ key }: Wanted): boolean {
    const { ledger } = this.#matcher;
    return this.#tools.sendsKey && ledger.repeatIsSafe && ledger.sentWithKey(ledger.index.entry(key));
  }
}

function hasCustomer(state: State): boolean {
  return state === 'created' || state === 'existing';
}
