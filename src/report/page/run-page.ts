import { createHash } from 'node:crypto';
import { count, plural, span } from '../words.js';
import { evidence, runsBefore } from './evidence.js';
import { brief, markup, trusted, type Markup } from './markup.js';
import { holdsOf, paceChart, type Hold } from './pace-chart.js';
import { byStatus, errors, reconciliation } from './rows.js';
import type { RunReport, Traffic } from './run-report.js';
import { STYLE } from './style.js';
import { clock, moment } from './times.js';
import { groupsOf } from '../tally.js';
import { goingOn, share, verdictOf } from './verdict.js';

/** The page's own style is all that a browser may apply to it: no script, no address, no other style. */
const POLICY = [
  `default-src 'none'`,
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  `base-uri 'none'`,
  `form-action 'none'`,
].join('; ');

/** A run on one page, for people: a whole HTML document that needs no other file, no network and no script. */
export function runPage(report: RunReport): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${report.file}: ${verdictOf(report)}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${head(report)}
<main>
${figures(report)}
<div class="pair">
${byStatus(report)}
${reconciliation(report)}
</div>
${report.errors.length > 0 ? errors(report) : undefined}
${report.traffic && pace(report, report.traffic)}
${report.earlier.length > 0 ? runsBefore(report) : undefined}
${evidence(report)}
</main>
<footer><p>No cell of the file, and no name, e-mail or id of a person, is on this page.</p></footer>
</body>
</html>
`.html;
}

function head(report: RunReport): Markup {
  const { command, file, startedAt, evidence, exitCode, meaning, stopped, advice, next } = report;
  const to = evidence.target && markup` to <b>${evidence.target.environment}</b>`;
  return markup`<header>
<p class="about">bond-import ${command} of <b>${brief(file)}</b>${to}, ${moment(startedAt)}</p>
<h1>${verdictOf(report)}</h1>
${stopped === undefined ? undefined : markup`<p>${stopped}.</p>`}
<p><span class="code code-${exitCode}">Exit code ${exitCode}</span> ${meaning}.</p>
<p class="next"><b>Next</b> <span>${advice}${next === undefined ? '.' : markup`: <code>${next}</code>`}</span></p>
</header>`;
}

function figures(report: RunReport): Markup {
  const { rows, durationMs, traffic } = report;
  const { withCustomer, needPerson, goOn } = groupsOf(report.counts);
  const ofRows = (some: number): string => (rows === 0 ? '' : `${share(some, rows)} of the rows`);
  const perMinute = traffic && Math.round(traffic.calls / (durationMs / 60_000));
  return markup`<dl class="figures">
${figure('Rows', count(rows), 'in the file')}
${figure('With customer', count(withCustomer), ofRows(withCustomer))}
${figure('Need a person', count(needPerson), ofRows(needPerson))}
${figure(goingOn(report), count(goOn), ofRows(goOn))}
${figure('Time', span(durationMs), perMinute === undefined ? '' : `${plural(perMinute, 'call')} a minute`)}
</dl>`;
}

function figure(name: string, value: string, more: string): Markup {
  return markup`<div><dt>${name}</dt><dd><b>${value}</b> <small>${more}</small></dd></div>`;
}

/** With more of them a page would not go on two sheets. */
const MOST_HOLDS = 6;
const HOLD_WORDS: Readonly<Record<Hold['kind'], string>> = {
  pause: 'paused, as Bond asked',
  outage: 'held, for Bond was down',
};

function pace({ startedAt, durationMs }: RunReport, traffic: Traffic): Markup {
  const { calls, retries, pauses, ratePerMinute } = traffic;
  const holds = holdsOf(traffic.pace);
  const longest = new Set([...holds].sort((a, b) => b.heldMs - a.heldMs).slice(0, MOST_HOLDS));
  const shorter = holds.length - longest.size;
  const limit = ratePerMinute === 0 ? 'no rate was set' : `${count(ratePerMinute)} a minute were allowed`;
  const since = (ms: number): string => clock(new Date(startedAt.getTime() + ms), durationMs);
  return markup`<section>
<h2>Pace</h2>
<p>${plural(calls, 'call')} to Bond in ${span(durationMs)}; ${limit}. ${plural(retries, 'retry', 'retries')}, ${plural(pauses, 'pause')}.</p>
${paceChart(traffic, startedAt, durationMs)}
<ul class="holds">
${holds
  .filter((hold) => longest.has(hold))
  .map(
    (
      hold,
    ) => markup`<li><span class="swatch ${hold.kind}"></span>${span(hold.heldMs)} ${HOLD_WORDS[hold.kind]}, from about ${since(hold.fromMs)} UTC</li>
`,
  )}</ul>
${shorter > 0 ? markup`<p class="note">And ${count(shorter)} shorter.</p>` : undefined}
</section>`;
}
