const UNITS: readonly (readonly [ms: number, name: string])[] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
];

/** A span of time in at most two units: `2 h 5 min`, `27 s`, `0.4 s`. */
export function span(ms: number): string {
  if (ms < 1000) return `${(ms / 1000).toFixed(1)} s`;
  const rounded = Math.round(ms / 1000) * 1000;
  const at = UNITS.findIndex(([unit]) => rounded >= unit);
  const [unit = 1, name = ''] = UNITS[at] ?? [];
  const [lesser = Infinity, lesserName = ''] = UNITS[at + 1] ?? [];
  const whole = Math.floor(rounded / unit);
  const rest = Math.floor((rounded - whole * unit) / lesser);
  return rest === 0 ? `${whole} ${name}` : `${whole} ${name} ${rest} ${lesserName}`;
}

/** 1234567 → `1,234,567`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}
