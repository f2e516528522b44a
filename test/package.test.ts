import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

const lockFile = z.object({ packages: z.record(z.string(), z.looseObject({ dev: z.boolean().optional() })) });

let manifest = { name: '', version: '' };
let folder = '';
let packed: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bond-import-package-'));
  manifest = z
    .object({ name: z.string(), version: z.string() })
    .parse(JSON.parse(await readFile(join(PROJECT, 'package.json'), 'utf8')));
  const { stdout } = await npm(await cleanClone(), 'pack', '--json', '--pack-destination', folder);
  const [tarball] = z
    .array(z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }))
    .parse(JSON.parse(stdout));
  packed = tarball?.files.map(({ path }) => path) ?? [];

  await install(join(folder, tarball?.filename ?? ''), join(folder, 'home'));
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test('the package has the program and its samples, and nothing that only its makers need', () => {
  expect(packed).toEqual(expect.arrayContaining(['dist/main.js', 'samples/customers.csv']));
  const needless = /\.ts$|\.map$|^(src|test|bench)\/|tsconfig|\.expected\.csv$|samples\/(generate|demo)\.js$/;
  expect(packed.filter((path) => needless.test(path))).toEqual([]);
});

test('the installed command says which version it is', async () => {
  expect(await npx('--version')).toEqual({ code: 0, stdout: `${manifest.version}\n` });
});

test('the installed command helps', async () => {
  const { code, stdout } = await npx('--help');
  expect(stdout).toContain('bond-import run');
  expect(code).toBe(0);
});

test('the installed command validates a sample of the package', async () => {
  const sample = join('node_modules', manifest.name, 'samples', 'customers.csv');
  const { code, stdout } = await npx('validate', sample, '--results', 'results.csv', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ rows: 1000, exitCode: 2 });
  expect(await readFile(join(folder, 'home', 'results.csv'), 'utf8')).toBe(
    await readFile(join(PROJECT, 'samples', 'customers.expected.csv'), 'utf8'),
  );
  expect(code).toBe(2);
});

test('the installed command prints a script with which bash completes it', async () => {
  const { code, stdout } = await npx('completion');
  expect(code).toBe(0);
  expect(stdout).toMatch(/complete .* bond-import\n/);
});

/** The sources as a clone has them, not built; what builds them is at hand. */
async function cleanClone(): Promise<string> {
  const clone = join(folder, 'clone');
  const made = new Set(['node_modules', 'dist', 'demo', '.git']);
  await cp(PROJECT, clone, { recursive: true, filter: (path) => !made.has(basename(path)) });
  await symlink(join(PROJECT, 'node_modules'), join(clone, 'node_modules'));
  return clone;
}

/** With the versions that are locked here: those are in npm's cache, so that no registry has to be asked. */
async function install(tarball: string, home: string): Promise<void> {
  const { packages } = lockFile.parse(JSON.parse(await readFile(join(PROJECT, 'package-lock.json'), 'utf8')));
  const spec = `file:${tarball}`;
  const { '': project, ...others } = packages;
  const needed = Object.entries(others).filter(([, { dev = false }]) => !dev);
  const wanted = { dependencies: { [manifest.name]: spec } };
  const locked = { '': wanted, [`node_modules/${manifest.name}`]: { ...project, resolved: spec } };
  await mkdir(home);
  await writeFile(join(home, 'package.json'), JSON.stringify(wanted));
  await writeFile(
    join(home, 'package-lock.json'),
    JSON.stringify({ lockfileVersion: 3, packages: { ...locked, ...Object.fromEntries(needed) } }),
  );
  await npm(home, 'ci', '--prefer-offline', '--no-audit', '--no-fund');
}

/** The command as it was installed; npm itself says nothing on stdout. */
async function npx(...args: string[]): Promise<{ code: number | null; stdout: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      'npx',
      ['--no', '--', manifest.name, ...args],
      { cwd: join(folder, 'home') },
      (_error, stdout) => {
        resolve({ code: child.exitCode, stdout });
      },
    );
  });
}

function npm(cwd: string, ...args: string[]): Promise<{ stdout: string }> {
  return run('npm', args, { cwd });
}
