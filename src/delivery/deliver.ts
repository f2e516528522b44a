import { judgeCreate } from '../bond/reply.js';
import type { Customer } from '../customer/customer.js';
import { cleanMessage } from '../customer/mask.js';
import { finding } from '../issues/codes.js';
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

/**
 * Sends one customer until there is an outcome: pace → send → judge → again or done. Never throws for a row.
 * @param bondEchoes whether Bond has been seen to keep our keys
 */
export async function deliver(
  delivery: Delivery,
  tools: RunTools,
  bondEchoes: () => boolean,
): Promise<Outcome> {
  const { key, customer } = delivery;
  const { sendsKey } = tools;
  const body = bodyOf(customer, sendsKey ? key : null);
  let { mayHaveArrived } = delivery;
  let attempts = 0;
  for (;;) {
    const attempt = await call(tools, () => tools.bond.create(body));
    if (!attempt) return givenBack(mayHaveArrived);
    const reply = judgeCreate(attempt, sendsKey ? key : null, tools.clock.epochMs());
    tools.breaker.saw(reply, key);
    if (reply.kind === 'created' && reply.brandId !== undefined) tools.learnBrand(reply.brandId);
    // While the service is down or asks to wait, trying costs a row none of its attempts.
    if (tools.breaker.holding === undefined && reply.kind !== 'throttled') attempts++;
    if (reply.kind !== 'throttled') tools.pacer.recover();
    const history = {
      attempts,
      maxAttempts: tools.maxAttempts,
      mayHaveArrived,
      repeatIsSafe: sendsKey && bondEchoes(),
    };
    const decision = decide(reply, history, tools.random);
    switch (decision.kind) {
      case 'final':
        return clean(decision.outcome, customer);
      case 'stop':
        tools.stop.ask(stopFor(decision.why));
        return decision.outcome;
      case 'pause':
        obeyThrottle(tools, decision.retryAfterMs);
        break;
      case 'again':
        if (!(await tools.stop.wait(decision.afterMs, tools.clock)))
          return givenBack(decision.mayHaveArrived);
        break;
    }
    mayHaveArrived = decision.mayHaveArrived;
    tools.events.retried();
  }
}

/** Put together as text: to copy the customer for one more field costs as much again as writing it. */
function bodyOf(customer: Customer, key: string | null): string {
  const body = JSON.stringify(customer);
  return key === null ? body : `{"brand_person_id":"${key}",${body.slice(1)}`;
}

function givenBack(mayHaveArrived: boolean): Outcome {
  if (!mayHaveArrived) return { status: 'pending' };
  return {
    status: 'unknown',
    doubt: 'noAnswer',
    findings: [finding('', 'in_doubt_stopped', {})],
  };
}

/** Bond may quote what it was sent: no cell value goes into the ledger. */
function clean(outcome: Outcome, customer: Customer): Outcome {
  if (!('findings' in outcome)) return outcome;
  const findings = outcome.findings.map((found) => {
    const { message } = found.args;
    return typeof message === 'string'
      ? { ...found, args: { message: cleanMessage(message, customer) } }
      : found;
  });
  return { ...outcome, findings };
}
