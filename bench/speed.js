// The parts of the bench that set the program beside others, by the name that --only takes.
import { measure } from './child.js';
import { CONCURRENCY, CONTENDERS } from './contenders.js';
import { percent, short, table, text } from './table.js';
import { median } from './windows.js';

const SPEED_HEAD = [
  '>rows',
  'who',
  '>rows/s',
  '>÷ bare loop',
  '>CPU µs/row',
  '>peak MB',
  '>sink busy',
  'spread',
];
const SENDERS = ['bare loop', 'run', 'csv-parse + p-limit + fetch', 'newman'];

async function sideBySide(lab, sizes, mostRows, sink) {
  const rows = [];
  const ratios = new Map();
  for (const size of sizes) {
    const names = SENDERS.filter((name) => size <= (mostRows[name] ?? Infinity));
    const all = await lab.need(names.map((name) => ({ name, rows: size, sink })));
    const bare = all[0].rowsPerSecond;
    ratios.set(size, all[1].rowsPerSecond / bare);
    rows.push(
      ...all.map((of) => [
        short(size),
        label(of.name),
        of.rowsPerSecond,
        of.rowsPerSecond / bare,
        of.cpuUsPerRow,
        of.peakMb,
        percent(of.sinkBusy),
        spread(of),
      ]),
    );
  }
  return { table: table(SPEED_HEAD, rows), ratios };
}

/** How a contender is called in a table. */
export const label = (name) => (/^(run|validate)/.test(name) ? `bond-import ${name}` : name);

export const spread = (of) => of.failed ?? `${text(of.slowest)} to ${text(of.fastest)}`;

export const SPEED = {
  /** Is the sink the limit? Then two clients at once get no more out of it than one. */
  async sink(lab, { sizes }) {
    const rows = Math.min(100_000, sizes.at(-1));
    const [one] = await lab.need([{ name: 'bare loop', rows }]);
    const sink = await lab.sink('plain');
    const rates = [];
    for (let round = 0; round < lab.runs; round++) {
      await sink.reset();
      const args = CONTENDERS['bare loop'].args(lab, { rows }, sink);
      const both = await Promise.all([1, 2].map(() => measure(args, { cwd: lab.folder, env: {} })));
      const failed = both.find((sample) => sample.failed)?.failed;
      const seconds = Math.max(...both.map((sample) => sample.seconds));
      rates.push(failed === undefined ? (2 * rows) / seconds : NaN);
      lab.keep({ kind: 'sample', name: 'two bare loops', rows, sink: 'plain', seconds, failed });
    }
    const two = median(rates);
    return {
      title: 'Is the sink the limit?',
      table: table(
        ['clients at once', '>requests/s', '>÷ one', '>sink busy'],
        [
          ['one bare loop', one.rowsPerSecond, 1, percent(one.sinkBusy)],
          ['two bare loops', two, two / one.rowsPerSecond, ''],
        ],
      ),
    };
  },

  async throughput(lab, { sizes, mostRows }) {
    const { table, ratios } = await sideBySide(lab, sizes, mostRows, 'plain');
    const what = `\`run\` rows/s ÷ bare loop, concurrency ${CONCURRENCY}, ${short(sizes.at(-1))} rows`;
    return {
      title: 'Side by side',
      table,
      targets: [{ what, atLeast: 0.5, beyond: 0.8, value: ratios.get(sizes.at(-1)) }],
    };
  },

  async tls(lab, { tlsSizes, mostRows }) {
    const { table } = await sideBySide(lab, tlsSizes, mostRows, 'tls');
    return { title: 'Side by side, TLS', table };
  },

  async validate(lab, { sizes }) {
    const rows = [];
    let ratio = NaN;
    for (const size of sizes) {
      const [bare, validate] = await lab.need([
        { name: 'bare csv-parse', rows: size },
        { name: 'validate', rows: size },
      ]);
      ratio = validate.rowsPerSecond / bare.rowsPerSecond;
      for (const of of [bare, validate]) {
        const share = of.rowsPerSecond / bare.rowsPerSecond;
        rows.push([
          short(size),
          label(of.name),
          of.rowsPerSecond,
          share,
          of.cpuUsPerRow,
          of.peakMb,
          spread(of),
        ]);
      }
    }
    const what = `\`validate\` rows/s ÷ bare csv-parse, ${short(sizes.at(-1))} rows`;
    return {
      title: 'Reading and checking',
      table: table(['>rows', 'who', '>rows/s', '>÷ bare', '>CPU µs/row', '>peak MB', 'spread'], rows),
      targets: [{ what, atLeast: 0.35, beyond: 0.6, value: ratio }],
    };
  },
};
