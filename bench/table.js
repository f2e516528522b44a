// Markdown tables as prettier would leave them.

/**
 * @param head column titles; one that begins with `>` is aligned to the right
 * @param rows strings and numbers; NaN is a dash
 */
export function table(head, rows) {
  const titles = head.map((title) => title.replace(/^>/, ''));
  const cells = [titles, ...rows.map((row) => row.map(text))];
  const widths = titles.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const right = head.map((title) => title.startsWith('>'));
  const line = (row) =>
    `| ${row.map((cell, at) => (right[at] ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))).join(' | ')} |`;
  const rule = widths.map((width, at) => (right[at] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  const [first, ...others] = cells;
  return [line(first), line(rule), ...others.map(line)].join('\n');
}

/** Three significant digits; whole from a hundred on, with commas. */
export function text(value) {
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

export function percent(share) {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : '–';
}

/** 10000 → `10k`, 1000000 → `1M`. */
export function short(count) {
  if (count >= 1e6 && count % 1e6 === 0) return `${count / 1e6}M`;
  return count >= 1000 && count % 1000 === 0 ? `${count / 1000}k` : String(count);
}

/** The table of targets, and whether each is met. */
export function targetTable(targets) {
  return table(
    ['what', '>at least', '>beyond', '>measured', 'met?'],
    targets.map(({ what, atLeast, beyond, value, show = text, more = true }) => [
      what,
      show(atLeast),
      beyond === undefined ? '' : show(beyond),
      show(value),
      verdict(value, atLeast, beyond, more),
    ]),
  );
}

function verdict(value, atLeast, beyond, more) {
  if (!Number.isFinite(value)) return 'not measured';
  const reaches = (goal) => (more ? value >= goal : value <= goal);
  if (!reaches(atLeast)) return 'no';
  return beyond !== undefined && reaches(beyond) ? 'yes, and beyond' : 'yes';
}
