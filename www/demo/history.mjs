// The last minutes of one symbol's price, in arrays that never grow.

/** Updates closer together than this, in ms, share one point: more would not be visible. */
const SLOT_MS = 50;
/** Points kept: 90 s at one point per slot, some more than the chart shows. */
const CAPACITY = 1800;

/** A ring of (time, price) points. A price of NaN marks a gap: the connection was lost there. */
export class History {
  #times = new Float64Array(CAPACITY);
  #prices = new Float64Array(CAPACITY);
  #start = 0;
  #length = 0;

  get length() { return this.#length; }

  /** Time of point `i` (0 is the oldest), in ms as of `performance.now()`. */
  time(i) { return this.#times[(this.#start + i) % CAPACITY]; }

  /** Price of point `i`, or NaN for a gap. */
  price(i) { return this.#prices[(this.#start + i) % CAPACITY]; }

  /**
   * @param {number} now ms as of `performance.now()`: the time of arrival, so that the chart shows what
   *   reached this page and when, whatever the publisher's clock says
   * @param {number} price
   */
  push(now, price) {
    const last = this.#length - 1;
    if (last >= 0 && !Number.isNaN(this.price(last)) && now - this.time(last) < SLOT_MS) {
      this.#prices[(this.#start + last) % CAPACITY] = price;
      return;
    }
    this.#append(now, price);
  }

  /** Marks that nothing is known from here on. */
  gap(now) {
    const last = this.#length - 1;
    if (last >= 0 && !Number.isNaN(this.price(last))) this.#append(now, NaN);
  }

  #append(now, price) {
    const at = (this.#start + this.#length) % CAPACITY;
    this.#times[at] = now;
    this.#prices[at] = price;
    if (this.#length < CAPACITY) this.#length += 1;
    else this.#start = (this.#start + 1) % CAPACITY;
  }
}
