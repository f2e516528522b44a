import { test } from 'vitest';
import { z } from 'zod';
import { people, row } from '../support/people.js';
import { CREDENTIALS, inWorld } from '../support/world.js';

test.concurrent('runs: newest first, how each ended, in text and as JSON', ({ expect }) =>
  inWorld(people(3), async (world) => {
    const none = await world.start(['runs', 'customers.csv']).ended;
    expect(none.code).toBe(1);
    expect(none.stderr).toContain('remembers no run');
    await world.run(['--limit', '1']);
    await world.run();
    const { code, stdout } = await world.start(['runs', 'customers.csv']).ended;
    expect(code).toBe(0);
    expect(stdout.match(/run of customers\.csv, by .* on .* → sandbox http/g)).toHaveLength(2);
    expect(stdout).toContain('exit code 0');
    expect(stdout).toContain('3 created');
    const { stdout: json } = await world.start(['runs', 'customers.csv', '--json']).ended;
    const [newest] = z
      .array(
        z.object({ command: z.string(), exitCode: z.number(), counts: z.object({ created: z.number() }) }),
      )
      .parse(JSON.parse(json));
    expect(newest).toEqual({ command: 'run', exitCode: 0, counts: { created: 3 } });
    expect(stdout + json).not.toContain(CREDENTIALS.authorization);
  }),
);

test.concurrent('check: the address, and whose the credentials are; refused ones are exit 1', ({ expect }) =>
  inWorld(people(1), async (world) => {
    const first = await world.start(['check']).ended;
    expect(first.code, first.stderr).toBe(0);
    expect(first.stdout).toContain(`The credentials are good: sandbox ${world.sandbox.url}`);
    await world.run();
    expect((await world.start(['check']).ended).stdout).toMatch(/brand [0-9a-f-]{36}/);
    const wrong = await world.start(['check'], { env: { BOND_AUTHORIZATION: 'wrong' } }).ended;
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('Bond refuses the credentials');
    const nowhere = await world.start(['check', '--api-url', 'http://127.0.0.1:1']).ended;
    expect(nowhere.code).toBe(75);
  }),
);

test.concurrent('--log-format json: every line on stderr is an object, changes of state too', ({ expect }) =>
  inWorld(people(3), async (world) => {
    const throttle = { status: 429, headers: { 'retry-after': '1' } };
    world.setFaults({ when: row(2), times: 1, do: throttle });
    const { code, stderr } = await world.run(['--log-format', 'json']);
    expect(code, stderr).toBe(0);
    const line = z.object({
      time: z.iso.datetime(),
      level: z.string(),
      event: z.string(),
      message: z.string(),
    });
    const lines = stderr
      .trim()
      .split('\n')
      .map((text) => line.parse(JSON.parse(text)));
    expect(lines.map(({ event }) => event)).toContain('paused');
    const failed = await world.run(['--log-format', 'json', '--key', 'nothing']);
    expect(line.parse(JSON.parse(failed.stderr.trim().split('\n').at(-1) ?? '')).level).toBe('error');
  }),
);
