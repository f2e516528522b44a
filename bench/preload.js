// Loaded into every measured process: what it used, written down by itself when it ends.
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env.BENCH_USAGE_FILE;
if (isMainThread && file !== undefined) {
  delete process.env.BENCH_USAGE_FILE;
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    writeFileSync(
      file,
      JSON.stringify({ cpuUs: userCPUTime + systemCPUTime, peakBytes: (ownPeakKb() ?? maxRSS) * 1024 }),
    );
  });
}

/** `maxRSS` of a forked process begins at what its parent held; the high-water mark of its own memory does not. */
function ownPeakKb() {
  try {
    const kb = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return kb === undefined ? undefined : Number(kb);
  } catch {
    return undefined;
  }
}
