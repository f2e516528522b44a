import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { compilePlan, explainHeaders, mappingFor } from '../../src/columns/columns.js';
import { parseMapping } from '../../src/columns/mapping.js';

const address = (of: string, headers: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    ['street', 'city', 'state', 'zip_code', 'country'].map((field, at) => [
      `${of}${field}`,
      headers[at] ?? '',
    ]),
  );
const NAME = { first_name: 'First Name', last_name: 'Last Name' };

/** file → the export it is, every field with its header, and what is missing. */
const EXPORTS: readonly {
  readonly file: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly missing: readonly string[];
}[] = [
  {
    file: 'shopify-customers',
    name: 'Shopify customers',
    fields: {
      ...NAME,
      external_id: 'Customer ID',
      email: 'Email',
      phone: 'Phone',
      ...address(
        '',
        ['Address1', 'City', 'Province Code', 'Zip', 'Country Code'].map((end) => `Default Address ${end}`),
      ),
      street2: 'Default Address Address2',
    },
    missing: ['dob', 'address_type'],
  },
  {
    file: 'shopify-customers-2021',
    name: 'Shopify customers',
    fields: {
      ...NAME,
      email: 'Email',
      phone: 'Phone',
      ...address('', ['Address1', 'City', 'Province Code', 'Zip', 'Country Code']),
      street2: 'Address2',
    },
    missing: ['dob', 'address_type'],
  },
  {
    file: 'hubspot-contacts',
    name: 'HubSpot contacts',
    fields: {
      ...NAME,
      external_id: 'Record ID',
      email: 'Email',
      phone: 'Phone Number',
      dob: 'Date of birth',
      ...address('', ['Street Address', 'City', 'State/Region', 'Postal Code', 'Country/Region']),
    },
    missing: ['address_type'],
  },
  {
    file: 'salesforce-contacts',
    name: 'Salesforce contacts',
    fields: {
      first_name: 'FirstName',
      last_name: 'LastName',
      external_id: 'Id',
      email: 'Email',
      phone: 'Phone',
      dob: 'Birthdate',
      ...address(
        'mailing.',
        ['Street', 'City', 'State', 'PostalCode', 'Country'].map((end) => `Mailing${end}`),
      ),
      ...address(
        'physical.',
        ['Street', 'City', 'State', 'PostalCode', 'Country'].map((end) => `Other${end}`),
      ),
    },
    missing: [],
  },
  {
    file: 'salesforce-report',
    name: 'Salesforce contacts',
    fields: {
      ...NAME,
      external_id: 'Contact ID',
      email: 'Email',
      phone: 'Phone',
      dob: 'Birthdate',
      ...address(
        'mailing.',
        ['Street', 'City', 'State/Province', 'Zip/Postal Code', 'Country'].map((end) => `Mailing ${end}`),
      ),
      ...address(
        'physical.',
        ['Street', 'City', 'State/Province', 'Zip/Postal Code', 'Country'].map((end) => `Other ${end}`),
      ),
    },
    missing: [],
  },
  {
    file: 'stripe-customers',
    name: 'Stripe customers',
    fields: {
      external_id: 'id',
      email: 'Email',
      ...address(
        '',
        ['Line1', 'City', 'State', 'Zip', 'Country'].map((end) => `Card Address ${end}`),
      ),
      street2: 'Card Address Line2',
    },
    missing: ['first_name', 'last_name', 'dob', 'address_type'],
  },
  {
    file: 'auth0-users',
    name: 'Auth0 users',
    fields: {
      first_name: 'given_name',
      last_name: 'family_name',
      external_id: 'user_id',
      email: 'email',
      phone: 'phone_number',
    },
    missing: ['dob', 'address_type', 'street', 'city', 'state', 'zip_code', 'country'],
  },
  {
    file: 'mailchimp-audience',
    name: 'Mailchimp audience',
    fields: { ...NAME, external_id: 'EUID', email: 'Email Address', phone: 'Phone Number' },
    missing: ['dob', 'address_type', 'street', 'city', 'state', 'zip_code', 'country'],
  },
  ...['google-contacts', 'google-contacts-2023'].map((file) => ({
    file,
    name: 'Google Contacts',
    fields: {
      ...(file === 'google-contacts'
        ? { ...NAME, middle_name: 'Middle Name', address_type: 'Address 1 - Label' }
        : {
            first_name: 'Given Name',
            middle_name: 'Additional Name',
            last_name: 'Family Name',
            address_type: 'Address 1 - Type',
          }),
      dob: 'Birthday',
      email: 'E-mail 1 - Value',
      phone: 'Phone 1 - Value',
      ...address(
        '',
        ['Street', 'City', 'Region', 'Postal Code', 'Country'].map((end) => `Address 1 - ${end}`),
      ),
      street2: 'Address 1 - Extended Address',
    },
    missing: [],
  })),
  {
    file: 'outlook-contacts',
    name: 'Outlook contacts',
    fields: {
      ...NAME,
      middle_name: 'Middle Name',
      dob: 'Birthday',
      email: 'E-mail Address',
      phone: 'Mobile Phone',
      ...address(
        'physical.',
        ['Street', 'City', 'State', 'Postal Code', 'Country/Region'].map((end) => `Home ${end}`),
      ),
      'physical.street2': 'Home Street 2',
      'physical.street3': 'Home Street 3',
    },
    missing: [],
  },
  {
    file: 'okta-users',
    name: 'Okta users',
    fields: {
      external_id: 'login',
      first_name: 'firstName',
      middle_name: 'middleName',
      last_name: 'lastName',
      email: 'email',
      phone: 'mobilePhone',
      ...address('', ['streetAddress', 'city', 'state', 'zipCode', 'countryCode']),
    },
    missing: ['dob', 'address_type'],
  },
];

