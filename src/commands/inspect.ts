import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Settings } from '../settings.js';
import { compilePlan, explainHeaders, mappingFor, sketchPlan } from '../columns/columns.js';
import { checkConstants } from '../customer/constants.js';
import { compileReader } from '../customer/payload.js';
import { ExitCode, orTrouble } from '../errors.js';
import { say, type Io } from '../io.js';
import { inspectRows } from '../report/inspection.js';
import { inspectionText } from '../report/inspection-text.js';
import { nextAfterInspect, nextText } from '../report/next.js';
import { columnOptions, customerOptions, openFile } from './input.js';

/** Wide enough for a file, a pipe and most terminals. */
const DEFAULT_WIDTH = 120;

/** Shows what the file is taken for, and what stands in the way of importing it; sends nothing. */
export async function inspect(path: string, settings: Settings, io: Io): Promise<ExitCode> {
  await using file = await openFile(path, settings, io);
  const options = columnOptions(file, settings);
  const { header } = file.format;
  const chosen = customerOptions(file, settings);
  const explanation = explainHeaders(header, options);
  const complete = explanation.missing.length === 0 && explanation.clashes.length === 0;
  const plan = complete ? compilePlan(header, options) : sketchPlan(header, options);
  checkConstants(plan);
  const found = await inspectRows(file.rows(), {
    file: path,
    format: file.format,
    explanation,
    plan,
    read: (onChange) => compileReader(plan, chosen, { onChange }),
    readMinimal: compileReader(plan, { ...chosen, rules: 'minimal', names: 'minimal' }),
    ratePerMinute: settings.rate,
    showValues: settings.showValues,
    today: chosen.today,
  });
  const isComplete = complete && found.stops.length === 0;
  const { formats } = found.dates;
  const [format, another] = formats;
  const proposed = plan.proposedDateFormat ?? (another === undefined ? format : undefined);
  const isUnsaid = plan.dateFormat === undefined && proposed !== undefined && formats.includes(proposed);
  const next = nextAfterInspect({
    file: path,
    given: settings.given,
    isComplete,
    saved: settings.saveMapping,
    dateFormat: isUnsaid ? proposed : undefined,
    exists: existsSync,
  });
  say(
    io.stdout,
    settings.json
      ? JSON.stringify({ ...found, advice: next.advice, next: next.command })
      : inspectionText(found, io.stdout.columns ?? DEFAULT_WIDTH),
  );
  if (settings.saveMapping !== undefined) {
    const { encoding, delimiter } = file.format;
    const dated = proposed === undefined ? options : { dateFormat: proposed, ...options };
    await save(
      settings.saveMapping,
      JSON.stringify(mappingFor(header, dated, { encoding, delimiter }), null, 2),
    );
    say(io.stderr, `Mapping written to ${settings.saveMapping}.`);
  }
  if (!settings.json) say(io.stdout, `\n${nextText(next)}`);
  return isComplete ? ExitCode.done : ExitCode.stopped;
}

async function save(path: string, text: string): Promise<void> {
  // Never over a file that was corrected by hand.
  await orTrouble(`--save-mapping ${path} cannot be written`, () =>
    writeFile(path, `${text}\n`, { mode: 0o600, flag: 'wx' }),
  );
}
