import type { Reporter, TestModule } from 'vitest/node';
import { addUp } from './figures.js';
import { LAWS } from '../support/judge.js';

/** Prints the figures of a long run: a line of JSON for machines, a table for docs/guarantees.md. */
export default class FiguresReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const figures = addUp(tests.flatMap((test) => test.meta().figures ?? []));
    const lines = [
      ['what', 'tried', 'rows', ...LAWS],
      ['---', '---:', '---:', ...LAWS.map(() => '---:')],
      ...figures.map(({ what, tried, rows, broken }) => [
        what,
        ...[tried, rows, ...LAWS.map((law) => broken[law])].map((each) => each.toLocaleString('en')),
      ]),
    ].map((cells) => `| ${cells.join(' | ')} |`);
    process.stdout.write(`\n${JSON.stringify(figures)}\n\n${lines.join('\n')}\n`);
  }
}
