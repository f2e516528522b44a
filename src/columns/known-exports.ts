import { squash } from './header-text.js';
import type { AddressGroup } from './field-names.js';
import type { AddressField } from './plan.js';

/** What the export button of a well-known program writes, where its headers mean other than they seem. */
export interface KnownExport {
  readonly name: string;
  /** Sets of headers; one of them being in the file, whole, betrays the program. */
  readonly recognisedBy: readonly (readonly string[])[];
  /** Header → field, for headers that the general rules do not read or would read otherwise. */
  readonly columns: Readonly<Record<string, string>>;
  /** Headers that seem to be a field and are not, or not the best column for it: left unmapped. */
  readonly aside: readonly string[];
  /** Field → the header that seems to give it, and why it cannot. */
  readonly lacks?: Readonly<Record<string, { readonly header: string; readonly why: string }>>;
  /** The address that is the primary one of a row that has two. */
  readonly primary?: AddressGroup;
  /** Field → text of a cell → what the program means by it. */
  readonly values?: Readonly<Partial<Record<AddressField, Readonly<Record<string, string>>>>>;
}

const KNOWN_EXPORTS: readonly KnownExport[] = [
  {
    name: 'Shopify customers',
    recognisedBy: [['Default Address Address1', 'Default Address Zip']],
    columns: {
      'Default Address Address1': 'street',
      'Default Address Address2': 'street2',
      'Default Address City': 'city',
      'Default Address Province Code': 'state',
      'Default Address Zip': 'zip_code',
      'Default Address Country Code': 'country',
    },
    aside: ['Default Address Phone'],
  },
  {
    // As it was written until 2022.
    name: 'Shopify customers',
    recognisedBy: [['Province Code', 'Country Code', 'Total Spent', 'Tax Exempt']],
    columns: { 'Province Code': 'state', 'Country Code': 'country' },
    aside: ['Province', 'Country'],
  },
  {
    name: 'HubSpot contacts',
    recognisedBy: [
      ['Record ID', 'Contact owner'],
      ['Record ID', 'Lifecycle Stage'],
      ['Record ID', 'Marketing contact status'],
      ['Record ID', 'Lead Status', 'Create Date'],
    ],
    columns: { 'Record ID': 'external_id', 'Phone Number': 'phone', Email: 'email' },
    aside: ['Mobile Phone Number', 'State/Region Code', 'Country/Region Code', 'Contact ID'],
  },
  {
    name: 'Salesforce contacts',
    recognisedBy: [
      ['Mailing Street', 'Contact ID'],
      ['Mailing Street', 'Account Name'],
      ['Mailing Street', 'Account ID'],
      ['Mailing Street', 'Other Street'],
    ],
    columns: {
      'Contact ID': 'external_id',
      'Mailing Street': 'mailing.street',
      'Mailing City': 'mailing.city',
      'Mailing State': 'mailing.state',
      'Mailing State/Province': 'mailing.state',
      'Mailing Postal Code': 'mailing.zip_code',
      'Mailing Zip/Postal Code': 'mailing.zip_code',
      'Mailing Country': 'mailing.country',
      'Other Street': 'physical.street',
      'Other City': 'physical.city',
      'Other State': 'physical.state',
      'Other State/Province': 'physical.state',
      'Other Postal Code': 'physical.zip_code',
      'Other Zip/Postal Code': 'physical.zip_code',
      'Other Country': 'physical.country',
      Phone: 'phone',
    },
    aside: [
      'Account ID',
      'Mailing Address',
      'Mailing State Code',
      'Mailing State/Province Code',
      'Mailing Country Code',
      'Mobile',
      'Mobile Phone',
      'Home Phone',
    ],
    primary: 'MAILING',
  },
  {
    name: 'Stripe customers',
    recognisedBy: [['id', 'Created (UTC)', 'Delinquent']],
    columns: {
      id: 'external_id',
      'Card Address Line1': 'street',
      'Card Address Line2': 'street2',
      'Card Address City': 'city',
      'Card Address State': 'state',
      'Card Address Zip': 'zip_code',
      'Card Address Country': 'country',
    },
    aside: [],
  },
  {
    name: 'Auth0 users',
    recognisedBy: [
      ['user_id', 'email_verified'],
      ['user_id', 'logins_count'],
      ['user_id', 'last_login'],
      ['user_id', 'nickname'],
      ['Id', 'Email Verified', 'Nickname'],
    ],
    columns: { user_id: 'external_id', Id: 'external_id' },
    aside: [],
  },
  {
    name: 'Mailchimp audience',
    recognisedBy: [
      ['MEMBER_RATING', 'OPTIN_TIME'],
      ['LEID', 'EUID'],
    ],
    columns: { EUID: 'external_id' },
    // REGION and CC come from the reader's IP address.
    aside: ['Address', 'Birthday', 'REGION', 'CC'],
    lacks: {
      dob: { header: 'Birthday', why: 'has no year' },
      street: { header: 'Address', why: 'holds the whole address in one cell' },
    },
  },
  {
    // "Google CSV", as it was written until 2024 and as it is since.
    name: 'Google Contacts',
    recognisedBy: [['E-mail 1 - Value'], ['Phone 1 - Value'], ['Address 1 - Formatted']],
    columns: {
      'E-mail 1 - Value': 'email',
      'Phone 1 - Value': 'phone',
      'Address 1 - Label': 'address_type',
      'Address 2 - Label': 'addresses.1.address_type',
    },
    aside: [
      'Name',
      'File As',
      'Address 1 - Formatted',
      'Address 2 - Formatted',
      'E-mail 1 - Type',
      'Phone 1 - Type',
    ],
    values: { address_type: { '* home': 'PHYSICAL' } },
  },
  {
    name: 'Outlook contacts',
    recognisedBy: [
      ['Home Street', 'Business Street', 'E-mail Address'],
      ['Home Street', 'Business Street', 'TTY/TDD Phone'],
    ],
    columns: { 'Mobile Phone': 'phone' },
    aside: ['Home Phone', 'Primary Phone', 'Other Street', 'Business Street'],
  },
  {
    name: 'Okta users',
    recognisedBy: [
      ['login', 'firstName', 'secondEmail'],
      ['login', 'firstName', 'profileUrl'],
    ],
    columns: { login: 'external_id', mobilePhone: 'phone' },
    aside: ['primaryPhone', 'postalAddress'],
  },
];

/** The known program that wrote these headers, if one did. */
export function recogniseExport(headers: readonly string[]): KnownExport | undefined {
  const names = new Set(headers.map(squash));
  return KNOWN_EXPORTS.find((known) =>
    known.recognisedBy.some((signs) => signs.every((sign) => names.has(squash(sign)))),
  );
}

/** The field of a header in this export; null when it is left unmapped on purpose, undefined when the table is silent. */
export function exportField(known: KnownExport, header: string): string | null | undefined {
  const name = squash(header);
  if (known.aside.some((aside) => squash(aside) === name)) return null;
  return Object.entries(known.columns).find(([column]) => squash(column) === name)?.[1];
}
