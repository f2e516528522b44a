import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import type { Pace } from '../../ledger/pace.js';
import { count } from '../words.js';
import { markup, type Markup } from './markup.js';
import type { Traffic } from './run-report.js';
import { clock, tick } from './times.js';

const HEIGHT = 172;
const PLOT = { top: 24, bottom: 148 };
/** Of the curve along the time, in its own units: the browser stretches it to the width that there is. */
const WIDTH = 1000;
const MINUTE_MS = 60_000;
/** More labels would touch each other on a telephone. */
const MOST_TICKS = 5;

/** A time in which the run did not send: because Bond asked for a pause, or because it was down. */
export interface Hold {
  readonly kind: 'pause' | 'outage';
  /** Since the run's start, as exactly as a bucket is long. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Less than `toMs - fromMs` when the buckets are longer than the hold. */
  readonly heldMs: number;
}

/** Pauses and outages in the order of time; buckets in a row are one. */
export function holdsOf({ bucketMs, pausedMs, downMs }: Pace): Hold[] {
  const both = [...holdsIn('pause', pausedMs, bucketMs), ...holdsIn('outage', downMs, bucketMs)];
  return both.sort((a, b) => a.fromMs - b.fromMs);
}

function holdsIn(kind: Hold['kind'], heldMs: readonly number[], bucketMs: number): Hold[] {
  const holds: Hold[] = [];
  for (const [at, ms] of heldMs.entries()) {
    if (ms === 0) continue;
    const bucket = { kind, fromMs: at * bucketMs, toMs: (at + 1) * bucketMs, heldMs: ms };
    const last = holds.at(-1);
    if (last?.toMs === bucket.fromMs) {
      holds[holds.length - 1] = { ...last, toMs: bucket.toMs, heldMs: last.heldMs + ms };
    } else holds.push(bucket);
  }
  return holds;
}

interface Step {
  readonly atMs: number;
  readonly perMinute: number;
}

/** The pace from each bucket's start on, and once more at the end, where the last step's line ends. */
function stepsOf({ bucketMs, calls }: Pace, endMs: number): Step[] {
  const steps: Step[] = [];
  for (const [at, made] of calls.entries()) {
    const atMs = at * bucketMs;
    const lengthMs = Math.min(bucketMs, endMs - atMs);
    // What is left of the last bucket may be so short that one call in it looks like a storm.
    if (at > 0 && lengthMs < bucketMs / 2) continue;
    steps.push({ atMs, perMinute: (made * MINUTE_MS) / Math.max(lengthMs, 1) });
  }
  const last = steps.at(-1);
  return last ? [...steps, { ...last, atMs: endMs }] : [];
}

/** Calls a minute over the time of a run, the set rate as a line, pauses and outages as bands. */
export function paceChart({ pace, ratePerMinute }: Traffic, startedAt: Date, durationMs: number): Markup {
  const endMs = Math.max(durationMs, 1);
  const steps = stepsOf(pace, endMs);
  const highest = Math.max(ratePerMinute, ...steps.map(({ perMinute }) => perMinute), 1);
  const y = scaleLinear([0, highest], [PLOT.bottom, PLOT.top]);
  const x = scaleLinear([0, endMs], [0, WIDTH]);
  const curve = line<Step>(
    (step) => x(step.atMs),
    (step) => y(step.perMinute),
  ).curve(curveStepAfter);
  const shade = area<Step>(
    (step) => x(step.atMs),
    PLOT.bottom,
    (step) => y(step.perMinute),
  ).curve(curveStepAfter);
  const levels = y.ticks(2).filter((level) => level > 0 && !touches(y(level), y(ratePerMinute)));
  const ends = `${clock(startedAt, endMs)} to ${clock(new Date(startedAt.getTime() + endMs), endMs)} UTC`;

  return markup`<svg class="pace" width="100%" height="${HEIGHT}" role="img" aria-label="Calls a minute, from ${ends}">
${holdsOf(pace).map((hold) => band(hold, endMs))}
${levels.map((level) => across('level', y(level)))}
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="100%" height="${HEIGHT}" preserveAspectRatio="none">
<path class="shade" d="${shade(steps)}"/>
<path class="curve" d="${curve(steps)}" fill="none" stroke="currentColor" vector-effect="non-scaling-stroke"/>
</svg>
${levels.map((level) => markup`<text x="0" y="${y(level) - 4}">${count(level)}</text>`)}
${ratePerMinute > 0 ? rateLine(y(ratePerMinute), ratePerMinute) : undefined}
${across('axis', PLOT.bottom)}
${timeTicks(startedAt, endMs)}
</svg>`;
}

/** At least two pixels wide, however short the hold and long the run. */
function band({ kind, fromMs, toMs }: Hold, endMs: number): Markup {
  const from = percent(fromMs / endMs);
  const height = PLOT.bottom - PLOT.top;
  return markup`<g class="${kind}"><rect x="${from}" y="${PLOT.top}" width="2" height="${height}"/>
<rect x="${from}" y="${PLOT.top}" width="${percent((Math.min(toMs, endMs) - fromMs) / endMs)}" height="${height}"/></g>`;
}

function across(kind: 'level' | 'rate' | 'axis', y: number): Markup {
  return markup`<line class="${kind}" x1="0" x2="100%" y1="${y}" y2="${y}" stroke="currentColor"/>`;
}

/** Whether two lines are so near that a label would lie on the other. */
function touches(one: number, other: number): boolean {
  return Math.abs(one - other) < 20;
}

function rateLine(y: number, ratePerMinute: number): Markup {
  const label = `set rate: ${count(ratePerMinute)} a minute`;
  return markup`${across('rate', y)}<text x="100%" y="${y - 6}" text-anchor="end">${label}</text>`;
}

function timeTicks(startedAt: Date, endMs: number): Markup[] {
  const scale = scaleUtc([startedAt, new Date(startedAt.getTime() + endMs)], [0, 1]);
  // A number of ticks is a wish to d3: it may give more.
  const wishes = Array.from({ length: MOST_TICKS }, (_, fewer) => MOST_TICKS - fewer);
  const ticks = wishes.map((wish) => scale.ticks(wish)).find((some) => some.length <= MOST_TICKS) ?? [];
  return ticks.map((at) => {
    const x = percent(scale(at));
    return markup`<line class="axis" x1="${x}" x2="${x}" y1="${PLOT.bottom}" y2="${PLOT.bottom + 5}" stroke="currentColor"/>
<text x="${x}" y="${PLOT.bottom + 19}" text-anchor="${anchorAt(scale(at))}">${tick(at, endMs)}</text>`;
  });
}

/** A label near an end stands inside the chart. */
function anchorAt(share: number): 'start' | 'middle' | 'end' {
  if (share < 0.13) return 'start';
  return share > 0.87 ? 'end' : 'middle';
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
