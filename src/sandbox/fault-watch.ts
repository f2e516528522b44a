import { valueAt } from './body.js';
import type { Effect, FaultPlan, Nth, Outage } from './faults.js';
import type { Route } from './routes.js';

/** Where a request stands among all that came. */
interface Arrival {
  readonly route: Route['name'];
  readonly request: number;
  /** Its number among the requests of its own route. */
  readonly nth: number;
}

interface FaultWatch {
  /** Counts a request. */
  arrive(route: Route['name']): Arrival;
  /** The outage that reigns now, if any. */
  outage(): Outage | undefined;
  /** The effect that this request meets, if any; uses up one of its times. */
  meet(arrival: Arrival, body: unknown): Effect | undefined;
}

/** Matches requests against a plan, counting from here on. */
export function watchFaults({ faults }: FaultPlan, now: () => number): FaultWatch {
  const watched = faults.map((fault) => ({
    ...fault,
    timesLeft: fault.times ?? ('down' in fault.do ? 1 : Infinity),
  }));
  const countsAttempts = faults.some(({ when }) => when.attempt !== undefined);
  const attempts = new Map<unknown, number>();
  const arrived = { all: 0, create: 0, list: 0, get: 0, auth: 0, none: 0 };
  let outage: { readonly untilMs: number; readonly effect: Outage } | undefined;

  return {
    arrive: (route) => ({ route, request: ++arrived.all, nth: ++arrived[route] }),
    outage: () => (outage !== undefined && now() < outage.untilMs ? outage.effect : undefined),
    meet: ({ route, request, nth }, body) => {
      if (faults.length === 0) return undefined;
      const person = valueAt(body, 'brand_person_id');
      const attempt = (attempts.get(person) ?? 0) + 1;
      if (countsAttempts && person !== undefined) attempts.set(person, attempt);
      const met = watched.find(
        ({ when, timesLeft }) =>
          timesLeft > 0 &&
          (when.route ?? route) === route &&
          among(when.request, request) &&
          among(when.create, route === 'create' ? nth : 0) &&
          among(when.list, route === 'list' ? nth : 0) &&
          (when.brand_person_id ?? person) === person &&
          among(when.attempt, person === undefined ? 0 : attempt) &&
          (when.field === undefined || valueAt(body, when.field) === when.equals),
      );
      if (met === undefined) return undefined;
      met.timesLeft -= 1;
      if ('down' in met.do) outage = { untilMs: now() + met.do.down.forMs, effect: met.do };
      return met.do;
    },
  };
}

function among(nth: Nth | undefined, n: number): boolean {
  if (nth === undefined) return true;
  if (typeof nth === 'number') return n === nth;
  const { from = 1, to = Infinity } = nth;
  return n >= from && n <= to;
}
