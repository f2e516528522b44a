import { test } from 'vitest';
import { emailOf, people, person, row, ssnOf } from '../support/people.js';
import { CREDENTIALS, inWorld } from '../support/world.js';

const INPUT = 'customers.csv';
const RESULTS = 'customers.results.csv';
const COUNT = 14;

/** Bond quotes what it was sent, in every way that it may. */
const quoted = (n: number, code = 'create_customer_schema'): object => ({
  status: 400,
  body: {
    Message: {
      ssn: [`${ssnOf(n)} is ${ssnOf(n).replaceAll('-', '')}, ${ssnOf(n).replaceAll('-', ' ')}`],
      email: [`${emailOf(n)} of ${person(n)['Given Name'] ?? ''} ${person(n)['Surname'] ?? ''} is known`],
    },
    Code: code,
  },
});

const faults = [
  { when: row(1), do: quoted(1) },
  { when: row(2), times: 1, do: { storeThen: { ...quoted(2), status: 500 } } },
  { when: row(3), times: 1, do: { cut: 'after' } },
  { when: row(4), times: 1, do: { garbage: true } },
  { when: row(5), times: 1, do: { half: true } },
  { when: row(6), times: 1, do: { hang: true } },
  { when: row(7), do: { status: 422, body: `{'ssn': ['${ssnOf(7)}']}` } },
  { when: row(8), do: { status: 400, body: { Error: `${emailOf(8)} ${ssnOf(8)}` } } },
  {
    when: row(9),
    do: { status: 400, body: { Message: `Who is ${person(9)['Surname'] ?? ''}?`, Code: 'x' } },
  },
  { when: row(10), do: { wrongId: true } },
];

test('no SSN and no credential is in any file or output, and nobody’s name or e-mail in ledger or log', ({
  expect,
}) =>
  inWorld(
    people(COUNT).map((each, at) => (at === 11 ? { ...each, 'Date of Birth': each['E-mail'] ?? '' } : each)),
    async (world) => {
      const said: string[] = [];
      for (const args of [
        ['--concurrency', '1', '--rejects', 'rejects.csv'],
        ['--no-brand-person-id'],
        ['--resend-rejected', '--no-brand-person-id', '--json'],
        ['--ledger', 'none/at-all'],
      ]) {
        world.setFaults(...faults);
        const { stdout, stderr } = await world.run(['--timeout', '300ms', '--give-up-after', '2s', ...args]);
        said.push(stdout, stderr);
      }
      for (const command of ['validate', 'status', 'results', 'reconcile']) {
        const { stdout, stderr } = await world.start([command, INPUT, '--json']).ended;
        said.push(stdout, stderr);
      }
      // It shows one row, which is what it was asked for; but not its SSN.
      const shown = (await world.start(['inspect', INPUT, '--json']).ended).stdout;
      const files = await world.files();
      // They hold the rows as they came, on purpose.
      files.delete(INPUT);
      files.delete('rejects.csv');
      const everywhere = [...files.values(), ...said, shown].join('\n');
      files.delete(RESULTS);
      const logs = [...files.values(), ...said].join('\n').toLowerCase();
      expect([...files.keys()]).toEqual(['customers.ledger']);

      for (const secret of Object.values(CREDENTIALS)) expect(everywhere).not.toContain(secret);
      for (let n = 1; n <= COUNT; n++) {
        const [area = '', group = '', serial = ''] = ssnOf(n).split('-');
        expect.soft(everywhere).not.toMatch(new RegExp(`${area}\\W*${group}\\W*${serial}`));
        const { 'Given Name': given = '', Surname: surname = '' } = person(n);
        for (const personal of [emailOf(n), given, surname]) {
          expect.soft(logs).not.toContain(personal.toLowerCase());
        }
      }
    },
  ));
