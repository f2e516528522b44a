import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { csvOf, people } from '../support/people.js';
import { allSettings, COMMANDS } from '../../src/settings.js';
import { obey } from '../support/in-process.js';
import { startProgram, type Ended } from '../support/program.js';

const ROWS = 3;
let cwd = '';

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'bond-import-command-line-'));
  for (const name of ['a.csv', 'b.csv', '-c.csv']) await writeFile(join(cwd, name), csvOf(people(ROWS)));
});

afterAll(() => rm(cwd, { recursive: true, force: true }));

/** The words of a command line, parted by spaces; `''` is an empty one. */
function wordsOf(line: string): string[] {
  const words = line.split(' ').filter((word) => word !== '');
  return words.map((word) => (word === "''" ? '' : word));
}

function bondImport(line: string, stdin = ''): Promise<Ended> {
  return startProgram(wordsOf(line), { cwd, env: {}, stdin }).ended;
}

describe('an operator’s mistake is one sentence on stderr, and exit code 1', () => {
  const DASH = (flag: string): string => `; a value that begins with a dash is written ${flag}=-….`;
  const A_LIMIT = '--limit: expected a whole number from 1 to 1000000000';
  const MAX_ERRORS = '--max-errors: expected a number of rows like 50, or a share of them like 5%';
  const A_COMMAND = `A command is needed, one of ${COMMANDS.join(', ')}: bond-import --help shows them.`;

  test.each([
    ['', A_COMMAND],
    ['--', A_COMMAND],
    ['--json', A_COMMAND],
    ['rnu a.csv', 'There is no such command: did you mean run?'],
    ['Run a.csv', 'There is no such command: did you mean run?'],
    ['customers.csv', 'There is no command customers.csv: bond-import --help shows them all.'],
    ['toString a.csv', 'There is no command toString: bond-import --help shows them all.'],
    ['run', '<file.csv..> is needed: bond-import run <file.csv..>.'],
    ['status --json', '<file.csv> is needed: bond-import status <file.csv>.'],
    ['reconcile --', '<file.csv> is needed: bond-import reconcile <file.csv>.'],
    ['ledger copy a', 'copy <from> <to> is needed: bond-import ledger copy <from> <to>.'],
    ['status a.csv b.csv', 'status takes <file.csv>, and more was given: bond-import status <file.csv>.'],
    ['sandbox a.csv', 'sandbox takes no file, and more was given: bond-import sandbox.'],
    ['run a.csv --concurency 4', 'There is no flag --concurency here: did you mean --concurrency?'],
    ['run a.csv --concurency=4', 'There is no flag --concurency here: did you mean --concurrency?'],
    ['--concurency=4 run a.csv', 'There is no flag --concurency here: did you mean --concurrency?'],
    ['run a.csv --dateFormat iso', 'There is no flag --dateFormat here: did you mean --date-format?'],
    ['status a.csv --no-json', 'There is no flag --no-json here: did you mean --json?'],
    ['run a.csv --apiurl=https://user:word@b', 'There is no flag --apiurl here: did you mean --api-url?'],
    ['run a.csv --limit', `${A_LIMIT}, got nothing${DASH('--limit')}`],
    ['run a.csv --limit --json', `${A_LIMIT}, got nothing${DASH('--limit')}`],
    ['status a.csv --key --', `--key: expected a value, got nothing${DASH('--key')}`],
    ['run a.csv --limit=', `${A_LIMIT}, got nothing${DASH('--limit')}`],
    ["run a.csv --limit ''", `${A_LIMIT}, got nothing${DASH('--limit')}`],
    ['status a.csv --ledger=', `--ledger: expected a value, got nothing${DASH('--ledger')}`],
    ['run a.csv --max-errors -5', `${MAX_ERRORS}, got "-5".`],
    ['run a.csv --max-errors=-5%', `${MAX_ERRORS}, got "-5%".`],
    ['run a.csv --max-errors -', `${MAX_ERRORS}, got "-".`],
    ['status a.csv --json=false', '--json takes no value, got "false": give it alone, or leave it out.'],
    ['status a.csv --json=', '--json takes no value, got "": give it alone, or leave it out.'],
    ['run a.csv --env production', '--env: expected sandbox or live, got "production".'],
  ])('bond-import %s', async (line, sentence) => {
    expect(await obey(wordsOf(line))).toEqual({
      code: 1,
      stdout: '',
      stderr: `bond-import: ${sentence}\n`,
    });
  });

  test.each([
    ['status a.csv --port 1', '--port does not go with status: above are the flags that do.'],
    ['status a.csv --colour', 'There is no flag --colour: above are those of status.'],
    ['status a.csv -path', 'There is no flag --path: above are those of status.'],
    ['status a.csv --key -x', 'There is no flag --x: above are those of status.'],
    ['status a.csv --__proto__ x', 'There is no flag --___proto___: above are those of status.'],
    ['status a.csv --constructor=x', 'There is no flag --constructor: above are those of status.'],
  ])('a flag like no other: bond-import %s, after the command’s help', async (line, sentence) => {
    const { code, stdout, stderr } = await obey(wordsOf(line));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^bond-import status <file.csv> \[options\]/);
    expect(stderr).toContain('--date-format');
    expect(stderr).toContain(`\n\nbond-import: ${sentence}\n`);
  });
});