const rowsOf = (file: string): string[][] =>
  parse(readFileSync(new URL(`exports/${file}.csv`, import.meta.url)), { relax_column_count: false });
const headersOf = (file: string): string[] => rowsOf(file)[0] ?? [];

describe.each(EXPORTS)('the export $file', ({ file, name, fields, missing }) => {
  test('is recognised, every column understood, nothing twice', () => {
    const explained = explainHeaders(headersOf(file), {});
    const found = explained.readings.flatMap(({ header, field }) =>
      field === null ? [] : [[field, header]],
    );
    expect(explained.exportName).toBe(name);
    expect(Object.fromEntries(found)).toEqual(fields);
    expect(explained.clashes).toEqual([]);
    expect(explained.missing.map(({ field }) => field)).toEqual(missing);
  });

  test('has two rows as wide as its header', () => {
    expect(rowsOf(file)).toHaveLength(3);
  });

  test('imports once the missing columns are added, and its mapping says the same', () => {
    const headers = [...headersOf(file), ...missing];
    const plan = compilePlan(headers, {});
    const mapping = parseMapping(JSON.stringify(mappingFor(headers, {})), 'm.json');
    const { warnings } = compilePlan(headers, { mapping });
    expect(compilePlan(headers, { mapping })).toEqual({ ...plan, warnings });
  });
});

test('what an export lacks is said with its name', () => {
  const compile = (file: string) => () => compilePlan(headersOf(file), {});
  expect(compile('shopify-customers')).toThrow(
    /^this looks like a Shopify customers export; the file has no column for dob; .*: add or rename columns/,
  );
  expect(compile('stripe-customers')).toThrow(/first_name and last_name \("Name" holds the whole name/);
  expect(compile('auth0-users')).toThrow(/^this looks like an Auth0 users export/);
  expect(compile('mailchimp-audience')).toThrow(/dob \("Birthday" has no year: add a column\)/);
  expect(compile('mailchimp-audience')).not.toThrow(/REGION/);
});
