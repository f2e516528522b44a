import type { SentCustomer } from './customers.js';
import { slashed } from './traits.js';

/** How a refusal repeats what was sent. */
export const QUOTES = ['values', 'python', 'keys', 'long', 'rewritten', 'body'] as const;

export type Quote = (typeof QUOTES)[number];

/** The `Message` of a refusal that quotes the customer. */
export function quoting(sent: SentCustomer, quote: Quote): unknown {
  const { first_name, last_name, dob, ssn = '612-99-1234', email = '', phone = '' } = sent;
  const name = `${first_name} ${last_name}`;
  const digits = ssn.replaceAll('-', '');
  switch (quote) {
    case 'values':
      return {
        ssn: [`${ssn} belongs to another customer.`],
        last_name: [`'${name}' is on a list.`],
        email: [`<${email}> is known.`],
        phone: [`${phone} is known.`],
        dob: [`${dob} is too early.`],
      };
    case 'python':
      return `{'ssn': ['${digits} is not unique'], 'email': ["${email} is known"], 'names': ['${last_name}, ${first_name}']}`;
    case 'keys':
      return { [ssn]: ['is not unique'], [digits]: { [name]: ['is on a list'] }, [email]: ['is known'] };
    case 'long':
      // A cut after 290 or 300 characters goes through the SSN.
      return `${'The customer was looked up in every list there is. '.repeat(6).slice(0, 288)}${ssn} and ${digits} of ${name}`;
    case 'rewritten':
      return { _schema: rewritten(sent, digits) };
    case 'body':
      return `Cannot create ${JSON.stringify(sent)}`;
  }
}

/** The values as other systems write them. */
function rewritten(sent: SentCustomer, digits: string): string[] {
  const { first_name, last_name, dob, email = '', phone = '', phone_country_code = '1' } = sent;
  const parts = [digits.slice(0, 3), digits.slice(3, 5), digits.slice(5)];
  const number = phone.replaceAll('-', '');
  return [
    ...[' ', '–', '/', '_', '.', '  '].map((sign) => `No. ${parts.join(sign)} is taken.`),
    `${encodeURIComponent(email)} or ${email.toUpperCase()} is taken.`,
    `Call +${phone_country_code} (${number.slice(0, 3)}) ${number.slice(3, 6)}-${number.slice(6)} or *${number.slice(-7)}.`,
    `${last_name.toUpperCase()}, ${first_name.toUpperCase()}: born ${slashed(dob, 'month first')}, ${slashed(dob, 'day first')}, ${dob.replaceAll('-', '')}, ${dob}T00:00:00Z.`,
  ];
}
