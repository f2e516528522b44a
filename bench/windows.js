/**
 * The most of the given times that lie within any window of `spanMs`, wherever it begins (half open: two times
 * exactly `spanMs` apart are not in one).
 * @param timesMs in ascending order
 */
export function mostWithin(timesMs, spanMs) {
  let most = 0;
  let from = 0;
  for (let to = 0; to < timesMs.length; to++) {
    while (timesMs[to] - timesMs[from] >= spanMs) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
