// Where the measurements are made and kept: one temp folder, one sink of each kind, every sample measured once.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killAll, measure } from './child.js';
import { CONTENDERS } from './contenders.js';
import { writeRows } from './rows.js';
import { startSink } from './sinks.js';
import { median } from './windows.js';

const CREDENTIALS = { BOND_IDENTITY: 'bench', BOND_AUTHORIZATION: 'bench' };

export class Lab {
  folder = mkdtempSync(join(tmpdir(), 'bond-import-bench-'));
  /** Folders of files that have grown since their first run. */
  grown = new Set();
  #sinks = new Map();
  #samples = new Map();

  /**
   * @param program path of the program's main.js
   * @param runs samples of each measurement, of which the median counts
   * @param keep takes every sample, for the raw data
   */
  constructor({ program, runs, keep }) {
    this.program = program;
    this.runs = runs;
    this.keep = keep;
  }

  /** The input with so many rows. */
  file(rows) {
    const path = join(this.folder, `customers-${rows}.csv`);
    if (!existsSync(path)) writeRows(path, rows);
    return path;
  }

  /** Where the run of so many rows against this kind of sink keeps its ledger and results. */
  folderOf(rows, sink) {
    return join(this.folder, `run-${rows}-${sink}`);
  }

  /** The sink of this kind; its address stays the same, for a ledger remembers it. */
  sink(kind) {
    if (!this.#sinks.has(kind)) this.#sinks.set(kind, startSink(kind, this.folder));
    return this.#sinks.get(kind);
  }

  /**
   * Measures what has not been measured yet, in rounds: a machine that gets slower, gets slower for all of them.
   * @param entries `{ name, rows, sink, runs }`
   * @returns the figures of each entry, by its place
   */
  async need(entries) {
    const wanted = entries.map((entry) => ({ sink: 'plain', runs: this.runs, ...entry }));
    for (let round = 0; round < this.runs; round++) {
      for (const entry of wanted) {
        const samples = this.#samplesOf(entry);
        if (round >= entry.runs || samples.length > round || samples.some(({ failed }) => failed)) continue;
        const sample = await this.#sample(entry);
        samples.push(sample);
        const { name, rows, sink } = entry;
        this.keep({ kind: 'sample', name, rows, sink, ...sample });
      }
    }
    return wanted.map((entry) => figures(this.#samplesOf(entry), entry));
  }

  #samplesOf({ name, rows, sink }) {
    const key = `${name}|${rows}|${sink}`;
    if (!this.#samples.has(key)) this.#samples.set(key, []);
    return this.#samples.get(key);
  }

  async #sample(entry) {
    const contender = CONTENDERS[entry.name];
    const sink = await this.sink(entry.sink);
    this.file(entry.rows);
    await contender.prepare?.(this, entry);
    await sink.reset();
    const args = contender.args(this, entry, sink);
    const sample = await measure(args, { cwd: this.folder, env: { ...CREDENTIALS, ...sink.env } });
    const stats = await sink.stats();
    const posts = contender.posts?.(entry.rows) ?? 0;
    if (!sample.failed && stats.posts !== posts) {
      return { ...sample, failed: `${stats.posts} customers were posted, not ${posts}` };
    }
    return { ...sample, stats };
  }

  /** Ends all that was started and removes all that was written. */
  close() {
    killAll();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Medians of the samples; every figure is NaN when one of them failed. */
function figures(samples, { name, rows, sink }) {
  const failed = samples.find((sample) => sample.failed)?.failed;
  const of = (value) => (failed === undefined ? median(samples.map(value)) : NaN);
  const rates = samples.map(({ seconds }) => rows / seconds);
  return {
    name,
    rows,
    sink,
    failed,
    rowsPerSecond: of(({ seconds }) => rows / seconds),
    slowest: Math.min(...rates),
    fastest: Math.max(...rates),
    cpuUsPerRow: of(({ cpuUs }) => cpuUs / rows),
    peakMb: of(({ peakBytes }) => peakBytes / 1e6),
    /** Share of the wall time for which the sink was busy. */
    sinkBusy: of(({ seconds, stats }) => stats.cpuUs / 1e6 / seconds),
    /** The median of something that the sink counted. */
    stat: (value) => of(({ stats }) => value(stats)),
  };
}
