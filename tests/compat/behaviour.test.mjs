// The same script on @stomp/stompjs and on us, against the same broker: the transcripts must be equal.
import { randomUUID } from "node:crypto";
import * as theirs from "@stomp/stompjs";
import { afterAll, describe, expect, it } from "vitest";
import * as ours from "../../pkg/esm/index.js";
import { say } from "../lib/summary.mjs";
import { broker, comparable, transcript } from "./transcript.mjs";

let compared = 0;
let scripts = 0;
afterAll(() => say(`compat: ${scripts} scripts run on both packages, ${compared} lines of transcript equal`));
let destinations = 0;

/** Declares a comparison. */
const same = (name, script) =>
  it(name, async () => {
    const number = ++destinations;
    // What an earlier run left in a queue must not be found by this one.
    const run = (lib) => transcript(lib, (t) => script(Object.assign(t, { topic: `/topic/compat-${number}`, queue: `/queue/compat-${number}-${randomUUID()}` })));
    const [a, b] = [comparable(await run(theirs)), comparable(await run(ours))];
    expect(a.length).toBeGreaterThan(1);
    expect(b).toEqual(a);
    scripts++;
    compared += a.length;
  });

const CONNECTED = "CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0";
/** A peer that answers CONNECT and DISCONNECT, and does something once connected. */
const polite = (then) => (socket, number) =>
  socket.on("message", (data) => {
    const text = String(data);
    if (text.startsWith("CONNECT")) {
      socket.send(CONNECTED);
      then?.(socket, number);
    }
    const receipt = /^DISCONNECT[^]*receipt:([^\n]*)/.exec(text);
    if (receipt) {
      socket.send(`RECEIPT\nreceipt-id:${receipt[1]}\n\n\0`);
    }
  });

