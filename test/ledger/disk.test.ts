import { execFileSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { OperatorError } from '../../src/errors.js';
import { Ledger } from '../../src/ledger/ledger.js';
import { FINGERPRINT, OWNER, FINDINGS, RUN, scratch, troubleOf, uuid, withLedger } from './support.js';

/** No file of this process may grow beyond so many bytes: to its writer, as good as a full disk. */
function limitFiles(bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`]);
}

function canLimitFiles(): boolean {
  try {
    limitFiles('unlimited');
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!canLimitFiles())('a disk that is full', () => {
  /** A ledger whose file can take a few more lines. */
  async function tightLedger(path: string): Promise<Ledger> {
    const ledger = await Ledger.open(path, OWNER);
    onTestFinished(() => {
      limitFiles('unlimited');
    });
    await ledger.startRun(OWNER, RUN);
    limitFiles((await stat(path)).size + 400);
    return ledger;
  }

  test('rejects the send that did not fit, and every later one, also when there is room again', async () => {
    const path = await scratch();
    const ledger = await tightLedger(path);
    const sent: number[] = [];
    let trouble: unknown;
    for (let n = 0; n < 20; n++) {
      await ledger.send(uuid(n), n + 1, FINGERPRINT, true).then(
        () => sent.push(n),
        (error: unknown) => (trouble ??= error),
      );
    }
    limitFiles('unlimited');
    expect(trouble).toBeInstanceOf(OperatorError);
    expect(trouble).toBe(ledger.failure);
    expect(ledger.failure?.message).toMatch(/nothing is sent that is not first written down.*run again/);
    expect(await troubleOf(ledger.send(uuid(99), 99, FINGERPRINT, true))).toBe(ledger.failure);
    expect(await troubleOf(ledger.sync())).toBe(ledger.failure);
    await ledger.close();
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThan(20);
    // The next run knows all that was confirmed, and goes on.
    await withLedger(path, async (next) => {
      for (const n of sent) expect(next.index.find(uuid(n))).toBeGreaterThanOrEqual(0);
      await next.send(uuid(100), 100, FINGERPRINT, true);
    });
    expect((await readFile(path, 'utf8')).endsWith('}\n')).toBe(true);
  });

  test('takes no outcome from those that were in flight: what could not be written is still told', async () => {
    const path = await scratch();
    const ledger = await tightLedger(path);
    await ledger.send(uuid(1), 1, FINGERPRINT, true);
    await ledger.send(uuid(2), 2, FINGERPRINT, true);
    const findings = FINDINGS.concat({ path: 'ssn', code: 'c', args: { message: 'x'.repeat(300) } });
    ledger.done(uuid(1), { status: 'rejected', findings });
    ledger.done(uuid(2), { status: 'created', customerId: uuid(2, 'customer') });
    await troubleOf(ledger.sync());
    limitFiles('unlimited');
    expect(await ledger.lastOutcome(0)).toMatchObject({ status: 'rejected', findings });
    expect(ledger.index.customerId(1)).toBe(uuid(2, 'customer'));
    await ledger.close();
  });
});

test('a closed ledger takes nothing more', async () => {
  const ledger = await Ledger.open(await scratch(), OWNER);
  await ledger.close();
  const first = await troubleOf(ledger.send(uuid(1), 1, FINGERPRINT, true));
  expect(first.message).toContain('is closed');
  expect(first.exitCode).toBe(1);
  expect(await troubleOf(ledger.send(uuid(2), 2, FINGERPRINT, true))).toBe(first);
});

test.each([
  ['whose folder does not exist', (folder: string) => join(folder, 'absent', 'people.ledger'), /ENOENT/],
  ['whose folder is a file', () => join('/dev/null', 'people.ledger'), /ENOTDIR/],
])('a ledger %s', async (_where, pathIn, code) => {
  const { message, exitCode } = await troubleOf(Ledger.open(pathIn(dirname(await scratch())), OWNER));
  expect(message).toMatch(code);
  expect(message).toContain('--ledger');
  expect(exitCode).toBe(1);
});
