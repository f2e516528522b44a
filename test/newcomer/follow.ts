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

/** What a person does at a desk after a step, a file corrected for example; true when something was done. */
export type Hands = (step: Step) => Promise<boolean>;

/**
 * Types a command, then every command that the screen says is next, until it says none, or says the same again though
 * nothing was done by hand.
 */
export async function follow(
  world: World,
  command: string | undefined,
  most = 9,
  hands: Hands = () => Promise.resolve(false),
): Promise<Step[]> {
  const steps: Step[] = [];
  const typed = new Set<string>();
  let next: string | undefined = command;
  while (next !== undefined && steps.length < most && !typed.has(next)) {
    typed.add(next);
    const { code, stdout, stderr }: Ended = await world.start(wordsOf(next).slice(1)).ended;
    const said = stdout + stderr;
    const step: Step = { command: next, code, said, next: nextCommand(said) };
    steps.push(step);
    if (await hands(step)) typed.clear();
    next = step.next;
  }
  return steps;
}

export const last = (steps: readonly Step[]): Step => {
  const step = steps.at(-1);
  if (step === undefined) throw new Error('nothing was typed');
  return step;
};

/** The commands in short, `inspect`, `validate`, …, with their codes. */
export const told = (steps: readonly Step[]): string =>
  steps.map(({ command, code }) => `${command.split(' ')[1] ?? ''} ${code}`).join(', ');
