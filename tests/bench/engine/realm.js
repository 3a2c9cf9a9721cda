/**
 * What runs beside one client, in a page (or frame) of its own: connects it to a mock socket and takes samples.
 *
 * An adapter (see `../clients/`) makes the clients look alike.
 */
import { connect } from "./connect.js";
import { publishBatch } from "./publish.js";
import { random } from "./random.js";
import { receiveBatch } from "./receive.js";
import { quantile } from "./stats.js";

/**
 * @typedef {object} Sample
 * @property {number} [ns] time per message in nanoseconds: the median of the batches
 * @property {number} [mean] the mean, with the pauses of garbage collection and of a busy machine
 * @property {number} [count] over how many messages
 * @property {string} [wrong] what the client got wrong; then there is no time
 * @property {boolean} [absent] the client cannot do this at all
 */

/**
 * A batch, which is prepared, timed and checked as one, takes about so many milliseconds: much more than the clock's step
 * of 5 µs, and less than a scheduler's slice, so that on a busy machine most batches run undisturbed.
 */
const BATCH_MS = 0.7;
/** And so many messages at most, few enough to be held in memory without ado. */
const batchLength = (size) => Math.max(8, Math.min(1000, Math.floor(6e6 / size)));
/** A sample has so many batches at least, even if one takes all its time; and so many at most. */
const MIN_BATCHES = 3;
const MAX_BATCHES = 200;

/** @param {import("./connect.js").Adapter} adapter */
export function realm(adapter) {
  /** The open family: its client, socket and estimates. */
  let open;

  return {
    name: adapter.name,

    /**
     * Connects the client for one family of cases.
     *
     * @param {import("./cases.js").Family} family
     */
    async open(family) {
      open = { ...(await connect(adapter, family)), perMessage: new Map(), failed: new Map() };
    },

    /**
     * Measures for about `budget` milliseconds, the preparing and checking not counted.
     *
     * @param {{ size: number, seed: number, budget: number }} what
     * @returns {Sample}
     */
    sample({ size, seed, budget }) {
      const failed = open.failed.get(size);
      if (failed) return failed;
      const next = random(seed);
      const run = open.family.direction === "receive" ? receiveBatch : publishBatch;
      const batches = [];
      let time = 0;
      let count = 0;
      try {
        while (batches.length < MIN_BATCHES || (batches.length < MAX_BATCHES && time < budget)) {
          const estimate = open.perMessage.get(size);
          const length = Math.min(batchLength(size), estimate ? Math.ceil(BATCH_MS / estimate) : 8);
          const spent = run(open, size, length, next);
          time += spent;
          count += length;
          batches.push(spent / length);
          if (spent > 0) open.perMessage.set(size, spent / length);
        }
      } catch (error) {
        const sample = error.absent ? { absent: true } : { wrong: String(error?.message ?? error).slice(0, 300) };
        open.failed.set(size, sample);
        return sample;
      }
      return { ns: quantile(batches, 0.5) * 1e6, mean: (time * 1e6) / count, count };
    },
  };
}
