/** Of the run page. Colours tell apart what the words beside them say: green has its customer, amber waits for a person, blue goes on. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fcfcfa; --ink: #1c2127; --soft: #59626c; --line: #dcdfe2; --panel: #f3f3ef;
  --created: #1e7a63; --existing: #79b8a6;
  --invalid: #b3591a; --rejected: #d18a3f; --duplicate: #e3bd86;
  --unknown: #6a4c93; --failed: #5b7fb5; --pending: #a9bcd6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16191d; --ink: #e7e9ea; --soft: #a0a9b2; --line: #343a41; --panel: #1f2429;
    --created: #45a88c; --existing: #2c6b5a;
    --invalid: #de8a45; --rejected: #a9692c; --duplicate: #8f6434;
    --unknown: #a58bd0; --failed: #7396c8; --pending: #43587a;
  }
}
* { box-sizing: border-box; }
body {
  max-width: 60rem; margin: 0 auto; padding: 2.5rem 1rem 3rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Open Sans", sans-serif;
  overflow-wrap: anywhere; print-color-adjust: exact; -webkit-print-color-adjust: exact;
}
h1, h2, p, dl, dd, ul, table { margin: 0; padding: 0; }
h1 { max-width: 32em; margin: .35rem 0 .9rem; font-size: 1.7rem; line-height: 1.25; font-weight: 650; letter-spacing: -.015em; text-wrap: balance; }
h2 { margin-bottom: .7rem; padding-top: .8rem; border-top: 2px solid var(--ink); font-size: 1.05rem; font-weight: 650; }
section { margin-top: 2.6rem; }
p { max-width: 46em; text-wrap: pretty; }
small, .about, .note, .cure, footer, dt { color: var(--soft); }
small { font-size: .84rem; }
b { font-weight: 600; }
.about b { color: var(--ink); }
code { font: .86em/1.45 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace; }
.code { display: inline-block; margin-right: .35rem; padding: .05rem .55rem; border: 2px solid var(--invalid); border-radius: 1rem; font-size: .9rem; font-weight: 600; }
.code-0 { border-color: var(--created); }
.code-75 { border-color: var(--failed); }
.next { display: flex; gap: .9rem; max-width: none; margin-top: 1rem; padding: .7rem .9rem; border-left: 2px solid var(--ink); background: var(--panel); }
.next b { flex: none; }

.figures { display: grid; grid-template-columns: repeat(5, 1fr); gap: 1rem; margin-top: 2rem; }
.figures dt { font-size: .9rem; }
.figures b { display: block; font-size: 1.75rem; line-height: 1.25; letter-spacing: -.02em; }
.figures dd { line-height: 1.3; }
.pair { display: grid; grid-template-columns: 3fr 2fr; gap: 0 2.5rem; }
.number, .figures b { font-variant-numeric: tabular-nums; }

table { width: 100%; border-collapse: collapse; }
th, td { padding: .45rem .9rem .45rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: baseline; font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
thead th { padding-top: 0; color: var(--soft); font-size: .84rem; }
.number { text-align: right; overflow-wrap: normal; }
td.number { white-space: nowrap; }
th small { display: block; }
.total > * { border-bottom: 2px solid var(--ink); font-weight: 600; }
.errors td { padding-bottom: 0; }
.errors code, .examples { color: var(--soft); }
.error { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1.5rem; }
.examples { font-size: .9rem; font-variant-numeric: tabular-nums; }
.cure { font-size: .9rem; }
.runs th { width: 17rem; }
.note { margin-top: .6rem; font-size: .9rem; }
.off > * { color: var(--invalid); font-weight: 600; }

svg { display: block; overflow: visible; }
.bar { margin: .2rem 0 .9rem; }
.share { margin: .4rem 0 -1px; fill: var(--soft); }
.swatch { display: inline-block; width: .7rem; height: .7rem; margin-right: .5rem; background: currentColor; }
.created { color: var(--created); fill: var(--created); } .existing { color: var(--existing); fill: var(--existing); }
.invalid { color: var(--invalid); fill: var(--invalid); } .rejected { color: var(--rejected); fill: var(--rejected); }
.duplicate { color: var(--duplicate); fill: var(--duplicate); } .unknown { color: var(--unknown); fill: var(--unknown); }
.failed { color: var(--failed); fill: var(--failed); } .pending { color: var(--pending); fill: var(--pending); }
.pause { color: var(--duplicate); fill: var(--duplicate); } .outage { color: var(--unknown); fill: var(--unknown); }
.pace { margin-top: .8rem; color: var(--soft); font-size: .8rem; font-variant-numeric: tabular-nums; }
.pace text { fill: currentColor; stroke: var(--paper); stroke-width: 4px; paint-order: stroke; stroke-linejoin: round; }
.pace .curve { color: var(--created); stroke-width: 2px; }
.pace .shade { fill: var(--created); opacity: .12; }
.pace .pause, .pace .outage { opacity: .7; }
.pace .level { color: var(--line); stroke-width: 1px; }
.pace .rate { stroke-dasharray: 6 5; stroke-width: 2px; }
.holds { margin-top: .8rem; list-style: none; font-size: .9rem; }

.evidence > div { display: grid; grid-template-columns: 10rem 1fr; gap: .9rem; padding: .4rem 0; border-bottom: 1px solid var(--line); }
.evidence dd > code { display: inline-block; margin-right: .9rem; }
footer { margin-top: 2.5rem; font-size: .84rem; }

@media (max-width: 44rem) {
  body { padding-top: 1.5rem; }
  h1 { font-size: 1.5rem; }
  .figures { grid-template-columns: repeat(2, 1fr); gap: 1.1rem 1rem; }
  .pair { display: block; }
  .evidence > div { display: block; }
  .next { display: block; }
  .runs th { width: 45%; }
  th, td { padding-right: .6rem; }
}
@media print {
  @page { size: A4; margin: 14mm 15mm; }
  :root {
    --paper: #fff; --ink: #000; --soft: #4a5056; --line: #cfd3d6; --panel: #f3f3ef;
    --created: #1e7a63; --existing: #79b8a6; --invalid: #b3591a; --rejected: #d18a3f; --duplicate: #e3bd86;
    --unknown: #6a4c93; --failed: #5b7fb5; --pending: #a9bcd6;
  }
  html { font-size: 10.5px; }
  body { max-width: none; padding: 0; }
  p { max-width: none; }
  .figures { margin-top: 1.2rem; }
  section { margin-top: 1.3rem; }
  h2 { margin-bottom: .3rem; padding-top: .4rem; break-after: avoid; }
  th, td, .evidence > div { padding-top: .2rem; padding-bottom: .2rem; }
  th small { display: inline; margin-left: .3rem; }
  section:not(:has(.errors)), tr, .evidence > div { break-inside: avoid; }
  .holds { columns: 2; }
  footer { margin-top: 1.2rem; }
}
`;
