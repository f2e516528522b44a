import type { ExpectStatic } from 'vitest';
import { NO_BREACH } from '../support/judge.js';
import { people, type Person } from '../support/people.js';
import { countStatuses } from '../support/results.js';
import { inWorld, type World } from '../support/world.js';

/** A fault, and how a run must end under it. */
export interface Case {
  readonly what: string;
  /** Three people unless given. */
  readonly input?: readonly Person[];
  readonly faults: readonly object[];
  /** What kind of Bond it is: the documented one unless given. */
  readonly traits?: object;
  readonly args?: readonly string[];
  readonly code: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Said on stderr. */
  readonly says?: string | RegExp;
  /** What more there is to see. */
  readonly then?: (world: World, expect: ExpectStatic) => Promise<void> | void;
}

/**
 * Runs the built program under a case's faults and holds its end against the case.
 * @param expect the test's own: several run at a time
 */
export async function runCase(
  { input = people(3), faults, traits = {}, args = [], ...wanted }: Case,
  expect: ExpectStatic,
): Promise<void> {
  await inWorld(input, async (world) => {
    world.setTraits(traits);
    world.setFaults(...faults);
    const ended = await world.run(args);
    const lines = await world.lines();
    expect.soft({ code: ended.code, counts: countStatuses(lines) }, ended.stderr).toEqual({
      code: wanted.code,
      counts: wanted.counts,
    });
    expect.soft(await world.breaches(input)).toEqual(NO_BREACH);
    if (wanted.says !== undefined) expect.soft(ended.stderr).toMatch(wanted.says);
    await wanted.then?.(world, expect);
  });
}

/** The same command again, once nothing is wrong any more, brings every row to its customer. */
export function againIsDone(...args: readonly string[]): NonNullable<Case['then']> {
  return async (world, expect) => {
    world.setFaults();
    const ended = await world.runInside(args);
    const lines = await world.lines();
    expect.soft({ code: ended.code, counts: countStatuses(lines) }, ended.stderr).toEqual({
      code: 0,
      counts: { created: lines.length },
    });
    expect.soft(await world.breaches(world.input)).toEqual(NO_BREACH);
  };
}
