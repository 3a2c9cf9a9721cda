// What is said on a connection, by @stomp/stompjs and by us.
import { describe } from "vitest";
import { comparisons } from "./same.mjs";

const same = comparisons("sessions", 100);

describe("a session behaves the same", { timeout: 20_000 }, () => {
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
    client.unsubscribe("mine", { reason: "done" });
    client.publish({ destination: t.topic, body: "last" });
    await t.until("message", 11);
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
});
