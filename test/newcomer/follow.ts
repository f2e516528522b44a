import type { Ended } from '../support/program.js';
import type { World } from '../support/world.js';

/** A command line as a shell would take it apart: words in single quotes stay together. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}

function nextCommand(said: string): string | undefined {
  return /Next: (bond-import [^\n]*?)\.?$/m.exec(said)?.[1];
}

export interface Step {
  readonly command: string;
  readonly code: number | null;
  readonly said: string;
  /** The command that the screen says is next. */
  readonly next: string | undefined;
}

/** Types a command, then every command that the screen says is next, until it says none or says the same again. */
export async function follow(world: World, command: string | undefined, most = 6): Promise<Step[]> {
  const steps: Step[] = [];
  let next: string | undefined = command;
  while (next !== undefined && steps.length < most && !steps.some((step) => step.command === next)) {
    const { code, stdout, stderr }: Ended = await world.start(wordsOf(next).slice(1)).ended;
    const said = stdout + stderr;
    const step: Step = { command: next, code, said, next: nextCommand(said) };
    steps.push(step);
    next = step.next;
  }
  return steps;
}

export const last = (steps: readonly Step[]): Step => {
  const step = steps.at(-1);
  if (step === undefined) throw new Error('nothing was typed');
  return step;
};
