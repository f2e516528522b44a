import type { Reply } from '../bond/reply.js';
import { ExitCode } from '../errors.js';
import type { Clock } from './clock.js';

export interface StopReason {
  /** One sentence for the operator: what happened and what to do. */
  readonly message: string;
  readonly exitCode: ExitCode;
  /** The flag with which the same command gets further. */
  readonly cure?: { readonly name: 'resendRejected' } | { readonly name: 'ledger'; readonly value: string };
}

/** Replies after which no row can pass until a person has changed something. */
export type DeadEnd = Extract<
  Reply,
  { kind: 'unauthorised' | 'redirected' | 'otherKey' | 'keyUnknown' | 'misconfigured' }
>;

/** Why such a reply stops the run, and the cure. */
export function stopFor(reply: DeadEnd): StopReason {
  const message = reply.kind === 'misconfigured' ? reply.why : DEAD_ENDS[reply.kind];
  return { message, exitCode: ExitCode.stopped };
}

const DEAD_ENDS: Readonly<Record<Exclude<DeadEnd['kind'], 'misconfigured'>, string>> = {
  unauthorised:
    'Bond refuses the credentials: check BOND_IDENTITY and BOND_AUTHORIZATION, and that they are of the environment that --env names; then run the same command again, it continues where it stopped',
  redirected:
    "Bond's address answers with a redirect, and redirects are not followed, for they would carry the credentials along: check --env and --api-url",
  otherKey:
    'Bond answered a create with another brand_person_id than was sent, so a repeat might make a second customer: ask Bond why; --no-brand-person-id goes on without the key, settling by the customers list',
  keyUnknown:
    'Bond does not take the field brand_person_id: run again with --no-brand-person-id, which settles repeats by the customers list',
};

/** That Bond has no such brand. @param where the address that was asked, in words */
export function unknownIdentity(where: string): string {
  return `Bond does not know this BOND_IDENTITY at ${where} (404): check BOND_IDENTITY, --env and --api-url (it ends in /api/v0.1)`;
}

/**
 * Ends a run early: whoever sees a reason asks, whoever waits is told. After it no row is taken and no request is
 * begun; what is in flight may finish.
 */
export class Stop {
  #reason: StopReason | undefined;
  readonly #listeners = new Set<() => void>();

  get reason(): StopReason | undefined {
    return this.#reason;
  }

  /** The first reason counts, unless a later one needs a person. */
  ask(reason: StopReason): void {
    const first = this.#reason === undefined;
    if (first || (reason.exitCode === ExitCode.stopped && this.#reason?.exitCode !== ExitCode.stopped)) {
      this.#reason = reason;
    }
    if (!first) return;
    for (const listener of [...this.#listeners]) listener();
    this.#listeners.clear();
  }

  /** Calls back once, at the stop. Returns how to stop listening. */
  onStop(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Waits; false when the stop came first. */
  async wait(ms: number, clock: Clock): Promise<boolean> {
    if (this.#reason) return false;
    return new Promise((resolve) => {
      const unlisten = this.onStop(() => {
        cancel();
        resolve(false);
      });
      const cancel = clock.at(clock.now() + ms, () => {
        unlisten();
        resolve(true);
      });
    });
  }
}
