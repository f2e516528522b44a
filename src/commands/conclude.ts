import { say, type Io } from '../io.js';
import type { StopReason } from '../delivery/stop.js';
import { summarise, summaryText, type Summary, type SummaryFacts } from '../report/summary.js';
import type { Tally } from '../report/tally.js';
import type { Settings } from '../settings.js';

export interface Ending extends Omit<SummaryFacts, 'given' | 'durationMs' | 'stopped'> {
  readonly startedMs: number;
  readonly stopped?: StopReason | undefined;
}

/** Says what happened: a few lines on stderr (`status` was asked for them: stdout), or with `--json` one object on stdout. */
export function conclude(tally: Tally, ending: Ending, settings: Settings, io: Io): Summary {
  const { startedMs, stopped, ...facts } = ending;
  const summary = summarise(tally, {
    ...facts,
    given: settings.given,
    durationMs: Math.round(performance.now() - startedMs),
    ...(stopped && { stopped }),
  });
  if (settings.json) say(io.stdout, JSON.stringify(summary));
  else say(ending.command === 'status' ? io.stdout : io.stderr, summaryText(summary));
  return summary;
}
