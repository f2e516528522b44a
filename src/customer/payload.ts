import { placesOf, type ColumnPlan } from '../columns/plan.js';
import { blame } from './blame.js';
import type { Address, Customer, Omittable } from './customer.js';
import type { Malformed, SourceRow } from '../csv/source-row.js';
import { finding, type Code } from '../issues/codes.js';
import type { Args, Finding, Issue, Repair } from '../issues/issue.js';
import { compileDates, isIsoDay } from './dates.js';
import type { Change, Draft } from './draft.js';
import { compileDraft, OPTIONAL } from './draft.js';
import { keyOfNameAndDob } from './identity.js';
import { compileKey, type KeyCell } from './key-cell.js';
import type { CustomerRules, RuleChoice } from './schema.js';
import { customerRules } from './schema.js';

/** What the operator chose for the making of customers. */
export interface CustomerOptions extends RuleChoice {
  /** The spreadsheet damage that may be mended. */
  readonly repair: ReadonlySet<Repair>;
  /** Optional fields that are left out where they are invalid. */
  readonly omitInvalid?: ReadonlySet<Omittable>;
  /** YYYY-MM-DD: nobody is born later. */
  readonly today: string;
}

/** A row as a customer, or as everything that is wrong with it. */
export type Reading =
  | {
      readonly kind: 'customer';
      readonly key: string;
      readonly customer: Customer;
      /** Payload address index → index into `plan.addresses`. */
      readonly groups: readonly number[];
      /** Cells that were left out because they are invalid, with the operator's consent. */
      readonly omitted: readonly Issue[];
    }
  | {
      readonly kind: 'invalid';
      /** null when the row does not tell it. */
      readonly key: string | null;
      /** In the order of the file, each with its column; at most one for a path. */
      readonly issues: readonly Issue[];
      readonly groups: readonly number[];
    };

/** A row whose key is known; the rest of it is read when it is asked for, and of a row that is done it never is. */
export interface KeyedRow {
  /** null when the row does not tell it. */
  readonly key: string | null;
  /** The external id that the key is made of, as it stands in the file; '' when keys are made otherwise. */
  readonly id: string;
  reading(): Reading;
  /** Cells that were left out because they are invalid, with the operator's consent; without any consent nothing is read for it. */
  omitted(): readonly Issue[];
}

/** Is told what shows while rows are read. */
interface ReadObserver {
  /** Each cell that normalisation or repair changed. */
  readonly onChange?: (change: Change) => void;
  /** The customer of each row that is one, when the row is read. */
  readonly onCustomer?: (customer: Customer) => void;
}

/**
 * Compiles plan and options once; the function it gives is pure and never throws for a row.
 * @throws OperatorError when the plan's date format cannot be used
 */
