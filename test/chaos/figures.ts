import { LAWS, type Breach } from '../support/judge.js';

/** What one kind of chaos has tried, and how often it broke each law. */
export interface Figures {
  readonly what: string;
  /** Kills, cuts or stories. */
  tried: number;
  /** Rows that had to end right, over all tries. */
  rows: number;
  readonly broken: Record<Breach['law'], number>;
}

declare module 'vitest' {
  interface TaskMeta {
    figures?: readonly Figures[];
  }
}

export function newFigures(what: string): Figures {
  const broken: Figures['broken'] = {
    twice: 0,
    mispaired: 0,
    lost: 0,
    lines: 0,
    refusal: 0,
    absence: 0,
    again: 0,
    code: 0,
    shown: 0,
    crash: 0,
    forever: 0,
  };
  return { what, tried: 0, rows: 0, broken };
}

/** Adds one try; each law counts once. */
export function count(figures: Figures, rows: number, breaches: readonly Breach[], tried = 1): void {
  figures.tried += tried;
  figures.rows += rows;
  for (const law of LAWS) if (breaches.some((each) => each.law === law)) figures.broken[law]++;
}

/** Adds up the figures of the same kind. */
export function addUp(all: readonly Figures[]): Figures[] {
  const sums = new Map<string, Figures>();
  for (const each of all) {
    const sum = sums.get(each.what) ?? newFigures(each.what);
    sums.set(each.what, sum);
    sum.tried += each.tried;
    sum.rows += each.rows;
    for (const law of LAWS) sum.broken[law] += each.broken[law];
  }
  return [...sums.values()];
}
