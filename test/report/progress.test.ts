import fc from 'fast-check';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Status } from '../../src/ledger/outcome.js';
import { PaceRecorder } from '../../src/ledger/pace.js';
import { Progress, type Waiting } from '../../src/report/progress.js';

interface Bench {
  readonly progress: Progress;
  readonly clock: { nowMs: number };
  readonly written: () => string;
}

function bench(env: Record<string, string> = {}, isTTY = false, pace = new PaceRecorder(0)): Bench {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  let text = '';
  stream.on('data', (bytes: Buffer) => (text += bytes.toString()));
  const clock = { nowMs: 0 };
  const progress = new Progress({
    stream,
    env,
    name: 'people.csv',
    totalBytes: 1000,
    now: () => clock.nowMs,
    pace,
  });
  return { progress, clock, written: () => text };
}

/** Half-way through a big file, with a few errors. */
function busy(): Bench {
  const made = bench();
  const rows: [Status, number][] = [
    ['created', 12_345],
    ['existing', 5],
    ['rejected', 7],
    ['failed', 2],
    ['unknown', 1],
  ];
  for (const [status, howMany] of rows) for (let at = 0; at < howMany; at++) made.progress.ended(status);
  made.progress.readBytes = 500;
  made.progress.retried();
  made.clock.nowMs = 100_000;
  return made;
}

test('the pace has what held the run: a pause until the next call, an outage until Bond is back, both until the end', () => {
  const pace = new PaceRecorder(0);
  const { progress, clock } = bench({}, false, pace);
  const at = (nowMs: number, happen: () => void): void => {
    clock.nowMs = nowMs;
    happen();
  };
  at(500, () => {
    progress.paused(1000);
  });
  at(1500, () => {
    progress.called();
  });
  at(3000, () => {
    progress.down('no answer');
  });
  at(3500, () => {
    progress.called();
  });
  at(4500, () => {
    progress.back();
  });
  at(4600, () => {
    progress.called();
  });
  at(6000, () => {
    progress.paused(60_000);
  });
  at(7000, () => {
    progress.stop();
  });
  const { pausedMs, downMs } = pace.pace(8500);
  expect({ pausedMs, downMs }).toEqual({
    pausedMs: [500, 500, 0, 0, 0, 0, 1000, 0, 0],
    downMs: [0, 0, 0, 1000, 500, 0, 0, 0, 0],
  });
});

describe('the line', () => {
  test('of 200 columns says all, with a bar that is half full', () => {
    const line = busy().progress.line(200);
    expect(line).toContain('50% 12,345 created, 9 errors, 1 to settle, 124 rows/s, 1 min 40 s left, 1 retry');
    expect(line.match(/█/g)).toHaveLength(20);
    expect(line.match(/░/g)).toHaveLength(20);
  });

  test('of 40 columns says what matters most', () => {
    expect(busy().progress.line(40)).toMatch(/^[█░]* *50% 12,345 created, 9 errors$/);
  });

  test('fits at any width, and never shows a part of a number', () => {
    const { progress } = busy();
    const whole = progress.line(1000);
    const words = whole.slice(whole.indexOf('%') + 2).split(', ');
    fc.assert(
      fc.property(fc.integer({ min: 22, max: 300 }), (columns) => {
        const line = progress.line(columns);
        expect(line.length).toBeLessThan(columns);
        const shown = line.slice(line.indexOf('%') + 2).split(', ');
        expect(shown).toEqual(words.slice(0, shown.length));
      }),
    );
    for (let columns = 1; columns < 22; columns++) {
      expect(progress.line(columns).length).toBeLessThanOrEqual(Math.max(1, columns - 1));
    }
  });

  test('says how slow it is while it is slow, and no time left while nothing is known', () => {
    const { progress } = bench();
    expect(progress.line(80)).toContain('0% 0 created, 0 errors, 0.0 rows/s');
    expect(progress.line(80)).not.toContain('left');
  });

  test('is never beyond its end, though the file grew', () => {
    const { progress } = bench();
    progress.readBytes = 5000;
    expect(progress.line(80)).toContain('100%');
  });
});

describe('while the run goes', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('no terminal: a line every 30 s, and none after the end', () => {
    const made = bench();
    made.progress.start(() => undefined);
    made.progress.ended('created');
    vi.advanceTimersByTime(29_999);
    expect(made.written()).toBe('');
    vi.advanceTimersByTime(30_002);
    expect(made.written()).toMatch(/^(\d{4}-\d\d-\d\dT[\d:.]+Z people\.csv: 1 created, 0 errors, .*\n){2}$/);
    made.progress.stop();
    vi.advanceTimersByTime(300_000);
    expect(made.written().split('\n')).toHaveLength(3);
  });

  test('a dumb terminal is none', () => {
    const made = bench({ TERM: 'dumb' }, true);
    made.progress.start(() => undefined);
    vi.advanceTimersByTime(30_000);
    made.progress.stop();
    expect(made.written()).toMatch(/^\S+ people\.csv: 0 created.*\n$/);
  });

  test('a terminal: a bar, redrawn in place', () => {
    const made = bench({}, true);
    made.progress.start(() => undefined);
    vi.advanceTimersByTime(2000);
    made.progress.ended('created');
    vi.advanceTimersByTime(2000);
    expect(made.written()).toContain('1 created');
    expect(made.written()).not.toContain('\n');
    made.progress.stop();
  });

  const waits: [Waiting, string][] = [
    [{ why: 'Bond asks to wait', forMs: 65_000 }, 'Bond asks to wait 1 min 5 s'],
    [{ why: 'waiting for Bond to come back: ECONNREFUSED' }, 'waiting for Bond to come back: ECONNREFUSED'],
  ];
  test.each(waits)('says what it waits for: %j', (waiting, words) => {
    const made = bench();
    made.progress.start(() => waiting);
    vi.advanceTimersByTime(30_000);
    made.progress.stop();
    expect(made.written()).toContain(`people.csv: ${words}\n`);
    expect(made.progress.line(80)).toContain(words);
    expect(made.progress.line(20).length).toBeLessThan(20);
  });

  test('says how far the settling is, until it is over', () => {
    const { progress } = bench();
    progress.settling({ page: 1203, about: 2000 });
    expect(progress.line(80)).toContain(
      "settling rows in doubt, page 1,203 of about 2,000 of Bond's customers list",
    );
    progress.settling(undefined);
    expect(progress.line(80)).toContain('0 created');
  });
});
