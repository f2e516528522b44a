import { connectBond } from '../bond/client.js';
import { parseCustomerPage } from '../bond/customer-list.js';
import { judgeRead, type ReadReply } from '../bond/reply.js';
import { readCredentials } from '../credentials.js';
import { stopFor, unknownIdentity } from '../delivery/stop.js';
import { ExitCode, OperatorError } from '../errors.js';
import { say, type Io } from '../io.js';
import type { Settings } from '../settings.js';
import { VERSION } from '../version.js';
import { networkOf } from './network.js';
import { baseUrlOf } from './session.js';

/** Are the credentials good, and whose are they? Two calls, and nothing is written. */
export async function check(settings: Settings, io: Io): Promise<ExitCode> {
  const credentials = readCredentials(io.env);
  const target = baseUrlOf(settings);
  const bond = connectBond({
    baseUrl: target,
    credentials,
    userAgent: `bond-import/${VERSION}`,
    concurrency: 1,
    timeoutMs: settings.timeout,
    ...networkOf(io.env, target),
  });
  try {
    const { status } = answered(judgeRead(await bond.checkCredentials(), Date.now()), target);
    if (status === 404) throw new OperatorError(unknownIdentity(target));
    const list = answered(judgeRead(await bond.list(1), Date.now()), target);
    const brand = parseCustomerPage(list.body)?.find(({ brandId }) => brandId !== '')?.brandId;
    const environment = settings.env;
    if (settings.json) say(io.stdout, JSON.stringify({ isGood: true, environment, target, brand }));
    else {
      const whose =
        brand === undefined ? 'Bond shows no customer yet to tell the brand by' : `brand ${brand}`;
      say(
        io.stdout,
        `The credentials are good: ${environment === 'live' ? 'LIVE' : environment} ${target}, ${whose}.`,
      );
    }
    return ExitCode.done;
  } finally {
    await bond.close();
  }
}

/** @throws OperatorError for an answer that says nothing, or no */
function answered(reply: ReadReply, target: string): Extract<ReadReply, { kind: 'ok' }> {
  const later = { exitCode: ExitCode.runAgain };
  switch (reply.kind) {
    case 'ok':
      return reply;
    case 'forbidden':
      throw new OperatorError(stopFor({ kind: 'unauthorised' }).message);
    case 'unauthorised':
    case 'redirected':
    case 'misconfigured':
      throw new OperatorError(stopFor(reply).message);
    case 'throttled':
      throw new OperatorError(
        `${target} answers that there are too many calls: check again in a minute`,
        later,
      );
    case 'noAnswer':
    case 'unreachable':
      throw new OperatorError(
        `${target} gives no usable answer: ${reply.why}; check again when it is back`,
        later,
      );
  }
}
