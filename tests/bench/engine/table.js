/** Prints results as text. */
import { REFERENCE, SIZE_NAMES } from "./cases.js";

const FIRST = 36;
const COLUMN = 21;

/** Nanoseconds, with three digits that matter. */
export function time(ns) {
  if (ns < 1e4) return `${Math.round(ns).toLocaleString("en")} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(ns < 1e5 ? 1 : 0)} µs`;
  return `${(ns / 1e6).toFixed(2)} ms`;
}

/** A ratio, with two or three digits. */
export function times(value) {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

const line = (first, cells) => `${first.padEnd(FIRST)}${cells.map((each) => each.padStart(COLUMN)).join("")}`;

/**
 * The table of one family: times with their spread (half the distance between the quartiles), then ratios with their bars.
 *
 * @param {import("./cases.js").Family} family
 * @param {Record<string, import("./measure.js").Result[]>} results
 * @param {ReturnType<typeof import("./judge.js").judge>} judged
 */
export function table(family, results, judged) {
  const lines = [line(family.title, SIZE_NAMES)];
  const wrongs = [];
  for (const [name, list] of Object.entries(results)) {
    const cells = list.map(({ ns, wrong, absent }) => {
      if (absent) return "-";
      if (wrong) return "wrong";
      const spread = Math.round((50 * (ns.high - ns.low)) / ns.median);
      return `${time(ns.median)} ±${`${spread}`.padStart(2)}%`;
    });
    list.forEach(({ wrong }, index) => {
      if (wrong) wrongs.push(`  ${name}, ${SIZE_NAMES[index]}: ${wrong}`);
    });
    lines.push(line(`  ${name}`, cells));
  }
  for (const { over, cells } of judged.rows) {
    const label = over === "reference" ? `  over ${REFERENCE}` : "  over the fastest peer";
    lines.push(
      line(
        label,
        cells.map((each) => {
          if (!each) return "-";
          const mark = each.bar === undefined ? "" : ` (${each.bar})${each.met ? "" : " LOW"}`;
          return `${times(each.ratio)}x${mark}`;
        }),
      ),
    );
  }
  return [...lines, ...wrongs, ""].join("\n");
}
