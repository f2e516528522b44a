import { parseCustomerPage, type ListedCustomer } from '../bond/customer-list.js';
import { ExitCode } from '../errors.js';
import { read } from './preflight.js';
import type { RunTools } from './run-tools.js';

/**
 * Reads the list page by page until it ends or nothing more is sought.
 * `trapped`: it never ended, but began to repeat itself.
 */
export async function sweep(
  tools: RunTools,
  look: (found: ListedCustomer) => boolean,
): Promise<'whole' | 'trapped' | 'stopped'> {
  const seen = new Set<string>();
  for (let page = 1; ; page++) {
    tools.events.settling(page);
    const reply = await read(tools, 'list', () => tools.bond.list(page));
    if (!reply) return 'stopped';
    const customers = parseCustomerPage(reply.body);
    if (!customers) {
      tools.stop.ask({
        message: `Bond answered ${reply.status} to GET /customers with something that is no list of customers: rows in doubt stay unknown; ask Bond, then run bond-import reconcile`,
        exitCode: ExitCode.runAgain,
      });
      return 'stopped';
    }
    const first = customers[0];
    if (!first) return 'whole';
    const signature = `${first.customerId} ${customers.at(-1)?.customerId ?? ''} ${customers.length}`;
    if (seen.has(signature)) return 'trapped';
    seen.add(signature);
    for (const found of customers) {
      if (found.customerId !== '' && !look(found)) return 'whole';
    }
  }
}
