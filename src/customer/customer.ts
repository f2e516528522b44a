/** One address of a customer, in the words of the Bond API (its reference, "Create a customer"). */
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

/** Fields that `--omit-invalid` may name. */
export const OMITTABLE = ['phone', 'middle_name', 'email'] as const;
export type Omittable = (typeof OMITTABLE)[number];
