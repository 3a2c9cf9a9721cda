/** A page that wears one client out, for the driver to look at its memory. */
import { hook } from "./wasm-memory.js";
import adapter from "adapter";
import { connect } from "../engine/connect.js";
import { subscriptions } from "../engine/messages.js";
import { random } from "../engine/random.js";
import { receiveBatch } from "../engine/receive.js";
import { MockSocket } from "../engine/socket.js";

const memory = hook();
const SCRIPTS = ["ascii", "cjk", "mixed"];
/** Of a thousand messages so many of each size in bytes. */
const MIX = [
  [100, 700],
  [1024, 200],
  [16 * 1024, 95],
  [256 * 1024, 5],
];

let open;
/** Of the reconnects. */
let client;
let socket;

globalThis.bench = {
  name: adapter.name,
  wasmBytes: memory.bytes,

  /** @param {object} options of the client */
  async connect(options) {
    open = await connect(adapter, { direction: "receive", binary: false, subscriptions: 20 }, options);
  },

  /** Takes so many thousand messages of mixed sizes, scripts and carriers, and checks them. */
  messages(thousands, seed) {
    const next = random(seed);
    for (let thousand = 0; thousand < thousands; thousand++) {
      for (const [size, count] of MIX) {
        const family = { script: SCRIPTS[next(3)], binary: next(2) === 1 };
        receiveBatch({ ...open, family, sequence: open.sequence }, size, count, next);
        open.sequence += count;
      }
    }
    forget();
  },

  /** Loses its connection and comes back so many times, each time with twenty subscriptions and one message. */
  reconnects(count) {
    return new Promise((resolve, reject) => {
      const subs = subscriptions(20);
      let left = count;
      const onConnect = () => {
        // The handshake's own callback has to return before the connection may be lost.
        queueMicrotask(() => {
          try {
            let got = "";
            for (const { id, destination } of subs) {
              client.subscribe(destination, (message) => { got = message.body; }, { id });
            }
            socket.deliver(`MESSAGE\nsubscription:sub-7\nmessage-id:${left}\ndestination:/x\n\nbody ${left}\0`);
            if (got !== `body ${left}`) throw new Error(`got ${JSON.stringify(got)} on connection ${count - left + 1}`);
            socket.clear();
            if (--left > 0) socket.drop();
            else resolve();
          } catch (error) {
            reject(error);
          }
        });
      };
      const make = () => (socket = new MockSocket());
      if (client) {
        client.onConnect = onConnect;
        socket.drop();
        return;
      }
      adapter
        .connect({ socket: make, reconnectDelay: 1, onConnect, onClient: (made) => { client = made; } })
        .catch(reject);
    });
  },

  /**
   * Takes one message of so many MiB.
   *
   * @param {"text ASCII" | "text CJK" | "binary" | "text in pieces"} how
   */
  large(how, mebibytes) {
    const head = "MESSAGE\nsubscription:sub-0\nmessage-id:1\ndestination:/topic/large\n";
    const length = mebibytes << 20;
    const bytes = new Uint8Array(length + 1024);
    const block = new TextEncoder().encode(`${head}content-length:${length}\n\n`);
    bytes.set(block);
    fill(bytes, block.length, length, how === "text CJK");
    const frame = bytes.subarray(0, block.length + length + 1);
    const body = new TextDecoder().decode(bytes.subarray(block.length, block.length + length));
    if (how === "binary") {
      open.socket.deliver(frame.slice().buffer);
    } else if (how === "text in pieces") {
      const decoder = new TextDecoder();
      for (let at = 0; at < frame.length; at += 16 * 1024) {
        open.socket.deliver(decoder.decode(frame.subarray(at, at + 16 * 1024)));
      }
    } else {
      open.socket.deliver(new TextDecoder().decode(frame));
    }
    const { count, bodies } = open.receiver;
    const right = bodies[0] === body;
    forget();
    if (count !== 1 || !right) throw new Error(`${how}: ${count} callbacks, body ${right ? "right" : "wrong"}`);
  },
};

/** Lets go of what came. */
function forget() {
  Object.assign(open.receiver, { count: 0, bodies: [], ids: [], last: undefined });
  open.socket.clear();
}

/** Bytes of text that do not repeat: digits, or ideographs in groups of three bytes. */
function fill(bytes, start, length, cjk) {
  const next = random(start);
  const end = start + length;
  let at = start;
  if (cjk) {
    for (; at + 3 <= end; at += 3) {
      const code = 0x4e00 + next(0x5000);
      bytes[at] = 0xe0 | (code >> 12);
      bytes[at + 1] = 0x80 | ((code >> 6) & 0x3f);
      bytes[at + 2] = 0x80 | (code & 0x3f);
    }
  }
  for (; at < end; at++) bytes[at] = 0x30 + next(10);
}
