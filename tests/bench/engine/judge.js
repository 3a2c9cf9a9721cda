/** Compares what was measured with the bars. */
import { BARS, OURS, REFERENCE, SIZES } from "./cases.js";
import { ratio } from "./stats.js";

/**
 * @typedef {object} Row one line of ratios
 * @property {"reference" | "fastest"} over
 * @property {({ name: string, ratio: number, paired: number, low: number, high: number, bar?: number, met: boolean } | undefined)[]} cells
 */

/**
 * The ratios of one family, theirs over ours.
 *
 * @param {string} id of the family
 * @param {Record<string, import("./measure.js").Result[]>} results
 * @returns {{ rows: Row[], problems: string[] }} the problems are what is below a bar, or wrong
 */
export function judge(id, results) {
  const problems = [];
  const ours = results[OURS];
  if (!ours) return { rows: [], problems };
  const bars = BARS[id] ?? {};
  const peers = Object.keys(results).filter((name) => name !== OURS);
  ours.forEach((result, index) => {
    // A client that is wrong is not fast.
    if (!result.samples.length) problems.push(`${OURS} at ${SIZES[index]} bytes: ${result.wrong ?? "nothing measured"}`);
  });
  const cell = (name, index, bar) => {
    const theirs = results[name]?.[index];
    if (!theirs?.samples.length || !ours[index].samples.length) {
      if (bar !== undefined) problems.push(`there is nothing to compare with ${name} at ${SIZES[index]} bytes`);
      return undefined;
    }
    const { value, ...spread } = ratio(theirs.samples, ours[index].samples);
    return { name, ratio: value, ...spread, bar, met: bar === undefined || value >= bar };
  };
  const fastest = (index) =>
    peers
      .filter((name) => results[name][index].ns)
      .sort((a, b) => results[a][index].ns.least - results[b][index].ns.least)[0];
  const rows = [
    { over: "reference", cells: SIZES.map((_, index) => cell(REFERENCE, index, bars.reference?.[index])) },
    { over: "fastest", cells: SIZES.map((_, index) => cell(fastest(index), index, bars.fastest?.[index])) },
  ];
  for (const { cells } of rows) {
    cells.forEach((each, index) => {
      if (each && !each.met) {
        problems.push(`${SIZES[index]} bytes: ${each.ratio.toFixed(2)} times as fast as ${each.name}, bar ${each.bar}`);
      }
    });
  }
  return { rows, problems };
}
