import { describe, expect, test } from 'vitest';
import { people, row } from '../support/people.js';
import { inWorld } from '../support/world.js';
import { follow, last } from './follow.js';

const LONG = { timeout: 60_000 };
const RUN = 'bond-import run customers.csv';

describe('what a refusal advises', () => {
  test('a row that a firewall refuses is sent again as it is, once that is mended', LONG, () =>
    inWorld(people(3), async (world) => {
      world.setFaults({ when: row(2), do: { html: 403 } });
      const [first] = await follow(world, RUN, 1);
      expect(first).toMatchObject({ code: 2, next: `${RUN} --resend-rejected` });
      world.setFaults();
      const mended = await follow(world, first?.next);
      expect(last(mended)).toMatchObject({ code: 0, next: undefined });
      expect(world.sandbox.customers).toHaveLength(3);
    }),
  );

  test('rows that were all refused alike are sent again when the settings are mended', LONG, () =>
    inWorld(people(30), async (world) => {
      const refusal = { status: 400, body: { Message: 'No such program.', Code: 'input_error' } };
      world.setFaults({ when: { route: 'create' }, do: refusal });
      const [first] = await follow(world, RUN, 1);
      expect(first).toMatchObject({ code: 1, next: `${RUN} --resend-rejected` });
      world.setFaults();
      expect(last(await follow(world, first?.next)).code).toBe(0);
      expect(world.sandbox.customers).toHaveLength(30);
    }),
  );
});
