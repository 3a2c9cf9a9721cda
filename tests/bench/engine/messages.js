/** What a broker sends and an application publishes: every message different, every string used once. */
import { piece } from "./corpus.js";

const encoder = new TextEncoder();
// An external, flat string, one byte per character where it is all ASCII: just what a WebSocket hands out.
const decoder = new TextDecoder();
const LF = 10;
/** A session id as RabbitMQ makes it. */
const SESSION = "session-kTjG1x3Wv0dQ2wTzH7pYxA";

/** Lengths vary by a tenth around the nominal size. */
const vary = (size, next) => Math.max(60, size - Math.floor(size / 10) + next(Math.floor(size / 5) + 1));

let scratch = new Uint8Array(1 << 16);

/** Room for one frame; what it held before is kept. */
function room(length) {
  if (scratch.length < length) {
    const larger = new Uint8Array(2 * length);
    larger.set(scratch);
    scratch = larger;
  }
  return scratch;
}

/**
 * The names of the subscriptions of a benchmark.
 *
 * @param {number} count
 * @returns {{ id: string, destination: string }[]}
 */
export function subscriptions(count) {
  return Array.from({ length: count }, (_, n) => ({ id: `sub-${n}`, destination: `/topic/prices.${1000 + 37 * n}` }));
}

/**
 * One body as the bytes of a JSON object that holds a number and a text.
 *
 * @returns {number} its length; it lies in `target` from `at` on
 */
function writeBody(target, at, script, length, sequence, next) {
  const head = encoder.encode(`{"n":${sequence},"p":${next(1e6)},"t":"`);
  target.set(head, at);
  const text = piece(script, Math.max(1, length - head.length - 2), next);
  target.set(text, at + head.length);
  target[at + head.length + text.length] = 0x22;
  target[at + head.length + text.length + 1] = 0x7d;
  return head.length + text.length + 2;
}

/**
 * A MESSAGE frame as RabbitMQ sends it, with seven headers; an eighth, `ack`, if it wants to be acknowledged.
 *
 * @param {object} kind
 * @param {import("./corpus.js").Script} kind.script
 * @param {boolean} kind.binary whether it travels in a binary WebSocket message
 * @param {boolean} [kind.ack]
 * @param {number} size nominal size of the body in bytes
 * @param {{ id: string, destination: string }} subscription
 * @param {number} sequence number of the message
 * @param {(below: number) => number} next the generator
 * @returns {{ data: string | ArrayBuffer, id: string, headers: Record<string, string>, body: () => string }} what the
 *   socket hands out, the `message-id`, all headers, and the body that the client must make of it
 */
export function message(kind, size, subscription, sequence, next) {
  const length = vary(size, next);
  const bytes = room(length + 1024);
  // The body is written where it cannot be in the way of the header block, which needs its length.
  const bodyLength = writeBody(bytes, 512, kind.script, length, sequence, next);
  const id = `T_${subscription.id}@@${SESSION}@@${sequence}`;
  const headers = { subscription: subscription.id, destination: subscription.destination };
  if (kind.ack) headers.ack = id;
  headers["message-id"] = id;
  headers.redelivered = "false";
  headers["content-type"] = "application/json";
  headers.timestamp = `${1_790_000_000_000 + 3 * sequence + next(3)}`;
  headers["content-length"] = `${bodyLength}`;
  let block = "MESSAGE\n";
  for (const name in headers) block += `${name}:${headers[name]}\n`;
  const head = encoder.encode(block);
  const start = 512 - head.length - 1;
  bytes.set(head, start);
  bytes[511] = LF;
  bytes[512 + bodyLength] = 0;
  const end = 512 + bodyLength + 1;
  if (kind.binary) {
    const data = bytes.slice(start, end).buffer;
    const view = new Uint8Array(data, head.length + 1, bodyLength);
    return { data, id, headers, body: () => decoder.decode(view) };
  }
  const data = decoder.decode(bytes.subarray(start, end));
  return { data, id, headers, body: () => data.slice(head.length + 1, -1) };
}

/**
 * A body as an application makes it: what `JSON.stringify` gives, or bytes.
 *
 * @param {{ script: import("./corpus.js").Script, binary: boolean }} kind
 * @param {number} size nominal size in bytes
 * @returns {string | Uint8Array}
 */
export function outgoing(kind, size, sequence, next) {
  const length = vary(size, next);
  const bytes = room(length + 1024);
  const bodyLength = writeBody(bytes, 0, kind.script, length, sequence, next);
  if (kind.binary) return bytes.slice(0, bodyLength);
  return JSON.stringify(JSON.parse(decoder.decode(bytes.subarray(0, bodyLength))));
}
