import { judgeCreate, type Reply } from '../bond/reply.js';
import type { Customer } from '../customer/customer.js';
import { finding } from '../issues/codes.js';
import type { Finding } from '../issues/issue.js';
import type { Outcome } from '../ledger/outcome.js';
import { decide } from './retry.js';
import { call, obeyThrottle, type RunTools } from './run-tools.js';
import { stopFor } from './stop.js';

/** One customer on the way to Bond. */
export interface Delivery {
  readonly key: string;
  readonly customer: Customer;
  /** The external id that the key is made of; '' when it is not. */
  readonly id: string;
  /** An attempt of an earlier run, or of this one, may have reached Bond. */
  readonly mayHaveArrived: boolean;
}

/** Rids Bond's words of the customer's own values: it may quote what it was sent. */
export type Clean = (message: string, customer: Customer) => string;

/**
 * Sends one customer until there is an outcome: pace → send → judge → again or done. Never throws for a row.
 * @param bondKeepsKeys whether Bond has been seen to keep our keys, and never seen to take one twice
 */
export async function deliver(
  delivery: Delivery,
  tools: RunTools,
  clean: Clean,
  bondKeepsKeys: () => boolean,
): Promise<Outcome> {
  const { key, customer } = delivery;
  const { sendsKey, breaker, clock } = tools;
  const body = JSON.stringify(sendsKey ? { brand_person_id: key, ...customer } : customer);
  let { mayHaveArrived } = delivery;
  let attempts = 0;
  for (;;) {
    const attempt = await call(tools, () => tools.bond.create(body));
    if (!attempt) return givenBack(mayHaveArrived);
    const judged = judgeCreate(attempt, sendsKey ? key : null, clock.epochMs());
    const reply = cleaned(judged, (message) => clean(message, customer));
    // Of 403 it is not known whether the credentials or this row are meant: Bond must say.
    if (reply.kind === 'forbidden' && !(await tools.credentialsAreGood())) return givenBack(mayHaveArrived);
    breaker.saw(reply, key);
    if (reply.kind === 'created') rememberCreated(tools, reply);
    const isHeld = breaker.holding !== undefined;
    if (reply.kind === 'throttled') obeyThrottle(tools, attempt.sentMs, reply.retryAfterMs);
    else tools.pacer.recover();
    // While the service is down or asks to wait, trying costs a row none of its attempts.
    if (!isHeld && reply.kind !== 'throttled') attempts++;
    const repeatIsSafe = sendsKey && bondKeepsKeys();
    const history = { attempts, maxAttempts: tools.maxAttempts, mayHaveArrived, repeatIsSafe, isHeld };
    const decision = decide(reply, history, tools.random);
    switch (decision.kind) {
      case 'final':
        return decision.outcome;
      case 'stop':
        tools.stop.ask(stopFor(decision.why));
        return decision.outcome;
      case 'pause':
        break;
      case 'again':
        if (!(await tools.stop.wait(decision.afterMs, clock))) return givenBack(decision.mayHaveArrived);
        break;
    }
    mayHaveArrived = decision.mayHaveArrived;
    tools.events.retried();
  }
}

/** As many as show whether the customers list lags. */
const LATELY = 20;

function rememberCreated(
  tools: RunTools,
  { customerId, brandId }: Extract<Reply, { kind: 'created' }>,
): void {
  if (brandId !== undefined) tools.learnBrand(brandId);
  tools.createdLately.push(customerId);
  if (tools.createdLately.length > LATELY) tools.createdLately.shift();
}

function givenBack(mayHaveArrived: boolean): Outcome {
  if (!mayHaveArrived) return { status: 'pending' };
  return { status: 'unknown', doubt: 'noAnswer', findings: [finding('', 'in_doubt_stopped', {})] };
}

function cleaned(reply: Reply, clean: (message: string) => string): Reply {
  const cleanOne = (found: Finding): Finding => {
    const { message } = found.args;
    return typeof message === 'string'
      ? { ...found, args: { ...found.args, message: clean(message) } }
      : found;
  };
  if (reply.kind === 'forbidden') return { ...reply, says: clean(reply.says) };
  if (reply.kind === 'keyExists') return { ...reply, findings: reply.findings.map(cleanOne) };
  if (reply.kind !== 'refused') return reply;
  const [first, ...more] = reply.findings;
  return { ...reply, findings: [cleanOne(first), ...more.map(cleanOne)] };
}
