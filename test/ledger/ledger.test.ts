import { readFile, stat, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Fingerprint, Likeness } from '../../src/ledger/fingerprint.js';
import type { Outcome } from '../../src/ledger/outcome.js';
import { Ledger, LedgerView } from '../../src/ledger/ledger.js';
import {
  END,
  FINGERPRINT,
  linesOf,
  OWNER,
  FINDINGS,
  RUN,
  scratch,
  troubleOf,
  uuid,
  withLedger,
} from './support.js';

const created = (n: number, echoed?: boolean): Outcome => ({
  status: 'created',
  customerId: uuid(n, 'customer'),
  ...(echoed !== undefined && { echoed }),
});

describe('whose it is', () => {
  test('another base URL is refused, and nothing is written', async () => {
    const path = await scratch();
    await withLedger(path, (ledger) => ledger.send(uuid(1), 1, FINGERPRINT, true));
    const before = await readFile(path);
    const live = { ...OWNER, target: 'https://api.bond.tech/api/v0.1' };
    const { message, exitCode } = await troubleOf(Ledger.open(path, live));
    expect(message).toContain(`belongs to ${OWNER.target}`);
    expect(message).toContain(`would send to ${live.target}`);
    expect(exitCode).toBe(1);
    expect((await readFile(path)).equals(before)).toBe(true);
    await withLedger(path, (ledger) => {
      expect(ledger.index.size).toBe(1);
    });
  });

  test('other keys are refused, also to those who only read', async () => {
    const path = await scratch();
    await withLedger(path, () => undefined);
    const other = { ...OWNER, keys: 'brand_person_id' };
    for (const action of [Ledger.open.bind(Ledger), LedgerView.read.bind(LedgerView)]) {
      expect((await troubleOf(action(path, other))).message).toMatch(/by external_id, .* by brand_person_id/);
    }
  });

  test('other credentials are noticed, not refused: which brand they are of, Bond must say', async () => {
    const path = await scratch();
    await withLedger(path, (ledger) => {
      expect(ledger.identityChanged).toBe(false);
    });
    const other = { ...OWNER, identity: 'bbbb' };
    await withLedger(
      path,
      (ledger) => {
        expect(ledger.identityChanged).toBe(true);
      },
      other,
    );
    await withLedger(
      path,
      (ledger) => {
        expect(ledger.identityChanged).toBe(false);
      },
      other,
    );
  });
});

describe('what it remembers', () => {
  const echoes: [string, (boolean | undefined)[], boolean | undefined][] = [
    ['nothing seen', [], undefined],
    ['no key was sent', [undefined], undefined],
    ['the key came back', [true, undefined, true], true],
    ['once dropped, never trusted again', [true, false, true], false],
    ['dropped at first', [false, true], false],
  ];
  test.each(echoes)('whether Bond keeps our keys: %s', async (_what, seen, expected) => {
    const path = await scratch();
    await withLedger(path, (ledger) => {
      for (const [n, echoed] of seen.entries()) ledger.done(uuid(n), created(n, echoed));
      expect(ledger.echoes).toBe(expected);
    });
    const view = await LedgerView.read(path, OWNER);
    expect(view.echoes).toBe(expected);
  });

  test('how many keys are in doubt, however they come and go', async () => {
    const path = await scratch();
    const doubt = { status: 'unknown', findings: FINDINGS } as const;
    await withLedger(path, async (ledger) => {
      const seen = [ledger.inDoubt];
      const see = (): number => seen.push(ledger.inDoubt);
      await ledger.send(uuid(1), 1, FINGERPRINT, true);
      see();
      await ledger.send(uuid(1), 1, FINGERPRINT, true);
      await ledger.send(uuid(2), 2, FINGERPRINT, true);
      see();
      ledger.done(uuid(1), { ...doubt, doubt: 'noAnswer' });
      ledger.done(uuid(1), { ...doubt, doubt: 'keyExistsAfterOurTry' });
      see();
      ledger.done(uuid(1), created(1));
      ledger.done(uuid(2), { status: 'pending' });
      see();
      expect(seen).toEqual([0, 1, 2, 2, 0]);
    });
  });

  test('the last word on a key', async () => {
    const path = await scratch();
    await withLedger(path, async (ledger) => {
      ledger.done(uuid(1), { status: 'rejected', findings: [] });
      ledger.done(uuid(1), { status: 'rejected', findings: FINDINGS });
      await ledger.sync();
      expect(await ledger.lastOutcome(0)).toMatchObject({ findings: FINDINGS });
    });
  });
});

