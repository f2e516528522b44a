// `npm run bench [-- --runs 3] [-- --rows 100k,1M] [-- --save]`: see docs/speed.md, into which --save puts the tables.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CONTENDERS, RATE } from './contenders.js';
import { measure, startSink } from './measure.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: given } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    /** For the script that holds a file in memory, and for what must hold for any file. */
    rows: { type: 'string', default: '100k,1M' },
    'newman-rows': { type: 'string', default: '5k' },
    'pace-seconds': { type: 'string', default: '30' },
    save: { type: 'boolean', default: false },
  },
});
const countOf = (text) => Number(text.replace('k', '000').replace('M', '000000'));
const [small, large] = given.rows.split(',').map(countOf);
const paced = (RATE / 60) * Number(given['pace-seconds']);

/** Who takes part, in turns: a machine that gets slower gets slower for all of them. */
const ROUND = [
  [small, 'bare loop'],
  [small, 'run'],
  [small, 'the script people write'],
  [small, 'bare csv-parse'],
  [small, 'validate'],
  [countOf(given['newman-rows']), 'newman', 1],
  [large, 'bare csv-parse'],
  [large, 'validate'],
  [large, 'bare loop'],
  [large, 'run'],
  [large, 'run again'],
  [large, 'run, a row more'],
  [paced, `run --rate ${RATE}`, 1],
];

const folder = mkdtempSync(join(tmpdir(), 'bond-import-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

const sink = await startSink(RATE / 60_000);
const samples = [];
for (let round = 0; round < Number(given.runs); round++) {
  for (const [rows, name, runs = Infinity] of ROUND) {
    if (round >= runs) continue;
    const { prepare, args, posts, restore } = CONTENDERS[name];
    const file = fileOf(rows);
    const bytes = statSync(file).size;
    prepare?.(file);
    await sink.reset();
    const took = await measure(args(file, sink.url, rows), folder);
    restore?.(file, bytes);
    const stats = await sink.stats();
    const wrong = stats.posts === posts(rows) ? {} : { failed: `${stats.posts} customers were posted` };
    const sample = { rows, name, ...wrong, ...took, ...stats };
    samples.push(sample);
    console.error(`${short(rows)} ${name}: ${sample.failed ?? `${took.seconds.toFixed(2)} s`}`);
  }
}

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? NaN;
function figure(rows, name, value) {
  const all = samples.filter((sample) => sample.rows === rows && sample.name === name);
  return all.some(({ failed }) => failed) ? NaN : median(all.map(value));
}
const rate = (rows, name) => figure(rows, name, ({ seconds }) => rows / seconds);
const peakMb = (rows, name) => figure(rows, name, ({ peakBytes }) => peakBytes / 1e6);
const pace = `run --rate ${RATE}`;
const share = figure(paced, pace, ({ calls, forMs }) => ((calls - 1) / forMs) * (60_000 / RATE));
const targets = [
  [`\`--rate ${RATE}\` for ${given['pace-seconds']} s: share of it used`, '≥ 0.99', share],
  ['the same: most calls above it in any window', '≤ 1', figure(paced, pace, ({ ahead }) => ahead)],
  [
    `\`run\` ÷ the script people write, ${short(small)} rows`,
    '≥ 2',
    rate(small, 'run') / rate(small, 'the script people write'),
  ],
  [
    `\`validate\` ÷ bare csv-parse, ${short(large)} rows`,
    '≥ 0.15',
    rate(large, 'validate') / rate(large, 'bare csv-parse'),
  ],
  [`peak memory of \`run\`, ${short(large)} rows, MB`, '≤ 220', peakMb(large, 'run')],
  ['the same over a full ledger, MB', '≤ 220', peakMb(large, 'run, a row more')],
  [
    `memory at ${short(large)} ÷ at ${short(small)} rows`,
    '≤ 1.4',
    peakMb(large, 'run') / peakMb(small, 'run'),
  ],
  [`second \`run\` over ${short(large)} finished rows, rows/s`, '≥ 30,000', rate(large, 'run again')],
].map(([what, target, value]) => [what, target, text(value), isMet(target, value) ? 'yes' : 'no']);
const who = ROUND.map(([rows, name]) => {
  const cpu = figure(rows, name, ({ cpuUs }) => cpuUs / rows);
  return [short(rows), name, text(rate(rows, name)), text(cpu), text(peakMb(rows, name))];
});
const machine =
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 1e9)} GB, ${type()} ${release()}, ` +
  `Node ${process.version}; load ${loadavg()[0].toFixed(1)} at the end; medians of ${given.runs}.`;
const page = [
  machine,
  table(['what', 'target', 'measured', 'met'], targets),
  table(['rows', 'who', 'rows/s', 'CPU µs/row', 'peak MB'], who),
].join('\n\n');
console.log(page);
if (given.save) {
  rmSync(here('results'), { recursive: true, force: true });
  mkdirSync(here('results'));
  const lines = [{ machine, at: new Date().toISOString() }, ...samples].map(
    (line) => `${JSON.stringify(line)}\n`,
  );
  writeFileSync(here('results/samples.jsonl'), lines.join(''));
  const docs = here('../docs/speed.md');
  const saved = readFileSync(docs, 'utf8').replace(
    /(<!-- measured -->\n)[^]*(<!-- end -->)/,
    (_, begin, end) => `${begin}\n${page}\n\n${end}`,
  );
  writeFileSync(docs, saved);
  execFileSync('npx', ['prettier', '--write', docs], { stdio: 'ignore' });
}
process.exit();

/** In a folder of its own: a run with a new ledger looks into those that lie beside it. */
function fileOf(rows) {
  const path = join(folder, String(rows), 'customers.csv');
  if (existsSync(path)) return path;
  mkdirSync(dirname(path));
  const made = ['--rows', String(rows), '--clean', '--out', path];
  execFileSync(process.execPath, [here('../samples/generate.js'), ...made]);
  return path;
}

function short(count) {
  if (count % 1e6 === 0) return `${count / 1e6}M`;
  return count % 1000 === 0 ? `${count / 1000}k` : String(count);
}

/** Three significant digits; whole from a hundred on. */
function text(value) {
  if (!Number.isFinite(value)) return '–';
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}

function isMet(target, value) {
  const goal = Number(target.slice(2).replace(',', ''));
  // A call may be early by the clock's own grain.
  return target.startsWith('≥') ? value >= goal : value <= goal + 0.05;
}

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
