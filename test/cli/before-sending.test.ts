import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { describe, test } from 'vitest';
import { cli } from '../../src/cli.js';
import { silentIo } from '../support/in-process.js';
import { csvOf, people } from '../support/people.js';
import { CREDENTIALS, inWorld, type World } from '../support/world.js';
import { postsOf } from '../worlds/play.js';

describe.concurrent('a file that is not what was expected', () => {
  const hash = createHash('sha256')
    .update(csvOf(people(3)))
    .digest('hex');
  test.for([
    [['--expect-rows', '4'], 1, /--expect-rows: 4 data rows expected, the file has 3.*nothing was sent/],
    [
      ['--expect-sha256', 'a'.repeat(64)],
      1,
      /--expect-sha256: a+ expected, the file has [\da-f]{64}.*nothing was sent/,
    ],
    [['--expect-rows', '3', '--expect-sha256', hash], 0, /every row has its customer/],
  ] as const)('%s', ([args, expected, words], { expect }) =>
    inWorld(people(3), async (world) => {
      const { code, stderr, stdout } = await world.run(args);
      expect.soft(code, stderr).toBe(expected);
      expect.soft(stderr + stdout).toMatch(words);
      expect.soft(postsOf(world)).toBe(expected === 0 ? 3 : 0);
    }),
  );
});

/** A run on a terminal where somebody answers so. */
async function answered(
  world: World,
  answer: string,
  ...args: readonly string[]
): Promise<{ code: number; said: string }> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  let said = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (text.includes('[y/N]')) stdin.write(`${answer}\n`);
  });
  const env = {
    BOND_API_URL: world.sandbox.url,
    BOND_IDENTITY: CREDENTIALS.identity,
    BOND_AUTHORIZATION: CREDENTIALS.authorization,
    BOND_RATE: '600',
  };
  const code = await cli(['run', world.path('customers.csv'), ...args], { ...silentIo, stdin, stderr, env });
  return { code, said };
}

describe.concurrent('consent', () => {
  const asked = /Create 3 customers in LIVE, which takes about \d/;
  test.for([
    ['', 1],
    ['n', 1],
    ['yes', 0],
    ['Y', 0],
  ] as const)('to the live Bond is asked for on a terminal: "%s"', ([answer, expected], { expect }) =>
    inWorld(people(3), async (world) => {
      const { code, said } = await answered(world, answer, '--env', 'live');
      expect.soft(code, said).toBe(expected);
      expect.soft(said).toMatch(asked);
      expect.soft(postsOf(world)).toBe(expected === 0 ? 3 : 0);
      if (expected === 1) expect.soft(said).toContain('Not begun: nothing was sent. --yes does not ask');
    }),
  );

  test.for([[['--env', 'live', '--yes']], [[]]] as const)('is not asked for with %s', ([args], { expect }) =>
    inWorld(people(3), async (world) => {
      const { code, said } = await answered(world, 'n', ...args);
      expect.soft(code, said).toBe(0);
      expect.soft(said).not.toMatch(asked);
    }),
  );

  test('is not asked for without a terminal', ({ expect }) =>
    inWorld(people(3), async (world) => {
      const { code, stderr } = await world.run(['--env', 'live']);
      expect.soft(code, stderr).toBe(0);
      expect.soft(stderr).not.toMatch(asked);
      expect.soft(stderr).toContain('→ LIVE http://127.0.0.1:');
    }));
});

describe.concurrent('how a file was read', () => {
  /** In semicolons, German dates and windows-1252. */
  const foreign = Buffer.from(
    csvOf(people(3).map((each) => ({ ...each, Surname: 'Müller' })))
      .replaceAll(',', ';')
      .replace(/(\d{4})-(\d\d)-(\d\d)/g, '$3.$2.$1'),
    'latin1',
  );
  const flags = ['--encoding', 'windows-1252', '--delimiter', ';', '--date-format', 'dd.MM.yyyy'];

  test('is remembered by the commands that read its results', ({ expect }) =>
    inWorld(people(3), async (world) => {
      await writeFile(world.path('customers.csv'), foreign);
      expect((await world.run(flags)).code).toBe(0);
      const before = await world.read('customers.results.csv');
      const { code, stderr } = await world.start(['results', 'customers.csv']).ended;
      expect.soft(code, stderr).toBe(0);
      expect.soft(await world.read('customers.results.csv')).toBe(before);
    }));

  test('is compared by a run that would read it otherwise', ({ expect }) =>
    inWorld(people(3), async (world) => {
      await writeFile(world.path('customers.csv'), foreign);
      await world.run(flags);
      const { stderr } = await world.run([...flags.slice(0, 4), '--date-format', 'MM.dd.yyyy']);
      expect.soft(stderr).toMatch(/customers\.csv is read otherwise than by its last run: .*date/);
    }));
});

describe.concurrent('a reader that does not read', () => {
  test('is waited for a while, and then told of', ({ expect }) =>
    inWorld(people(3), async (world) => {
      // The pipe is full before the first word.
      const shell =
        '{ head -c 65536 /dev/zero; "$@" 2> said; echo $? > code; } | { until [ -s code ]; do sleep 0.1; done; }';
      await world.start(['run', 'customers.csv', '--json'], { shell }).ended;
      expect.soft((await world.read('code')).trim(), await world.read('said')).toBe('1');
      expect
        .soft(await world.read('said'))
        .toContain('Standard output could not be written (nobody reads it)');
      expect
        .soft((await world.lines()).map(({ status }) => status))
        .toEqual(['created', 'created', 'created']);
    }));

  test('or a device that is full makes what was asked for incomplete', ({ expect }) =>
    inWorld(people(3), async (world) => {
      const { code, stderr } = await world.start(['run', 'customers.csv', '--json'], {
        shell: '"$@" > /dev/full',
      }).ended;
      expect.soft(code, stderr).toBe(1);
      expect.soft(stderr).toContain('Standard output could not be written');
      expect
        .soft((await world.lines()).map(({ status }) => status))
        .toEqual(['created', 'created', 'created']);
    }));
});
