/** Texts to fill bodies with: ASCII, CJK and mixed. */
import { random } from "./random.js";

/** @typedef {"ascii" | "cjk" | "mixed"} Script what a body is written in */

const POOL_BYTES = 1 << 20;
const WORDS = {
  ascii: ["price", "limit", "venue XLON", "qty 1200", "1.08342", "bid", "ask", "spread", "EURUSD", "settled", "T+2", "ok"],
  mixed: ["price", "naïve café", "Preis in €", "1.08342", "約定価格", "成交量", "Köln–Zürich", "🙂", "👩‍💻 desk", "ok", "Ω≈3"],
};

/**
 * Text in UTF-8 from which bodies take pieces.
 *
 * @type {Map<Script, Uint8Array>}
 */
const pools = new Map();

function pool(script) {
  let bytes = pools.get(script);
  if (!bytes) {
    const next = random(7 + script.length);
    const parts = [];
    let length = 0;
    while (length < POOL_BYTES) {
      let part = "";
      if (script === "cjk") {
        // Unified ideographs, three bytes each, with a full stop now and then.
        for (let i = 0; i < 30; i++) part += String.fromCharCode(0x4e00 + next(0x5000));
        part += "。";
      } else {
        const words = WORDS[script];
        part = `${words[next(words.length)]} ${next(1e6)} `;
      }
      parts.push(part);
      length += part.length;
    }
    bytes = new TextEncoder().encode(parts.join(""));
    pools.set(script, bytes);
  }
  return bytes;
}

/** Where the character that `at` points into begins. */
function boundary(bytes, at) {
  while ((bytes[at] & 0xc0) === 0x80) at--;
  return at;
}

/**
 * A piece of text, never twice the same place.
 *
 * @param {Script} script
 * @param {number} length at most so many bytes of UTF-8; whole characters
 * @param {(below: number) => number} next the generator
 */
export function piece(script, length, next) {
  const bytes = pool(script);
  const start = boundary(bytes, next(bytes.length - length));
  return bytes.subarray(start, boundary(bytes, start + length));
}
