// The layer for code from stomp.js 2, in @stomp/stompjs and in ours.
import { afterAll, describe } from "vitest";
import { comparisons } from "./same.mjs";
import { broker } from "./transcript.mjs";

const same = comparisons("the compatibility layer", 300);

describe("the compatibility layer behaves the same", { timeout: 20_000 }, () => {
  const log = console.log;
  afterAll(() => (console.log = log));

  same("Stomp.over with a factory: connect, send, subscribe, disconnect", async (t) => {
    const client = t.record(t.lib.Stomp.over(t.socket()));
    client.debug = () => {};
    t.note(`${client.reconnectDelay} ${client.heartbeat.outgoing} ${client.heartbeat.incoming} ${client.version} ${client.ws}`);
    client.heartbeat.outgoing = 0;
    client.heartbeat = { outgoing: 0, incoming: 0 };
    client.onreceipt = (f) => t.note(`onreceipt ${f.headers["receipt-id"]}`);
    client.onreceive = (m) => t.note(`onreceive ${m.body}`);
    client.connect(broker.headers, () => {
      t.note(`connected ${client.version} ${client.ws.readyState}`);
      const s = client.subscribe(t.topic, t.message);
      client.send(t.topic, { a: 1 }, "hello");
      client.send(t.topic, { "content-length": false, receipt: "r" }, "no length");
      client.send(t.topic);
      t.note(s.id);
    });
    await t.until("message", 3);
    await t.until("onreceipt");
    client.disconnect(() => t.note("disconnected"), { a: "b" });
    await t.until("onWebSocketClose");
  });

  same("the forms of connect()", async (t) => {
    const forms = [
      [broker.headers, () => t.note("1")],
      [broker.headers, () => t.note("2"), () => t.note("error")],
      ["guest", "guest", () => t.note("3")],
      ["guest", "guest", () => t.note("4"), () => t.note("error"), () => t.note("closed")],
      ["guest", "guest", () => t.note("5"), () => t.note("error"), () => t.note("closed"), "/"],
      ["guest", "wrong", () => t.note("6"), () => t.note("error"), () => t.note("closed"), "/"],
    ];
    for (const [i, form] of forms.entries()) {
      const client = t.lib.Stomp.over(t.socket());
      client.debug = () => {};
      client.heartbeat = { outgoing: 0, incoming: 0 };
      client.connect(...form);
      if (i < 5) {
        await t.until(`${i + 1}`);
        t.note(JSON.stringify(Object.keys(client.connectHeaders)));
        await client.deactivate();
      } else {
        await t.until("closed", 3);
      }
    }
    t.attempt("connect()", () => t.lib.Stomp.over(t.socket()).connect({}));
  });

  same("Stomp.client, with a class of sockets", async (t) => {
    const seen = [];
    t.lib.Stomp.WebSocketClass = class {
      constructor(url, protocols) {
        seen.push(url, protocols);
        return t.socket(url)();
      }
    };
    const client = t.record(t.lib.Stomp.client(t.url));
    client.debug = () => {};
    client.heartbeat = { outgoing: 0, incoming: 0 };
    client.reconnect_delay = 7;
    t.note(`${client.reconnectDelay}`);
    client.connect("guest", "guest", () => t.note("connected"), null, null, "/");
    await t.until("connected");
    t.note(JSON.stringify(seen.slice(1)));
    client.disconnect(() => t.note("disconnected"));
    await t.until("onWebSocketClose");
    t.lib.Stomp.WebSocketClass = null;
  });

  same("a client logs to the console unless told otherwise", async (t) => {
    let lines = 0;
    console.log = () => lines++;
    const client = t.lib.Stomp.over(t.socket());
    client.debug("a line");
    console.log = log;
    t.note(`${lines}`);
    t.note(`${client.maxWebSocketFrameSize}`);
  });
});
