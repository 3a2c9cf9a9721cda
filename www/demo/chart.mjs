// A line chart of the last minute, drawn by hand on a canvas.
import { formatPrice } from './prices-format.mjs';

/** Width of the time axis, in ms: it grows with what there is to show, so that the first seconds fill the chart too. */
const WINDOW_MS = 60_000;
const MIN_WINDOW_MS = 10_000;
/** Room around the plot, in CSS pixels; the right side holds the price labels. */
const PAD = { top: 12, right: 66, bottom: 24, left: 6 };

export class Chart {
  #canvas;
  #context;
  #colors = {};
  #pointer = null;
  #font = '12px system-ui, sans-serif';

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {() => void} requestDraw called when the chart should be drawn though no price came
   */
  constructor(canvas, requestDraw) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    this.#readColors();
    new ResizeObserver(requestDraw).observe(canvas);
    for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)']) {
      matchMedia(query).addEventListener('change', () => {
        this.#readColors();
        requestDraw();
      });
    }
    const point = (event) => {
      this.#pointer = event.offsetX;
      requestDraw();
    };
    canvas.addEventListener('pointermove', point);
    canvas.addEventListener('pointerdown', point);
    canvas.addEventListener('pointerleave', () => {
      this.#pointer = null;
      requestDraw();
    });
  }

  /**
   * Draws the last minute of `history`.
   *
   * @param {import('./history.mjs').History} history
   * @param {'up' | 'down' | 'flat'} trend chooses the colour of the line
   * @param {number} now ms as of `performance.now()`
   * @returns {{low: number, high: number}} lowest and highest price drawn; infinite when there is none
   */
  draw(history, trend, now) {
    const { width, height } = this.#fit();
    const context = this.#context;
    context.clearRect(0, 0, width, height);
    const plot = { left: PAD.left, right: width - PAD.right, top: PAD.top, bottom: height - PAD.bottom };
    const age = history.length > 0 ? now - history.time(0) : 0;
    const span = Math.min(WINDOW_MS, Math.max(MIN_WINDOW_MS, age));
    const from = now - span;
    const first = firstIndex(history, from);
    let low = Infinity;
    let high = -Infinity;
    for (let i = first; i < history.length; i += 1) {
      const price = history.price(i);
      if (price < low) low = price;
      if (price > high) high = price;
    }
    if (!Number.isFinite(low) || plot.right <= plot.left) return { low: Infinity, high: -Infinity };

    // A price that never moves still needs some height to be drawn in.
    const room = (high - low) * 0.08 || Math.abs(high) * 0.001 || 1;
    const scale = {
      x: (time) => plot.left + ((time - from) / span) * (plot.right - plot.left),
      y: (price) => plot.bottom - ((price - (low - room)) / (high - low + 2 * room)) * (plot.bottom - plot.top),
    };
    const color = this.#colors[trend];
    const last = lastIndex(history);
    this.#grid(plot, scale, low - room, high + room, scale.y(history.price(last)));
    this.#timeAxis(plot, scale, now, span);
    context.save();
    context.beginPath();
    context.rect(plot.left, 0, plot.right - plot.left, height);
    context.clip();
    this.#gaps(history, first, plot, scale, now);
    this.#line(history, first, plot, scale, color);
    context.restore();
    this.#last(history, last, plot, scale, color);
    if (this.#pointer !== null) this.#crosshair(history, first, plot, scale, (x) => from + ((x - plot.left) / (plot.right - plot.left)) * span);
    return { low, high };
  }

  /** Matches the canvas to its box and the screen's pixels; returns the size in CSS pixels. */
  #fit() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const ratio = Math.min(devicePixelRatio || 1, 3);
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#canvas.width !== w || this.#canvas.height !== h) {
      this.#canvas.width = w;
      this.#canvas.height = h;
    }
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return { width, height };
  }

  #readColors() {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(name).trim();
    this.#colors = {
      up: read('--up'), down: read('--down'), flat: read('--accent'),
      grid: read('--line'), text: read('--muted'), ink: read('--ink'), card: read('--card'), gap: read('--gap'),
    };
    this.#font = `12px ${style.fontFamily || 'system-ui, sans-serif'}`;
  }

  #grid(plot, scale, low, high, tagged) {
    const context = this.#context;
    context.font = this.#font;
    context.lineWidth = 1;
    context.strokeStyle = this.#colors.grid;
    context.fillStyle = this.#colors.text;
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    for (const price of ticks(low, high, Math.max(3, Math.floor((plot.bottom - plot.top) / 34)))) {
      const y = Math.round(scale.y(price)) + 0.5;
      if (y < plot.top || y > plot.bottom) continue;
      context.beginPath();
      context.moveTo(plot.left, y);
      context.lineTo(plot.right, y);
      context.stroke();
      // The label of the last price stands here; two on one spot could not be read.
      if (Math.abs(y - tagged) > 18) context.fillText(formatPrice(price), plot.right + 8, y);
    }
  }

  #timeAxis(plot, scale, now, span) {
    const context = this.#context;
    context.textBaseline = 'alphabetic';
    const labels = Math.max(2, Math.floor((plot.right - plot.left) / 60));
    const step = [1, 2, 5, 10, 20, 30].find((seconds) => span / 1000 / seconds <= labels) ?? 60;
    for (let ago = 0; ago * 1000 <= span; ago += step) {
      const x = scale.x(now - ago * 1000);
      // A label that would stick out on the left waits until the axis has moved on.
      if (x < plot.left + 16) break;
      context.textAlign = ago === 0 ? 'right' : 'center';
      context.fillText(ago === 0 ? 'now' : `−${ago} s`, x, plot.bottom + 18);
    }
  }

  /** Shades the time in which nothing could arrive, so that a healed cut is plain to see. */
  #gaps(history, first, plot, scale, now) {
    const context = this.#context;
    for (let i = first; i < history.length; i += 1) {
      if (!Number.isNaN(history.price(i))) continue;
      const left = scale.x(history.time(i));
      const right = scale.x(i + 1 < history.length ? history.time(i + 1) : now);
      context.fillStyle = this.#colors.gap;
      context.fillRect(left, plot.top, right - left, plot.bottom - plot.top);
      if (right - left < 56) continue;
      context.fillStyle = this.#colors.text;
      context.font = this.#font;
      context.textAlign = 'center';
      context.textBaseline = 'alphabetic';
      context.fillText('offline', (left + right) / 2, plot.bottom - 8);
    }
  }

  #line(history, first, plot, scale, color) {
    const context = this.#context;
    const fill = context.createLinearGradient(0, plot.top, 0, plot.bottom);
    fill.addColorStop(0, withAlpha(color, 0.22));
    fill.addColorStop(1, withAlpha(color, 0));
    context.lineWidth = 2;
    context.lineJoin = 'round';
    context.lineCap = 'round';
    context.strokeStyle = color;
    // Each stretch between two gaps is a line of its own, with its own area under it.
    let start = -1;
    for (let i = first; i <= history.length; i += 1) {
      const ends = i === history.length || Number.isNaN(history.price(i));
      if (!ends) {
        if (start < 0) start = i;
        continue;
      }
      if (start >= 0) {
        const path = new Path2D();
        for (let j = start; j < i; j += 1) path.lineTo(scale.x(history.time(j)), scale.y(history.price(j)));
        const area = new Path2D(path);
        area.lineTo(scale.x(history.time(i - 1)), plot.bottom);
        area.lineTo(scale.x(history.time(start)), plot.bottom);
        context.fillStyle = fill;
        context.fill(area);
        context.stroke(path);
      }
      start = -1;
    }
  }

  #last(history, i, plot, scale, color) {
    const context = this.#context;
    const price = history.price(i);
    const y = scale.y(price);
    const x = Math.max(plot.left, scale.x(history.time(i)));
    context.fillStyle = withAlpha(color, 0.25);
    disc(context, x, y, 7);
    context.fillStyle = color;
    disc(context, x, y, 3.5);
    this.#tag(formatPrice(price), plot.right + 4, y, color, this.#colors.card);
  }

  #tag(text, x, y, background, ink) {
    const context = this.#context;
    context.font = this.#font;
    const width = context.measureText(text).width + 8;
    context.fillStyle = background;
    context.beginPath();
    context.roundRect(x, y - 10, width, 20, 4);
    context.fill();
    context.fillStyle = ink;
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    context.fillText(text, x + 4, y + 0.5);
  }

  #crosshair(history, first, plot, scale, timeAt) {
    if (this.#pointer < plot.left || this.#pointer > plot.right) return;
    const wanted = timeAt(this.#pointer);
    let best = -1;
    for (let i = first; i < history.length; i += 1) {
      if (Number.isNaN(history.price(i))) continue;
      if (best < 0 || Math.abs(history.time(i) - wanted) < Math.abs(history.time(best) - wanted)) best = i;
    }
    if (best < 0) return;
    const context = this.#context;
    const x = Math.max(plot.left, scale.x(history.time(best)));
    const y = scale.y(history.price(best));
    context.strokeStyle = this.#colors.text;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(x, plot.top);
    context.lineTo(x, plot.bottom);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = this.#colors.ink;
    disc(context, x, y, 3.5);
    const text = formatPrice(history.price(best));
    context.font = this.#font;
    const width = context.measureText(text).width + 8;
    this.#tag(text, Math.min(Math.max(plot.left, x - width / 2), plot.right - width), plot.top + 2, this.#colors.ink, this.#colors.card);
  }
}

/** The first point inside the window, or the one before it, so that the line enters from the edge. */
function firstIndex(history, from) {
  let low = 0;
  let high = history.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (history.time(middle) < from) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** The last point that is a price. There is one wherever this is asked: a gap never stands first, nor twice in a row. */
function lastIndex(history) {
  const i = history.length - 1;
  return Number.isNaN(history.price(i)) ? i - 1 : i;
}

/** Round prices between `low` and `high`: steps of 1, 2 or 5 times a power of ten. */
function ticks(low, high, count) {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const out = [];
  // Bounded as well as stepped: for huge prices a step can be too small to change the number.
  for (let i = Math.ceil(low / step); i * step <= high && out.length <= count + 2; i += 1) out.push(i * step);
  return out;
}

function disc(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** `#rrggbb` with an opacity. */
function withAlpha(color, alpha) {
  return `${color}${Math.round(alpha * 255).toString(16).padStart(2, '0')}`;
}