export function compileReader(
  plan: ColumnPlan,
  options: CustomerOptions,
  { onChange, onCustomer }: ReadObserver = {},
): (row: SourceRow) => KeyedRow {
  const dates = compileDates(plan.dateFormat, options.today);
  const rules = customerRules(options, dates);
  const draftOf = compileDraft(plan, options.repair, dates, onChange);
  const readKey = compileKey(plan);
  const omits: ReadonlySet<string> = options.omitInvalid ?? new Set();

  const observeKey = (row: SourceRow, id: string): void => {
    if (onChange === undefined || plan.key.by === 'name_dob') return;
    const { by, header, index } = plan.key;
    if (id !== '' && id !== row.cells[index]) onChange({ field: by, column: header, kind: 'normalised' });
  };

  const readingOf = (row: SourceRow, draft: Draft, key: string | null, own: KeyCell): Reading => {
    observeKey(row, own.id);
    const { groups } = draft;
    const findings = [...(own.flaw ? [own.flaw] : []), ...draft.findings];
    let customer = customerOf(rules, draft, findings);
    if (findings.length === 0 && customer !== undefined && key !== null) {
      onCustomer?.(customer);
      return { kind: 'customer', key, customer, groups, omitted: [] };
    }
    const omitted = findings.filter(({ path }) => omits.has(fieldOf(path)));
    if (omitted.length > 0 && omitted.length === findings.length) {
      customer = customerOf(rules, without(draft, omitted), []);
    }
    if (customer === undefined || key === null || omitted.length < findings.length)
      return { kind: 'invalid', key, issues: blame(plan, groups, row, findings), groups };
    onCustomer?.(customer);
    const notes = omitted.map(({ path, code }) => finding(path, 'omitted', { reason: code }));
    return { kind: 'customer', key, customer, groups, omitted: blame(plan, groups, row, notes) };
  };

  return (row) => {
    if (row.malformed !== undefined && !isShortAtItsEnd(plan, row.malformed)) {
      const reading = refused(row.malformed.code, row.malformed.args);
      return { key: null, id: '', reading: () => reading, omitted: () => [] };
    }
    let draft: Draft | undefined;
    let reading: Reading | undefined;
    const own = readKey(row);
    const key = plan.key.by === 'name_dob' ? keyOfPerson((draft = draftOf(row)).person) : own.key;
    const read = (): Reading => (reading ??= readingOf(row, (draft ??= draftOf(row)), key, own));
    return {
      key,
      id: plan.key.by === 'external_id' ? own.id : '',
      reading: read,
      omitted() {
        if (omits.size === 0) return [];
        const whole = read();
        return whole.kind === 'customer' ? whole.omitted : [];
      },
    };
  };
}

/** A calling code goes with its number. */
function fieldOf(path: string): string {
  return path === 'phone_country_code' ? 'phone' : path;
}

function without(draft: Draft, omitted: readonly Finding[]): Draft {
  const fields = new Set(omitted.map(({ path }) => fieldOf(path)));
  const person = Object.entries(draft.person).filter(([field]) => !fields.has(fieldOf(field)));
  return { ...draft, person: Object.fromEntries(person), findings: [] };
}

/** Excel does not write the empty cells at the end of a row: nothing is missing when none of them has to be filled. */
function isShortAtItsEnd(plan: ColumnPlan, { code, args }: Malformed): boolean {
  const { cells } = args;
  if (code !== 'too_few_cells' || typeof cells !== 'number') return false;
  const origins = [plan.person, ...plan.addresses.map((address) => address.origins)];
  const needed = origins.flatMap((fields) =>
    Object.entries(fields).flatMap(([field, origin]) => (OPTIONAL.has(field) ? [] : placesOf(origin))),
  );
  return [...needed, ...(plan.key.by === 'name_dob' ? [] : [plan.key])].every(({ index }) => index < cells);
}

/** A row of which nothing can be used. */
function refused(code: Code, args: Args): Reading {
  return { kind: 'invalid', key: null, issues: [{ column: '', path: '', code, args }], groups: [] };
}

/** The customer of a draft; what is wrong with it is added to the findings. */
function customerOf(rules: CustomerRules, draft: Draft, findings: Finding[]): Customer | undefined {
  const person = rules.person(draft.person);
  if ('findings' in person) findings.push(...person.findings);
  const addresses: Address[] = [];
  for (const [index, values] of draft.addresses.entries()) {
    const address = rules.address(values, `addresses.${index}.`);
    if ('findings' in address) findings.push(...address.findings);
    else addresses.push(address.value);
  }
  if (draft.addresses.length === 0) {
    findings.push(finding('addresses', 'address_required', {}));
  } else if (draft.addresses.every((address) => address['is_primary'] === false)) {
    findings.push(finding('addresses.0.is_primary', 'no_primary_address', {}));
  }
  return 'value' in person && findings.length === 0 ? Object.assign(person.value, { addresses }) : undefined;
}

function keyOfPerson({ first_name, last_name, dob }: Draft['person']): string | null {
  if (typeof first_name !== 'string' || typeof last_name !== 'string' || typeof dob !== 'string') return null;
  return isIsoDay(dob) ? keyOfNameAndDob(first_name, last_name, dob) : null;
}
