import { connectBond, type Credentials } from '../bond/client.js';
import type { Settings } from '../settings.js';
import { Breaker } from '../delivery/breaker.js';
import { systemClock } from '../delivery/clock.js';
import { Pacer } from '../delivery/pacer.js';
import { checkCredentials, preflight } from '../delivery/preflight.js';
import type { RunTools } from '../delivery/run-tools.js';
import { withSharedBudget } from '../delivery/shared-turns.js';
import { Stop } from '../delivery/stop.js';
import { ExitCode } from '../errors.js';
import type { Env } from '../io.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Progress, Waiting } from '../report/progress.js';
import { VERSION } from '../version.js';
import type { Interrupts } from './interrupts.js';
import { networkOf } from './network.js';

const BASE_URL = { sandbox: 'https://sandbox.bond.tech/api/v0.1', live: 'https://api.bond.tech/api/v0.1' };
const DRAIN_MS = 10_000;

export function baseUrlOf(settings: Settings): string {
  return settings.apiUrl ?? BASE_URL[settings.env];
}

/** One run's line to Bond, from its settings to its end. */
export interface Session {
  readonly tools: RunTools;
  /** Checks the credentials, at most once, before the first call that matters. */
  readonly ready: () => Promise<boolean>;
  /** Why the run waits, when it does. */
  readonly waiting: () => Waiting | undefined;
  close(): Promise<void>;
}

/** @param isNew whether the ledger has sent nothing yet, and so belongs to no brand */
export function openSession(
  settings: Settings,
  credentials: Credentials,
  { ledger, isNew }: { readonly ledger: Ledger; readonly isNew: boolean },
  progress: Progress,
  env: Env,
  { onInterrupt }: Interrupts,
): Session {
  const { concurrency, timeout: timeoutMs } = settings;
  const stop = new Stop();
  const baseUrl = baseUrlOf(settings);
  const bond = connectBond({
    baseUrl,
    credentials,
    userAgent: `bond-import/${VERSION}`,
    concurrency,
    timeoutMs,
    ...networkOf(env, baseUrl),
  });
  let asking: Promise<boolean> | undefined;
  const pacer = new Pacer(settings.rate, systemClock, stop);
  const budget = ledger.budget(settings.rate);
  ledger.onFailure((failure) => {
    stop.ask(failure);
  });
  const shared = { pacer, clock: systemClock, stop, events: progress };
  const tools: RunTools = {
    ...shared,
    bond: budget ? withSharedBudget(bond, budget, shared) : bond,
    breaker: new Breaker(settings.giveUpAfter, systemClock, stop, progress),
    random: Math.random,
    learnBrand: (id) => {
      ledger.learnBrand(id);
    },
    credentialsAreGood: () =>
      (asking ??= checkCredentials(tools, false).finally(() => {
        asking = undefined;
      })),
    createdLately: [],
    maxAttempts: settings.maxAttempts,
    timeoutMs,
    sendsKey: !settings.noBrandPersonId,
  };
  stop.onStop(() => {
    if (stop.reason) progress.stopping(stop.reason);
  });
  const timers: NodeJS.Timeout[] = [];
  const unlisten = onInterrupt((signal) => {
    stop.ask({
      message: `Stopped by ${signal}: run the same command again to go on`,
      exitCode: ExitCode.runAgain,
    });
    progress.tell(
      'draining',
      `finishing what is in flight, ${DRAIN_MS / 1000} s at most; ${signal} once more leaves at once`,
    );
    // What is cut then is in doubt, and the next run settles it.
    timers.push(setTimeout(() => void bond.close(), DRAIN_MS));
  });
  if (settings.maxRuntime !== undefined) {
    const message = 'Stopped by --max-runtime: run the same command again to go on';
    timers.push(
      setTimeout(
        () => {
          stop.ask({ message, exitCode: ExitCode.runAgain });
        },
        Math.min(settings.maxRuntime, 2 ** 31 - 1),
      ),
    );
  }
  let ready: Promise<boolean> | undefined;
  const knownBrand = ledger.identityChanged && !isNew ? { id: ledger.brandId } : undefined;
  return {
    tools,
    ready: () => (ready ??= preflight(tools, knownBrand)),
    waiting() {
      const forMs = tools.pacer.pausedForMs;
      if (forMs > 0) return { why: 'Bond asks to wait', forMs };
      const down = tools.breaker.holding;
      return down === undefined ? undefined : { why: `waiting for Bond to come back: ${down}` };
    },
    async close() {
      timers.forEach(clearTimeout);
      unlisten();
      await bond.close();
    },
  };
}
