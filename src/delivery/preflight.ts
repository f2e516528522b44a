import type { Attempt } from '../bond/client.js';
import { parseCustomerPage } from '../bond/customer-list.js';
import { judgeRead, type ReadReply } from '../bond/reply.js';
import { ExitCode } from '../errors.js';
import { backoffMs } from './retry.js';
import { call, obeyThrottle, type RunTools } from './run-tools.js';
import { stopFor, unknownIdentity } from './stop.js';

/**
 * Reads until there is an answer that says something; undefined when the run is stopping.
 * @param endsOutage whether an answer shows that the service is back: what is asked about one row does not
 */
export async function read(
  tools: RunTools,
  make: () => Promise<Attempt>,
  endsOutage = true,
): Promise<Extract<ReadReply, { kind: 'ok' }> | undefined> {
  for (let attempts = 1; ; attempts++) {
    const attempt = await call(tools, make);
    if (!attempt) return undefined;
    const reply = judgeRead(attempt, tools.clock.epochMs());
    if (reply.kind !== 'throttled') tools.pacer.recover();
    switch (reply.kind) {
      case 'ok':
        if (endsOutage) tools.breaker.answered();
        return reply;
      case 'throttled':
        tools.breaker.saw(reply, '');
        obeyThrottle(tools, attempt.sentMs, reply.retryAfterMs);
        break;
      case 'forbidden':
        tools.stop.ask(stopFor({ kind: 'unauthorised' }));
        return undefined;
      case 'unauthorised':
      case 'redirected':
      case 'misconfigured':
        tools.stop.ask(stopFor(reply));
        return undefined;
      case 'noAnswer':
      case 'unreachable':
        // A read can be repeated for ever without harm: the breaker says when to give up.
        tools.breaker.saw({ kind: 'unreachable', why: reply.why }, '');
        if (!(await tools.stop.wait(backoffMs(Math.min(attempts, 4), tools.random), tools.clock)))
          return undefined;
    }
    tools.events.retried();
  }
}

/** Whether Bond takes the credentials; where it does not, the run is stopped. */
export async function checkCredentials(tools: RunTools, endsOutage?: boolean): Promise<boolean> {
  const reply = await read(tools, () => tools.bond.checkCredentials(), endsOutage);
  if (!reply) return false;
  if (reply.status !== 404) return true;
  tools.stop.ask({ message: unknownIdentity('this address'), exitCode: ExitCode.stopped });
  return false;
}

/**
 * Before the first customer is sent: are the credentials good, and, where they are not the ledger's last ones,
 * are they the same brand's? False when the run is stopping.
 * @param knownBrand Bond's id of the ledger's brand, when it must be the same
 */
export async function preflight(
  tools: RunTools,
  knownBrand: { id: string | undefined } | undefined,
): Promise<boolean> {
  if (!(await checkCredentials(tools))) return false;
  if (!knownBrand) return true;
  const list = await read(tools, () => tools.bond.list(1));
  if (!list) return false;
  const brandId = parseCustomerPage(list.body)?.[0]?.brandId;
  if (brandId !== undefined && brandId !== '' && brandId === knownBrand.id) return true;
  tools.stop.ask({
    message:
      "The ledger was made with other credentials, and these are not seen to be the same brand's: use the credentials of that brand, or another --ledger",
    exitCode: ExitCode.stopped,
  });
  return false;
}
