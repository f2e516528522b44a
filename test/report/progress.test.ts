import fc from 'fast-check';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Status } from '../../src/ledger/outcome.js';
import { PaceRecorder } from '../../src/ledger/pace.js';
import { Progress, type Waiting } from '../../src/report/progress.js';

interface Bench {
  readonly progress: Progress;
  readonly clock: { nowMs: number };
  readonly written: () => string;
}

interface BenchOptions {
  readonly env?: Record<string, string>;
  readonly isTTY?: boolean;
  readonly pace?: PaceRecorder;
  readonly toSend?: number;
}

function bench({ env = {}, isTTY = false, pace, toSend = 24_720 }: BenchOptions = {}): Bench {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  let text = '';
  stream.on('data', (bytes: Buffer) => (text += bytes.toString()));
  const clock = { nowMs: 0 };
  const progress = new Progress({
    stream,
    env,
    name: 'people.csv',
    toSend,
    now: () => clock.nowMs,
    ...(pace && { pace }),
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
  made.progress.retried();
  made.clock.nowMs = 100_000;
  return made;
}

test('the pace has what held the run: a pause until the next call, an outage until Bond is back, both until the end', () => {
  const pace = new PaceRecorder(0);
  const { progress, clock } = bench({ pace });
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
    expect(line).toContain(
      ' 50% 12,360 of 24,720, 1 min 40 s left, 12,345 created, 9 errors, 1 to settle, 124 rows/s, 1 retry',
    );
    expect(line.match(/█/g)).toHaveLength(20);
    expect(line.match(/░/g)).toHaveLength(20);
  });

  test('of 40 columns says what matters most', () => {
    expect(busy().progress.line(40)).toBe('12,360 of 24,720, 1 min 40 s left');
  });

  test('fits at any width, and never shows a part of a number', () => {
    const { progress } = busy();
    const whole = progress.line(1000);
    const wordsOf = (line: string): string[] => line.replace(/^.*% /, '').split(', ');
    const words = wordsOf(whole);
    fc.assert(
      fc.property(fc.integer({ min: 24, max: 300 }), (columns) => {
        const line = progress.line(columns);
        // A terminal writes ^C behind it.
        expect(line.length).toBeLessThan(columns - 2);
        const shown = wordsOf(line);
        expect(shown).toEqual(words.slice(0, shown.length));
      }),
    );
    for (let columns = 1; columns < 24; columns++) {
      expect(progress.line(columns).length).toBeLessThanOrEqual(Math.max(1, columns - 1));
    }
  });

  test('says how slow it is while it is slow, and no time left while nothing is known', () => {
    const { progress } = bench();
    expect(progress.line(80)).toContain('0% 0 of 24,720, 0 created, 0 errors, 0.0 rows/s');
    expect(progress.line(80)).not.toContain('left');
  });

  test('is never beyond its end, though rows in doubt are sent again', () => {
    const { progress } = bench({ toSend: 2 });
    for (let row = 0; row < 3; row++) progress.ended('created');
    expect(progress.line(80)).toMatch(/100% 3 of 3, 3 created/);
  });

  test('counts no rows where none are to be sent', () => {
    expect(bench({ toSend: 0 }).progress.line(80)).toMatch(/0% 0 created/);
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
    expect(made.written()).toMatch(
      /^(\d{4}-\d\d-\d\dT[\d:.]+Z people\.csv: 1 of 24,720, [^,]+ left, 1 created, 0 errors, .*\n){2}$/,
    );
    made.progress.stop();
    vi.advanceTimersByTime(300_000);
    expect(made.written().split('\n')).toHaveLength(3);
  });

  test('a dumb terminal is none', () => {
    const made = bench({ env: { TERM: 'dumb' }, isTTY: true });
    made.progress.start(() => undefined);
    vi.advanceTimersByTime(30_000);
    made.progress.stop();
    expect(made.written()).toMatch(/^\S+ people\.csv: 0 of 24,720, 0 created.*\n$/);
  });

  test('a terminal: a bar, redrawn in place', () => {
    const made = bench({ isTTY: true });
    made.progress.start(() => undefined);
    vi.advanceTimersByTime(2000);
    made.progress.ended('created');
    vi.advanceTimersByTime(2000);
    expect(made.written()).toContain('1 created');
    expect(made.written()).not.toContain('\n');
    made.progress.stop();
  });

  test('what happens is told above the bar, each in a line of its own, and what comes after begins a line', () => {
    const made = bench({ isTTY: true });
    made.progress.start(() => undefined);
    vi.advanceTimersByTime(500);
    made.progress.tell('draining', 'finishing what is in flight');
    made.progress.stop();
    const afterClearing = made.written().split('\u001B[2K').slice(1).map(stripVTControlCharacters);
    expect(afterClearing[0]).toMatch(/^\S+Z people\.csv: finishing what is in flight\n[^\n]+$/);
    expect(afterClearing.slice(1)).toEqual(['']);
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
    expect(progress.line(80)).toContain("settling: page 1,203 of about 2,000, reading Bond's customers list");
    progress.settling(undefined);
    expect(progress.line(80)).toContain('0 of 24,720');
  });
});
