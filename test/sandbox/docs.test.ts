import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readFaultPlan, VERBS } from '../../src/sandbox/faults.js';
import { TRAITS } from '../../src/sandbox/traits.js';

const text = await readFile(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');
/** The JSON in the first column of the tables under a heading. */
const examplesUnder = (heading: string): Record<string, unknown>[] => {
  const section = text.split(/^## /m).find((each) => each.startsWith(heading)) ?? '';
  return [...section.matchAll(/^\| `(\{.*?\})`/gm)].map(([, json = '']) => JSON.parse(json) as never);
};
const namesIn = (examples: readonly object[]) => [...new Set(examples.flatMap((each) => Object.keys(each)))];

test('docs/sandbox.md has every trait and every verb, and its examples are valid', () => {
  const traits = examplesUnder('What kind of Bond');
  const effects = examplesUnder('What goes wrong');
  for (const each of traits) expect(() => readFaultPlan({ traits: each, faults: [] })).not.toThrow();
  for (const each of effects) expect(() => readFaultPlan({ faults: [{ when: {}, do: each }] })).not.toThrow();
  for (const when of examplesUnder('When'))
    expect(() => readFaultPlan({ faults: [{ when, do: { half: true } }] })).not.toThrow();
  expect(namesIn(traits)).toEqual(expect.arrayContaining(Object.keys(TRAITS)));
  expect(namesIn(effects)).toEqual(expect.arrayContaining(Object.keys(VERBS)));
});

test('the whole plan that docs/sandbox.md shows is valid', () => {
  const [, plan = ''] = /```json\n([\s\S]*?)```/.exec(text) ?? [];
  expect(() => readFaultPlan(JSON.parse(plan))).not.toThrow();
});
