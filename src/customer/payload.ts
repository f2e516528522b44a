import { blame, damageOf, isDamaged } from './blame.js';
import type { Address, Customer } from './customer.js';
import type { SourceRow } from '../csv/source-row.js';
import { finding, type Code } from '../issues/codes.js';
import type { Args, Finding, Issue, Repair } from '../issues/issue.js';
import { compileDates, isIsoDay } from './dates.js';
import type { Change, Draft } from './draft.js';
import { compileDraft } from './draft.js';
import { keyOfExternalId, keyOfNameAndDob, keyOfOwn } from './identity.js';
import { cleanText, readUuid } from './normalise.js';
import type { ColumnPlan, KeyPlan } from '../columns/plan.js';
import type { CustomerRules, Rules } from './schema.js';
import { customerRules } from './schema.js';

/** What the operator chose for the making of customers. */
export interface CustomerOptions {
  readonly rules: Rules;
  /** The spreadsheet damage that may be mended. */
  readonly repair: ReadonlySet<Repair>;
}

/** A row as a customer, or as everything that is wrong with it. */
export type Reading =
  | {
      readonly kind: 'customer';
      readonly key: string;
      readonly customer: Customer;
      /** Payload address index → index into `plan.addresses`. */
      readonly groups: readonly number[];
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
}

/**
 * Compiles plan and options once; the function it gives is pure and never throws for a row.
 * @param observe is told each cell that normalisation or repair changed
 * @throws OperatorError when the plan's date format cannot be used
 */
export function compileReader(
  plan: ColumnPlan,
  options: CustomerOptions,
  observe?: (change: Change) => void,
): (row: SourceRow) => KeyedRow {
  const dates = compileDates(plan.dateFormat);
  const rules = customerRules(options.rules, dates);
  const draftOf = compileDraft(plan, options.repair, dates, observe);

  const observeKey = (row: SourceRow): void => {
    if (observe === undefined || plan.key.by === 'name_dob') return;
    const { by, header, index } = plan.key;
    const id = idOf(plan.key, row);
    if (id !== '' && id !== row.cells[index]) observe({ field: by, column: header, kind: 'normalised' });
  };

  const readingOf = (row: SourceRow, draft: Draft, key: string | null): Reading => {
    observeKey(row);
    const findings = row.cells.some(isDamaged) ? damageOf(plan, draft.groups, row) : [];
    findings.push(...draft.findings);
    if (key === null && plan.key.by !== 'name_dob')
      findings.push(keyFinding(plan.key.by, idOf(plan.key, row)));
    const customer = customerOf(rules, draft, findings);
    if (customer !== undefined && key !== null && findings.length === 0) {
      return { kind: 'customer', key, customer, groups: draft.groups };
    }
    return { kind: 'invalid', key, issues: blame(plan, draft.groups, row, findings), groups: draft.groups };
  };

  return (row) => {
    if (row.malformed !== undefined) {
      const reading = refused(row.malformed.code, row.malformed.args);
      return { key: null, id: '', reading: () => reading };
    }
    let draft: Draft | undefined;
    let reading: Reading | undefined;
    const id = plan.key.by === 'name_dob' ? '' : idOf(plan.key, row);
    const key =
      plan.key.by === 'name_dob' ? keyOfPerson((draft = draftOf(row)).person) : keyOfId(plan.key.by, id);
    return {
      key,
      id: plan.key.by === 'external_id' ? id : '',
      reading: () => (reading ??= readingOf(row, (draft ??= draftOf(row)), key)),
    };
  };
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

/** The text of the key cell; '' when there is none. */
function idOf(key: Exclude<KeyPlan, { by: 'name_dob' }>, { cells }: SourceRow): string {
  const text = cleanText(cells[key.index] ?? '');
  return key.by === 'brand_person_id' ? readUuid(text) : text;
}

/** An id that a spreadsheet has shortened: many persons may share what is left of it. */
const SHORTENED = /^\d\.\d+E\+\d+$/i;

function keyOfId(by: 'brand_person_id' | 'external_id', id: string): string | null {
  return SHORTENED.test(id) || isDamaged(id)
    ? null
    : by === 'external_id'
      ? keyOfExternalId(id)
      : keyOfOwn(id);
}

function keyOfPerson(person: Draft['person']): string | null {
  const dob = sound(person['dob']);
  return keyOfNameAndDob(sound(person['first_name']), sound(person['last_name']), isIsoDay(dob) ? dob : '');
}

/** The text of a value that may go into a key; '' when it is not there or damaged. */
function sound(value: string | boolean | undefined): string {
  return typeof value === 'string' && !isDamaged(value) ? value : '';
}

function keyFinding(by: 'brand_person_id' | 'external_id', id: string): Finding {
  return id === '' ? finding(by, 'required', {}) : finding(by, `${by}_format`, { is: id });
}