describe('whether a payload is the one last sent', () => {
  const DIGEST = FINGERPRINT.payload;
  // The first four digits name a credential.
  const [mine, edited, byAnother] = ['aaaa11111111', 'aaaa22222222', 'bbbb33333333'];
  const cases: [string, string, string, boolean][] = [
    ['the same', DIGEST, DIGEST, true],
    ['another', DIGEST, 'fedcba9876543210', false],
    ['the same SSN', `${DIGEST}.${mine}`, `${DIGEST}.${mine}`, true],
    ['another SSN', `${DIGEST}.${mine}`, `${DIGEST}.${edited}`, false],
    ['an SSN, and no credentials to tag it with', `${DIGEST}.${mine}`, DIGEST, true],
    ['tagged with other credentials', `${DIGEST}.${mine}`, `${DIGEST}.${byAnother}`, true],
    ['another payload, the same SSN', `${DIGEST}.${mine}`, `fedcba9876543210.${mine}`, false],
  ];
  test.each(cases)('%s', async (_what, sent, now, same) => {
    const path = await scratch();
    await withLedger(path, async (ledger) => {
      await ledger.send(uuid(1), 1, { ...FINGERPRINT, payload: sent }, true);
      expect(ledger.isSamePayload(0, now)).toBe(same);
    });
    expect((await LedgerView.read(path, OWNER)).isSamePayload(0, now)).toBe(same);
  });

  const people: [string, Partial<Fingerprint>, Likeness][] = [
    ['the same', {}, 'same'],
    ['edited elsewhere', { payload: 'f' }, 'edited'],
    ['another name', { payload: 'f', name: 'f' }, 'edited'],
    ['another birth date', { payload: 'f', dob: 'f' }, 'edited'],
    ['another name and birth date', { payload: 'f', name: 'f', dob: 'f' }, 'other'],
  ];
  test.each(people)('and the person: %s', async (_what, edits, expected) => {
    await withLedger(await scratch(), async (ledger) => {
      await ledger.send(uuid(1), 1, FINGERPRINT, true);
      expect(ledger.likenessOf(0, { ...FINGERPRINT, ...edits })).toBe(expected);
    });
  });

  test('what was sent is not known without a send: nobody is called another person for it', async () => {
    await withLedger(await scratch(), (ledger) => {
      ledger.done(uuid(1), created(1));
      expect(ledger.likenessOf(0, FINGERPRINT)).toBe('edited');
    });
  });
});

