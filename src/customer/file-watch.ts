import { observeColumns } from '../columns/observe.js';
import { textOf, type ColumnPlan } from '../columns/plan.js';
import type { SourceRow } from '../csv/source-row.js';
import type { Customer } from './customer.js';
import { DateSurvey, dateSentence, type DateFormats } from './date-survey.js';

/** What only a pass over the whole file tells, for a person to know before the first customer is sent. */
export interface FileWatch {
  /** A pass begins; what an earlier one has shown is forgotten. */
  start(): void;
  row(row: SourceRow): void;
  /** Takes what Bond accepts today and identity verification may not. */
  readonly customer: (customer: Customer) => void;
  /** What stops a run, one sentence each. */
  stops(): string[];
  /** What is said before a run, one sentence each. */
  warnings(): string[];
  dates(): DateFormats;
}

const PO_BOX = /\b(?:p\.?\s*o\.?|post(?:al)?\s+office)\s*box\b|^\s*(?:box|postfach|apartado|casilla)\s+\d/i;
const GROWN_UP_YEARS = 18;
/** Hardly anybody lives as long. */
const LONG_LIFE_YEARS = 110;

/** @param today YYYY-MM-DD */
export function watchFile(plan: ColumnPlan, today: string): FileWatch {
  const columns = observeColumns(plan);
  const yearsAgo = (years: number): string => `${Number(today.slice(0, 4)) - years}${today.slice(4)}`;
  const [grownUpUntil, deadSince] = [yearsAgo(GROWN_UP_YEARS), yearsAgo(LONG_LIFE_YEARS)];
  const { dob } = plan.person;
  let survey = new DateSurvey();
  let boxes = 0;
  let minors = 0;
  let ancients = 0;
  return {
    start() {
      columns.start();
      survey = new DateSurvey();
      boxes = 0;
      minors = 0;
      ancients = 0;
    },
    row({ row, cells, malformed }) {
      if (malformed !== undefined) return;
      columns.add(cells);
      // Where the operator has said how dates are written there is nothing to find out.
      if (dob !== undefined && plan.dateFormat === undefined) survey.add(row, textOf(dob, cells).trim());
    },
    customer({ dob: born, addresses }) {
      if (born > grownUpUntil) minors++;
      if (born < deadSince) ancients++;
      if (addresses.some(({ address_type, street }) => address_type === 'PHYSICAL' && PO_BOX.test(street)))
        boxes++;
    },
    stops: () => columns.stops(),
    warnings: () => [
      ...plan.warnings,
      ...columns.warnings(),
      ...counted(
        boxes,
        'a P.O. box in a PHYSICAL address: Bond takes it, and may refuse it in identity verification.',
      ),
      ...counted(minors, `a birth date of somebody under ${GROWN_UP_YEARS}.`),
      ...counted(
        ancients,
        `a birth date of somebody over ${LONG_LIFE_YEARS}: programs write 1900-01-01 for none.`,
      ),
      ...[dateSentence(survey.found(), plan.proposedDateFormat)].filter((said) => said !== undefined),
    ],
    dates: () => survey.found(),
  };
}

function counted(rows: number, what: string): string[] {
  return rows === 0 ? [] : [`${rows === 1 ? '1 row has' : `${rows} rows have`} ${what}`];
}
