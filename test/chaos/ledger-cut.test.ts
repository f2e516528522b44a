import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { people, row } from '../support/people.js';
import { inWorld } from '../support/world.js';
import { EXTENT, SEED } from './extent.js';
import { count, newFigures } from './figures.js';
import { newJudge } from '../support/judge.js';
import { seen } from './seen.js';

const LEDGER = 'customers.ledger';
const ARGS = ['--ledger', LEDGER, '--timeout', '100ms', '--concurrency', '3'];

test(
  'a ledger cut at any byte ends in the same results, and nobody is created again',
  ({ task }) =>
    inWorld(people(8), async (world) => {
      const figures = newFigures('cuts of the ledger');
      const refusal = { status: 400, body: { Message: { city: ['No.'] }, Code: 'create_customer_schema' } };
      const refused = { when: row(5), do: refusal };
      const args = ARGS.map((arg) => (arg === LEDGER ? world.path(LEDGER) : arg));
      world.setFaults({ when: row(1), times: 1, do: { cut: 'after' } }, refused, {
        when: row(7),
        times: 1,
        do: { half: true },
      });
      await world.runInside(args);
      const whole = Buffer.from(await world.read(LEDGER));
      const wanted = await world.lines();
      const created = world.sandbox.customers.length;
      expect(created).toBe(7);
      world.setFaults(refused);

      const cutAt = async (bytes: number): Promise<void> => {
        const left = whole.toString('utf8', 0, bytes);
        await world.write(LEDGER, left);
        // Results of a ledger that knows more are not overwritten.
        await rm(world.path('customers.results.csv'), { force: true });
        const ended = await world.runInside(args);
        expect(ended.code, ended.stderr).toBe(2);
        const lines = await world.lines();
        const facts = left.split('\n').slice(0, -1);
        for (const [at, line] of lines.entries()) {
          // Without the line that says that it was sent, nothing tells our own customer from one that was there.
          const wasSent = facts.some((fact) => fact.includes(`"send","key":"${line.key}"`));
          const status = line.status === 'existing' && !wasSent ? 'created' : line.status;
          expect({ ...line, status }).toEqual(wanted[at]);
        }
        const breaches = newJudge(world.sandbox).breaches(await seen(world, ended, { input: world.input }));
        count(figures, lines.length, breaches);
        expect(breaches).toEqual([]);
        expect(world.sandbox.customers).toHaveLength(created);
        // What was written after the cut reads well.
        expect((await world.runInside(args)).code).toBe(2);
      };
      await fc.assert(fc.asyncProperty(fc.nat(whole.length), cutAt), { numRuns: EXTENT.cuts, seed: SEED });
      task.meta.figures = [figures];
    }),
  EXTENT.timeoutMs,
);
