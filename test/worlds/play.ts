import { person, type Person } from '../support/people.js';
import type { Line } from '../support/results.js';
import type { World } from '../support/world.js';

/** One command of an operator, and all that shows of it outside. */
export interface Played {
  readonly code: number | null;
  readonly said: string;
  readonly lines: readonly Line[];
  readonly statuses: string;
  /** Creates that Bond was asked for meanwhile. */
  readonly posts: number;
}

/** Runs `run customers.csv` to its end. */
export async function play(world: World, ...args: readonly string[]): Promise<Played> {
  return command(world, ['run', 'customers.csv', ...args]);
}

export async function command(world: World, args: readonly string[]): Promise<Played> {
  const before = postsOf(world);
  const { code, stdout, stderr } = await world.start(args).ended;
  const lines = await world.lines().catch(() => []);
  return {
    code,
    said: stderr + stdout,
    lines,
    statuses: lines.map(({ status }) => status).join(' '),
    posts: postsOf(world) - before,
  };
}

export function postsOf({ sandbox }: World): number {
  return sandbox.calls.filter(({ method }) => method === 'POST').length;
}

/** The ids of Bond's customers with this person's birth date: each test gives every person another. */
export function idsOf({ sandbox }: World, { 'Date of Birth': dob }: Person): string[] {
  return sandbox.customers.filter((customer) => customer.dob === dob).map(({ customer_id }) => customer_id);
}

/** So that nothing but name, birth date and key tells a person. */
export const ALONE = { 'Social Security Number': '', 'E-mail': '', Mobile: '' };

/** Nobody can see a list: what is in doubt stays so. */
export const NO_LIST = { when: { route: 'list' }, do: { status: 500 } };

/** Short patience: what does not come now does not come. */
export const BRIEF = ['--timeout', '1s', '--give-up-after', '2s', '--concurrency', '1'];

/** Nothing of it is in any other text by chance. */
export const secret: Person = person(2, {
  'Given Name': 'Zyxwilda',
  Surname: 'Quorbheim',
  'Date of Birth': '1961-11-23',
  'Social Security Number': '612-83-7719',
  'E-mail': 'zyx.quorb@vexfor.example',
  Mobile: '415-978-6342',
});
/** The forms in which it would be seen. */
export const TRACES = [
  /zyxwilda/i,
  /quorbheim/i,
  /zyx\.quorb/i,
  /612\D{0,3}83\D{0,3}7719/,
  /612\D{0,3}83\D{0,3}77/,
  /978\D{0,3}6342/,
  /1961\D?11\D?23/,
  /11\D23\D1961/,
  /23\D11\D1961/,
];
