import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { Ledger, LedgerView } from '../../src/ledger/ledger.js';
import {
  END,
  FINGERPRINT,
  linesOf,
  OWNER,
  FINDINGS,
  scratch,
  troubleOf,
  uuid,
  withLedger,
} from './support.js';

const FINISHED = { input: 'in', reading: 're', rows: 7, created: 1, results: 'abcd' };

/** A ledger with a fact of every kind; returns its bytes. */
async function example(path: string): Promise<Buffer> {
  await withLedger(path, async (ledger) => {
    for (let n = 1; n <= 7; n++) await ledger.send(uuid(n), n, FINGERPRINT, true);
    ledger.done(uuid(1), { status: 'created', customerId: uuid(1, 'customer'), echoed: true });
    ledger.done(uuid(2), { status: 'existing', customerId: uuid(2, 'customer') });
    ledger.done(uuid(3), { status: 'rejected', findings: FINDINGS });
    ledger.done(uuid(4), { status: 'failed', findings: FINDINGS });
    ledger.done(uuid(5), { status: 'unknown', doubt: 'keyExists', findings: FINDINGS });
    ledger.done(uuid(6), { status: 'pending' });
    ledger.learnBrand(uuid(1, 'brand'));
    ledger.learnBrand(uuid(2, 'brand'));
    await ledger.endRun({ ...END, finished: FINISHED });
  });
  return readFile(path);
}

function states(ledger: LedgerView): string[] {
  return Array.from({ length: ledger.index.size }, (_, entry) => ledger.index.state(entry));
}

describe('what was written down', () => {
  test('is there again', async () => {
    const path = await scratch();
    await example(path);
    const ledger = await LedgerView.read(path, OWNER);
    expect(states(ledger)).toEqual([
      'created',
      'existing',
      'rejected',
      'failed',
      'keyExists',
      'none',
      'sent',
    ]);
    expect(ledger.index.customerId(0)).toBe(uuid(1, 'customer'));
    expect(ledger.index.customerId(1)).toBe(uuid(2, 'customer'));
    expect(await ledger.lastOutcome(2)).toMatchObject({ status: 'rejected', findings: FINDINGS });
    expect(await ledger.lastOutcome(3)).toMatchObject({ status: 'failed', findings: FINDINGS });
    expect(await ledger.lastOutcome(4)).toMatchObject({ status: 'unknown', doubt: 'keyExists' });
    expect(await ledger.lastOutcome(6)).toBeUndefined();
    expect(ledger.inDoubt).toBe(2);
    expect(ledger.brandId).toBe(uuid(1, 'brand'));
    expect(ledger.bornAtMs).toBe(Date.parse('2024-05-01T12:00:00Z'));
    expect(ledger.finished('in', 're')).toEqual(FINISHED);
    expect(ledger.finished('in', 'read otherwise')).toBeUndefined();
    expect(ledger.finished('another', 're')).toBeUndefined();
    await ledger.close();
  });

  test('a line longer than any block is read whole', async () => {
    const path = await scratch();
    const findings = Array.from({ length: 50 }, (_, at) => ({
      path: `f${at}`,
      code: 'x',
      args: { message: 'ü'.repeat(300) },
    }));
    await withLedger(path, async (ledger) => {
      await ledger.send(uuid(1), 1, FINGERPRINT, true);
      ledger.done(uuid(1), { status: 'rejected', findings });
      await ledger.send(uuid(2), 2, FINGERPRINT, true);
      expect(await ledger.lastOutcome(0)).toMatchObject({ findings });
    });
  });

  test('a ledger of several blocks is read to its end', async () => {
    const path = await scratch();
    await withLedger(path, async (ledger) => {
      await Promise.all(
        Array.from({ length: 12_000 }, (_, n) => ledger.send(uuid(n), n + 1, FINGERPRINT, true)),
      );
    });
    expect((await stat(path)).size).toBeGreaterThan(1 << 20);
    const ledger = await LedgerView.read(path, OWNER);
    expect([ledger.index.size, ledger.inDoubt]).toEqual([12_000, 12_000]);
  });

  test('an absent ledger reads as an empty one, and is not made by reading', async () => {
    const path = await scratch();
    const ledger = await LedgerView.read(path, OWNER);
    expect([ledger.index.size, ledger.inDoubt, ledger.echoes, ledger.bornAtMs]).toEqual([0, 0, undefined, 0]);
    await expect(stat(path)).rejects.toThrow('ENOENT');
  });
});

