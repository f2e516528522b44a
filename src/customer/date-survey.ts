import { dateReadings, isIsoDay } from './dates.js';

/** How the dates of a file can be read. */
export interface DateFormats {
  /** The formats that read every date that is not ISO, as `--date-format` takes them. */
  readonly formats: readonly string[];
  /** Two rows of which no format reads both. */
  readonly contradiction?: readonly [number, number];
}

/** More different birth dates than living people have. */
const MEMORY = 50_000;

/** Looks for one format that reads all dates of a file. */
export class DateSurvey {
  /** Every set of formats that a date has left, with the first row that left it. */
  readonly #sets = new Map<string, { readonly formats: readonly string[]; readonly row: number }>();
  readonly #known = new Set<string>();

  add(row: number, text: string): void {
    if (isIsoDay(text) || this.#known.has(text)) return;
    if (this.#known.size >= MEMORY) this.#known.clear();
    // Through bytes: a cell may be a slice of a piece of the file, and would keep all of it in memory.
    this.#known.add(Buffer.from(text).toString());
    const formats = dateReadings(text).map(({ format }) => format);
    const name = formats.join('|');
    // A date that no format reads is the trouble of its row alone.
    if (formats.length > 0 && !this.#sets.has(name)) this.#sets.set(name, { formats, row });
  }

  found(): DateFormats {
    const sets = [...this.#sets.values()];
    const [first, ...others] = sets;
    const formats = (first?.formats ?? []).filter((format) =>
      others.every((set) => set.formats.includes(format)),
    );
    if (formats.length > 0 || first === undefined) return { formats };
    for (const [at, one] of sets.entries()) {
      const other = sets
        .slice(at + 1)
        .find((set) => !set.formats.some((format) => one.formats.includes(format)));
      if (other) return { formats, contradiction: [one.row, other.row] };
    }
    // No two rows contradict each other, but all together do.
    return { formats, contradiction: [first.row, others.at(-1)?.row ?? first.row] };
  }
}

/** What is to be said of the formats before the first customer; `proposed` is the one that the header names. */
export function dateSentence({ formats, contradiction }: DateFormats, proposed?: string): string | undefined {
  if (contradiction) {
    return `Dates: no format reads them all, rows ${contradiction.join(' and ')} contradict each other: correct one of them, or import the rows of each format as a file of its own.`;
  }
  const [only, another] = formats;
  if (only === undefined) return undefined;
  if (another === undefined) return `Dates: only ${only} reads them all: --date-format '${only}'.`;
  if (proposed !== undefined && formats.includes(proposed))
    return `Dates: ${formats.join(' and ')} read them all, and the header says ${proposed}: --date-format '${proposed}'.`;
  return `Dates: ${formats.join(' and ')} read them all; a person must know which: --date-format.`;
}
