import { readFile } from 'node:fs/promises';
import type { Settings } from '../settings.js';
import { ExitCode, OperatorError, systemTrouble } from '../errors.js';
import { say, type Io } from '../io.js';
import { readFaultPlan, type FaultPlan } from '../sandbox/faults.js';
import { startSandbox } from '../sandbox/server.js';

/** What the sandbox takes when the environment does not say otherwise. */
const IDENTITY = '00000000-0000-4000-8000-000000000001';
const AUTHORIZATION = 'sandbox-authorization';

/** A local Bond API until it is interrupted; says on stdout how to reach it. */
export async function sandbox(settings: Settings, io: Io): Promise<ExitCode> {
  const identity = io.env['BOND_IDENTITY'] ?? IDENTITY;
  const authorization = io.env['BOND_AUTHORIZATION'] ?? AUTHORIZATION;
  const server = await start(settings, { identity, authorization });
  say(io.stdout, `The sandbox listens. In another terminal:`);
  say(io.stdout, `  export BOND_API_URL=${server.url}`);
  if (io.env['BOND_IDENTITY'] === undefined) say(io.stdout, `  export BOND_IDENTITY=${IDENTITY}`);
  if (io.env['BOND_AUTHORIZATION'] === undefined)
    say(io.stdout, `  export BOND_AUTHORIZATION=${AUTHORIZATION}`);
  await new Promise<void>((resolve) => {
    io.onInterrupt(() => {
      resolve();
    });
  });
  say(io.stderr, `${server.customers.length} customers created, ${server.calls.length} calls.`);
  await server.close();
  return ExitCode.done;
}

async function start(
  settings: Settings,
  credentials: { identity: string; authorization: string },
): ReturnType<typeof startSandbox> {
  const { port, latency: latencyMs, rateLimit: rateLimitPerMinute, faults } = settings;
  const plan = faults === undefined ? undefined : await readPlan(faults);
  try {
    return await startSandbox({
      ...credentials,
      port,
      latencyMs,
      rateLimitPerMinute,
      ...(plan && { faults: plan }),
    });
  } catch (error) {
    throw systemTrouble(`Port ${port} cannot be used`, error);
  }
}

async function readPlan(path: string): Promise<FaultPlan> {
  try {
    return readFaultPlan(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new OperatorError(`--faults ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
