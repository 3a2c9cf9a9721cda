// Live prices: counts and checks each message as it arrives, draws at most once per animation frame.
import { oncePerFrame, setText } from './frame.mjs';
import { History } from './history.mjs';
import { formatChange, formatPrice } from './prices-format.mjs';

/** Symbols listed at most: a broker decides what it sends, but not how much memory this page uses. */
const MAX_SYMBOLS = 40;
/** A row lights up at most this often, in ms: three flashes a second is the limit of what is safe to show. */
const FLASH_EVERY = 700;
const SYMBOL = /^[A-Za-z0-9][A-Za-z0-9._\-/]{0,15}$/;

export class Prices {
  /** Price messages received since the page was loaded, good or bad. */
  count = 0;
  /** Symbol whose chart is shown. */
  selected = null;

  #rows = new Map();
  #chosen = false;
  #elements;
  #chart;
  #log;
  #schedule;
  #calm = matchMedia('(prefers-reduced-motion: reduce)');

  /**
   * @param {object} elements `body` (tbody), `empty`, `shown` (hidden until there is a price), and the caption's `symbol`, `price`, `change`, `range`
   * @param {import('./chart.mjs').Chart} chart
   * @param {import('./log.mjs').Log} log
   */
  constructor(elements, chart, log) {
    this.#elements = elements;
    this.#chart = chart;
    this.#log = log;
    this.#schedule = oncePerFrame((now) => this.#draw(now));
    elements.body.addEventListener('click', (event) => {
      const row = event.target.closest('tr');
      if (row) this.select(row.dataset.symbol);
    });
    elements.body.addEventListener('keydown', (event) => this.#arrow(event));
  }

  /** Takes a MESSAGE of `/topic/prices.*`. A bad one is named in the log, and changes nothing else. */
  accept(message) {
    this.count += 1;
    const result = parsePrice(message.body);
    if (result.problem) {
      this.#log.error(`A price message was not understood: ${result.problem}.`);
      return;
    }
    let row = this.#rows.get(result.symbol);
    if (!row) {
      if (this.#rows.size >= MAX_SYMBOLS) {
        this.#log.warn(`More than ${MAX_SYMBOLS} symbols; the others are counted, not listed.`);
        return;
      }
      row = this.#addRow(result.symbol);
    }
    row.direction = row.price === null ? 0 : Math.sign(result.price - row.price) || row.direction;
    row.price = result.price;
    row.change = result.change;
    row.updates += 1;
    row.stale = true;
    row.history.push(performance.now(), result.price);
    this.#schedule();
  }

  /** The connection is gone: what comes next does not join what came before. */
  gap() {
    const now = performance.now();
    for (const row of this.#rows.values()) row.history.gap(now);
    this.redraw();
  }

  /** Draws again though nothing arrived: time passes on the chart as well. */
  redraw() {
    this.#schedule();
  }

  /** Shows the chart of `symbol`. */
  select(symbol) {
    this.#chosen = true;
    this.#show(symbol);
  }

  #show(symbol) {
    const row = this.#rows.get(symbol);
    if (!row) return;
    this.selected = symbol;
    for (const other of this.#rows.values()) {
      other.tr.classList.toggle('selected', other === row);
      other.button.setAttribute('aria-pressed', String(other === row));
    }
    this.#schedule();
  }

  #addRow(symbol) {
    const tr = document.createElement('tr');
    tr.dataset.symbol = symbol;
    const head = document.createElement('th');
    head.scope = 'row';
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = symbol;
    button.setAttribute('aria-pressed', 'false');
    head.append(button);
    const [price, change, updates] = ['price', 'change', 'updates wide'].map((name) => {
      const cell = document.createElement('td');
      cell.className = name;
      return cell;
    });
    tr.append(head, price, change, updates);

    const row = {
      symbol, tr, button, cells: { price, change, updates }, history: new History(),
      price: null, change: null, direction: 0, updates: 0, stale: true, flashedAt: -Infinity,
    };
    this.#rows.set(symbol, row);
    // In the order of the alphabet, so that rows stay where they are whatever arrives first.
    const next = [...this.#elements.body.rows].find((other) => other.dataset.symbol > symbol);
    this.#elements.body.insertBefore(tr, next ?? null);
    this.#elements.empty.hidden = true;
    this.#elements.shown.hidden = false;
    // Until somebody chooses, the chart is that of the first row, whatever happened to arrive first.
    if (!this.#chosen) this.#show(this.#elements.body.rows[0].dataset.symbol);
    return row;
  }

  #arrow(event) {
    const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
    const row = step && event.target.closest('tr')?.[step];
    if (!row) return;
    event.preventDefault();
    row.querySelector('button').focus();
    this.select(row.dataset.symbol);
  }

  #draw(now) {
    for (const row of this.#rows.values()) {
      if (!row.stale) continue;
      row.stale = false;
      setText(row.cells.price, formatPrice(row.price));
      setText(row.cells.change, formatChange(row.change, row.price));
      row.cells.change.className = `change ${trend(row.change)}`;
      setText(row.cells.updates, row.updates.toLocaleString('en'));
      this.#flash(row, now);
    }
    const row = this.#rows.get(this.selected);
    if (!row) return;
    const { low, high } = this.#chart.draw(row.history, trend(row.change), now);
    setText(this.#elements.symbol, row.symbol);
    setText(this.#elements.price, formatPrice(row.price));
    setText(this.#elements.change, formatChange(row.change, row.price));
    this.#elements.change.className = trend(row.change);
    setText(this.#elements.range, Number.isFinite(low) ? `last minute: ${formatPrice(low)} to ${formatPrice(high)}` : '');
  }

  #flash(row, now) {
    if (row.direction === 0 || this.#calm.matches || now - row.flashedAt < FLASH_EVERY) return;
    row.flashedAt = now;
    const color = row.direction > 0 ? 'var(--flash-up)' : 'var(--flash-down)';
    row.cells.price.animate([{ backgroundColor: color }, { backgroundColor: 'transparent' }], { duration: 600, easing: 'ease-out' });
  }
}

/**
 * Checks one price from the network.
 *
 * @param {string} body
 * @returns {{symbol: string, price: number, change: number | null} | {problem: string}}
 */
export function parsePrice(body) {
  let value;
  try {
    value = JSON.parse(body);
  } catch {
    return { problem: `its body is not JSON (it begins “${body.slice(0, 40)}”)` };
  }
  if (value === null || typeof value !== 'object') return { problem: 'its body is not a JSON object' };
  const { symbol, price, change } = value;
  if (typeof symbol !== 'string' || !SYMBOL.test(symbol)) return { problem: '“symbol” is missing or odd' };
  if (typeof price !== 'number' || !Number.isFinite(price)) return { problem: `“price” of ${symbol} is not a number` };
  return { symbol, price, change: typeof change === 'number' && Number.isFinite(change) ? change : null };
}

function trend(change) {
  return change > 0 ? 'up' : change < 0 ? 'down' : 'flat';
}
