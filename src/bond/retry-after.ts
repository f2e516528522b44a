/** Above these a number of seconds is no wait but a time: seconds, or milliseconds, since 1970. */
const EPOCH_S = 1e9;
const EPOCH_MS = 1e12;

/** `Retry-After`, in ms from now: seconds, an HTTP date (RFC 9110), or, as some gateways write it, a time since 1970. Null when absent or unreadable. */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | null {
  return waitMs(headers['retry-after'], nowMs);
}

/** The same from the headers that services send in its place: the drafts of `RateLimit`, and what stood before them. */
export function rateLimitResetMs(headers: Readonly<Record<string, string>>, nowMs: number): number | null {
  return (
    waitMs(headers['ratelimit-reset'], nowMs) ??
    waitMs(headers['x-ratelimit-reset'], nowMs) ??
    resetOf(headers['ratelimit'] ?? '')
  );
}

function waitMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined || header.trim() === '') return null;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) {
    const number = Number(header);
    if (number >= EPOCH_MS) return Math.max(0, number - nowMs);
    return number >= EPOCH_S ? Math.max(0, number * 1000 - nowMs) : number * 1000;
  }
  // `Date.parse` makes a date of much that is none, such as `-5`.
  const atMs = /\d:\d\d:\d\d/.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}

/** Of `limit=100, remaining=0, reset=7`, or of `"burst";r=0;t=7, "day";r=50;t=3600`: of several limits the one that is used up. */
function resetOf(header: string): number | null {
  const limits = /;\s*t=\d/.test(header) ? header.split(',') : [header.replaceAll(',', ';')];
  const resets = limits.flatMap((limit) => {
    const seconds = /(?:^|;)\s*(?:t|reset)=(\d+)/.exec(limit)?.[1];
    const left = /(?:^|;)\s*(?:r|remaining)=(\d+)/.exec(limit)?.[1] ?? '0';
    return seconds === undefined || Number(left) > 0 ? [] : [Number(seconds) * 1000];
  });
  return resets.length === 0 ? null : Math.max(...resets);
}
