import { describe, expect, test } from 'vitest';
import type { Reply } from '../../src/bond/reply.js';
import { Breaker, type Pass } from '../../src/delivery/breaker.js';
import { Stop } from '../../src/delivery/stop.js';
import { VirtualClock } from './virtual-clock.js';

const bad: Reply = { kind: 'noAnswer', why: 'Bond answered 502' };
const gone: Reply = { kind: 'unreachable', why: 'ECONNREFUSED' };
const gateway: Reply = { kind: 'gateway', status: 413 };
const forbidden: Reply = { kind: 'forbidden', says: 'blocked' };
const made: Reply = { kind: 'created', customerId: '931cb88b-a3d0-4d35-9bd0-b55e8c2e4d31' };
const throttled = (retryAfterMs: number | null): Reply => ({
  kind: 'throttled',
  retryAfterMs,
  mayHaveArrived: false,
});
const refusal = (path: string, code = 'create_customer_schema'): Reply => ({
  kind: 'refused',
  findings: [{ path, code, args: { message: `no ${Math.random()}` } }],
});

interface Bench {
  readonly clock: VirtualClock;
  readonly stop: Stop;
  readonly breaker: Breaker;
  /** What those who asked to pass were told, and when. */
  readonly passes: [Pass, number][];
  readonly enter: (howMany: number) => void;
  /** What those who watch were told. */
  readonly told: string[];
}

function bench(giveUpAfterMs = 300_000): Bench {
  const clock = new VirtualClock();
  const stop = new Stop();
  const told: string[] = [];
  const breaker = new Breaker(giveUpAfterMs, clock, stop, {
    down: (why) => told.push(`down: ${why}`),
    back: () => told.push('back'),
  });
  const passes: [Pass, number][] = [];
  const enter = (howMany: number): void => {
    for (let at = 0; at < howMany; at++)
      void breaker.enter().then((pass) => passes.push([pass, clock.now()]));
  };
  return { clock, stop, breaker, passes, enter, told };
}

/** A bench on which the service has just gone down. */
function heldBench(giveUpAfterMs?: number): Bench {
  const held = bench(giveUpAfterMs);
  for (let row = 0; row < 5; row++) held.breaker.saw(gone, `row ${row}`);
  return held;
}

describe('what holds the run', () => {
  const cases: [string, [Reply, string][], boolean][] = [
    ['five unreachable', Array.from({ length: 5 }, () => [gone, 'a']), true],
    ['four unreachable', Array.from({ length: 4 }, () => [gone, 'a']), false],
    ['five 5xx of three rows', ['a', 'b', 'c', 'a', 'b'].map((row) => [bad, row]), true],
    ['five 5xx of two rows', ['a', 'b', 'a', 'b', 'a'].map((row) => [bad, row]), false],
    ['one poisoned row, for ever', Array.from({ length: 500 }, () => [bad, 'a']), false],
    [
      'failures with answers between them',
      ['a', 'b', 'c', 'd'].flatMap((row) => [
        [bad, row],
        [bad, `${row}${row}`],
        [made, row],
      ]),
      false,
    ],
    [
      'refusals are answers',
      ['a', 'b', 'c', 'd', 'e'].flatMap((row) => [
        [bad, row],
        [refusal(row), row],
      ]),
      false,
    ],
    ['a gateway’s refusals, row after row', ['a', 'b', 'c', 'a', 'b'].map((row) => [gateway, row]), true],
    [
      '403 with good credentials, row after row',
      ['a', 'b', 'c', 'd', 'e'].map((row) => [forbidden, row]),
      true,
    ],
    ['a gateway’s refusals of one row', Array.from({ length: 50 }, () => [gateway, 'a']), false],
    ['pauses that Bond asks for', Array.from({ length: 50 }, () => [throttled(1000), 'a']), false],
  ];
  test.each(cases)('%s', async (_what, seen, holds) => {
    const { clock, breaker, passes, enter } = bench();
    for (const [reply, row] of seen) breaker.saw(reply, row);
    expect(breaker.holding !== undefined).toBe(holds);
    enter(1);
    await clock.advance(0);
    expect(passes).toEqual(holds ? [] : [['go', 0]]);
  });

  test('says why', () => {
    const { breaker, told } = heldBench();
    expect(breaker.holding).toBe('ECONNREFUSED');
    breaker.saw(gone, 'another');
    breaker.saw(made, 'probe');
    breaker.saw(made, 'next');
    expect(told).toEqual(['down: ECONNREFUSED', 'back']);
  });
});

