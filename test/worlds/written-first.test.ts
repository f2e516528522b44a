import { rename } from 'node:fs/promises';
import { describe, test, vi } from 'vitest';
import { people, person } from '../support/people.js';
import { preload } from '../support/program.js';
import { inWorld } from '../support/world.js';
import { play, postsOf } from './play.js';

/** Runs in the program before it: what is surely on the disk, whatever a power cut takes, is kept in `flushed`. */
const KEEPS_WHAT_IS_FLUSHED = preload(`
import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
// In one step, for the program may be killed in the middle of a copy.
const keep = () => {
  if (!fs.existsSync('customers.ledger')) return;
  fs.copyFileSync('customers.ledger', 'flushing');
  fs.renameSync('flushing', 'flushed');
};
for (const name of ['fdatasyncSync', 'fsyncSync']) {
  const real = fs[name];
  fs[name] = (...args) => { real(...args); keep(); };
}
for (const name of ['fdatasync', 'fsync']) {
  const real = fs[name];
  fs[name] = (fd, done) => real(fd, (error) => { keep(); done(error); });
}
syncBuiltinESMExports();
const handle = await fs.promises.open(process.execPath);
const proto = Object.getPrototypeOf(handle);
await handle.close();
for (const name of ['datasync', 'sync']) {
  const real = proto[name];
  proto[name] = async function () { await real.call(this); keep(); };
}`);

test.concurrent('no request goes out before the ledger is on the disk: a power cut', ({ expect }) =>
  inWorld(people(5), async (world) => {
    world.setFaults({ when: { create: 3 }, times: 1, do: { gate: 'door', after: true } });
    const program = world.start(['run', 'customers.csv', '--concurrency', '1'], {
      env: KEEPS_WHAT_IS_FLUSHED,
    });
    await program.until(world.sandbox.waitForHeld('door'));
    program.kill('SIGKILL');
    await program.ended;
    world.sandbox.release('door');
    await rename(world.path('flushed'), world.path('customers.ledger'));
    const { code, statuses, said } = await play(world);
    // Who was sent and not written down would be found in Bond as somebody else's: `existing`.
    expect({ code, statuses }, said).toEqual({ code: 0, statuses: Array(5).fill('created').join(' ') });
    expect(world.sandbox.customers).toHaveLength(5);
  }),
);

describe.concurrent('without keys', () => {
  test('a key that an earlier row has claimed is not sent again, though that row is still in flight', ({
    expect,
  }) =>
    inWorld([...people(3), person(1), person(4)], async (world) => {
      world.setFaults({ when: { create: 1 }, do: { gate: 'door' } });
      const program = world.start(['run', 'customers.csv', '--no-brand-person-id', '--concurrency', '10']);
      await program.until(vi.waitUntil(() => postsOf(world) === 4, { timeout: 40_000 }));
      world.sandbox.release('door');
      const { code, stderr } = await program.ended;
      expect(code, stderr).toBe(2);
      const lines = await world.lines();
      expect(lines.map(({ status }) => status)).toEqual([
        'created',
        'created',
        'created',
        'duplicate',
        'created',
      ]);
      expect(postsOf(world)).toBe(4);
    }));
});
