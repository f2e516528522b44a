import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { people, row } from '../support/people.js';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
import type { Program } from '../support/program.js';
import { inWorld, type World } from '../support/world.js';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 120_000);
afterAll(() => postgres.close());

const ROWS = 60;

/** The way to the database. */
interface Proxy {
  readonly port: number;
  /** Lets nothing through any more; resolves when something has been held back. */
  stall(): Promise<void>;
  cut(): void;
  open(): void;
}

async function startProxy(): Promise<Proxy> {
  const pairs = new Set<[Socket, Socket]>();
  let isOpen = true;
  const server = createServer((near) => {
    if (!isOpen) {
      near.destroy();
      return;
    }
    const far = connect(postgres.port, '127.0.0.1');
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.pipe(far).pipe(near);
    pairs.add([near, far]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const pair of pairs) pair.forEach((socket) => socket.destroy());
    server.close();
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async stall() {
      const held = [...pairs].flatMap(([near, far]) => {
        near.unpipe(far);
        far.unpipe(near);
        return [once(near, 'data'), once(far, 'data')];
      });
      for (const pair of pairs) pair.forEach((socket) => socket.resume());
      await Promise.race(held);
    },
    cut() {
      isOpen = false;
      for (const pair of pairs) pair.forEach((socket) => socket.destroy());
      pairs.clear();
    },
    open() {
      isOpen = true;
    },
  };
}

/** When so many customers stand in Bond. */
async function after(world: World, customers: number): Promise<void> {
  await expect
    .poll(() => world.sandbox.customers.length, { timeout: 30_000, interval: 5 })
    .toBeGreaterThanOrEqual(customers);
}

const args = (url: string, rate = 6000): string[] => [
  '--ledger',
  url,
  '--concurrency',
  '4',
  '--rate',
  String(rate),
];
const anyLedger = (): string => postgres.url(`l${randomUUID()}`);

/** The laws hold, and nobody is left. */
async function expectDone(world: World, url: string): Promise<void> {
  const { code, stderr } = await world.run(args(url));
  expect(code, stderr).toBe(0);
  expect(await world.breaches(world.input)).toEqual([]);
  expect(world.sandbox.customers).toHaveLength(ROWS);
  for (const [name, text] of await world.files()) expect(text, name).not.toContain('pass%20word');
}

type Blow = (
  world: World,
  program: Program,
  proxy: Awaited<ReturnType<typeof startProxy>>,
) => Promise<number | null>;

describe('a run on a ledger in PostgreSQL', () => {
  const blows: [string, Blow][] = [
    [
      'killed',
      async (_world, program) => {
        program.kill('SIGKILL');
        await program.ended;
        return null;
      },
    ],
    [
      'whose connection is ended by the server',
      async (_world, program) => {
        await postgres.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'bond-import %'",
        );
        return (await program.ended).code;
      },
    ],
    [
      'whose server stops at once and starts again',
      async (_world, program) => {
        await postgres.crash();
        await postgres.start();
        return (await program.ended).code;
      },
    ],
    [
      'whose network is cut',
      async (_world, program, proxy) => {
        proxy.cut();
        const { code } = await program.ended;
        proxy.open();
        return code;
      },
    ],
    [
      'whose network stalls, and is cut later',
      async (_world, program, proxy) => {
        await proxy.stall();
        proxy.cut();
        proxy.open();
        return (await program.ended).code;
      },
    ],
  ];
  test.each(blows)(
    '%s: another goes on, nobody is twice and nobody is lost',
    { timeout: 120_000 },
    async (_how, blow) => {
      await inWorld(people(ROWS), async (world) => {
        const proxy = await startProxy();
        const url = new URL(anyLedger());
        const direct = url.href;
        url.port = String(proxy.port);
        for (const customers of [7, 25]) {
          const program = world.start(['run', 'customers.csv', ...args(url.href)]);
          await after(world, customers);
          const code = await blow(world, program, proxy);
          if (code !== null) {
            expect([0, 75]).toContain(code);
            if (code === 75)
              expect((await program.ended).stderr).toMatch(/connection to the ledger .* was lost/);
          }
        }
        await expectDone(world, direct);
      });
    },
  );

  test(
    'on two hosts at once: one runs, the other is refused or waits, and readers read',
    { timeout: 120_000 },
    async () => {
      await inWorld(people(ROWS), async (world) => {
        const url = anyLedger();
        const first = world.start(['run', 'customers.csv', ...args(url, 600)]);
        await after(world, 5);
        const refused = await world.run([...args(url), '--results', world.path('other.csv')]);
        expect(refused.code).toBe(1);
        expect(refused.stderr).toMatch(/is in use by process \d+ on .* since .*--wait 10m/);
        const status = await world.start(['status', 'customers.csv', '--ledger', url]).ended;
        expect(status.stdout).toMatch(/60 rows/);
        const waiting = await world.run([...args(url), '--wait', '60s']);
        expect(waiting.code).toBe(0);
        expect((await first.ended).code).toBe(0);
        await expectDone(world, url);
      });
    },
  );

  test('a pause that Bond asks of one run is told by all, once', { timeout: 120_000 }, async () => {
    const [ours, others] = [people(40), people(80).slice(40)];
    await inWorld(ours, async (world) => {
      await world.write('others.csv', others);
      world.setFaults({ when: row(25), times: 1, do: { throttle: 3 } });
      const ended = await Promise.all(
        ['customers.csv', 'others.csv'].map(
          (file) => world.start(['run', file, ...args(anyLedger(), 600)]).ended,
        ),
      );
      for (const { code, stderr } of ended) {
        expect(code, stderr).toBe(0);
        expect(stderr.match(/Bond asks to wait: paused for /g), stderr).toHaveLength(1);
        expect(stderr).toMatch(/\b1 pause\b/);
      }
    });
  });
});
