// How connections come and go, and what arrives on them, with @stomp/stompjs and with us.
import { describe } from "vitest";
import { comparisons, polite } from "./same.mjs";
import { broker } from "./transcript.mjs";

const same = comparisons("connections", 200);

describe("connections behave the same", { timeout: 20_000 }, () => {
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
