/** One address of a customer, in the words of the Bond API (bond-api.md, "Create a customer"). */
export interface Address {
  address_type: 'MAILING' | 'PHYSICAL';
  street: string;
  street2?: string;
  city: string;
  state: string;
  zip_code: string;
  country: string;
  is_primary: boolean;
}

/** The body of `POST /customers/`, but for `brand_person_id`, which the delivery adds. */
export interface Customer {
  first_name: string;
  middle_name?: string;
  last_name: string;
  /** YYYY-MM-DD */
  dob: string;
  ssn?: string;
  phone?: string;
  phone_country_code?: string;
  email?: string;
  addresses: Address[];
}

/** One thing wrong with a row. */
export interface Issue {
  /** The operator's own header; '' when the issue is about the row as a whole. */
  readonly column: string;
  /** Where it sits in the payload, e.g. `addresses.0.zip_code`; '' for the row as a whole. */
  readonly path: string;
  /** A stable word for counting alike issues, e.g. `zip_code_format`, or the code that Bond gave. */
  readonly code: string;
  /** What is wrong and what is expected; no SSN in it. */
  readonly message: string;
  /** The `--repair` that would mend it, when one would. */
  readonly repair?: Repair;
}

/** Spreadsheet damage that is mended with the operator's consent only. */
export const REPAIRS = ['zip', 'ssn', 'phone', 'date'] as const;
export type Repair = (typeof REPAIRS)[number];
