import { describe, expect, test } from 'vitest';
import { allSettings, COMMANDS } from '../../src/config.js';
import { obey } from '../support/in-process.js';

/** What is said on a terminal of so many columns; undefined where stdout is none. */
async function help(args: readonly string[], columns?: number): Promise<string> {
  const { code, stdout, stderr } = await obey([...args, '--help'], { columns });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

const widest = (said: string): number => Math.max(...said.split('\n').map((line) => line.length));

test('the program’s help names every command, and what it does', async () => {
  const said = await help([]);
  for (const command of [...COMMANDS, 'completion', 'help']) {
    expect(said).toMatch(new RegExp(`^  bond-import ${command}( <[a-z.]+>)? {2,}[a-z]`, 'm'));
  }
});

describe.each(COMMANDS)('the help of %s', (command) => {
  test('has its own flags, each with its meaning, default and variable, and no other', async () => {
    const said = (await help([command])).replace(/\s+/g, ' ');
    for (const { flag, value, meaning, default: literal, env, commands } of allSettings()) {
      const own = commands.includes(command);
      const left = value === undefined ? flag : `${flag} ${value}`;
      const entry = ` ${left} ${meaning.replaceAll('`', '')}`;
      if (!own) {
        expect(said).not.toContain(entry);
        continue;
      }
      const notes = [...(literal === undefined ? [] : [literal]), ...(env === undefined ? [] : [env])];
      expect(said).toContain(entry);
      expect(said.slice(said.indexOf(entry) + entry.length)).toMatch(
        new RegExp(`^ (\\[[^\\]]*${notes.join(', ')}\\] )?-`),
      );
    }
    expect(said).toContain(`Example: bond-import ${command}`);
  });

  test.each([64, 100, undefined])('fits a terminal of %s columns, in two columns', async (columns) => {
    const said = await help([command], columns);
    expect(widest(said)).toBeLessThanOrEqual(columns ?? 100);
    const starts = said
      .split('\n')
      .filter((line) => line.startsWith('  ') && !line.startsWith('  bond-import'))
      .map((line) => /^ {2}(?:\S| (?=\S))* {2,}/.exec(line)?.[0].length);
    expect(new Set(starts).size).toBe(1);
  });
});

test('the help grows no wider than can be read, nor narrower', async () => {
  expect(widest(await help(['run'], 400))).toBeLessThanOrEqual(110);
  expect(widest(await help(['run'], 400))).toBeGreaterThan(100);
  expect(await help(['run'], 0)).toBe(await help(['run'], 100));
  expect(await help(['run'], 10)).toContain('requests in flight');
});
