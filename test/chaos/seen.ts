import type { Person } from '../support/people.js';
import type { Ended } from '../support/program.js';
import type { World } from '../support/world.js';
import type { Command } from '../support/judge.js';

interface Circumstances {
  readonly input: readonly Person[];
  readonly callsBefore?: number;
  readonly results?: string;
  readonly disturbed?: boolean;
}

/** What an outsider sees of a command once it has ended. */
export async function seen(
  world: World,
  { code, stdout, stderr }: Ended,
  {
    input,
    callsBefore = world.sandbox.calls.length,
    results = 'customers.results.csv',
    disturbed = false,
  }: Circumstances,
): Promise<Command> {
  const lines = await world.lines(results).catch(() => undefined);
  const files = [...(await world.files())];
  const left = files.filter(([name]) => !/\.(csv|tmp)$/.test(name)).map(([, text]) => text);
  return { input, lines, code, disturbed, said: stderr + stdout, left, callsBefore };
}
