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
 * How many times as long `theirs` takes as `ours`: the median of the ratios within each round. What disturbs a round on
 * a shared machine disturbs both halves of its ratio, or only this one ratio.
 */
export function ratio(theirs, ours) {
  return summary(ours.map((value, round) => theirs[round] / value).filter(Number.isFinite));
}
