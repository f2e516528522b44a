import { count, plural, span } from '../words.js';
import { brief, markup, type Content, type Markup } from './markup.js';
import type { EarlierRun, RunReport } from './run-report.js';
import { moment } from './times.js';
import { groupsOf } from '../tally.js';

/** With more of them a page would not go on two sheets; `bond-import runs` has them all. */
const MOST_RUNS = 6;

export function runsBefore({ earlier }: RunReport): Markup {
  const older = earlier.length - MOST_RUNS;
  return markup`<section>
<h2>The runs before</h2>
<table class="runs">
<thead><tr><th scope="col">Began</th><th scope="col">Ended</th></tr></thead>
<tbody>
${earlier.slice(0, MOST_RUNS).map(runRow)}</tbody>
</table>
${older > 0 ? markup`<p class="note">And ${count(older)} older: <code>bond-import runs</code> lists them all.</p>` : undefined}
</section>`;
}

function runRow({ command, startedAt, host, user, end }: EarlierRun): Markup {
  return markup`<tr>
<th scope="row">${moment(startedAt)} <small>${command} on ${brief(host)}, by ${user}</small></th>
<td>${end ? endOf(end) : 'without a word: it was killed, or its machine went down'}</td>
</tr>
`;
}

function endOf(end: NonNullable<EarlierRun['end']>): string {
  const { withCustomer, needPerson, goOn } = groupsOf(end.counts);
  return [
    `exit code ${end.exitCode} after ${span(end.durationMs)}, ${plural(end.calls, 'call')}: `,
    `${count(withCustomer)} with customer, ${count(needPerson)} for a person, ${count(goOn)} to go on`,
  ].join('');
}

/** What an auditor asks a year later. */
export function evidence({ startedAt, durationMs, evidence: known }: RunReport): Markup {
  const { input, results, ledger, target, repairs, version, host, user } = known;
  const endedAt = new Date(startedAt.getTime() + durationMs);
  const settings = Object.entries(known.settings).map(
    ([flag, value]) => markup`<code>${flag} ${value}</code> `,
  );
  return markup`<section>
<h2>Evidence</h2>
<dl class="evidence">
${fact('Input', markup`${brief(input.name)}, ${plural(input.bytes, 'byte')}<br>SHA-256 <code>${input.sha256}</code>`)}
${results && fact('Results', markup`${brief(results.name)}<br>SHA-256 <code>${results.sha256}</code>`)}
${ledger === undefined ? undefined : fact('Ledger', brief(ledger))}
${target && fact('Target', [target.environment, ': ', target.url, target.brand && `, brand ${target.brand}`])}
${fact('Began and ended', `${moment(startedAt)} – ${moment(endedAt)}`)}
${fact('Settings', settings.length > 0 ? settings : 'all as they are by default')}
${fact('Repairs agreed to', repairs.length > 0 ? repairs.join(', ') : 'none')}
${fact('Made by', `bond-import ${version}, on ${brief(host)}, as ${user}`)}
</dl>
</section>`;
}

function fact(name: string, value: Content): Markup {
  return markup`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}
