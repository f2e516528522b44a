// What one writes in half an hour: `node naive.js <base url> <file.csv> <concurrency> <out.csv>`. The whole file in memory, no memory of
// what was sent, no check of a row, no retry.
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import pLimit from 'p-limit';

const [base, file, concurrency, out] = process.argv.slice(2);
const rows = parse(readFileSync(file), { columns: true });
const limit = pLimit(Number(concurrency));

async function create(row) {
  const { first_name, middle_name, last_name, dob, ssn, phone, email } = row;
  const { address_type, street, street2, city, state, zip_code, country } = row;
  const answer = await fetch(`${base}/customers/`, {
    method: 'POST',
    headers: { Identity: 'bench', Authorization: 'bench', 'Content-Type': 'application/json' },
    body: JSON.stringify({
      first_name,
      ...(middle_name && { middle_name }),
      last_name,
      dob,
      ssn,
      phone,
      phone_country_code: '1',
      email,
      addresses: [
        {
          address_type,
          street,
          ...(street2 && { street2 }),
          city,
          state,
          zip_code,
          country,
          is_primary: row.is_primary === 'true',
        },
      ],
    }),
  });
  const body = await answer.json();
  return `${row.external_id},${answer.status},${body.customer_id ?? JSON.stringify(body.Message)}`;
}

const lines = await Promise.all(rows.map((row) => limit(() => create(row))));
writeFileSync(out, lines.join('\n'));
