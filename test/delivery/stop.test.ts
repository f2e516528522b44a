import { describe, expect, test } from 'vitest';
import { Stop, stopFor, type DeadEnd } from '../../src/delivery/stop.js';
import { VirtualClock } from './virtual-clock.js';

const signal = { message: 'a signal', exitCode: 75 } as const;
const down = { message: 'the service is down', exitCode: 75 } as const;
const dead = { message: 'the credentials are refused', exitCode: 1 } as const;
const full = { message: 'the disk is full', exitCode: 1 } as const;

describe('the reason', () => {
  test.each([
    ['the first counts', [signal, down], signal],
    ['unless a later one needs a person', [signal, dead], dead],
    ['and of those the first', [signal, dead, full], dead],
    ['which nothing takes back', [dead, signal], dead],
  ])('%s', (_rule, asked, reason) => {
    const stop = new Stop();
    for (const each of asked) stop.ask(each);
    expect(stop.reason).toBe(reason);
  });

  const deadEnds: DeadEnd[] = [
    { kind: 'unauthorised' },
    { kind: 'redirected', to: 'https://elsewhere.example' },
    { kind: 'otherKey', customerId: 'c-1' },
    { kind: 'keyUnknown' },
    { kind: 'misconfigured', why: 'The proxy is not there: check HTTPS_PROXY' },
  ];
  test.each(deadEnds)('$kind needs a person, and says what to do', (reply) => {
    expect(stopFor(reply).exitCode).toBe(1);
    expect(stopFor(reply).message).toMatch(/check|ask|run again/);
  });
});

describe('listeners', () => {
  test('hear it once, and not when they have gone', () => {
    const stop = new Stop();
    const heard: string[] = [];
    stop.onStop(() => heard.push('stays'));
    stop.onStop(() => heard.push('gone'))();
    expect(stop.reason).toBeUndefined();
    stop.ask(signal);
    stop.ask(dead);
    expect(heard).toEqual(['stays']);
  });

  test('a wait ends at its time, or at the stop, and leaves no timer behind', async () => {
    const stop = new Stop();
    const clock = new VirtualClock();
    const ended: [string, boolean, number][] = [];
    void stop.wait(100, clock).then((inFull) => ended.push(['short', inFull, clock.now()]));
    void stop.wait(1000, clock).then((inFull) => ended.push(['long', inFull, clock.now()]));
    await clock.advance(500);
    stop.ask(signal);
    await clock.advance(0);
    expect(ended).toEqual([
      ['short', true, 100],
      ['long', false, 500],
    ]);
    expect(clock.pending).toBe(0);
    expect(await stop.wait(1, clock)).toBe(false);
  });
});
