import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allSettings, COMMANDS } from '../src/config.js';
import { STATUSES } from '../src/ledger/outcome.js';
import { ExitCode } from '../src/errors.js';

const path = new URL('../README.md', import.meta.url);
const readme = readFileSync(path, 'utf8');

/** The settings as the README shows them; `UPDATE_README=1` writes them into it. */
function settingsTable(): string {
  const rows = allSettings().map(({ flag, value, env, default: literal, defaultNote, meaning, commands }) => [
    `\`${flag}${value === undefined ? '' : ` ${value.replaceAll('|', '\\|')}`}\``,
    env === undefined ? '' : `\`${env}\``,
    literal === undefined ? (defaultNote ?? 'off') : `\`${literal}\``,
    meaning.replaceAll('|', '\\|'),
    commands.join(', '),
  ]);
  const lines = [['flag', 'env', 'default', 'meaning', 'for'], ['---', '---', '---', '---', '---'], ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

test('the settings table says what config.ts says', () => {
  const [before = '', rest = ''] = readme.split('<!-- settings -->\n');
  const [table = '', after = ''] = rest.split('<!-- /settings -->');
  if (process.env['UPDATE_README'] !== undefined) {
    writeFileSync(path, `${before}<!-- settings -->\n\n${settingsTable()}\n\n<!-- /settings -->${after}`);
    return;
  }
  const squeezed = (text: string): string => text.replace(/ +/g, ' ').replace(/-+/g, '-').trim();
  expect(squeezed(table)).toBe(squeezed(settingsTable()));
});

test.each(COMMANDS)('the README tells what %s does', (command) => {
  expect(readme).toContain(`| \`bond-import ${command}`);
});

test.each(STATUSES)('the README tells what %s means', (status) => {
  expect(readme).toMatch(new RegExp(`^\\| \`${status}\` `, 'm'));
});

test.each(Object.values(ExitCode))('the README tells what exit code %i means', (code) => {
  expect(readme).toMatch(new RegExp(`^\\| ${code} `, 'm'));
});
