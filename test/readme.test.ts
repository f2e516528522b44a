import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ExitCode } from '../src/errors.js';
import { CODES } from '../src/issues/codes.js';
import { STATUSES } from '../src/ledger/outcome.js';
import { allSettings, COMMANDS } from '../src/settings.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DOCS = readdirSync(`${ROOT}docs`)
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const textOf = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');
const readme = textOf('README.md');
const lines = readme.split('\n');

test('the README is short: 200 lines, 1,600 words', () => {
  expect(lines.length).toBeLessThanOrEqual(200);
  expect(readme.split(/\s+/).length).toBeLessThanOrEqual(1_600);
});

test('no line of the README is longer than 160 characters, no table wider than 100', () => {
  expect(lines.filter((line) => line.length > (line.startsWith('|') ? 100 : 160))).toEqual([]);
});

test.each(COMMANDS)('the README tells of bond-import %s', (command) => {
  expect(readme).toContain(`bond-import ${command}`);
});

test.each(STATUSES)('the README tells what %s means', (status) => {
  expect(readme).toMatch(new RegExp(`^\\| \`${status}\` `, 'm'));
});

test.each(Object.values(ExitCode))('the README tells what exit code %i means', (code) => {
  expect(readme).toMatch(new RegExp(`^\\| ${code} `, 'm'));
});

/** Of other programs, in examples beside ours. */
const OTHERS = new Set(['--rm']);

test.each(['README.md', 'docs/scheduling.md'])('every flag that %s names is one', (path) => {
  const flags = new Set<string>(allSettings.map(({ flag }) => flag));
  const named = [...textOf(path).matchAll(/(?<![\w-])--[a-z][a-z-]*/g)].map(([flag]) => flag);
  expect(named.filter((flag) => !flags.has(flag) && !OTHERS.has(flag))).toEqual([]);
});

test('every code of ours that the README explains is one', () => {
  const table = /## When rows are wrong([^]*?)\n## /.exec(readme)?.[1] ?? '';
  const codes = [...table.matchAll(/^\| `([a-z_]+)` /gm)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(5);
  const bonds = ['person_id_dup'];
  expect(codes.filter((code = '') => !(code in CODES) && !bonds.includes(code))).toEqual([]);
});

test.each(['README.md', ...DOCS])('the links of %s lead to files that are there', (path) => {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const links = [...textOf(path).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
  const local = links.filter((link) => !/^https?:/.test(link));
  expect(local.filter((link) => !existsSync(`${ROOT}${folder}${link}`))).toEqual([]);
});