describe('while it is held', () => {
  test('one at a time goes to see, after growing waits', async () => {
    const { clock, breaker, passes, enter } = heldBench();
    enter(20);
    for (let probes = 1; probes <= 7; probes++) {
      await clock.advance(30_000);
      expect(passes).toHaveLength(probes);
      breaker.saw(gone, 'probe');
    }
    const [first = 0, ...later] = passes.map(([, atMs], at) => atMs - 30_000 * at);
    expect(passes.every(([pass]) => pass === 'probe')).toBe(true);
    expect([first, ...later]).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  test('a probe on its way is waited for, however long', async () => {
    const { clock, passes, enter } = heldBench();
    enter(3);
    await clock.advance(120_000);
    expect(passes).toEqual([['probe', 1000]]);
  });

  test('a probe due while nobody waits is for the next who comes, and for no other', async () => {
    const { clock, passes, enter } = heldBench();
    await clock.advance(5000);
    enter(3);
    await clock.advance(60_000);
    expect(passes).toEqual([['probe', 5000]]);
  });

  test('a straggler that fails takes a due probe from nobody', async () => {
    const { clock, breaker, passes, enter } = heldBench();
    await clock.advance(5000);
    breaker.saw(gone, 'straggler');
    enter(1);
    await clock.advance(0);
    expect(passes).toEqual([['probe', 5000]]);
  });

  test.each([made, refusal('dob'), { kind: 'keyExists', findings: [] } as const, throttled(5000)])(
    'the first answer lets everybody go on: %j',
    async (reply) => {
      const { clock, breaker, passes, enter } = heldBench();
      enter(4);
      await clock.advance(1000);
      breaker.saw(reply, 'probe');
      enter(1);
      await clock.advance(0);
      expect(passes.map(([pass]) => pass).sort()).toEqual(['go', 'go', 'go', 'go', 'probe']);
      expect(breaker.holding).toBeUndefined();
    },
  );

  test('after it is back, the next outage begins anew: same threshold, shortest wait', async () => {
    const { clock, breaker, passes, enter } = heldBench();
    enter(2);
    await clock.advance(1000);
    breaker.saw(gone, 'probe');
    await clock.advance(2000);
    breaker.saw(made, 'probe');
    await clock.advance(60_000);
    for (let row = 0; row < 4; row++) breaker.saw(gone, `${row}`);
    expect(breaker.holding).toBeUndefined();
    breaker.saw(gone, '4');
    enter(1);
    await clock.advance(1000);
    expect(passes.at(-1)).toEqual(['probe', 64_000]);
  });

  test('an answer to a read counts', async () => {
    const { clock, breaker, passes, enter } = heldBench();
    enter(1);
    breaker.answered();
    await clock.advance(0);
    expect(passes).toEqual([['go', 0]]);
  });
});

describe('giving up', () => {
  test('not before its time, then with 75 and the cause; nobody waits any more', async () => {
    const { clock, stop, breaker, passes, enter } = heldBench(10_000);
    enter(2);
    await clock.advance(9999);
    breaker.saw(gone, 'probe');
    expect(stop.reason).toBeUndefined();
    await clock.advance(1);
    breaker.saw(bad, 'probe');
    expect(stop.reason?.exitCode).toBe(75);
    expect(stop.reason?.message).toMatch(/for 10 s: Bond answered 502\. Run the same command again/);
    enter(1);
    await clock.advance(0);
    expect(passes.filter(([pass]) => pass === 'stop')).toHaveLength(2);
  });

  test('an answer in between sets the time back', async () => {
    const { clock, stop, breaker } = heldBench(10_000);
    await clock.advance(9999);
    breaker.saw(made, 'a');
    await clock.advance(1);
    breaker.saw(gone, 'b');
    await clock.advance(9999);
    breaker.saw(gone, 'b');
    expect(stop.reason).toBeUndefined();
  });

  test.each([
    ['without a word of how long', null],
    ['with one', 1000],
  ])('throttled for ever, %s', async (_how, retryAfterMs) => {
    const { clock, stop, breaker } = bench(10_000);
    for (let at = 0; at < 10; at++) {
      breaker.saw(throttled(retryAfterMs), 'a');
      await clock.advance(1000);
    }
    expect(stop.reason).toBeUndefined();
    breaker.saw(throttled(retryAfterMs), 'a');
    expect(stop.reason).toMatchObject({ exitCode: 75 });
    expect(stop.reason?.message).toMatch(/for 10 s: .*too many calls/);
  });

  test('throttled now and then, with answers between, is no reason', async () => {
    const { clock, stop, breaker } = bench(10_000);
    for (let at = 0; at < 30; at++) {
      breaker.saw(at % 5 === 0 ? made : throttled(1000), 'a');
      await clock.advance(1000);
    }
    expect(stop.reason).toBeUndefined();
  });

  test.each([
    [10_001, '2024-05-01 12:00:10 UTC'],
    [55 * 365 * 24 * 3600 * 1000, '2079-'],
    [1e300, '2124-'],
  ])('a wait of %d ms, longer than the operator will wait, ends at once and says until when', (ms, until) => {
    const { stop, breaker } = bench(10_000);
    breaker.saw(throttled(ms), 'a');
    expect(stop.reason?.exitCode).toBe(75);
    expect(stop.reason?.message).toContain(`until ${until}`);
  });

  test('one row that nobody answers is no outage, however long it takes', async () => {
    const { clock, stop, breaker } = bench(10_000);
    for (let at = 0; at < 10; at++) {
      breaker.saw(gateway, 'a');
      await clock.advance(5000);
    }
    expect(stop.reason).toBeUndefined();
  });
});

describe('rows refused alike', () => {
  const twenty = (make: (at: number) => Reply): Reply[] => Array.from({ length: 20 }, (_, at) => make(at));
  const cases: [string, Reply[], boolean][] = [
    ['the first twenty', twenty(() => refusal('dob')), true],
    ['nineteen', twenty(() => refusal('dob')).slice(1), false],
    ['nineteen after one that was made', [made, ...twenty(() => refusal('dob'))], false],
    ['with another code among them', twenty((at) => refusal('dob', at === 7 ? 'other' : 'same')), false],
    ['at another field', twenty((at) => refusal(at === 19 ? 'ssn' : 'dob')), false],
    [
      'with trouble of the service between',
      twenty(() => refusal('dob')).flatMap((each) => [bad, each]),
      true,
    ],
  ];
  test.each(cases)('%s', (_what, replies, stops) => {
    const { stop, breaker } = bench();
    for (const [at, reply] of replies.entries()) breaker.saw(reply, `row ${at}`);
    expect(stop.reason?.exitCode).toBe(stops ? 1 : undefined);
    if (stops) expect(stop.reason?.message).toMatch(/20 rows.*\(create_customer_schema of dob\).*--mapping/);
  });

  test('Bond is quoted where it says the same of every row, and no row else', () => {
    const { stop, breaker } = bench();
    const findings = [{ path: '', code: 'input_error', args: { message: 'No such programme.' } }] as const;
    for (let row = 0; row < 20; row++) breaker.saw({ kind: 'refused', findings }, `row ${row}`);
    expect(stop.reason?.message).toContain('(input_error: No such programme.)');
  });
});
