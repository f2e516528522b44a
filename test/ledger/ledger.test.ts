import { readFile, stat, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ssnSeal } from '../../src/customer/identity.js';
import type { Outcome } from '../../src/ledger/outcome.js';
import { Ledger, LedgerView } from '../../src/ledger/ledger.js';
import { HASH, linesOf, OWNER, FINDINGS, RUN, scratch, troubleOf, uuid, withLedger } from './support.js';

const created = (n: number, echoed?: boolean): Outcome => ({
  status: 'created',
  customerId: uuid(n, 'customer'),
  ...(echoed !== undefined && { echoed }),
});

describe('whose it is', () => {
  test('another base URL is refused, and nothing is written', async () => {
    const path = await scratch();
    await withLedger(path, (ledger) => ledger.send(uuid(1), 1, HASH));
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
      await ledger.send(uuid(1), 1, HASH);
      see();
      await ledger.send(uuid(1), 1, HASH);
      await ledger.send(uuid(2), 2, HASH);
      see();
      ledger.done(uuid(1), { ...doubt, doubt: 'unclear' });
      ledger.done(uuid(1), { ...doubt, doubt: 'ours' });
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
  const seal = ssnSeal('a credential');
  const otherSeal = ssnSeal('another credential');
  const [mine, edited] = [seal(uuid(1), '333-52-7584'), seal(uuid(1), '333-52-7585')];
  const cases: [string, string, string, boolean][] = [
    ['the same', HASH, HASH, true],
    ['another', HASH, 'fedcba9876543210', false],
    ['the same SSN', `${HASH}.${mine}`, `${HASH}.${mine}`, true],
    ['another SSN', `${HASH}.${mine}`, `${HASH}.${edited}`, false],
    ['an SSN, and no credentials to seal with', `${HASH}.${mine}`, HASH, true],
    ['sent without an SSN, now with one', HASH, `${HASH}.${mine}`, true],
    ['sealed by other credentials', `${HASH}.${mine}`, `${HASH}.${otherSeal(uuid(1), '333-52-7585')}`, true],
    ['another payload, the same SSN', `${HASH}.${mine}`, `fedcba9876543210.${mine}`, false],
  ];
  test.each(cases)('%s', async (_what, sent, now, same) => {
    const path = await scratch();
    await withLedger(path, async (ledger) => {
      await ledger.send(uuid(1), 1, sent);
      expect(ledger.isSamePayload(0, now)).toBe(same);
    });
    expect((await LedgerView.read(path, OWNER)).isSamePayload(0, now)).toBe(same);
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
    await withLedger(path, (ledger) => ledger.send(uuid(1), 1, HASH));
    const facts = (await linesOf(path)).map((line): unknown => JSON.parse(line));
    expect(facts).toEqual([
      { type: 'run', version: 1, ...RUN, ...OWNER },
      { type: 'send', key: uuid(1), row: 1, hash: HASH },
    ]);
  });

  test('a send that resolved is in the file, however many wait together', async () => {
    const path = await scratch();
    await withLedger(path, async (ledger) => {
      await Promise.all(
        Array.from({ length: 300 }, async (_, n) => {
          if (n % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
          await ledger.send(uuid(n), n + 1, HASH);
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
    await withLedger(path, (ledger) => ledger.send(uuid(1), 1, HASH));
    await writeFile(path, '{"type":"send","key":"half', { flag: 'a' });
    await withLedger(path, (ledger) => ledger.send(uuid(2), 2, HASH));
    expect((await linesOf(path)).map((line) => line.slice(0, 14))).toEqual([
      '{"type":"run",',
      '{"type":"send"',
      '{"type":"run",',
      '{"type":"send"',
    ]);
  });
});
