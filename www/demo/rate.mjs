// Messages per second, over the last two seconds.

const SLOTS = 8;
const SLOT_MS = 250;

/** Counts messages in a ring of short slots: constant memory, whatever the rate. */
export class Rate {
  total = 0;
  #counts = new Array(SLOTS + 1).fill(0);
  #slot = 0;

  add() {
    this.#turn();
    this.total += 1;
    this.#counts[this.#slot % (SLOTS + 1)] += 1;
  }

  perSecond() {
    this.#turn();
    // The slot that is being filled right now is left out, or the figure would jump.
    let sum = 0;
    for (let i = 1; i <= SLOTS; i += 1) sum += this.#counts[(this.#slot + SLOTS + 1 - i) % (SLOTS + 1)];
    return Math.round(sum / ((SLOTS * SLOT_MS) / 1000));
  }

  #turn() {
    const now = Math.floor(performance.now() / SLOT_MS);
    // After a long sleep a single turn of the ring empties it.
    const steps = Math.min(now - this.#slot, SLOTS + 1);
    for (let i = 0; i < steps; i += 1) this.#counts[(now - i) % (SLOTS + 1)] = 0;
    this.#slot = now;
  }
}
