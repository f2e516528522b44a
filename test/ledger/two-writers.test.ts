import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, rm } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { Ledger, LedgerView } from '../../src/ledger/ledger.js';
import { FINGERPRINT, OWNER, RUN, scratch, troubleOf, uuid } from './support.js';

/** Holds a ledger in a process of its own, and writes to it whenever it is told. */
const HOLDER = `
  const { Ledger } = await import(process.argv[1]);
  const [, , path, owner, run, fingerprint] = process.argv;
  const ledger = await Ledger.open(path, JSON.parse(owner));
  await ledger.startRun(JSON.parse(owner), JSON.parse(run));
  console.log('held');
  process.stdin.on('data', async (key) => {
    await ledger.send(String(key).trim(), 1, JSON.parse(fingerprint), true)
      .then(() => console.log('sent'), (error) => console.log(error.exitCode + ' ' + error.message));
  });
  process.stdin.on('end', () => ledger.close());
`;

function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['--pid', '--fork', '--mount-proc', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Elsewhere: in a pid namespace of its own, or, where none can be made, as if it were in one. */
function startHolder(path: string): {
  ask(key: string): Promise<string>;
  said(): Promise<string>;
  pid: number;
} {
  const module = new URL('../../dist/ledger/ledger.js', import.meta.url).href;
  const args = [
    '--input-type=module',
    '-e',
    HOLDER,
    module,
    path,
    JSON.stringify(OWNER),
    JSON.stringify(RUN),
  ];
  args.push(JSON.stringify(FINGERPRINT));
  const [command, before] = canUnshare()
    ? ['unshare', ['--pid', '--fork', '--kill-child', '--mount-proc', process.execPath]]
    : [process.execPath, []];
  const child = spawn(command, [...before, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const said = async (): Promise<string> => String((await once(child.stdout, 'data'))[0]).trim();
  return {
    said,
    ask: (key) => {
      child.stdin.write(key);
      return said();
    },
    pid: child.pid ?? expect.fail('no process'),
  };
}

test('a ledger that is held in another pid namespace is not taken over', { timeout: 30_000 }, async () => {
  const path = await scratch();
  const holder = startHolder(path);
  expect(await holder.said()).toBe('held');
  expect((await troubleOf(Ledger.open(path, OWNER))).message).toContain('is in use');
  expect(await holder.ask(uuid(1))).toBe('sent');
});

test(
  'who has lost the lock writes no more, and nothing that it was about to send is sent',
  { timeout: 30_000 },
  async () => {
    const path = await scratch();
    const holder = startHolder(path);
    await holder.said();
    expect(await holder.ask(uuid(1))).toBe('sent');
    // As if it had been suspended, and taken for dead.
    await rm(`${path}.lock`);
    const second = await Ledger.open(path, OWNER);
    await second.startRun(OWNER, RUN);
    expect(await holder.ask(uuid(2))).toMatch(/^75 .*was taken over by another run/);
    await second.send(uuid(3), 3, FINGERPRINT, true);
    await second.close();
    const view = await LedgerView.read(path, OWNER);
    expect([1, 2, 3].map((n) => view.index.find(uuid(n)) >= 0)).toEqual([true, false, true]);
  },
);

test('a file that grew by another hand is written to no more', async () => {
  const path = await scratch();
  const ledger = await Ledger.open(path, OWNER);
  await ledger.startRun(OWNER, RUN);
  await appendFile(path, '{"type":"brand","id":"b"}\n');
  const before = await readFile(path, 'utf8');
  const { message, exitCode } = await troubleOf(ledger.send(uuid(1), 1, FINGERPRINT, true));
  expect(message).toMatch(/is being written by another program too .*stop all runs on it/);
  expect(exitCode).toBe(1);
  expect(await troubleOf(ledger.send(uuid(2), 2, FINGERPRINT, true))).toBe(ledger.failure);
  expect(await readFile(path, 'utf8')).toBe(before);
  await ledger.close();
});
