import { randomUUID } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../support/postgres.js';
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

/** Where ledgers are kept: all of this holds for both. */
interface Store {
  /** Of a ledger that does not exist yet. */
  place(): Promise<string>;
  lines(where: string): Promise<string[]>;
  write(where: string, lines: readonly string[]): Promise<void>;
}

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 120_000);
afterAll(() => postgres.close());

const STORES: Record<string, Store> = {
  'a file': {
    place: () => scratch(),
    lines: linesOf,
    write: (where, lines) => writeFile(where, lines.map((line) => `${line}\n`).join('')),
  },
  PostgreSQL: {
    place: () => Promise.resolve(postgres.url(`l${randomUUID()}`)),
    async lines(where) {
      const name = new URL(where).searchParams.get('ledger');
      const rows = await postgres.query<{ fact: string }>(
        'SELECT fact FROM bond_import_fact WHERE ledger = $1 ORDER BY number',
        [name],
      );
      return rows.map(({ fact }) => fact);
    },
    async write(where, lines) {
      const name = new URL(where).searchParams.get('ledger');
      for (const [at, line] of lines.entries()) {
        await postgres.query('INSERT INTO bond_import_fact VALUES ($1, $2, $3)', [name, at + 1, line]);
      }
    },
  },
};

describe.each(Object.entries(STORES))('in %s', (_name, store) => {
  describe('whose it is', () => {
    test('another base URL is refused, and nothing is written', async () => {
      const path = await store.place();
      await withLedger(path, (ledger) => ledger.send(uuid(1), 1, FINGERPRINT, true));
      const before = await store.lines(path);
      const live = { ...OWNER, target: 'https://api.bond.tech/api/v0.1' };
      const { message, exitCode } = await troubleOf(Ledger.open(path, live));
      expect(message).toContain(`belongs to ${OWNER.target}`);
      expect(message).toContain(`would send to ${live.target}`);
      expect(exitCode).toBe(1);
      expect(await store.lines(path)).toEqual(before);
      await withLedger(path, (ledger) => {
        expect(ledger.index.size).toBe(1);
      });
    });

    test('other keys are refused, also to those who only read', async () => {
      const path = await store.place();
      await withLedger(path, () => undefined);
      const other = { ...OWNER, keys: 'brand_person_id' };
      for (const action of [Ledger.open.bind(Ledger), LedgerView.read.bind(LedgerView)]) {
        expect((await troubleOf(action(path, other))).message).toMatch(
          /by external_id, .* by brand_person_id/,
        );
      }
    });

    test('other credentials are noticed, not refused: which brand they are of, Bond must say', async () => {
      const path = await store.place();
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
      const path = await store.place();
      await withLedger(path, (ledger) => {
        for (const [n, echoed] of seen.entries()) ledger.done(uuid(n), created(n, echoed));
        expect(ledger.echoes).toBe(expected);
      });
      const view = await LedgerView.read(path, OWNER);
      expect(view.echoes).toBe(expected);
    });

    test('how many keys are in doubt, however they come and go', async () => {
      const path = await store.place();
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
      const path = await store.place();
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
      const path = await store.place();
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
      ['another e-mail', { payload: 'f', contact: '77776666' }, 'edited'],
      ['another phone', { payload: 'f', contact: '55557777' }, 'edited'],
      ['another e-mail and phone', { payload: 'f', contact: '77777777' }, 'other'],
      ['another e-mail and no phone', { payload: 'f', contact: '77770000' }, 'edited'],
      ['no e-mail and phone', { payload: 'f', contact: '' }, 'edited'],
    ];
    test.each(people)('and the person: %s', async (_what, edits, expected) => {
      await withLedger(await store.place(), async (ledger) => {
        await ledger.send(uuid(1), 1, FINGERPRINT, true);
        expect(ledger.likenessOf(0, { ...FINGERPRINT, ...edits })).toBe(expected);
      });
    });

    test('what was sent is not known without a send: nobody is called another person for it', async () => {
      await withLedger(await store.place(), (ledger) => {
        ledger.done(uuid(1), created(1));
        expect(ledger.likenessOf(0, FINGERPRINT)).toBe('edited');
      });
    });
  });

  describe('across runs', () => {
    test('whether the key went along, as it was last sent', async () => {
      const path = await store.place();
      await withLedger(path, async (ledger) => {
        await ledger.send(uuid(1), 1, FINGERPRINT, true);
        await ledger.send(uuid(1), 1, FINGERPRINT, false);
        await ledger.send(uuid(2), 2, FINGERPRINT, true);
      });
      const view = await LedgerView.read(path, OWNER);
      expect([view.sentWithKey(0), view.sentWithKey(1)]).toEqual([false, true]);
    });

    test('ids are the text that Bond wrote', async () => {
      const path = await store.place();
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
      const path = await store.place();
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
      const path = await store.place();
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
      const path = await store.place();
      await withLedger(path, async (ledger) => {
        await ledger.send(uuid(1), 1, FINGERPRINT, true);
        expect(ledger.sweep).toBeUndefined();
        ledger.startSweep(0);
        ledger.swept(1, [{ key: uuid(1), customerId: uuid(1, 'customer'), sure: true }]);
        ledger.swept(2);
        await ledger.send(uuid(2), 2, FINGERPRINT, true);
      });
      await withLedger(path, (ledger) => {
        expect(ledger.sweep).toMatchObject({ look: 0, page: 2 });
        expect([ledger.sentSinceSweep(0), ledger.sentSinceSweep(1)]).toEqual([false, true]);
        ledger.startSweep(1);
        ledger.swept(1, [{ key: uuid(1), customerId: uuid(2, 'customer'), sure: false }]);
        expect(ledger.sweep).toMatchObject({ look: 1, page: 1 });
        const ids = [uuid(1, 'customer'), uuid(2, 'customer')];
        expect(ledger.sweep?.candidates).toEqual(
          new Map([[uuid(1), new Map(ids.map((id, at) => [id, at === 0]))]]),
        );
        ledger.endSweep();
        expect(ledger.sweep).toBeUndefined();
        ledger.startSweep(0);
        expect(ledger.sweep?.candidates.size).toBe(0);
        expect(ledger.sentSinceSweep(1)).toBe(false);
      });
    });

    test('which customers it knows, or may know', async () => {
      await withLedger(await store.place(), async (ledger) => {
        await ledger.send(uuid(1), 1, FINGERPRINT, true);
        ledger.done(uuid(2), created(2));
        ledger.done(uuid(3), { status: 'rejected', findings: [] });
        expect([1, 2, 3, 4].map((n) => ledger.knowsCustomer(uuid(n)))).toEqual([true, true, false, false]);
      });
    });
  });

  test('a fact is one line, and nothing of a person is in it', async () => {
    const path = await store.place();
    await withLedger(path, (ledger) => ledger.send(uuid(1), 1, FINGERPRINT, true));
    const facts = (await store.lines(path)).map((line): unknown => JSON.parse(line));
    const secret: unknown = expect.stringMatching(/^[0-9a-f]{64}$/);
    expect(facts).toEqual([
      { type: 'run', format: 3, ...RUN, ...OWNER, secret },
      { type: 'send', key: uuid(1), row: 1, ...FINGERPRINT, keyed: true },
    ]);
  });

  test('what Bond said comes back as it was, in any script', async () => {
    const path = await store.place();
    const findings = Array.from({ length: 50 }, (_, at) => ({
      path: `f${at}`,
      code: 'x',
      args: { message: 'ü 名 \u{1f600} \u0000 "\n'.repeat(30) },
    }));
    await withLedger(path, async (ledger) => {
      await ledger.send(uuid(1), 1, FINGERPRINT, true);
      ledger.done(uuid(1), { status: 'rejected', findings });
      expect(await ledger.lastOutcome(0)).toMatchObject({ findings });
      await ledger.send(uuid(2), 2, FINGERPRINT, true);
      expect(await ledger.lastOutcome(0)).toMatchObject({ findings });
    });
    const view = await LedgerView.read(path, OWNER);
    expect(await view.lastOutcome(0)).toMatchObject({ findings });
    await view.close();
  });

  test('a send that resolved is there, however many wait together, in the order of asking', async () => {
    const path = await store.place();
    await withLedger(path, async (ledger) => {
      await Promise.all(
        Array.from({ length: 300 }, async (_, n) => {
          if (n % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
          await ledger.send(uuid(n), n + 1, FINGERPRINT, true);
          if (n % 50 === 0) expect((await store.lines(path)).join().includes(`"${uuid(n)}"`)).toBe(true);
        }),
      );
    });
    expect(await store.lines(path)).toHaveLength(301);
  });

  test('what nobody waited for is there after the close', async () => {
    const path = await store.place();
    await withLedger(path, (ledger) => {
      for (let n = 0; n < 50; n++) ledger.done(uuid(n), created(n));
    });
    expect(await store.lines(path)).toHaveLength(51);
  });

  test('one writes at a time, others may read, and who waits has it next', async () => {
    const path = await store.place();
    const first = await Ledger.open(path, OWNER);
    await first.startRun(OWNER, RUN);
    const { message, exitCode } = await troubleOf(Ledger.open(path, OWNER));
    expect(message).toContain(`is in use by process ${process.pid} on ${hostname()} since 20`);
    expect(exitCode).toBe(1);
    const view = await LedgerView.read(path, OWNER);
    expect(view.runs()).toHaveLength(1);
    expect(await view.holder()).toMatchObject({ pid: process.pid, host: hostname() });
    const next = Ledger.open(path, OWNER, { waitMs: 60_000 });
    await first.send(uuid(1), 1, FINGERPRINT, true);
    await first.close();
    const second = await next;
    expect(second.index.size).toBe(1);
    await second.close();
    expect(await view.holder()).toBeUndefined();
    await view.close();
  });

  test('an absent ledger reads as an empty one, and is not made by reading', async () => {
    const path = await store.place();
    const view = await LedgerView.read(path, OWNER);
    expect([view.index.size, view.inDoubt, view.echoes, view.bornAtMs]).toEqual([0, 0, undefined, 0]);
    await view.close();
  });

  test('damage is refused, with its place; a format of tomorrow too', async () => {
    const path = await store.place();
    await withLedger(path, (ledger) => ledger.send(uuid(1), 1, FINGERPRINT, true));
    const lines = await store.lines(path);
    const damages: [string, RegExp][] = [
      ['{"type":"send","key":"', /is damaged at (byte|fact number) \d+: restore/],
      ['{"type":"nonsense","key":"x"}', /is damaged at/],
      [
        '{"type":"run","format":4,"everything":"else is new"}',
        /has format 4, and this bond-import knows format 3/,
      ],
      ['{"type":"run","version":1,"at":"2024"}', /has format 1 of an early bond-import/],
    ];
    for (const [damage, sentence] of damages) {
      const damaged = await store.place();
      await store.write(damaged, [...lines, damage]);
      expect((await troubleOf(Ledger.open(damaged, OWNER))).message).toMatch(sentence);
      expect((await troubleOf(LedgerView.read(damaged, OWNER))).message).toMatch(sentence);
      expect(await store.lines(damaged)).toEqual([...lines, damage]);
    }
  });
});

describe('the file', () => {
  test('is for its owner alone', async () => {
    const path = await scratch();
    await withLedger(path, () => undefined);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
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
