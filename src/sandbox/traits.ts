import type { SentCustomer } from './customers.js';

/** What kind of Bond this is: how it answers every request, whatever else goes wrong. All that is left out is as documented. */
export interface Traits {
  /** What becomes of `brand_person_id`: `dropped` never keeps it, `unguarded` keeps it and takes it twice. */
  readonly keys?: 'dropped' | 'unguarded';
  /** A `customer_id` in upper case, or one that is no UUID. */
  readonly ids?: 'upper' | 'text';
  /** Names without accents, in capitals, or nested in `names`. */
  readonly names?: 'plain' | 'capitals' | 'nested';
  /** Phones with a plus and the country code, and no hyphens. */
  readonly phones?: 'international';
  /** Birth dates as `02/01/1980`: the month first, or the day. */
  readonly dates?: 'month first' | 'day first';
  /** No `brand_person_id` in the list, though an answer to a create shows it. */
  readonly listedKeys?: 'hidden';
  /** The list in `{"page_info": …, "data": […]}`. */
  readonly envelope?: true;
  /** After the last page: 404, or the last page again. */
  readonly listEnd?: '404' | 'repeats';
  /** Customers are in the list only so long after they were created. */
  readonly listedAfterMs?: number;
  /** Answers are compressed, whether asked for or not. */
  readonly encoding?: 'gzip' | 'br' | 'deflate';
  /** A byte order mark before every JSON. */
  readonly bom?: true;
  /** Calls let through in any second; others get 429 with `Retry-After: 1`. */
  readonly callsPerSecond?: number;
}

const YES = { const: true };

/** The JSON schema of each trait. */
export const TRAITS = {
  keys: { enum: ['dropped', 'unguarded'] },
  ids: { enum: ['upper', 'text'] },
  names: { enum: ['plain', 'capitals', 'nested'] },
  phones: { enum: ['international'] },
  dates: { enum: ['month first', 'day first'] },
  listedKeys: { enum: ['hidden'] },
  envelope: YES,
  listEnd: { enum: ['404', 'repeats'] },
  listedAfterMs: { type: 'integer', minimum: 0 },
  encoding: { enum: ['gzip', 'br', 'deflate'] },
  bom: YES,
  callsPerSecond: { type: 'integer', minimum: 1 },
} satisfies Record<keyof Traits, object>;

type Shown = Omit<SentCustomer, 'brand_person_id' | 'ssn' | 'addresses'>;

/** Names, phone and birth date of a customer as such a Bond writes them. */
export function inItsOwnWords(
  { first_name, middle_name, last_name, phone, dob, phone_country_code = '1' }: Shown,
  { names, phones, dates }: Traits,
): object {
  const write = nameWriter(names);
  const said = {
    first_name: write(first_name),
    ...(middle_name !== undefined && { middle_name: write(middle_name) }),
    last_name: write(last_name),
  };
  return {
    ...(names === 'nested' ? { names: said } : said),
    ...(phone !== undefined && {
      phone: phones ? `+${phone_country_code}${phone.replaceAll('-', '')}` : phone,
    }),
    dob: dates === undefined ? dob : slashed(dob, dates),
  };
}

function nameWriter(names: Traits['names']): (name: string) => string {
  switch (names) {
    case 'plain':
      return (name) => name.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('’', "'");
    case 'capitals':
      return (name) => name.toUpperCase();
    case 'nested':
    case undefined:
      return (name) => name;
  }
}

/** `1980-01-02` as `01/02/1980` or `02/01/1980`. */
export function slashed(dob: string, order: NonNullable<Traits['dates']>): string {
  const [year = '', month = '', day = ''] = dob.split('-');
  return (order === 'month first' ? [month, day, year] : [day, month, year]).join('/');
}
