import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { completionScript } from '../../src/cli/completion.js';
import { allSettings, COMMANDS } from '../../src/config.js';

/** What a bash that has read the script, and can start no program, says then. */
function bash(ask: string, ...args: string[]): string {
  const script = ['set -u', 'PATH=/nowhere', completionScript(), ask].join('\n');
  const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', script, 'bash', ...args], {
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return stdout;
}

/** What is offered at the end of these words; nothing where it is left to the shell. */
function offered(...words: string[]): string[] {
  const ask = `
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) IFS=:
    _bond_import
    printf '%s\\n' "\${COMPREPLY[@]-}"`;
  return bash(ask, 'bond-import', ...words)
    .split('\n')
    .filter((word) => word !== '');
}

test('commands come first, also after a flag', () => {
  expect(offered('')).toEqual([...COMMANDS, 'completion', 'help']);
  expect(offered('re')).toEqual(['results', 'reconcile']);
  expect(offered('--json', 'va')).toEqual(['validate']);
  expect(offered('--limit', '5', 'va')).toEqual(['validate']);
  expect(offered('-')).toEqual(['--help', '--version']);
  expect(offered('help', 'sa')).toEqual(['sandbox']);
});

test.each(COMMANDS)('after %s, its own flags', (command) => {
  const own = allSettings().filter(({ commands }) => commands.includes(command));
  expect(offered(command, 'a.csv', '-')).toEqual([...own.map(({ flag }) => flag), '--help']);
});

describe('after a flag', () => {
  test.each([
    ['--env', ['sandbox', 'live']],
    ['--rules', ['documented', 'minimal']],
  ])('%s, what can be chosen', (flag, choices) => {
    const [first = ''] = choices;
    expect(offered('run', flag, '')).toEqual(choices);
    expect(offered('run', flag, first.slice(0, 1))).toEqual([first]);
    expect(offered('run', flag, '=')).toEqual(choices);
    expect(offered('run', flag, '=', first.slice(0, 2))).toEqual([first]);
    expect(offered('run', flag, first, '--dat')).toEqual(['--date-format']);
  });

  const open = allSettings().filter(
    ({ isSwitch, flag }) => !isSwitch && !['--env', '--rules'].includes(flag),
  );
  test.each(open.map(({ flag }) => flag))('%s, file names', (flag) => {
    expect(offered(flag, '')).toEqual([]);
    expect(offered(flag, '-')).toEqual([]);
    expect(offered('run', flag, '=', '')).toEqual([]);
  });
});

test('where a file is due, file names, which the shell knows best', () => {
  expect(offered('run', '')).toEqual([]);
  expect(offered('run', 're')).toEqual([]);
  expect(offered('run', '--json', 'r')).toEqual([]);
  expect(bash('complete -p bond-import')).toBe('complete -o default -F _bond_import bond-import\n');
});
