import type { Breaches } from '../support/laws.js';

/** What one kind of chaos has tried, and what it broke. */
export interface Figures extends Breaches {
  readonly what: string;
  /** Kills, cuts or fault plans. */
  tried: number;
  /** Rows that had to end right, over all tries. */
  rows: number;
}

declare module 'vitest' {
  interface TaskMeta {
    figures?: Figures;
  }
}

export function newFigures(what: string): Figures {
  return { what, tried: 0, rows: 0, doubles: 0, missingLines: 0, wrongIds: 0, falseRefusals: 0, lostIds: 0 };
}

/** Adds the breaches of one try. */
export function count(figures: Figures, rows: number, breaches: Breaches, tried = 1): void {
  figures.tried += tried;
  figures.rows += rows;
  figures.doubles += breaches.doubles;
  figures.missingLines += breaches.missingLines;
  figures.wrongIds += breaches.wrongIds;
  figures.falseRefusals += breaches.falseRefusals;
  figures.lostIds += breaches.lostIds;
}
