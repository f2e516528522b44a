// The ceiling: `node bare-loop.js <base url> <requests> <connections>` posts one ready-made body and reads the answer.
import { Pool } from 'undici';

const [base, requests, connections] = process.argv.slice(2);
const { origin, pathname } = new URL(base);

const body = JSON.stringify({
  first_name: 'James',
  last_name: 'Bond',
  dob: '1997-12-25',
  ssn: '333-52-7584',
  phone: '5551112222',
  email: 'james@example.com',
  brand_person_id: '7d3c0f5e-1a2b-5c3d-8e4f-9a0b1c2d3e4f',
  addresses: [
    { address_type: 'PHYSICAL', street: '345 California Ave.', city: 'San Francisco', state: 'CA' },
  ],
});
const request = {
  method: 'POST',
  path: `${pathname}/customers/`,
  headers: {
    Identity: 'bench',
    Authorization: 'bench',
    Accept: 'application/json',
    'Content-Type': 'application/json',
  },
  body,
};

const pool = new Pool(origin, { connections: Number(connections) });
let left = Number(requests);

async function loop() {
  while (left-- > 0) {
    const answer = await pool.request(request);
    await answer.body.text();
    if (answer.statusCode !== 201) throw new Error(`answered ${answer.statusCode}`);
  }
}

await Promise.all(Array.from({ length: Number(connections) }, loop));
await pool.close();
