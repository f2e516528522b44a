import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_BREACH } from '../support/laws.js';
import { peopleWithoutSsns } from '../support/people.js';
import { countStatuses } from '../support/results.js';
import { inWorld, type World } from '../support/world.js';
import { EXTENT, SEED } from './extent.js';
import { count, newFigures } from './figures.js';
import { plans, type Plan } from './plans.js';

const LANES = 12;
/** With nothing wrong any more, the same command so many times ends every row. */
const RUNS_TO_END = 3;
const OPEN = ['pending', 'failed', 'unknown'];

const figures = newFigures('fault plans');

/** One run: its exit code says what its results say, and no law is broken. */
async function runOnce(world: World, { keys, args }: Plan, counted: boolean): Promise<boolean> {
  const { code, stderr } = await world.runInside(args);
  const statuses = Object.keys(countStatuses(await world.lines()));
  const isOpen = statuses.some((status) => OPEN.includes(status));
  if (code === 0 || code === 2) expect(isOpen, stderr).toBe(false);
  else expect([1, 75], stderr).toContain(code);
  const breaches = await world.breaches(world.input);
  // Where Bond keeps other keys than ours, or only some of them, no client can exclude a second customer.
  const excused = keys === 'any' ? { doubles: 0, lostIds: 0, falseRefusals: 0 } : {};
  const judged = { ...breaches, ...excused };
  if (counted) count(figures, world.input.length, judged);
  expect(judged, stderr).toEqual(NO_BREACH);
  return !isOpen;
}

async function obeysTheLaws(plan: Plan): Promise<void> {
  await inWorld(peopleWithoutSsns(plan.rows), async (world) => {
    world.setFaults(...plan.faults);
    await runOnce(world, plan, true);
    world.setFaults(...plan.faults.filter(() => plan.keys === 'dropped').slice(-1));
    let ended = false;
    for (let again = 0; again < RUNS_TO_END && !ended; again++) ended = await runOnce(world, plan, false);
    if (plan.keys !== 'any') expect(ended, await world.read('customers.results.csv')).toBe(true);
  });
}

test(
  'under any fault plan the laws hold, and once it is over every row ends',
  async ({ task }) => {
    // Each lane shrinks on its own; most of a plan's time is spent waiting.
    const lane = (number: number): Promise<void> =>
      fc.assert(fc.asyncProperty(plans, obeysTheLaws), {
        numRuns: Math.ceil(EXTENT.plans / LANES),
        seed: SEED + number,
        interruptAfterTimeLimit: EXTENT.timeoutMs * 0.9,
      });
    await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
    task.meta.figures = figures;
    expect(figures.tried).toBeGreaterThanOrEqual(EXTENT.plans);
  },
  EXTENT.timeoutMs,
);
