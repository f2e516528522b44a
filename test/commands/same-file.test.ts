import { link, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isSameFile } from '../../src/commands/same-file.js';

let folder = '';
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'bond-same-')));
  const at = (name: string) => join(folder, name);
  await mkdir(at('real/deep'), { recursive: true });
  await symlink('real', at('linked'));
  await writeFile(at('real/a.csv'), 'a');
  await writeFile(at('real/b.csv'), 'a');
  await symlink('a.csv', at('real/to-a.csv'));
  await link(at('real/a.csv'), at('hard-a.csv'));
  await symlink('real/new.csv', at('to-new.csv'));
  await symlink('to-new.csv', at('to-to-new.csv'));
  await symlink('round', at('round'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each([
  ['real/a.csv', 'real/a.csv', true],
  ['real/a.csv', 'real/b.csv', false],
  ['real/a.csv', 'real/../real/./a.csv', true],
  ['real/a.csv', 'linked/a.csv', true],
  ['real/a.csv', 'linked/to-a.csv', true],
  ['real/a.csv', 'hard-a.csv', true],
  ['real/new.csv', 'linked/new.csv', true],
  ['real/new.csv', 'linked/deep/../new.csv', true],
  ['real/new.csv', 'to-new.csv', true],
  ['linked/new.csv', 'to-to-new.csv', true],
  ['real/new.csv', 'real/a.csv', false],
  ['real/new.csv', 'real/other.csv', false],
  ['none/new.csv', 'none/new.csv', true],
  ['linked/none/new.csv', 'real/none/new.csv', true],
  ['none/new.csv', 'real/new.csv', false],
  ['round', 'round', true],
  ['round', 'real/new.csv', false],
  ['real', 'linked', true],
])('%s and %s: %s', async (one, other, same) => {
  const [a, b] = [join(folder, one), `${relative(process.cwd(), folder)}/${other}`];
  expect(await isSameFile(a, b)).toBe(same);
  expect(await isSameFile(b, a)).toBe(same);
});
