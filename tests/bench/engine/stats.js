/** Medians and spreads. */

/** The value below which the share `q` of the values lies; between two values, a mean of them. */
export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

/** Median, quartiles and least of some values; undefined without any. */
export function summary(values) {
  if (!values.length) return undefined;
  return {
    median: quantile(values, 0.5),
    low: quantile(values, 0.25),
    high: quantile(values, 0.75),
    least: Math.min(...values),
    count: values.length,
  };
}

/**
 * How many times as long `theirs` takes as `ours`.
 *
 * The ratio compares the best round of each (a round's value is a median already): what they take when nothing disturbs
 * them. On a machine shared with others the medians over the rounds say more about the others. `low` and `high` are
 * quartiles of the ratios within each round.
 */
export function ratio(theirs, ours) {
  const paired = summary(ours.map((value, round) => theirs[round] / value).filter(Number.isFinite));
  return { value: Math.min(...theirs) / Math.min(...ours), paired: paired.median, low: paired.low, high: paired.high };
}
