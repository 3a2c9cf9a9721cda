// The short way of everyday messages against the long one, which Rust goes alone: whatever a broker sends and in whatever
// pieces, and whatever an application publishes, both give the same. `debug` keeps a client on the long way.
import { afterEach, describe, expect, it } from "vitest";
import { say } from "../lib/summary.mjs";
import { usePage } from "./support.mjs";

const it_ = usePage();
afterEach(() => it_.page.evaluate(() => window.stopAll()));

/** What runs in the page: two clients on sockets that the test plays the broker of. */
function tools() {
  const random = (seed) => (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
  /** A socket that copies at once, as the browser's does, or one that keeps what it is sent. */
  class FakeSocket {
    // Its own, so that it may inherit from WebSocket.
    onopen = null; onmessage = null; onclose = null; onerror = null;
    protocol = ""; url = ""; bufferedAmount = 0; binaryType = "arraybuffer"; readyState = 1;
    sent = [];
    constructor() { queueMicrotask(() => this.onopen?.({})); }
    send(data) {
      if (!this.sent.length) queueMicrotask(() => this.onmessage?.({ data: `CONNECTED\nversion:${FakeSocket.version}\n\n\0` }));
      this.sent.push(typeof data === "string" || this.keeps ? data : data.slice());
    }
    close() { this.readyState = 3; queueMicrotask(() => this.onclose?.({ code: 1000, reason: "", wasClean: true })); }
  }
  const connect = async (conf, seen) => {
    const socket = new FakeSocket();
    const client = new window.StompJs.Client({ webSocketFactory: () => socket, heartbeatIncoming: 0, heartbeatOutgoing: 0, reconnectDelay: 0, ...conf });
    client.onStompError = (frame) => seen.push(["error", frame.headers.message]);
    client.onUnhandledMessage = (message) => seen.push(["unhandled", message.body]);
    await new Promise((resolve) => { client.onConnect = resolve; client.activate(); });
    return { client, socket };
  };
  return { random, FakeSocket, connect };
}

const RECEIVE = `async ({ seeds, tools }) => {
  const { random, FakeSocket, connect } = new Function("return (" + tools + ")()")();
  const encoder = new TextEncoder();
  const kinds = { messages: 0, errors: 0, ways: new Map() };
  for (let seed = seeds[0]; seed < seeds[1]; seed++) {
    const next = random(seed);
    const pick = (list) => list[next(list.length)];
    FakeSocket.version = pick(["1.0", "1.1", "1.2", "1.2", "1.2"]);
    const binary = next(3) === 0;
    // The last two have the same number by \`lineHash\`.
    const ids = ["s", "sub-1", "sub-2", "Aa", "BB"];
    const shapes = Array.from({ length: 3 }, () => {
      const names = ["subscription", "message-id", "destination"];
      for (const name of ["timestamp", "x", "content-type", "na:me".replace(":", next(9) ? "-" : "\\\\c"), "ü", "toString"]) if (next(3) === 0) names.splice(next(names.length + 1), 0, name);
      return names;
    });
    const values = ["", "1", "a:b", "a b ", "T_1@@2", "0123456789abcdefgh", "x\\\\cy", "x\\\\\\\\cy", "l\\\\nf", "\\\\\\\\\\\\n\\\\c"];
    const rare = ["é", "z\\r", "q\\\\", "t\\\\t", "c\\\\r"];
    // As RabbitMQ names its messages, and as ActiveMQ does, with one producer and with several.
    const named = pick([() => "T_s@@", () => "ID\\\\cbroker-58343-1700000-2\\\\c1\\\\c1\\\\c", () => "ID\\\\cbroker-" + next(3) + "\\\\c" + next(2) + "\\\\c", () => "m" + pick(["\\\\c", "\\\\n", "\\\\\\\\"])]);
    const texts = ["", "plain ascii text ", "約定価格", "naïve ", "🙂👩‍💻", '{"a":1}', "\\n\\n", "a\\n"];
    let sequence = next(2000);
    const frame = () => {
      let body = "";
      for (let i = next(8); i > 0; i--) body += pick(texts);
      if (next(12) === 0) body = body.repeat(next(300));
      const bytes = encoder.encode(body).length;
      const sized = next(6) > 0;
      if (sized && next(6) === 0) body += "\\0" + pick(texts);
      else if (!sized) body = body.replaceAll("\\0", "");
      const length = next(150) ? encoder.encode(body).length : bytes + next(5) - 1;
      let head = "MESSAGE\\n";
      for (const name of pick(shapes)) {
        const value = name === "subscription" ? (next(60) ? pick(ids) : "nobody") : name === "message-id" ? named() + sequence++ : next(4) ? name : pick(next(12) ? values : rare);
        head += name + ":" + value + "\\n";
      }
      if (sized) head += "content-length:" + length + "\\n";
      if (next(80) === 0) head += pick(["x:1\\nx:2\\n", "nocolon\\n", "\\r\\n"]);
      return head + "\\n" + body + "\\0" + (next(10) ? "" : "\\n");
    };
    // What the broker sends, in WebSocket messages of several frames, or of a part of one.
    const data = [];
    for (let i = 0; i < 25; i++) {
      let text = frame();
      while (next(4) === 0) text += frame();
      const parts = [];
      while (next(5) === 0 && text.length > 2) {
        let at = 1 + next(text.length - 1);
        if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) at--;
        if (at === 0) break;
        parts.push(text.slice(0, at));
        text = text.slice(at);
      }
      data.push(...parts, text);
    }
    const logs = [];
    for (const conf of [{}, { debug() {} }]) {
      const seen = [];
      const { client, socket } = await connect(conf, seen);
      const look = random(seed + 7);
      const later = [];
      for (const id of ids) {
        client.subscribe("/" + id, (message) => {
          const note = [id, message.command, look(3) ? message.body : "", look(4) ? "" : String(message.binaryBody), null];
          const headers = () => JSON.stringify(Object.entries(message.headers));
          if (look(3)) note[4] = headers(); else later.push(() => { note[4] = headers(); });
          seen.push(note);
          if (!conf.debug) {
            const way = Object.getPrototypeOf(message).constructor;
            kinds.ways.set(way, (kinds.ways.get(way) ?? 0) + 1);
          }
        }, { id });
      }
      for (const piece of data) {
        // A text that the browser hands out is made from bytes.
        socket.onmessage({ data: binary ? encoder.encode(piece).buffer : new TextDecoder("utf-8", { ignoreBOM: true }).decode(encoder.encode(piece)) });
        if (!look(5)) for (const read of later.splice(0)) read();
      }
      for (const read of later) read();
      await client.deactivate({ force: true });
      logs.push(seen);
    }
    const [short, long] = logs;
    kinds.messages += long.length;
    kinds.errors += long.filter(([kind]) => kind === "error").length;
    for (let i = 0; i < Math.max(short.length, long.length); i++) {
      const [one, other] = [JSON.stringify(short[i]), JSON.stringify(long[i])];
      if (one !== other) return { seed, i, version: FakeSocket.version, binary, short: one, long: other };
    }
  }
  return { ...kinds, ways: [...kinds.ways.values()] };
}`;

const PUBLISH = `async ({ seeds, tools }) => {
  const { random, FakeSocket, connect } = new Function("return (" + tools + ")()")();
  let frames = 0;
  for (let seed = seeds[0]; seed < seeds[1]; seed++) {
    const next = random(seed);
    const pick = (list) => list[next(list.length)];
    FakeSocket.version = pick(["1.0", "1.1", "1.2", "1.2"]);
    const keeps = next(2) === 0;
    const all = ["content-type", "correlation-id", "receipt", "x", "ü", "a:b", "content-length", "transaction"];
    const values = ["", "a", "order-1", "order-22", "a:b", "x\\\\y", "l\\nf", "c\\r", "é", "n\\0", "0123456789".repeat(9), 7, null, undefined];
    const bodies = ["", "a", "plain ".repeat(9), "約定価格", "é🙂", "half \\ud83d", "a\\0b", "x".repeat(5000), undefined];
    const params = Array.from({ length: 60 }, () => {
      const headers = {};
      for (const name of all) if (next(3) === 0 && (next(6) === 0 || all.indexOf(name) < 4)) headers[name] = next(3) ? name : pick(values);
      const body = pick(bodies);
      return {
        destination: next(40) ? pick(["/a", "/b", "/queue/a:b", "/ü", "/longer/than/the/others"]) : pick([undefined, 5]),
        ...(next(5) && { headers: next(15) ? headers : Object.create({ inherited: "x" }) }),
        ...(next(2) ? { body } : { binaryBody: new TextEncoder().encode(body ?? "") }),
        ...(next(10) === 0 && { skipContentLengthHeader: true }),
      };
    });
    const logs = [];
    for (const conf of [{}, { debug() {} }]) {
      const errors = [];
      const { client, socket } = await connect(conf, errors);
      socket.keeps = keeps;
      if (!keeps) {
        // It passes for the browser's own.
        Object.setPrototypeOf(FakeSocket.prototype, WebSocket.prototype);
        WebSocket.prototype.send = FakeSocket.prototype.send;
      } else {
        Object.setPrototypeOf(FakeSocket.prototype, Object.prototype);
      }
      socket.sent.length = 1;
      for (const what of params) {
        try { client.publish(what); } catch (error) { errors.push(error.message); }
      }
      const sent = socket.sent.slice(1).map((data) => (typeof data === "string" ? data.toWellFormed() : "bytes " + String(data)));
      logs.push([...sent, ...errors]);
      await client.deactivate({ force: true });
    }
    const [short, long] = logs;
    frames += long.length;
    for (let i = 0; i < Math.max(short.length, long.length); i++) {
      if (short[i] !== long[i]) return { seed, i, version: FakeSocket.version, keeps, short: short[i], long: long[i] };
    }
  }
  return { frames };
}`;

const ACKNOWLEDGE = `async ({ seeds, tools }) => {
  const { random, FakeSocket, connect } = new Function("return (" + tools + ")()")();
  let frames = 0;
  let refused = 0;
  for (let seed = seeds[0]; seed < seeds[1]; seed++) {
    FakeSocket.version = ["1.0", "1.1", "1.2", "1.2"][random(seed)(4)];
    const conf = random(seed + 1)(9) ? {} : random(seed)(2) ? { forceBinaryWSFrames: true } : { splitLargeFrames: true, maxWebSocketChunkSize: 20 };
    const logs = [];
    for (const more of [{}, { debug() {} }]) {
      const next = random(seed + 2);
      const pick = (list) => list[next(list.length)];
      const log = [];
      const { client, socket } = await connect({ ...conf, ...more }, log);
      const ids = ["s", "sub-1", "a:b", "q\\\\x"];
      const open = new Map();
      const kept = [];
      const act = (message) => {
        const answer = next(4) ? undefined : pick([{}, { x: "1" }, { transaction: "t" }]);
        try { message[pick(["ack", "ack", "ack", "nack"])](answer); } catch (error) { log.push(error.message); refused++; }
      };
      for (let i = 0; i < 60; i++) {
        const id = pick(ids);
        if (!open.has(id)) {
          const mode = pick(["client", "client-individual", "client", "auto"]);
          open.set(id, client.subscribe("/a", (message) => { if (next(3)) act(message); else kept.push(message); }, { id, ack: mode }));
        } else if (next(12) === 0) {
          open.get(id).unsubscribe();
          open.delete(id);
        }
        const escaped = FakeSocket.version === "1.0" ? id : id.replaceAll("\\\\", "\\\\\\\\").replaceAll(":", "\\\\c");
        const name = pick(["7", "m-" + i, "with\\\\cescape", "ID\\\\c" + i + "\\\\\\\\\\\\n", "bare:colon", "n\\0", ""]);
        const ack = next(5) ? "ack:" + name + "\\n" : "";
        socket.onmessage({ data: "MESSAGE\\nsubscription:" + escaped + "\\nmessage-id:" + name + "\\n" + ack + "\\nbody\\0" });
        if (kept.length && next(3) === 0) act(kept.splice(next(kept.length), 1)[0]);
      }
      await client.deactivate({ force: true });
      for (const message of kept) act(message);
      log.push(...socket.sent.slice(1));
      logs.push(log.map(String));
    }
    const [short, long] = logs;
    frames += long.length;
    for (let i = 0; i < Math.max(short.length, long.length); i++) {
      if (short[i] !== long[i]) return { seed, i, version: FakeSocket.version, conf, short: short[i], long: long[i] };
    }
  }
  return { frames, refused };
}`;

/**
 * Messages as ActiveMQ sends them, each acknowledged: which went the short way, which acknowledgements did, the names and
 * destinations that were read, and the last acknowledgement.
 */
async function escapes({ tools }) {
  const { FakeSocket, connect } = new Function(`return (${tools})()`)();
  const wayOf = (message) => Object.getPrototypeOf(message).constructor;
  const got = {};
  for (const version of ["1.0", "1.1", "1.2"]) {
    FakeSocket.version = version;
    for (const binary of [false, true]) {
      const sides = [];
      for (const conf of [{}, { debug() {} }]) {
        const side = await connect(conf, []);
        side.client.subscribe("/a", (message) => (side.message = message), { id: "s", ack: "client" });
        const send = side.socket.send;
        side.socket.send = function (data) {
          // Who put the frame together.
          side.byRust = new Error().stack.includes("wasm:");
          send.call(this, data);
        };
        sides.push(side);
      }
      const [short, long] = sides;
      const seen = { short: [], acks: [], read: [] };
      for (let i = 1; i <= 9; i++) {
        const id = `ID\\cbroker-58343-1700000-${i % 3}\\c1\\c1\\c1\\c${i}`;
        const text = `MESSAGE\nsubscription:s\ndestination:/topic/a\\cb\nmessage-id:${id}\nack:${id}\ntimestamp:${i}\n\nbody ${i}\0`;
        for (const side of sides) {
          side.socket.onmessage({ data: binary ? new TextEncoder().encode(text).buffer : text });
          side.read = JSON.stringify(side.message.headers);
          side.message.ack();
          side.ack = side.socket.sent.at(-1);
        }
        if (wayOf(short.message) !== wayOf(long.message)) seen.short.push(i);
        if (!short.byRust && long.byRust) seen.acks.push(i);
        if (short.read !== long.read || short.ack !== long.ack) throw new Error(`${short.read} ${long.read} ${short.ack} ${long.ack}`);
        const { destination, "message-id": name } = short.message.headers;
        seen.read.push(`${destination} ${name}`);
      }
      got[version + (binary ? " binary" : "")] = { ...seen, last: short.ack };
      for (const { client } of sides) await client.deactivate({ force: true });
    }
  }
  return got;
}

describe("the short way of everyday messages", { timeout: 120_000 }, () => {
  it("gives what the long way gives, for whatever a broker sends", async () => {
    const got = await it_.page.evaluate(new Function(`return (${RECEIVE})`)(), { seeds: [1, 400], tools: String(tools) });
    expect(got).toEqual({ messages: expect.any(Number), errors: expect.any(Number), ways: expect.any(Array) });
    say(`short way: ${got.messages} messages and errors as on the long way; ${got.ways.sort((a, b) => b - a).join(", ")} by kind of message`);
    // As text, as bytes, and on the long way: none of them has gone out of use.
    expect(got.ways.length).toBe(3);
    expect(Math.min(...got.ways)).toBeGreaterThan(100);
    expect(got.errors).toBeGreaterThan(20);
  });

  it("takes messages with escapes in their values, as ActiveMQ sends them", async () => {
    const got = await it_.page.evaluate(escapes, { tools: String(tools) });
    const raw = (i) => String.raw`ID\cbroker-58343-1700000-${i % 3}\c1\c1\c1\c${i}`;
    const all = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const expected = {};
    for (const version of ["1.0", "1.1", "1.2"]) {
      // In STOMP 1.0 a backslash is a character like any other.
      const meant = (text) => (version === "1.0" ? text : text.replaceAll("\\c", ":"));
      expected[version] = expected[`${version} binary`] = {
        short: all,
        // What differs from message to message is known from the second one on.
        acks: all.slice(1),
        read: all.map((i) => meant(String.raw`/topic/a\cb ${raw(i)}`)),
        last: `ACK\n${version === "1.2" ? "id" : "message-id"}:${raw(9)}\nsubscription:s\n\n\0`,
      };
    }
    expect(got).toEqual(expected);
  });

  it("sends what the long way sends, for whatever an application publishes", async () => {
    const got = await it_.page.evaluate(new Function(`return (${PUBLISH})`)(), { seeds: [1, 300], tools: String(tools) });
    expect(got).toEqual({ frames: expect.any(Number) });
    say(`short way: ${got.frames} frames and errors as on the long way`);
    expect(got.frames).toBeGreaterThan(10_000);
  });

  it("acknowledges what the long way acknowledges, and refuses what it refuses", async () => {
    const got = await it_.page.evaluate(new Function(`return (${ACKNOWLEDGE})`)(), { seeds: [1, 150], tools: String(tools) });
    expect(got).toEqual({ frames: expect.any(Number), refused: expect.any(Number) });
    say(`short way: ${got.frames} acknowledgements and errors as on the long way`);
    expect(got.frames).toBeGreaterThan(5_000);
    expect(got.refused).toBeGreaterThan(500);
  });
});
