// The text of binary messages: the same as a TextDecoder's, by whichever way it is made.
import { describe, expect, it } from "vitest";
import { usePage } from "./support.mjs";

const it_ = usePage();

/** Takes binary messages with these bodies from a socket that answers by itself; reads `body` of each. */
const BODIES = async ({ seed, engine }) => {
  let state = seed;
  const next = (below) => (state = (state * 48271) % 2147483647) % below;
  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const bodies = [];
  const lengths = [0, 1, 63, 64, 65, 71, 72, 500, 1023, 1024, 8185, 8191, 8192, 8193, 16_000, 20_000];
  for (const length of lengths) {
    const ascii = Uint8Array.from({ length }, () => next(128));
    bodies.push(ascii);
    // One byte that is not ASCII, at the edges of the eights and of the text: a broken character, and a whole one.
    for (const at of [0, 1, 7, 8, length >> 1, length - 9, length - 8, length - 2, length - 1]) {
      if (at < 0 || at >= length) continue;
      const broken = ascii.slice();
      broken[at] = 128 + next(128);
      const whole = ascii.slice();
      whole.set(encoder.encode("\u00e9").subarray(0, length - at), at);
      bodies.push(broken, whole);
    }
  }
  const { decode } = TextDecoder.prototype;
  const { Module } = WebAssembly;
  const problems = [];
  let decoded = 0;
  let asked = 0;
  try {
    TextDecoder.prototype.decode = function (...args) { decoded++; return decode.apply(this, args); };
    // What an engine without such functions answers.
    WebAssembly.Module = function (bytes, options) {
      if (!options) return new Module(bytes);
      asked++;
      if (!engine) throw new TypeError("unknown import");
      return new Module(bytes, options);
    };
    WebAssembly.Module.prototype = Module.prototype;
    // A client that shares nothing with the others: what engine there is, is asked once.
    const { Client } = await new Function("address", "return import(address)")(`/pkg/esm/index.js?${engine}`);
    const socket = { binaryType: "", readyState: 1, sent: 0, send() { if (!this.sent++) queueMicrotask(() => this.onmessage({ data: "CONNECTED\nversion:1.2\n\n\0" })); }, close() { this.onclose({ code: 1000 }); } };
    const client = new Client({ webSocketFactory: () => socket, heartbeatIncoming: 0, heartbeatOutgoing: 0, reconnectDelay: 0 });
    await new Promise((resolve) => { client.onConnect = resolve; client.activate(); queueMicrotask(() => socket.onopen({})); });
    const messages = [];
    client.subscribe("/a", (message) => { messages.push(message); if (messages.length % 3) message.body; }, { id: "s" });
    // Frames alone, and many of them in one WebSocket message.
    for (const together of [1, 5]) {
      for (let i = 0; i < bodies.length; i += together) {
        const frames = bodies.slice(i, i + together).map((body) => [encoder.encode(`MESSAGE\nsubscription:s\nmessage-id:${i}\ndestination:/a\ncontent-length:${body.length}\n\n`), body, new Uint8Array(1)]).flat();
        const all = new Uint8Array(frames.reduce((sum, { length }) => sum + length, 0));
        frames.reduce((at, part) => (all.set(part, at), at + part.length), 0);
        decoded = 0;
        const before = messages.length;
        socket.onmessage({ data: all.buffer });
        if (together === 1 && before > 3) {
          messages[before].body;
          const fast = engine && bodies[i].length >= 64 && bodies[i].length <= 8192 && bodies[i].every((byte) => byte < 128);
          const small = bodies[i].length <= 512;
          if (bodies[i].every((byte) => byte < 128) && (decoded === 0) !== (fast || small)) problems.push(`${bodies[i].length} bytes: ${decoded} decoded`);
        }
      }
      messages.forEach((message, i) => {
        if (message.body !== decode.call(decoder, bodies[i])) problems.push(`body ${i}, ${bodies[i].length} bytes: ${JSON.stringify(message.body.slice(0, 40))}`);
      });
      if (messages.length !== bodies.length) problems.push(`${messages.length} messages`);
      messages.length = 0;
    }
    await client.deactivate({ force: true });
  } finally {
    TextDecoder.prototype.decode = decode;
    WebAssembly.Module = Module;
  }
  return { count: bodies.length, problems, asked };
};

describe("the text of binary messages", () => {
  for (const [engine, name] of [[true, "by WebAssembly's own strings"], [false, "where the engine has none"]]) {
    it(`is what a TextDecoder makes of them, ${name}`, async () => {
      const { count, problems, asked } = await it_.page.evaluate(BODIES, { seed: 11, engine });
      expect(problems).toEqual([]);
      expect(count).toBeGreaterThan(200);
      expect(asked, "whether the engine has them").toBe(1);
    });
  }
});
