/** What the words of an issue are filled with. */
export type Args = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** Damage to a cell that is mended with the operator's consent only. */
export const REPAIRS = ['zip', 'ssn', 'phone', 'date', 'empty'] as const;
export type Repair = (typeof REPAIRS)[number];

/** One thing wrong with a row, whose column is not known yet. */
export interface Finding {
  /** Where it sits in the payload, e.g. `addresses.0.zip_code`; '' for the row as a whole. */
  readonly path: string;
  /** One of the registry (`codes.ts`), or the code that Bond gave, or `http_400` where it gave none. */
  readonly code: string;
  /** No SSN in them. Bond's own words stand under `message`. */
  readonly args: Args;
  /** The `--repair` that would mend it, when one would. */
  readonly repair?: Repair;
}

export interface Issue extends Finding {
  /** The operator's own header; '' when no column is behind it. */
  readonly column: string;
}
