/** What is measured, and the bars. */

/**
 * @typedef {object} Family cases that differ in size only; each client gets a fresh page for each family
 * @property {string} id
 * @property {string} title
 * @property {"receive" | "publish"} direction
 * @property {import("./corpus.js").Script} script
 * @property {boolean} binary
 * @property {number} subscriptions
 * @property {boolean} [ack] acknowledge each message
 * @property {boolean} [same] publish with the same headers each time; otherwise one differs from message to message
 * @property {boolean} [cold] publish bodies that were made long before, and have left the processor's cache
 */

/** Nominal sizes of the bodies in bytes. */
export const SIZES = [100, 1024, 16 * 1024, 256 * 1024];
/** The same, for people. */
export const SIZE_NAMES = ["100 B", "1 KB", "16 KB", "256 KB"];

const SCRIPTS = { ascii: "ASCII", cjk: "CJK", mixed: "mixed" };

function family(direction, carrier, script, more = {}) {
  const suffix = more.subscriptions > 1 ? "-20" : more.same ? "-same" : more.cold ? "-cold" : "";
  return {
    id: `${more.ack ? "ack" : direction}-${carrier}-${script}${suffix}`,
    title:
      `${more.ack ? "receive and ACK each" : direction} ${carrier} ${SCRIPTS[script]}` +
      (more.subscriptions > 1 ? `, ${more.subscriptions} subscriptions` : "") +
      (more.same ? ", same headers" : "") +
      (more.cold ? ", bodies made long before" : ""),
    direction,
    script,
    binary: carrier === "binary",
    subscriptions: 1,
    ...more,
  };
}

/** @type {Family[]} */
export const FAMILIES = [
  family("receive", "text", "ascii"),
  family("receive", "text", "cjk"),
  family("receive", "text", "mixed"),
  family("receive", "text", "ascii", { subscriptions: 20 }),
  family("receive", "text", "cjk", { subscriptions: 20 }),
  family("receive", "binary", "ascii"),
  family("receive", "binary", "cjk"),
  family("receive", "binary", "mixed"),
  family("receive", "binary", "ascii", { subscriptions: 20 }),
  family("publish", "text", "ascii"),
  family("publish", "text", "cjk"),
  family("publish", "text", "mixed"),
  family("publish", "text", "ascii", { same: true }),
  family("publish", "binary", "ascii"),
  family("publish", "binary", "ascii", { same: true }),
  family("publish", "binary", "ascii", { cold: true }),
  family("receive", "text", "ascii", { ack: true }),
];

/** The client that is judged, and the one that it is judged against beside the fastest. */
export const OURS = "stomp-wasm";
export const REFERENCE = "@stomp/stompjs";

/**
 * At least so many times faster, at each of `SIZES`: over `REFERENCE`, and over the fastest peer whose results are right.
 *
 * @type {Record<string, { reference?: number[], fastest?: number[] }>}
 */
export const BARS = {
  "receive-text-ascii": { reference: [25, 40, 100, 250], fastest: [3, 3, 2, 1.8] },
  "receive-text-cjk": { reference: [25, 30, 80, 150], fastest: [3, 3, 2, 1] },
  "receive-text-ascii-20": { reference: [25, 40, 100, 250], fastest: [3, 3, 2, 1.8] },
  "receive-text-cjk-20": { reference: [25, 30, 80, 150], fastest: [3, 3, 2, 1] },
  "receive-binary-ascii": { reference: [20, 15, 12, 13] },
  "receive-binary-ascii-20": { reference: [20, 15, 12, 13] },
  "publish-text-ascii": { reference: [8, 8, 8, 2.5], fastest: [3, 8, 8, 2.5] },
  "publish-text-ascii-same": { reference: [8, 8, 8, 2.5], fastest: [3, 8, 8, 2.5] },
  "publish-binary-ascii": { reference: [25, 25, 25, 20] },
  "publish-binary-ascii-same": { reference: [25, 25, 25, 20] },
};

/**
 * The ids that some names mean: the id itself, or else all that begin so, up to a hyphen.
 *
 * @param {string[]} ids
 * @param {string[]} names without any, all ids
 */
export function chosen(ids, names) {
  if (!names.length) return ids;
  return ids.filter((id) => names.some((name) => id === name || (!ids.includes(name) && id.startsWith(`${name}-`))));
}
