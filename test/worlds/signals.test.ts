import { watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { describe, test } from 'vitest';
import { people, person } from '../support/people.js';
import { inWorld, type World } from '../support/world.js';
import { play } from './play.js';

/** Resolves when a file of this name appears, from now on. */
function appears({ path }: World, name: RegExp, times = 1): Promise<void> {
  const seen = new Set<string>();
  return new Promise((resolve) => {
    const watcher = watch(path('.'), (_event, file) => {
      if (file !== null && name.test(file)) seen.add(file);
      if (seen.size < times) return;
      watcher.close();
      resolve();
    });
  });
}

describe.concurrent('a signal at any time', () => {
  const MOMENTS: [what: string, name: RegExp, times: number][] = [
    ['as the ledger is opened', /\.lock$/, 1],
    ['while the results are written', /^\.bond-import-/, 2],
  ];
  test.for(MOMENTS)('%s', ([, name, times], { expect }) =>
    inWorld([...people(3), ...Array.from({ length: 10_000 }, () => person(1))], async (world) => {
      const moment = appears(world, name, times);
      const program = world.start(['run', 'customers.csv']);
      await program.until(moment);
      program.kill('SIGTERM');
      const { code, signal, stderr } = await program.ended;
      expect.soft(signal, stderr).toBeNull();
      expect.soft([2, 75], stderr).toContain(code);
      expect.soft(await world.lines()).toHaveLength(10_003);
      const left = (await readdir(world.path('.'))).filter((file) => /lock|tmp|\.bond/.test(file));
      expect.soft(left).toEqual([]);
      expect.soft((await play(world)).code).toBe(2);
    }),
  );
});
