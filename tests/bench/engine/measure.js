/** Measures one family of cases over several clients, in rounds that take every client in turn. */
import { SIZES } from "./cases.js";
import { summary } from "./stats.js";

/**
 * @typedef {object} Remote a realm, wherever it lives; its methods may be asynchronous
 * @property {string} name
 * @property {(family: import("./cases.js").Family) => unknown} open
 * @property {(what: { size: number, seed: number, budget: number }) => import("./realm.js").Sample | Promise<import("./realm.js").Sample>} sample
 *
 * @typedef {object} Effort
 * @property {number} rounds
 * @property {number} warm milliseconds of measuring, for each client and size, before the first round
 * @property {number} budget milliseconds of measuring in one sample
 *
 * @typedef {object} Result one client at one size
 * @property {number[]} samples nanoseconds per message, one for each round
 * @property {number[]} means the same as means, not medians, within the sample
 * @property {ReturnType<typeof summary>} [ns] of the samples
 * @property {ReturnType<typeof summary>} [mean] of the means
 * @property {string} [wrong]
 * @property {boolean} [absent]
 */

/** What is measured in a usual run, and in a quick one. */
export const USUAL = { rounds: 25, warm: 120, budget: 8 };
export const QUICK = { rounds: 9, warm: 60, budget: 5 };

/**
 * @param {import("./cases.js").Family} family
 * @param {Remote[]} realms
 * @param {Effort} effort
 * @param {number} [seed]
 * @returns {Promise<Record<string, Result[]>>} by client, one result for each of `SIZES`
 */
export async function measure(family, realms, effort, seed = 1) {
  /** @type {Record<string, Result[]>} */
  const results = {};
  const take = async (realm, index, budget) => {
    const result = results[realm.name][index];
    if (result.wrong || result.absent) return undefined;
    // Other messages in each sample.
    const sample = await realm.sample({ size: SIZES[index], seed: seed++, budget });
    result.wrong = sample.wrong;
    result.absent = sample.absent;
    return sample;
  };
  for (const realm of realms) {
    results[realm.name] = SIZES.map(() => ({ samples: [], means: [] }));
    await realm.open(family);
  }
  // The sizes alternate while the just-in-time compiler learns, as they do in an application and in the rounds.
  for (let part = 0; part < 4; part++) {
    for (const realm of realms) {
      for (let index = 0; index < SIZES.length; index++) await take(realm, index, effort.warm / 4);
    }
  }
  for (let round = 0; round < effort.rounds; round++) {
    for (let index = 0; index < SIZES.length; index++) {
      for (let turn = 0; turn < realms.length; turn++) {
        const realm = realms[(turn + round) % realms.length];
        const sample = await take(realm, index, effort.budget);
        if (sample?.ns === undefined) continue;
        results[realm.name][index].samples.push(sample.ns);
        results[realm.name][index].means.push(sample.mean);
      }
    }
  }
  for (const list of Object.values(results)) {
    for (const result of list) {
      // One wrong body makes all times of this client at this size worthless.
      if (result.wrong || result.absent) result.samples = result.means = [];
      result.ns = summary(result.samples);
      result.mean = summary(result.means);
    }
  }
  return results;
}