describe("@stomp/stompjs and stomp-wasm behave the same", { timeout: 20_000 }, () => {
  same("connecting and taking leave", async (t) => {
    const client = t.client();
    t.note(`${client.connected} ${client.active} ${client.state} ${client.connectedVersion} ${client.webSocket}`);
    client.activate();
    t.note(`${client.connected} ${client.active} ${client.state} ${client.webSocket}`);
    await t.until("onConnect");
    t.note(`${client.connected} ${client.active} ${client.state} ${client.connectedVersion} ${client.webSocket.readyState}`);
    const promise = client.deactivate();
    t.note(`${client.active} ${client.state}`);
    t.note(`resolved to ${await promise}`);
    t.note(`${client.connected} ${client.active} ${client.state}`);
  });

  same("publishing and subscribing", async (t) => {
    const client = t.client({
      onConnect: () => {
        const first = client.subscribe(t.topic, t.message);
        const second = client.subscribe(t.topic, t.message, { id: "mine", custom: "x" });
        t.note(`${first.id} ${second.id}`);
        client.publish({ destination: t.topic, body: "hello" });
        client.publish({ destination: t.topic, body: "grüße 🚀", headers: { priority: 9, "x-y": "a:b\nc\\d\re" } });
        client.publish({ destination: t.topic });
        client.publish({ destination: t.topic, body: "no length", skipContentLengthHeader: true });
        client.publish({ destination: t.topic, binaryBody: new Uint8Array([104, 105]), headers: { a: "b" } });
      },
    });
    client.activate();
    await t.until("message", 10);
    first: {
      client.unsubscribe("mine", { reason: "done" });
      client.publish({ destination: t.topic, body: "last" });
      await t.until("message", 11);
    }
    await client.deactivate();
  });

  same("receipts", async (t) => {
    let unsubscribe;
    const client = t.client({
      onConnect: () => {
        client.watchForReceipt("r-1", (f) => t.note(`watched ${f.headers["receipt-id"]}`));
        client.watchForReceipt("r-sub", (f) => t.note(`watched ${f.headers["receipt-id"]}`));
        const s = client.subscribe(t.topic, t.message, { receipt: "r-sub" });
        client.publish({ destination: t.topic, body: "x", headers: { receipt: "r-1" } });
        client.publish({ destination: t.topic, body: "y", headers: { receipt: "r-1" } });
        unsubscribe = () => s.unsubscribe({ receipt: "r-un" });
      },
    });
    client.activate();
    await t.until("message", 2);
    await t.until("onUnhandledReceipt");
    unsubscribe();
    await t.until("onUnhandledReceipt", 2);
    await client.deactivate();
  });

  same("transactions", async (t) => {
    const client = t.client({
      onConnect: () => {
        client.subscribe(t.topic, t.message);
        const a = client.begin();
        client.publish({ destination: t.topic, body: "a", headers: { transaction: a.id } });
        a.abort();
        const b = client.begin("named");
        client.publish({ destination: t.topic, body: "b", headers: { transaction: b.id } });
        b.commit();
        client.begin("third");
        client.abort("third");
        client.begin("fourth");
        client.commit("fourth");
        t.note(`${a.id} ${b.id}`);
      },
    });
    client.activate();
    await t.until("message");
    await client.deactivate();
  });

  for (const version of ["1.0", "1.1", "1.2"]) {
    same(`acknowledging in STOMP ${version}`, async (t) => {
      const client = t.client({
        stompVersions: new t.lib.Versions([version]),
        onConnect: () => {
          client.subscribe(
            t.queue,
            (m) => {
              t.message(m);
              if (m.body === "direct") client.ack(version === "1.2" ? m.headers.ack : m.headers["message-id"], m.headers.subscription, { receipt: "end" });
              else m.ack({ custom: "header" });
            },
            { ack: version === "1.0" ? "client" : "client-individual" },
          );
          client.publish({ destination: t.queue, body: "by the message" });
          client.publish({ destination: t.queue, body: "direct" });
        },
      });
      client.activate();
      await t.until("onUnhandledReceipt");
      await client.deactivate();
    });
  }

  same("refusing", async (t) => {
    const client = t.client({
      onConnect: () => {
        client.subscribe(t.queue, (m) => (t.message(m), m.headers.redelivered ? m.ack({ receipt: "taken" }) : m.nack({ receipt: "refused" })), { ack: "client-individual" });
        client.publish({ destination: t.queue, body: "x" });
      },
    });
    client.activate();
    await t.until("onUnhandledReceipt", 2);
    await client.deactivate();
  });

  same("calls without a connection", async (t) => {
    const client = t.client();
    for (const [name, call] of Object.entries({
      publish: () => client.publish({ destination: "x" }),
      subscribe: () => client.subscribe("x", () => {}),
      unsubscribe: () => client.unsubscribe("x"),
      begin: () => client.begin(),
      commit: () => client.commit("x"),
      abort: () => client.abort("x"),
      ack: () => client.ack("x", "y"),
      nack: () => client.nack("x", "y"),
      watchForReceipt: () => client.watchForReceipt("x", () => {}),
      forceDisconnect: () => client.forceDisconnect(),
    })) {
      t.attempt(name, call);
    }
    t.note(`deactivated: ${await client.deactivate()}`);
  });

  same("connecting again after a loss, with settings changed in between", async (t) => {
    let connections = 0;
    const client = t.client({
      reconnectDelay: 10,
      onConnect: () => {
        if (++connections === 1) {
          client.connectHeaders = { ...broker.headers, custom: "second time" };
          client.forceDisconnect();
        }
      },
    });
    client.activate();
    await t.until("onConnect", 2);
    await client.deactivate();
  });

  same("no attempt after deactivate() in onWebSocketClose, nor with a reconnectDelay of 0", async (t) => {
    const client = t.client({ reconnectDelay: 10, onConnect: () => client.forceDisconnect(), onWebSocketClose: () => void client.deactivate() });
    client.activate();
    await t.until("onWebSocketClose");
    const other = t.client({ reconnectDelay: 0, onConnect: () => other.forceDisconnect() });
    other.activate();
    await t.until("onWebSocketClose", 2);
    t.note(`${client.state} ${other.state}`);
  });

  same("beforeConnect, synchronous and asynchronous", async (t) => {
    const client = t.client({
      beforeConnect: async (given) => {
        t.note(`beforeConnect ${given === client}`);
        await Promise.resolve();
        given.connectHeaders = { ...broker.headers, token: "fresh" };
      },
    });
    client.activate();
    t.note("activated");
    await t.until("onConnect");
    await client.deactivate();
    client.beforeConnect = () => t.note("beforeConnect again");
    client.activate();
    await t.until("onConnect", 2);
    await client.deactivate();
  });

  same("activating twice, and while deactivating", async (t) => {
    const client = t.client();
    client.activate();
    client.activate();
    await t.until("onConnect");
    const gone = client.deactivate();
    client.activate();
    await gone;
    t.note("deactivated");
    await t.until("onConnect", 2);
    await client.deactivate();
  });

  same("deactivating before the connection stands", async (t) => {
    const client = t.client();
    client.activate();
    await client.deactivate();
    t.note(`${client.state}`);
    client.activate();
    await t.until("onChangeState 0", 2);
    await new Promise((resolve) => setImmediate(resolve));
    t.note(`${client.webSocket?.readyState}`);
    await client.deactivate();
    t.note(`${client.state}`);
  });

  same("deactivating by force", async (t) => {
    const client = t.client();
    client.activate();
    await t.until("onConnect");
    await client.deactivate({ force: true });
    t.note(`${client.state} ${client.connected}`);
  });

  same("DISCONNECT with headers of one's own", async (t) => {
    const client = t.client({ disconnectHeaders: { receipt: "bye", a: "b" } });
    client.activate();
    await t.until("onConnect");
    client.disconnectHeaders = { receipt: "changed" };
    await client.deactivate();
  });

  same("a wrong password", async (t) => {
    const client = t.client({ connectHeaders: { ...broker.headers, passcode: "wrong" } });
    client.activate();
    await t.until("onWebSocketClose");
    t.note(`${client.state} ${client.connected}`);
    await client.deactivate();
  });

  same("nobody listens", async (t) => {
    const url = await t.peer(() => {});
    const client = t.client({ webSocketFactory: t.socket(url.replace(/:\d+/, ":1")), reconnectDelay: 10 });
    client.activate();
    await t.until("onWebSocketClose", 2);
    await client.deactivate();
  });

  same("binary and split frames", async (t) => {
    const client = t.client({ forceBinaryWSFrames: true });
    client.activate();
    await t.until("onConnect");
    client.publish({ destination: t.topic, body: "in bytes" });
    await client.deactivate();
    // Where the cuts fall depends on the order of the headers, so it is the lengths that are compared.
    t.lengths = true;
    const splitting = t.client({ splitLargeFrames: true, maxWebSocketChunkSize: 20 });
    splitting.activate();
    await t.until("onConnect", 2);
    splitting.subscribe(t.topic, t.message);
    splitting.publish({ destination: t.topic, body: "a text that is longer than twenty characters" });
    await t.until("message");
    await splitting.deactivate();
  });

  same("frames in pieces, several in one message, in bytes, and without their end", async (t) => {
    const message = (id, body) => `MESSAGE\nsubscription:s\nmessage-id:${id}\nack:${id}\ndestination:/a\n\n${body}\0`;
    const url = await t.peer(
      polite((socket) => {
        socket.once("message", () => {
          socket.send(message(1, "one").slice(0, 30));
          socket.send(message(1, "one").slice(30) + message(2, "two") + "\n" + message(3, "three"));
          socket.send(Buffer.from(message(4, "vier ü")));
          socket.send(Buffer.from(message(5, "fünf")).subarray(0, -4));
          socket.send(Buffer.from(message(5, "fünf")).subarray(-4));
          socket.send("RECEIPT\nreceipt-id:nobody\n\n\0");
          socket.send("SURPRISE\na:b\n\n\0");
        });
      }),
    );
    const client = t.client({ webSocketFactory: t.socket(url), onConnect: () => client.subscribe("/a", t.message, { id: "s" }) });
    client.activate();
    await t.until("onUnhandledFrame");
    await client.deactivate();

    const cut = await t.peer(polite((socket) => socket.once("message", () => socket.send(message(6, "six").slice(0, -1)))));
    const native = t.client({ webSocketFactory: t.socket(cut), appendMissingNULLonIncoming: true, onConnect: () => native.subscribe("/a", t.message, { id: "s" }) });
    native.activate();
    await t.until('message MESSAGE {ack:6, destination:/a, message-id:6, subscription:s} "six"');
    await native.deactivate();
  });

  same("messages without a subscription, repeated headers, escapes", async (t) => {
    const url = await t.peer(
      polite((socket) =>
        socket.once("message", () => {
          socket.send("MESSAGE\nsubscription:other\nmessage-id:1\ndestination:/a\n\nnobody's\0");
          socket.send("MESSAGE\nsubscription:s\nmessage-id:2\ndestination:/a\nx:first\nx:second\ny:a\\cb\\nc\\rd\n\nescaped\0");
        }),
      ),
    );
    const client = t.client({ webSocketFactory: t.socket(url), onConnect: () => client.subscribe("/a", t.message, { id: "s" }) });
    client.activate();
    await t.until("message");
    await client.deactivate();
  });

  same("heart-beats that fail to come", async (t) => {
    const url = await t.peer((socket) => socket.once("message", () => socket.send("CONNECTED\nversion:1.2\nheart-beat:40,0\n\n\0")));
    const client = t.client({ webSocketFactory: t.socket(url), heartbeatIncoming: 40, discardWebsocketOnCommFailure: true });
    client.activate();
    await t.until("onWebSocketClose");
    await client.deactivate();
  });

  same("heart-beats that are sent and received", async (t) => {
    const url = await t.peer((socket) => {
      socket.once("message", () => socket.send("CONNECTED\nversion:1.2\nheart-beat:20,20\n\n\0"));
      socket.on("message", (data) => String(data) === "\n" && socket.send("\n"));
    });
    let beats = 0;
    const client = t.client({ webSocketFactory: t.socket(url), heartbeatIncoming: 10_000, heartbeatOutgoing: 20, onHeartbeatReceived: () => ++beats === 2 && t.note("beats") });
    client.activate();
    await t.until("beats");
    await client.deactivate({ force: true });
    t.quiet = true;
  });

  same("callbacks that throw", async (t) => {
    const client = t.client({
      onConnect: () => {
        client.subscribe(t.topic, (m) => {
          t.message(m);
          throw new Error("from the test");
        });
        client.publish({ destination: t.topic, body: "1" });
        client.publish({ destination: t.topic, body: "2" });
      },
    });
    client.activate();
    await t.until("message", 2);
    await client.deactivate();
  });

  same("a warning about maxReconnectDelay", async (t) => {
    const lines = [];
    const client = t.client({ debug: (line) => lines.push(line), reconnectDelay: 100, maxReconnectDelay: 50 });
    t.note(`${client.maxReconnectDelay} ${lines.length}`);
    client.configure({ reconnectDelay: 7 });
    t.note(`${client.reconnectDelay} ${client.maxReconnectDelay}`);
  });
});

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
