// The parts of the bench, by the name that --only takes. Each measures and returns a table, targets or both.
import { wallMs } from './child.js';
import { CONCURRENCY, RATE } from './contenders.js';
import { LATENCY_MS } from './sinks.js';
import { label, SPEED, spread } from './speed.js';
import { percent, short, table, text } from './table.js';
import { median } from './windows.js';

const STARTS = 20;
const PER_SECOND = RATE / 60;

export const PARTS = {
  ...SPEED,

  async 'second-run'(lab, { sizes }) {
    const rows = sizes.at(-1);
    const [same] = await lab.need([{ name: 'run again', rows }]);
    const [grown] = await lab.need([{ name: 'run again, a row more', rows }]);
    const target = { atLeast: 30_000, beyond: 60_000 };
    return {
      title: 'A second run over a finished file',
      table: table(
        ['>rows', 'who', '>rows/s', '>CPU µs/row', '>peak MB', 'spread'],
        [same, grown].map((of) => [
          short(rows),
          label(of.name),
          of.rowsPerSecond,
          of.cpuUsPerRow,
          of.peakMb,
          spread(of),
        ]),
      ),
      targets: [
        {
          what: `second \`run\` over ${short(rows)} finished rows, rows/s`,
          value: same.rowsPerSecond,
          ...target,
        },
      ],
    };
  },

  async memory(lab, { sizes }) {
    const [small, large] = [sizes.at(-2), sizes.at(-1)];
    const [fresh] = await lab.need([{ name: 'run', rows: large }]);
    const [same] = await lab.need([{ name: 'run again', rows: large }]);
    const [little] = small === undefined ? [] : await lab.need([{ name: 'run', rows: small }]);
    const most = { atLeast: 200, beyond: 150, more: false };
    const ratio = { atLeast: 1.3, beyond: 1.1, more: false, value: fresh.peakMb / (little?.peakMb ?? NaN) };
    const of = short(large);
    return {
      targets: [
        { what: `peak memory of \`run\`, ${of} rows, MB`, value: fresh.peakMb, ...most },
        { what: `the same again over the full ledger, MB`, value: same.peakMb, ...most },
        { what: `memory at ${of} ÷ at ${small === undefined ? 'fewer' : short(small)}`, ...ratio },
      ],
    };
  },

  async latency(lab, { latencySizes }) {
    const ideal = CONCURRENCY / (LATENCY_MS / 1000);
    const sink = 'latency';
    const all = await lab.need(
      latencySizes.flatMap((rows) => [
        { name: 'run', rows, sink },
        { name: 'bare loop', rows, sink, runs: 1 },
      ]),
    );
    const inService = ({ stat }) => stat((at) => at.posts / ((at.lastAnswerMs - at.firstMs) / 1000)) / ideal;
    return {
      title: `A service that takes ${LATENCY_MS} ms, concurrency ${CONCURRENCY}`,
      table: table(
        ['>rows', 'who', '>rows/s', '>of the ideal', '>from first call to last answer', '>latency given, ms'],
        all.map((of) => [
          short(of.rows),
          label(of.name),
          of.rowsPerSecond,
          percent(of.rowsPerSecond / ideal),
          percent(inService(of)),
          of.failed ?? of.stat((at) => at.meanLatencyMs).toFixed(2),
        ]),
      ),
      targets: all
        .filter(({ name }) => name === 'run')
        .map(({ rows, rowsPerSecond }) => ({
          what: `${LATENCY_MS} ms latency, ${short(rows)} rows: share of the ideal ${ideal} rows/s, start to exit`,
          atLeast: 0.97,
          beyond: 0.99,
          value: rowsPerSecond / ideal,
          show: percent,
        })),
    };
  },

  async pace(lab, { paceSeconds }) {
    const rows = Math.round(PER_SECOND * paceSeconds);
    const [of] = await lab.need([{ name: `run --rate ${RATE}`, rows, sink: 'recording' }]);
    const share = of.stat((at) => (at.calls - 1) / ((at.lastMs - at.firstMs) / 1000) / PER_SECOND);
    const above = of.stat((at) => Math.max(0, at.mostInASecond - PER_SECOND));
    const what = `\`--rate ${RATE}\` over ${paceSeconds} s`;
    return {
      targets: [
        { what: `${what}: share of it used`, atLeast: 0.99, value: share, show: percent },
        { what: `${what}: calls above it in any second`, atLeast: 1, value: above, more: false },
      ],
    };
  },

  async startup(lab) {
    const help = [];
    const nothing = [];
    for (let round = 0; round < STARTS; round++) {
      nothing.push(await wallMs(['-e', '0'], { cwd: lab.folder }));
      help.push(await wallMs([lab.program, '--help'], { cwd: lab.folder }));
    }
    lab.keep({ kind: 'startup', helpMs: help, nothingMs: nothing });
    const what = `\`--help\` (${text(median(help))} ms) ÷ \`node -e 0\` (${text(median(nothing))} ms)`;
    const value = median(help) / median(nothing);
    return { targets: [{ what, atLeast: 3, beyond: 2, more: false, value }] };
  },
};