describe('what is understood', () => {
  const summary = z.object({ file: z.string(), rows: z.number() });

  test.each([
    ['status a.csv --json', 'a.csv', ROWS],
    ['--json status a.csv', 'a.csv', ROWS],
    ['status --json a.csv --json', 'a.csv', ROWS],
    ['--rules minimal status --json a.csv', 'a.csv', ROWS],
    ['status a.csv --json --rules=strict --rules minimal', 'a.csv', ROWS],
    ['status a.csv --json --set country=US --set state=CA', 'a.csv', ROWS],
    ['status --json -- -c.csv', '-c.csv', ROWS],
    ['status --json - --ledger=in.ledger', '-', ROWS],
    ['--json --ledger=in.ledger status -- -', '-', ROWS],
  ])('bond-import %s', async (line, file, rows) => {
    const { stdout, stderr, code } = await bondImport(line, csvOf(people(ROWS)));
    expect(stderr).not.toContain('bond-import:');
    expect(summary.parse(JSON.parse(stdout))).toEqual({ file, rows });
    expect(code).toBe(75);
  });

  test.each(['--key=--no', '--key=--help', '--key -1', '--key -'])(
    'a value that begins with a dash: %s',
    async (flag) => {
      const { code, stderr } = await bondImport(`status a.csv ${flag}`);
      expect(stderr).toContain(`--key names the column "${flag.slice('--key='.length)}"`);
      expect(code).toBe(1);
    },
  );

  test('after --, --help is a file', async () => {
    const { code, stdout, stderr } = await bondImport('status -- --help');
    expect(stderr).toMatch(/^bond-import: --help could not be read \(ENOENT\)/);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });
});

test('--dry-run is validate', async () => {
  const { code, stderr } = await bondImport('run a.csv --dry-run');
  expect(stderr).toContain('nothing is wrong with any row');
  expect(code).toBe(0);
});

describe('what is asked of the program itself', () => {
  test.each(['--version', '-V', '-v', 'version', 'run --version', '--version run a.csv'])(
    '%s',
    async (line) => {
      const manifest = await readFile(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8');
      const { version } = z.object({ version: z.string() }).parse(JSON.parse(manifest));
      expect(await obey(wordsOf(line))).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    },
  );

  test.each([
    ['--help', 'bond-import <command> [options]'],
    ['-h', 'bond-import <command> [options]'],
    ['help', 'bond-import <command> [options]'],
    ['--help --no-such-flag', 'bond-import <command> [options]'],
    ['help run', 'bond-import run <file.csv..> [options]'],
    ['run --help', 'bond-import run <file.csv..> [options]'],
    ['--help run', 'bond-import run <file.csv..> [options]'],
    ['run a.csv --limit --help', 'bond-import run <file.csv..> [options]'],
    ['validate a.csv --limit 1 -h', 'bond-import validate <file.csv> [options]'],
    ['ledger -h', 'bond-import ledger copy <from> <to> [options]'],
    ['sandbox --port -h', 'bond-import sandbox [options]'],
  ])('%s', async (line, usage) => {
    const { code, stdout, stderr } = await obey(wordsOf(line));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')[0]).toBe(usage);
  });

  const help = async (args: readonly string[], columns?: number): Promise<string> =>
    (await obey([...args, '--help'], { columns })).stdout;

  test('the help names every command, and what it does', async () => {
    const said = await help([]);
    for (const command of [...COMMANDS, 'completion']) {
      expect(said).toMatch(new RegExp(`^  bond-import ${command} +[a-z]`, 'm'));
    }
  });

  test.each(COMMANDS)(
    'the help of %s has its own flags, each with its meaning, and no other',
    async (command) => {
      const said = await help([command]);
      const words = said.replace(/\s+/g, ' ');
      for (const { flag, meaning, env, commands, envOnly } of allSettings) {
        const isOwn = commands.includes(command) && !envOnly;
        expect(new RegExp(`^ +(-\\w, +)?${flag} `, 'm').test(said), flag).toBe(isOwn);
        if (!isOwn) continue;
        expect(words).toContain(meaning.replaceAll('`', ''));
        if (env !== undefined) expect(words).toContain(`[${env}]`);
      }
      expect(said).toContain(`bond-import ${command}`);
    },
  );

  test.each([64, 100, undefined])('the help fits a terminal of %s columns', async (columns) => {
    for (const args of [[], ['run']]) {
      const widest = Math.max(...(await help(args, columns)).split('\n').map((line) => line.length));
      expect(widest).toBeLessThanOrEqual(columns ?? 100);
    }
  });
});

describe('completion', () => {
  test('prints a script for bash', async () => {
    const { code, stdout } = await obey(['completion']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/complete .* bond-import\n/);
  });

  test.each([
    ['commands', [''], ['run', 'validate', 'completion']],
    ['commands that begin so', ['re'], ['results', 'reconcile']],
    ['flags of the command', ['run', 'a.csv', '--'], ['--rate', '--set', '--help']],
    ['choices', ['run', 'a.csv', '--env', ''], ['sandbox', 'live']],
  ])('offers %s', async (_, words, offered) => {
    const { stdout } = await obey(['--get-yargs-completions', 'bond-import', ...words]);
    const offers = stdout.split('\n').map((line) => line.split(':')[0]);
    expect(offers).toEqual(expect.arrayContaining(offered));
  });
});
