import fc from 'fast-check';
import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { person, type Person } from '../support/people.js';
import type { Ended } from '../support/program.js';
import { inWorld, type World } from '../support/world.js';
import { EXTENT, SEED } from './extent.js';
import { count, newFigures, type Figures } from './figures.js';
import { newJudge, type Breach, type Judge } from '../support/judge.js';
import { seen } from './seen.js';
import { exportedAnew, moved } from './moves.js';
import { KINDS, stories, type Chapter, type Kind, type Story } from './stories.js';

const LANES = 8;
/** With nothing wrong any more, the same command so many times ends every row. */
const RUNS_TO_END = 4;
const QUIET: Chapter = {
  moves: [],
  faults: [],
  args: ['--timeout', '5s', '--give-up-after', '5s'],
  deletesResults: false,
  otherFile: false,
};
const OPEN = ['pending', 'failed', 'unknown'];
/** What cannot be promised where Bond loses or confuses keys. */
const EXCUSED: readonly Breach['law'][] = [
  'twice',
  'lost',
  'mispaired',
  'refusal',
  'absence',
  'again',
  'forever',
];

/**
 * Where Bond makes a customer after the list was read, the list says nothing of it; the row is sent again, under a key
 * that Bond keeps, and nobody is there twice.
 */
function mayLandLate({ kind, chapters }: Story): boolean {
  return kind === 'kept' && JSON.stringify(chapters).includes('delayMs');
}

interface Played {
  readonly breaches: readonly Breach[];
  readonly isOpen: boolean;
  readonly posts: number;
  readonly said: string;
}

/** In this process there is no working directory but ours. */
function inside(world: World, args: readonly string[]): string[] {
  return args.map((arg) => (/\.(csv|ledger)$/.test(arg) ? world.path(arg) : arg));
}

async function end(world: World, file: string, { args, disturbance }: Chapter): Promise<Ended> {
  const command = ['run', file, '--ledger', 'customers.ledger', ...args];
  if (disturbance === undefined) return world.obeyInside(inside(world, command));
  const program = world.start(command);
  if (disturbance === 'started twice') {
    const [first, second] = await Promise.all([program.ended, world.start(command).ended]);
    const [whole, other] = first.code === 1 ? [second, first] : [first, second];
    return { ...whole, stderr: whole.stderr + other.stderr };
  }
  const timer = setTimeout(() => {
    program.kill(disturbance.signal);
  }, disturbance.afterMs);
  const ended = await program.ended;
  clearTimeout(timer);
  return ended;
}

async function play(
  { world, judge, input }: { world: World; judge: Judge; input: readonly Person[] },
  chapter: Chapter,
): Promise<Played> {
  const name = chapter.otherFile ? 'other' : 'customers';
  const results = `${name}.results.csv`;
  await world.write(`${name}.csv`, input);
  if (chapter.deletesResults) await rm(world.path(results), { force: true });
  const callsBefore = world.sandbox.calls.length;
  world.setFaults(...chapter.faults);
  const ended = await end(world, `${name}.csv`, chapter);
  const disturbed = chapter.disturbance !== undefined;
  const command = await seen(world, ended, { input, callsBefore, results, disturbed });
  const breaches = judge.breaches(command);
  const { lines, said } = command;
  const posts = world.sandbox.calls.slice(callsBefore).filter(({ method }) => method === 'POST').length;
  const isOpen = lines === undefined || lines.some(({ status }) => OPEN.includes(status));
  return { breaches, isOpen, posts, said: `${said}${JSON.stringify(lines)}` };
}

/** Plays a story to its end, and tells what it broke. */
async function breachesIn({ kind, traits, people, chapters }: Story): Promise<Breach[]> {
  const found: Breach[] = [];
  await inWorld(people, async (world) => {
    world.setTraits(traits);
    const judge = newJudge(world.sandbox);
    let rows = [...people];
    for (const chapter of chapters) {
      rows = chapter.moves.reduce(moved, rows);
      const input = chapter.otherFile ? [...rows.slice(0, 5), person(400)] : rows;
      const { breaches } = await play({ world, judge, input }, chapter);
      found.push(...breaches);
    }
    let last: Played | undefined;
    for (let run = 0; run < RUNS_TO_END && last?.isOpen !== false; run++) {
      last = await play({ world, judge, input: rows }, QUIET);
      found.push(...last.breaches);
      rows = exportedAnew(rows, last.said);
    }
    // Where no key tells a person, a row may wait for somebody to look, but nothing is asked for again and again.
    const mayWait = kind !== 'kept' || 'listedKeys' in traits;
    const isEnded = last?.isOpen === false || (mayWait && last?.posts === 0);
    if (!isEnded) found.push({ law: 'forever', what: last?.said ?? '' });
  });
  return found;
}

test(
  'whatever Bond does and operators do, the contract holds',
  async ({ task }) => {
    const told = fc
      .sample(stories, { seed: SEED, numRuns: EXTENT.stories })
      .map((story, number) => ({ story, number }));
    const chosen = process.env['CHAOS_ONLY']?.split(',').map(Number);
    const waiting = told.filter(({ number }) => chosen?.includes(number) ?? true);
    const figures = new Map<Kind, Figures>();
    const unforgiven: string[] = [];
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { story, number } = next;
        const breaches = await breachesIn(story);
        const sum = figures.get(story.kind) ?? newFigures(KINDS[story.kind]);
        figures.set(story.kind, sum);
        count(sum, story.people.length, breaches);
        const isExcused = ({ law }: Breach) =>
          (story.kind === 'any' && EXCUSED.includes(law)) || (law === 'absence' && mayLandLate(story));
        for (const breach of breaches.filter((each) => !isExcused(each)))
          unforgiven.push(
            `story ${number} (${story.kind}): ${breach.law}: ${breach.what}\n${JSON.stringify(story)}`,
          );
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    task.meta.figures = [...figures.values()];
    expect(unforgiven.length, `CHAOS_SEED=${SEED}\n${unforgiven.join('\n')}`).toBe(0);
  },
  EXTENT.timeoutMs,
);
