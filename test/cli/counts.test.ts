import { expect, test } from 'vitest';
import { person } from '../support/people.js';
import { inWorld } from '../support/world.js';

test('1,200 duplicates and 5,000 bad e-mails are two lines of the summary', async () => {
  const good = Array.from({ length: 1200 }, (_, at) => person(at + 1));
  const bad = Array.from({ length: 5000 }, (_, at) => person(at + 2000, { 'E-mail': `nobody ${at}` }));
  await inWorld([...good, ...good, ...bad], async (world) => {
    const { code, stdout } = await world.start(['validate', 'customers.csv', '--json']).ended;
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      counts: { pending: 1200, duplicate: 1200, invalid: 5000 },
      errors: [
        { column: 'E-mail', code: 'email_format', rows: 5000, exampleRows: [2401, 2402, 2403] },
        { column: 'Customer No', code: 'duplicate', rows: 1200, exampleRows: [1201, 1202, 1203] },
      ],
    });
    const lines = await world.lines();
    expect(lines[2400]).toMatchObject({ line: 2402, codes: 'email_format' });
    const { stderr } = await world.start(['validate', 'customers.csv']).ended;
    expect(stderr).toMatch(
      /5,000 × E-mail: must be one e-mail address[^\n]*\n +1,200 × Customer No: same id/,
    );
  });
});
