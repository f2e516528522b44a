// Postman's runner with the file as iteration data: `node newman.js <base url> <file.csv>`. One request after the other is all it
// does; no script runs with them, which is to its advantage.
import newman from 'newman';

const [base, file] = process.argv.slice(2);

const customer = {
  first_name: '{{First Name}}',
  last_name: '{{Last Name}}',
  dob: '{{Date of Birth}}',
  ssn: '{{SSN}}',
  phone: '{{Phone}}',
  email: '{{Email}}',
  addresses: [
    {
      address_type: 'PHYSICAL',
      street: '{{Physical Street}}',
      street2: '{{Physical Street 2}}',
      city: '{{Physical City}}',
      state: '{{Physical State}}',
      zip_code: '{{Physical Zip}}',
      country: '{{Physical Country}}',
      is_primary: true,
    },
  ],
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
