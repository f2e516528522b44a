import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ExitCode } from '../src/errors.js';
import { STATUSES } from '../src/ledger/outcome.js';
import { COMMANDS } from '../src/settings.js';

const path = new URL('../README.md', import.meta.url);
const readme = readFileSync(path, 'utf8');

test.each(COMMANDS)('the README tells what %s does', (command) => {
  expect(readme).toContain(`| \`bond-import ${command}`);
});

test.each(STATUSES)('the README tells what %s means', (status) => {
  expect(readme).toMatch(new RegExp(`^\\| \`${status}\` `, 'm'));
});

test.each(Object.values(ExitCode))('the README tells what exit code %i means', (code) => {
  expect(readme).toMatch(new RegExp(`^\\| ${code} `, 'm'));
});
