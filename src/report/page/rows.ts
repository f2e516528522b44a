import { CODES, isCode } from '../../issues/codes.js';
import { STATUSES, type Status } from '../../ledger/outcome.js';
import { count, plural } from '../words.js';
import { brief, markup, type Content, type Markup } from './markup.js';
import type { CommonError } from '../tally.js';
import type { RunReport } from './run-report.js';
import { groupsOf } from '../tally.js';
import { goingOn, share } from './verdict.js';

const MEANING: Readonly<Record<Status, string>> = {
  created: 'this ledger created the customer',
  existing: 'Bond had the customer already',
  invalid: 'fails a check here; not sent',
  duplicate: 'repeats the id of an earlier row; not sent',
  rejected: 'Bond refused it',
  failed: 'given up for now, certainly not created',
  unknown: 'perhaps created; the next run settles it',
  pending: 'not reached yet',
};

export function byStatus({ counts, rows, command }: RunReport): Markup {
  const present = STATUSES.filter((status) => counts[status] > 0);
  const row = (status: Status): Markup => {
    const meaning = status === 'pending' && command === 'validate' ? 'right; ready to send' : MEANING[status];
    return markup`<tr>
<th scope="row"><span class="swatch ${status}"></span>${status} <small>${meaning}</small></th>
<td class="number">${count(counts[status])}</td><td class="number">${share(counts[status], rows)}</td>
</tr>
`;
  };
  return markup`<section>
<h2>Rows by status</h2>
${statusBar(present.map((status) => ({ status, part: counts[status] / rows })))}
<table>
<thead><tr><th scope="col">Status</th><th scope="col" class="number">Rows</th><th scope="col" class="number">Share</th></tr></thead>
<tbody>
${present.map(row)}</tbody>
</table>
</section>`;
}

/** On a telephone, two pixels: a few rows among many are to be seen. */
const LEAST_PART = 0.006;

function statusBar(parts: readonly { readonly status: Status; readonly part: number }[]): Markup {
  const seen = parts.map(({ status, part }) => ({ status, part: Math.max(part, LEAST_PART) }));
  const whole = seen.reduce((sum, { part }) => sum + part, 0);
  let from = 0;
  const rects: Markup[] = [];
  for (const { status, part } of seen) {
    const width = (part / whole) * 100;
    rects.push(
      markup`<rect class="${status}" x="${from.toFixed(3)}%" width="${width.toFixed(3)}%" height="14"/>`,
    );
    from += width;
  }
  return markup`<svg class="bar" width="100%" height="14" role="img" aria-label="Shares of the rows by status">${rects}</svg>`;
}

/** Every row of the file is in one of three sums, and that is shown, not claimed. */
export function reconciliation(report: RunReport): Markup {
  const { rows, expectedRows } = report;
  const { withCustomer, needPerson, goOn } = groupsOf(report.counts);
  const sum = withCustomer + needPerson + goOn;
  const line = (name: string, value: string, kind = ''): Markup =>
    markup`<tr class="${kind}"><th scope="row">${name}</th><td class="number">${value}</td></tr>`;
  return markup`<section>
<h2>Reconciliation</h2>
<table>
<tbody>
${line('with customer', count(withCustomer))}
${line('need a person', `+ ${count(needPerson)}`)}
${line(goingOn(report).toLowerCase(), `+ ${count(goOn)}`)}
${line('together', count(sum), 'total')}
${line('rows in the file', count(rows))}
${line('difference', count(sum - rows), sum === rows ? 'total' : 'total off')}
${expectedRows === undefined ? undefined : line('rows expected', count(expectedRows), rows === expectedRows ? '' : 'off')}
</tbody>
</table>
</section>`;
}

export function errors({ errors: list, otherKinds }: RunReport): Markup {
  const most = Math.max(...list.map(({ rows }) => rows));
  return markup`<section>
<h2>Commonest errors</h2>
<table class="errors">
<thead><tr><th scope="col" class="number">Rows</th><th scope="col">Error, rows for example, cure</th></tr></thead>
<tbody>
${list.map((error) => errorRow(error, most))}</tbody>
</table>
${otherKinds > 0 ? markup`<p class="note">And ${plural(otherKinds, 'kind')} more, all in the results CSV.</p>` : undefined}
</section>`;
}

function errorRow({ column, code, message, rows, exampleRows }: CommonError, most: number): Markup {
  const words = message.startsWith(`${column}: `) ? message.slice(column.length + 2) : undefined;
  const what = words === undefined ? message : markup`<b><bdi>${brief(column)}</bdi></b>: ${words}`;
  const more = rows > exampleRows.length ? ', …' : '';
  const examples = `${exampleRows.length === 1 ? 'row' : 'rows'} ${exampleRows.map(count).join(', ')}${more}`;
  const part = ((rows / most) * 100).toFixed(3);
  return markup`<tr><td class="number">${count(rows)}</td><td>
<div class="error"><p>${what} <code>${code}</code></p> <p class="examples">${examples}</p></div>
${isCode(code) ? markup`<p class="cure">${withCode(CODES[code].cure)}</p>` : undefined}
<svg class="share" width="100%" height="2" aria-hidden="true"><rect width="2" height="2"/><rect width="${part}%" height="2"/></svg>
</td></tr>
`;
}

/** The registry writes commands as Markdown does, between backticks. */
function withCode(text: string): Content[] {
  return text.split('`').map((part, at) => (at % 2 === 0 ? part : markup`<code>${part}</code>`));
}
