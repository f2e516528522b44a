import { OperatorError } from '../errors.js';
import { readFacts } from './ledger.js';
import { openJournal, type Env } from './stores.js';

/** What was copied: how many facts, and the ledgers' names for messages. */
export interface Copied {
  readonly facts: number;
  readonly from: string;
  readonly to: string;
}

/**
 * Copies a ledger to another place, from file to database or back, whole or not at all. Both are held meanwhile, so
 * that no run writes to either.
 * @throws OperatorError when there is nothing to copy, it is damaged, or the other place has facts already
 */
export async function copyLedger(from: string, to: string, env: Env, waitMs: number): Promise<Copied> {
  const source = await openJournal(from, env, waitMs);
  try {
    const target = await openJournal(to, env, waitMs);
    try {
      let there = 0;
      await target.replay(() => there++);
      if (there > 0) {
        throw new OperatorError(
          `The ledger ${target.name} has ${there} facts already, and a copy would mix two ledgers: copy to another name`,
        );
      }
      let facts = 0;
      await target.fill(async (add) => {
        let lines: string[] = [];
        await readFacts(
          source,
          (_fact, _place, line) => void lines.push(line),
          async () => {
            await add(lines);
            facts += lines.length;
            lines = [];
          },
        );
        if (facts === 0)
          throw new OperatorError(`The ledger ${source.name} has no facts: there is nothing to copy`);
      });
      return { facts, from: source.name, to: target.name };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
