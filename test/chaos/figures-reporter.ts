import type { Reporter, TestModule } from 'vitest/node';
import { count, type Figures } from './figures.js';

const COLUMNS = [
  ['what', ''],
  ['tried', 'tried'],
  ['rows', 'rows'],
  ['doubles', 'doubles'],
  ['lostIds', 'lost ids'],
  ['wrongIds', 'wrong ids'],
  ['missingLines', 'missing lines'],
  ['falseRefusals', 'false refusals'],
] as const satisfies readonly (readonly [keyof Figures, string])[];

/** Prints the figures of a long run: a line of JSON for machines, a table for the README. */
export default class FiguresReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const sums = new Map<string, Figures>();
    for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
      const { figures } = test.meta();
      if (!figures) continue;
      const sum = sums.get(figures.what);
      if (sum) count(sum, figures.rows, figures, figures.tried);
      else sums.set(figures.what, { ...figures });
    }
    const figures = [...sums.values()];
    const lines = [
      COLUMNS.map(([, title]) => title),
      COLUMNS.map(([name]) => (name === 'what' ? '---' : '---:')),
      ...figures.map((each) => COLUMNS.map(([name]) => each[name].toLocaleString('en'))),
    ].map((cells) => `| ${cells.join(' | ')} |`);
    process.stdout.write(`\n${JSON.stringify(figures)}\n\n${lines.join('\n')}\n`);
  }
}
