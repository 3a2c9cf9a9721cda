/** Pseudo-random numbers from a seed, so that a run can be repeated and all clients get equal messages. */

/**
 * A generator (mulberry32).
 *
 * @param {number} seed any integer
 * @returns {(below: number) => number} gives an integer from 0 up to, not including, `below`
 */
export function random(seed) {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * below);
  };
}
