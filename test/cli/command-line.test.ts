import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { csvOf, people } from '../support/people.js';
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
  const A_LIMIT = '--limit: expected a whole number from 1 to 1000000000';
  const MAX_ERRORS = '--max-errors: expected a number of rows like 50, or a share of them like 5%';
  const A_FILE = 'A file is needed: bond-import <command> <file.csv>.';
  const A_COMMAND =
    'A command is needed, one of run, validate, inspect, results, status, reconcile, sandbox: bond-import --help shows them.';

  test.each([
    ['', A_COMMAND],
    ['--', A_COMMAND],
    ['--json', A_COMMAND],
    ['rnu a.csv', 'There is no command rnu here; did you mean run?'],
    ['Run a.csv', 'There is no command Run here; did you mean run?'],
    ['hlep', 'There is no command hlep here; did you mean help?'],
    ['a.csv', 'There is no command a.csv here; see bond-import --help.'],
    ['toString a.csv', 'There is no command toString here; see bond-import --help.'],
    ["''", 'There is no command "" here; see bond-import --help.'],
    ['help rnu', 'There is no command rnu here; did you mean run?'],
    ['rnu --help', 'There is no command rnu here; did you mean run?'],
    ['run', A_FILE],
    ['status --json', A_FILE],
    ['reconcile --', A_FILE],
    [
      'status a.csv b.csv',
      'status takes one file, got 2, the second of them "b.csv": see bond-import status --help.',
    ],
    ['sandbox a.csv', 'sandbox takes no file, got "a.csv": see bond-import sandbox --help.'],
    ['completion bash', 'completion stands alone, got "bash" after it.'],
    ['run a.csv --concurency 4', 'There is no flag --concurency here; did you mean --concurrency?'],
    ['run a.csv --concurency=4', 'There is no flag --concurency here; did you mean --concurrency?'],
    ['--concurency 4 run a.csv', 'There is no flag --concurency here; did you mean --concurrency?'],
    ['run a.csv --dateFormat iso', 'There is no flag --dateFormat here; did you mean --date-format?'],
    ['run a.csv -ledger b', 'There is no flag -ledger here; did you mean --ledger?'],
    ['status -path a.csv', 'There is no flag -path here; see bond-import --help.'],
    ['status a.csv --no-json', 'There is no flag --no-json here; did you mean --json?'],
    ['status a.csv --__proto__ x', 'There is no flag --__proto__ here; see bond-import --help.'],
    ['status a.csv --constructor=x', 'There is no flag --constructor here; see bond-import --help.'],
    ['run a.csv --apiurl=https://user:word@b', 'There is no flag --apiurl here; did you mean --api-url?'],
    ['status a.csv --port 1', '--port does not go with this command: see bond-import status --help.'],
    ['completion --json', '--json does not go with this command: see bond-import completion --help.'],
    ['status a.csv --limit', `${A_LIMIT}, got nothing.`],
    [
      'status a.csv --limit --json',
      `${A_LIMIT}, got the flag --json; a value that begins with a dash is written --limit=--json.`,
    ],
    [
      'status a.csv --key --',
      '--key: expected a value, got the flag --; a value that begins with a dash is written --key=--.',
    ],
    [
      'status a.csv --key -x',
      '--key: expected a value, got the flag -x; a value that begins with a dash is written --key=-x.',
    ],
    ['status a.csv --limit=', `${A_LIMIT}, got "".`],
    ["status a.csv --limit ''", `${A_LIMIT}, got "".`],
    ['status a.csv --ledger=', '--ledger: expected a value, got "".'],
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
});

describe('what is understood', () => {
  const summary = z.object({ file: z.string(), rows: z.number() });

  test.each([
    ['status a.csv --json', 'a.csv', ROWS],
    ['--json status a.csv', 'a.csv', ROWS],
    ['status --json a.csv --json', 'a.csv', ROWS],
    ['--limit 2 status --json a.csv', 'a.csv', 2],
    ['status a.csv --json --limit=2', 'a.csv', 2],
    ['status a.csv --json --limit=0 --limit 1 --limit 2', 'a.csv', 2],
    ['status --json -- -c.csv', '-c.csv', ROWS],
    ['status --json - --ledger=in.ledger', '-', ROWS],
    ['--json --ledger in.ledger -- status -', '-', ROWS],
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

describe('what is asked of the program itself', () => {
  test.each(['--version', 'run --version', '--version run a.csv', 'run --limit --version'])(
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
    ['completion --help', 'bond-import <command> [options]'],
    ['help help', 'bond-import <command> [options]'],
    ['help run', 'bond-import run <files..> [options]'],
    ['run --help', 'bond-import run <files..> [options]'],
    ['--help run', 'bond-import run <files..> [options]'],
    ['run a.csv --limit --help', 'bond-import run <files..> [options]'],
    ['validate a.csv --limit 1 -h', 'bond-import validate <file> [options]'],
    ['sandbox --port -h', 'bond-import sandbox [options]'],
  ])('%s', async (line, usage) => {
    const { code, stdout, stderr } = await obey(wordsOf(line));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')[0]).toBe(usage);
  });
});