describe('a torn tail', () => {
  test('cut at any byte, the ledger keeps its whole lines and goes on', async () => {
    const path = await scratch();
    const bytes = await example(path);
    const lastLine = bytes.lastIndexOf('\n', bytes.length - 2);
    for (let cut = 0; cut <= bytes.length; cut += cut < 30 || cut > lastLine - 5 ? 1 : 7) {
      await writeFile(path, bytes.subarray(0, cut));
      const whole = bytes.subarray(0, bytes.lastIndexOf('\n', cut - 1) + 1);
      const kept = cut === 0 ? Buffer.alloc(0) : whole;
      const view = await LedgerView.read(path, OWNER);
      const known = states(view);
      // Reading repairs nothing.
      expect((await stat(path)).size).toBe(cut);
      if (cut % 7 !== 0) continue;
      await withLedger(path, (ledger) => {
        expect(states(ledger)).toEqual(known);
        return ledger.send(uuid(99), 99, FINGERPRINT, true);
      });
      const after = await readFile(path);
      expect(after.subarray(0, kept.length).equals(kept)).toBe(true);
      expect(after.subarray(kept.length).toString()).toMatch(/^\{"type":"run".*\n\{"type":"send".*\n$/);
    }
  });

  test('of NULs, as a power failure leaves it, is dropped', async () => {
    const path = await scratch();
    const bytes = await example(path);
    await appendFile(path, Buffer.alloc(4096));
    await withLedger(path, (ledger) => ledger.index.size);
    expect((await readFile(path)).indexOf(0)).toBe(-1);
    expect((await readFile(path)).subarray(0, bytes.length).equals(bytes)).toBe(true);
  });

  test('a file of NULs alone begins anew', async () => {
    const path = await scratch();
    await writeFile(path, Buffer.alloc(100));
    await withLedger(path, () => undefined);
    expect(await linesOf(path)).toHaveLength(1);
  });
});

describe('what is refused, and left as it is', () => {
  async function refusal(path: string, content: string | Buffer): Promise<string> {
    await writeFile(path, content);
    const { message } = await troubleOf(Ledger.open(path, OWNER));
    expect((await troubleOf(LedgerView.read(path, OWNER))).message).toBe(message);
    expect((await readFile(path)).equals(Buffer.from(content))).toBe(true);
    await expect(stat(`${path}.lock`)).rejects.toThrow('ENOENT');
    return message;
  }

  test('damage before the last line, with its byte', async () => {
    const path = await scratch();
    const lines = (await example(path)).toString().split('\n');
    const third = lines.slice(0, 2).join('\n').length + 1;
    const damages = [
      '{"type":"send","key":"',
      '\0'.repeat(20),
      '',
      '{"type":"send"}',
      '{"type":"nonsense","key":"x"}',
      '{"type":"done","key":"x","status":"made up"}',
    ];
    for (const damage of damages) {
      const damaged = [...lines.slice(0, 2), damage, ...lines.slice(3)].join('\n');
      expect(await refusal(path, damaged)).toMatch(new RegExp(`is damaged at byte ${third}: restore`));
    }
  });

  test('a format of tomorrow, or of yesterday, whatever its lines say', async () => {
    const path = await scratch();
    const text = (await example(path)).toString();
    const newer = text.replace('"format":3', '"format":4');
    expect(await refusal(path, newer)).toContain('has format 4');
    const older = '{"type":"run","version":1,"at":"2024-05-01T12:00:00.000Z","tool":"bond-import 0.1.0"}\n';
    expect(await refusal(path, older)).toMatch(/has format 1 of an early bond-import.*use a new --ledger/);
    const unread = '{"type":"run","format":5,"everything":"else is new"}\n';
    expect(await refusal(path, unread)).toContain('has format 5');
    expect(await refusal(path, text + unread)).toContain('has format 5');
  });

  test.each([
    'first_name,last_name\nJames,Bond\n',
    'one line without an end',
    '\n',
    '{"type":"send","key":"k","row":1,"hash":"h"}\n',
    '{"people":[]}',
    'PK\u0003\u0004binary',
  ])('a file that is no ledger: %j', async (content) => {
    expect(await refusal(await scratch(), content)).toContain('is not a ledger of bond-import');
  });

  test.each(['/dev/zero', '/dev/null', tmpdir()])('what is no file: %s', async (path) => {
    expect((await troubleOf(Ledger.open(path, OWNER))).message).toContain('is not a ledger of bond-import');
  });
});
