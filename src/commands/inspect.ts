import { writeFile } from 'node:fs/promises';
import type { Settings } from '../settings.js';
import { compilePlan, explainHeaders, mappingFor } from '../columns/columns.js';
import { compileReader } from '../customer/payload.js';
import { ExitCode, orTrouble } from '../errors.js';
import { say, type Io } from '../io.js';
import { inspectRows, inspectionText, type Inspection } from '../report/inspection.js';
import { columnOptions, openFile } from './input.js';

/** Shows what the file is taken for, and what stands in the way of importing it; sends nothing. */
export async function inspect(path: string, settings: Settings, io: Io): Promise<ExitCode> {
  await using file = await openFile(path, settings, io);
  const options = columnOptions(file, settings);
  const { header } = file.format;
  const explanation = explainHeaders(header, options);
  const ready = explanation.missing.length === 0 && explanation.clashes.length === 0;
  const { rules = 'documented', repair = new Set() } = settings;
  const plan = ready ? compilePlan(header, options) : undefined;
  const findings = await inspectRows(
    file.rows(),
    header,
    explanation,
    plan && {
      plan,
      read: (observe) => compileReader(plan, { rules, repair }, observe),
    },
  );
  const inspection: Inspection = {
    file: path,
    format: file.format,
    explanation,
    ratePerMinute: settings.rate,
    ...findings,
  };
  say(io.stdout, settings.json ? JSON.stringify(inspection) : inspectionText(inspection));
  if (settings.saveMapping !== undefined) {
    const mapping = mappingFor(
      header,
      findings.dateFormat === undefined ? options : { dateFormat: findings.dateFormat, ...options },
    );
    await save(settings.saveMapping, JSON.stringify(mapping, null, 2));
    say(
      io.stderr,
      `Mapping written to ${settings.saveMapping}: correct it by hand, then give it with --mapping.`,
    );
  }
  return ready ? ExitCode.done : ExitCode.stopped;
}

async function save(path: string, text: string): Promise<void> {
  // Never over a file that was corrected by hand.
  await orTrouble(`--save-mapping ${path} cannot be written`, () =>
    writeFile(path, `${text}\n`, { mode: 0o600, flag: 'wx' }),
  );
}
