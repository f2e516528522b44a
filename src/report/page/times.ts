const DAY_MS = 86_400_000;
const SECONDS_UP_TO_MS = 600_000;

const date = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
const dayOfMonth = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' });
const minutes = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit' });
const seconds = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', timeStyle: 'medium' });

/** `25 Nov 2026, 01:30 UTC`: the same on every machine that a page is made or read on. */
export function moment(at: Date): string {
  return `${date.format(at)}, ${minutes.format(at)} UTC`;
}

/** A time of day within something that took so long: with seconds when it was short, with the day when it was long. */
export function clock(at: Date, withinMs: number): string {
  if (withinMs <= SECONDS_UP_TO_MS) return seconds.format(at);
  return withinMs < DAY_MS ? minutes.format(at) : `${dayOfMonth.format(at)} ${minutes.format(at)}`;
}

/** The same, as short as on an axis: the day at midnight, the time between. */
export function tick(at: Date, withinMs: number): string {
  if (withinMs < DAY_MS) return clock(at, withinMs);
  return at.getTime() % DAY_MS === 0 ? dayOfMonth.format(at) : minutes.format(at);
}
