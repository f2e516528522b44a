import { PAGE_SIZE } from '../bond/client.js';
import { parseCustomerPage, type ListedCustomer } from '../bond/customer-list.js';
import { isMap, parseJson } from '../bond/refusal.js';
import { ExitCode } from '../errors.js';
import { read } from './preflight.js';
import type { RunTools } from './run-tools.js';

export interface SweepOptions {
  readonly fromPage: number;
  /** About how many pages there are, for those who watch. */
  readonly aboutPages: number;
  /** Told each page; false when nothing more is sought. */
  readonly look: (customers: readonly ListedCustomer[], page: number) => boolean;
}

/**
 * Reads the customers list page by page until it ends or nothing more is sought.
 * `endless`: it began to repeat itself, so that what it does not show may still be there.
 */
export async function sweep(
  tools: RunTools,
  { fromPage, aboutPages, look }: SweepOptions,
): Promise<'whole' | 'endless' | 'stopped'> {
  const seen = new Set<string>();
  let before: { readonly signature: string; readonly isFull: boolean } | undefined;
  for (let page = fromPage; ; page++) {
    tools.events.settling({ page, about: Math.max(page, aboutPages) });
    const reply = await read(tools, () => tools.bond.list(page));
    if (!reply) return 'stopped';
    // Some APIs answer so behind their last page; a gateway might, in the middle of the list.
    if (reply.status === 404 && page > 1 && (!before?.isFull || isMap(parseJson(reply.body)))) return 'whole';
    const customers = parseCustomerPage(reply.body);
    if (!customers) {
      tools.stop.ask({
        message: `Bond answered ${reply.status} to GET /customers with something that is no list of customers: rows in doubt stay unknown; ask Bond, then run bond-import reconcile`,
        exitCode: ExitCode.runAgain,
      });
      return 'stopped';
    }
    const [first] = customers;
    if (!first) return 'whole';
    const signature = customers.map(({ customerId }) => customerId).join(' ');
    // A page number behind the last one may show the last page again. A list that does not heed page numbers shows
    // its first page again: that is the whole of it only when it is not full.
    if (signature === before?.signature) {
      return before.isFull && page === 2 ? 'endless' : 'whole';
    }
    if (seen.has(signature)) return 'endless';
    seen.add(signature);
    before = { signature, isFull: customers.length >= PAGE_SIZE };
    if (!look(customers, page)) return 'whole';
  }
}