describe('across runs', () => {
  test('whether the key went along, as it was last sent', async () => {
    const path = await scratch();
    await withLedger(path, async (ledger) => {
      await ledger.send(uuid(1), 1, FINGERPRINT, true);
      await ledger.send(uuid(1), 1, FINGERPRINT, false);
      await ledger.send(uuid(2), 2, FINGERPRINT, true);
    });
    const view = await LedgerView.read(path, OWNER);
    expect([view.sentWithKey(0), view.sentWithKey(1)]).toEqual([false, true]);
  });

  test('ids are the text that Bond wrote', async () => {
    const path = await scratch();
    const ids = ['cus_17', 'DFDF8000-FFFF-4000-8000-000000000001', uuid(1), '', 'é"\n'];
    await withLedger(path, (ledger) => {
      ids.forEach((customerId, n) => {
        ledger.done(uuid(n), { status: 'created', customerId });
      });
    });
    const view = await LedgerView.read(path, OWNER);
    expect(ids.map((_, n) => view.index.customerId(n))).toEqual(ids);
  });

  test('every run, and how it ended; one that was killed has no end', async () => {
    const path = await scratch();
    await withLedger(path, (ledger) => ledger.endRun(END));
    await withLedger(path, () => undefined);
    const view = await LedgerView.read(path, OWNER);
    const { pace, counts } = END;
    expect(view.runs()).toMatchObject([
      { run: { ...RUN, ...OWNER, secret: view.secret }, end: { exitCode: 0, counts, pace } },
      { run: { ...RUN, secret: view.secret }, end: undefined },
    ]);
    expect(view.secret).toMatch(/^[0-9a-f]{64}$/);
  });

  test('no repeat is safe once a key was seen twice', async () => {
    const path = await scratch();
    await withLedger(path, (ledger) => {
      expect(ledger.repeatIsSafe).toBe(false);
      ledger.done(uuid(1), created(1, true));
      expect(ledger.repeatIsSafe).toBe(true);
      ledger.seenTwice(uuid(1), [uuid(1, 'customer'), uuid(2, 'customer')]);
      expect(ledger.repeatIsSafe).toBe(false);
    });
    const view = await LedgerView.read(path, OWNER);
    expect([view.echoes, view.repeatIsSafe]).toEqual([true, false]);
  });

  test('a sweep that was cut short goes on: its page, its candidates, and what was sent since', async () => {
    const path = await scratch();
    await withLedger(path, async (ledger) => {
      await ledger.send(uuid(1), 1, FINGERPRINT, true);
      expect(ledger.sweep).toBeUndefined();
      ledger.startSweep(0);
      ledger.swept(1, [{ key: uuid(1), customerId: uuid(1, 'customer') }]);
      ledger.swept(2);
      await ledger.send(uuid(2), 2, FINGERPRINT, true);
    });
    await withLedger(path, (ledger) => {
      expect(ledger.sweep).toMatchObject({ look: 0, page: 2 });
      expect([ledger.sentSinceSweep(0), ledger.sentSinceSweep(1)]).toEqual([false, true]);
      ledger.startSweep(1);
      ledger.swept(1, [{ key: uuid(1), customerId: uuid(2, 'customer') }]);
      expect(ledger.sweep).toMatchObject({ look: 1, page: 1 });
      const ids = [uuid(1, 'customer'), uuid(2, 'customer')];
      expect(ledger.sweep?.candidates).toEqual(new Map([[uuid(1), new Set(ids)]]));
      ledger.endSweep();
      expect(ledger.sweep).toBeUndefined();
      ledger.startSweep(0);
      expect(ledger.sweep?.candidates.size).toBe(0);
      expect(ledger.sentSinceSweep(1)).toBe(false);
    });
  });

  test('which customers it knows, or may know', async () => {
    await withLedger(await scratch(), async (ledger) => {
      await ledger.send(uuid(1), 1, FINGERPRINT, true);
      ledger.done(uuid(2), created(2));
      ledger.done(uuid(3), { status: 'rejected', findings: [] });
      expect([1, 2, 3, 4].map((n) => ledger.knowsCustomer(uuid(n)))).toEqual([true, true, false, false]);
    });
  });
});

describe('the file', () => {
  test('is for its owner alone', async () => {
    const path = await scratch();
    await withLedger(path, () => undefined);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('has one fact a line, and none of a person', async () => {
    const path = await scratch();
    await withLedger(path, (ledger) => ledger.send(uuid(1), 1, FINGERPRINT, true));
    const facts = (await linesOf(path)).map((line): unknown => JSON.parse(line));
    expect(facts).toEqual([
      { type: 'run', format: 2, ...RUN, ...OWNER, secret: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      { type: 'send', key: uuid(1), row: 1, ...FINGERPRINT, keyed: true },
    ]);
  });

  test('a send that resolved is in the file, however many wait together', async () => {
    const path = await scratch();
    await withLedger(path, async (ledger) => {
      await Promise.all(
        Array.from({ length: 300 }, async (_, n) => {
          if (n % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
          await ledger.send(uuid(n), n + 1, FINGERPRINT, true);
          expect((await readFile(path, 'utf8')).includes(`"${uuid(n)}"`)).toBe(true);
        }),
      );
    });
    expect(await linesOf(path)).toHaveLength(301);
  });

  test('what nobody waited for is there after the close', async () => {
    const path = await scratch();
    await withLedger(path, (ledger) => {
      for (let n = 0; n < 50; n++) ledger.done(uuid(n), created(n));
    });
    expect(await linesOf(path)).toHaveLength(51);
  });

  test('what stands beyond the facts is not grown over: an old tail never joins a new line', async () => {
    const path = await scratch();
    await withLedger(path, (ledger) => ledger.send(uuid(1), 1, FINGERPRINT, true));
    await writeFile(path, '{"type":"send","key":"half', { flag: 'a' });
    await withLedger(path, (ledger) => ledger.send(uuid(2), 2, FINGERPRINT, true));
    expect((await linesOf(path)).map((line) => line.slice(0, 14))).toEqual([
      '{"type":"run",',
      '{"type":"send"',
      '{"type":"run",',
      '{"type":"send"',
    ]);
  });
});
