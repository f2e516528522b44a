// What one writes in half an hour: `node naive.js <base url> <file.csv> <concurrency> <out.csv>`. The whole file in memory, no memory of
// what was sent, no check of a row, no retry.
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import pLimit from 'p-limit';

const [base, file, concurrency, out] = process.argv.slice(2);
const rows = parse(readFileSync(file), { columns: true });
const limit = pLimit(Number(concurrency));

async function create(row) {
  const answer = await fetch(`${base}/customers/`, {
    method: 'POST',
    headers: { Identity: 'bench', Authorization: 'bench', 'Content-Type': 'application/json' },
    body: JSON.stringify({
      first_name: row['First Name'],
      middle_name: row['Middle Name'] || undefined,
      last_name: row['Last Name'],
      dob: row['Date of Birth'],
      ssn: row.SSN || undefined,
      phone: row.Phone,
      email: row.Email,
      addresses: ['Physical', 'Mailing']
        .filter((kind) => row[`${kind} Street`])
        .map((kind) => ({
          address_type: kind.toUpperCase(),
          street: row[`${kind} Street`],
          street2: row[`${kind} Street 2`] || undefined,
          city: row[`${kind} City`],
          state: row[`${kind} State`],
          zip_code: row[`${kind} Zip`],
          country: row[`${kind} Country`],
          is_primary: kind === 'Physical',
        })),
    }),
  });
  const body = await answer.json();
  return `${row.external_id},${answer.status},${body.customer_id ?? JSON.stringify(body.Message)}`;
}

const lines = await Promise.all(rows.map((row) => limit(() => create(row))));
writeFileSync(out, lines.join('\n'));
