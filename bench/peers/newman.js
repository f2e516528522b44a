// Postman's runner with the file as iteration data: `node newman.js <base url> <file.csv>`. One request after the other is all it
// does; no script runs with them, which is to its advantage.
import newman from 'newman';

const [base, file] = process.argv.slice(2);

const address = Object.fromEntries(
  ['address_type', 'street', 'street2', 'city', 'state', 'zip_code', 'country'].map((name) => [
    name,
    `{{${name}}}`,
  ]),
);
const customer = {
  ...Object.fromEntries(
    ['first_name', 'last_name', 'dob', 'ssn', 'phone', 'email'].map((name) => [name, `{{${name}}}`]),
  ),
  addresses: [{ ...address, is_primary: true }],
};
const collection = {
  info: {
    name: 'customers',
    schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
  },
  item: [
    {
      name: 'create customer',
      request: {
        method: 'POST',
        url: `${base}/customers/`,
        header: [
          { key: 'Identity', value: 'bench' },
          { key: 'Authorization', value: 'bench' },
          { key: 'Content-Type', value: 'application/json' },
        ],
        body: { mode: 'raw', raw: JSON.stringify(customer) },
      },
    },
  ],
};

newman.run({ collection, iterationData: file, reporters: [], insecure: true }, (error, summary) => {
  if (error) throw error;
  if (summary.run.failures.length > 0) throw new Error(String(summary.run.failures[0].error));
});
