// A price feed published by this page, for brokers that have none of their own (`?feed=1`).

/** Symbols, the price each walk begins at, and how far it moves per update. */
const SYMBOLS = [
  ['ALDER', 182.4], ['BIRCH', 57.15], ['CEDAR', 941.3], ['HAZEL', 23.86],
  ['LARCH', 311.02], ['MAPLE', 128.77], ['ROWAN', 6.412], ['WILLOW', 74.5],
];
const VOLATILITY = 0.0008;
/** How often the feed looks whether something is due, in ms, and how many messages a second it owes. */
const TICK_MS = 50;
const PER_SECOND = 40;
/** A hidden tab's timers are slowed to one a second; it catches up by at most this many messages at once. */
const MAX_BURST = PER_SECOND;

export class Feed {
  #publish;
  #walks = SYMBOLS.map(([symbol, open]) => ({ symbol, open, price: open, seq: 0 }));
  #timer = null;
  #since = 0;
  #due = 0;
  #release = null;

  /** @param {(destination: string, value: object) => boolean} publish */
  constructor(publish) {
    this.#publish = publish;
  }

  /**
   * Publishes until `stop`. Of several tabs of this browser only one publishes at a time, since two random
   * walks on one symbol would make a saw of the chart; when it goes, the next takes over.
   */
  start() {
    this.stop();
    if (!navigator.locks) {
      // Web Locks exist only on https and localhost; without them this tab publishes, whatever others do.
      this.#run();
      return;
    }
    const abort = new AbortController();
    let done;
    const held = new Promise((resolve) => { done = resolve; });
    this.#release = () => { abort.abort(); done(); };
    navigator.locks
      .request('stomp-demo-feed', { signal: abort.signal }, () => {
        if (abort.signal.aborted) return undefined;
        this.#run();
        return held;
      })
      .catch((error) => {
        // Aborted while waiting for its turn: that is what stop() asked for.
        if (error?.name !== 'AbortError') this.#run();
      });
  }

  stop() {
    clearInterval(this.#timer);
    this.#timer = null;
    this.#release?.();
    this.#release = null;
  }

  #run() {
    this.#since = performance.now();
    this.#due = 0;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  #tick() {
    const now = performance.now();
    this.#due = Math.min(MAX_BURST, this.#due + ((now - this.#since) / 1000) * PER_SECOND);
    this.#since = now;
    for (; this.#due >= 1; this.#due -= 1) {
      const walk = this.#walks[Math.floor(Math.random() * this.#walks.length)];
      walk.price = step(walk);
      walk.seq += 1;
      const sent = this.#publish(`/topic/prices.${walk.symbol}`, {
        symbol: walk.symbol,
        price: walk.price,
        change: Number((walk.price - walk.open).toFixed(4)),
        time: Date.now(),
        seq: walk.seq,
      });
      if (!sent) return;
    }
  }
}

/** One step of a random walk that is drawn back to where it began, so that no price runs away. */
function step({ price, open }) {
  const noise = (Math.random() + Math.random() + Math.random() - 1.5) * 2 * VOLATILITY;
  const pull = ((open - price) / open) * 0.01;
  return Number((price * (1 + noise + pull)).toFixed(4));
}
