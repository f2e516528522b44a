import type { SourceRow } from '../csv/source-row.js';
import { placesOf, type ColumnPlan, type Origin } from '../columns/plan.js';
import { finding } from '../issues/codes.js';
import type { Args, Finding, Issue } from '../issues/issue.js';
import { compileOwnMask, shortenLikeSsn } from './mask.js';

/**
 * Gives each finding of a row the operator's own header, in the order of the file; of several at one path the first.
 * @param groups payload address index → index into `plan.addresses`, for this row
 */
export function blame(
  plan: ColumnPlan,
  groups: readonly number[],
  row: SourceRow,
  findings: readonly Finding[],
): Issue[] {
  const maskOwn = compileOwnMask(plan, row);
  const byPath = new Map<string, Finding>();
  for (const each of findings) if (!byPath.has(each.path)) byPath.set(each.path, each);
  return [...byPath.values()]
    .map((found) => ({ found, place: placeOf(plan, groups, found.path) }))
    .sort((a, b) => a.place.index - b.place.index)
    .map(({ found, place }) => ({
      column: place.column,
      ...(!place.known && found.code === 'required' ? finding(found.path, 'column_missing', {}) : found),
      args: masked(found.args, (text) => shortenLikeSsn(maskOwn(text))),
    }));
}

function masked(args: Args, mask: (text: string) => string): Args {
  return Object.fromEntries(
    Object.entries(args).map(([name, arg]) => [name, typeof arg === 'string' ? mask(arg) : arg]),
  );
}

interface Place {
  readonly column: string;
  /** For the order: the column's index, or one past the last. */
  readonly index: number;
  /** Whether the file or the mapping says anything of the field. */
  readonly known: boolean;
}

function placeOf(plan: ColumnPlan, groups: readonly number[], path: string): Place {
  const [head = '', number = '0', field = 'street'] = path.split('.');
  const group = groups[Number(number)] ?? Number(number);
  const address = head === 'addresses';
  const origins: Readonly<Partial<Record<string, Origin>>> = address
    ? (plan.addresses[group]?.origins ?? {})
    : plan.person;
  const name = address ? field : head;
  if (plan.key.by !== 'name_dob' && plan.key.by === path)
    return { column: plan.key.header, index: plan.key.index, known: true };
  const origin = origins[name];
  const [first] = origin === undefined ? [] : placesOf(origin);
  if (first !== undefined && origin !== undefined && origin.from !== 'constant')
    return { column: origin.header, index: first.index, known: true };
  return {
    column: address ? headerFor(plan, group, field) : head,
    index: plan.headers.length,
    known: origin !== undefined,
  };
}

/** The header that a column for the field would have to have. */
function headerFor(plan: ColumnPlan, group: number, field: string): string {
  const type = plan.addresses[group]?.type;
  if (type !== undefined) return `${type.toLowerCase()}_${field}`;
  return group === 0 ? field : `address${group + 1}_${field}`;
}
