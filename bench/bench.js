// `node bench/bench.js [--runs 5] [--rows 10k,100k,1M] [--only throughput,validate] …`: see bench/README.md.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Lab } from './lab.js';
import { machine } from './machine.js';
import { PARTS } from './parts.js';
import { parseCount } from './rows.js';
import { targetTable } from './table.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const README = here('README.md');
const IN_README = /(<!-- measured -->\n)[^]*(<!-- end of measured -->)/;

const { values: given } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    rows: { type: 'string', default: '10k,100k,1M' },
    only: { type: 'string', default: Object.keys(PARTS).join(',') },
    'tls-rows': { type: 'string', default: '10k,100k' },
    'naive-rows': { type: 'string', default: '100k' },
    'newman-rows': { type: 'string', default: '10k' },
    'latency-rows': { type: 'string', default: '20k,100k' },
    'pace-seconds': { type: 'string', default: '30' },
    program: { type: 'string', default: here('../dist/main.js') },
    label: { type: 'string', default: '' },
    save: { type: 'boolean', default: false },
  },
});
const sizesOf = (list) =>
  list
    .split(',')
    .map(parseCount)
    .sort((a, b) => a - b);
const options = {
  sizes: sizesOf(given.rows),
  tlsSizes: sizesOf(given['tls-rows']),
  mostRows: {
    'csv-parse + p-limit + fetch': parseCount(given['naive-rows']),
    newman: parseCount(given['newman-rows']),
  },
  latencySizes: sizesOf(given['latency-rows']),
  paceSeconds: Number(given['pace-seconds']),
};
const parts = given.only.split(',');
for (const part of parts) {
  if (!(part in PARTS)) throw new Error(`there is no part "${part}": ${Object.keys(PARTS).join(', ')}`);
}
const program = resolve(given.program);
if (!existsSync(program)) throw new Error(`${given.program} is not there: build the program first`);

mkdirSync(here('results'), { recursive: true });
const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '');
const raw = here(`results/${[stamp, given.label].filter(Boolean).join('-')}.jsonl`);
function keep(fact) {
  appendFileSync(raw, `${JSON.stringify(fact)}\n`);
  if (fact.kind !== 'sample') return;
  const { name, rows, sink, seconds, failed } = fact;
  console.error(`${name}, ${rows} rows, ${sink}: ${failed ?? `${seconds.toFixed(2)} s`}`);
}

const lab = new Lab({ program, runs: Number(given.runs), keep });
process.on('exit', () => lab.close());
for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
  process.on(signal, () => process.exit(code));
}

const { facts, sentence } = machine(lab.folder);
keep({ kind: 'machine', at: new Date().toISOString(), ...facts, runs: lab.runs, label: given.label });
console.error(sentence);

const blocks = [];
const targets = [];
for (const part of parts) {
  const { title, table, targets: some = [] } = await PARTS[part](lab, options);
  if (table) blocks.push(`### ${title}\n\n${table}`);
  targets.push(...some);
}
for (const { what, atLeast, beyond, value } of targets)
  keep({ kind: 'target', what, atLeast, beyond, value });

const samples = lab.runs === 1 ? 'One run of each' : `Medians of ${lab.runs} runs`;
const document = [
  `${sentence} ${samples}.`,
  ...(targets.length > 0 ? [targetTable(targets)] : []),
  ...blocks,
].join('\n\n');
console.log(document);
if (given.save) {
  const readme = readFileSync(README, 'utf8');
  writeFileSync(
    README,
    readme.replace(IN_README, (_all, begin, end) => `${begin}\n${document}\n\n${end}`),
  );
}
process.exit();
