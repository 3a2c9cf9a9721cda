// What an application does with the package, in Chromium, against the broker in STOMP_URL.
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { say } from "../lib/summary.mjs";
import { broker, told, usePage } from "./support.mjs";

const it_ = usePage();
/** Runs a function in the page with the broker's settings. */
const run = (fn, extra = {}) =>
  it_.page.evaluate(fn, { url: broker.url, binaryUrl: broker.binaryUrl, headers: broker.headers, ...extra });
beforeAll(() => broker.differences.forEach((difference) => say(`${broker.name}: ${difference}`)));
afterEach(() => it_.page.evaluate(() => window.stopAll()));

describe(`stomp-wasm with ${broker.name}`, { timeout: 30_000 }, () => {
  it("connects, tells its state and version, and takes leave in order", async () => {
    const seen = await run(async ({ url, headers }) => {
      const t = window.make({ ...window.at(url), connectHeaders: headers });
      const before = [t.client.connected, t.client.active, t.client.connectedVersion, t.client.webSocket];
      t.client.activate();
      const activated = [t.client.state, t.client.connected];
      await t.seen("onConnect");
      const during = [t.client.connected, t.client.active, t.client.connectedVersion, t.client.webSocket.readyState];
      await t.client.deactivate();
      return { before, activated, during, after: [t.client.connected, t.client.active], names: t.names(), states: t.log.filter(([n]) => n === "onChangeState").map(([, s]) => s) };
    });
    expect(seen.before).toEqual([false, false, undefined, undefined]);
    expect(seen.activated).toEqual([0, false]);
    expect(seen.during).toEqual([true, true, "1.2", 1]);
    expect(seen.after).toEqual([false, false]);
    expect(seen.states).toEqual([0, 1, 2]);
    const receipt = broker.has.noDisconnectReceipt ? [] : ["onDisconnect"];
    expect(told(seen.names)).toEqual(["onConnect", ...receipt, "onWebSocketClose"]);
  });

  it.each(["1.0", "1.1", "1.2"])("speaks STOMP %s when nothing else is offered", async (version) => {
    const got = await run(
      async ({ url, headers, version }) => {
        const t = window.make({ ...window.at(url), connectHeaders: headers, stompVersions: new window.StompJs.Versions([version]) });
        await t.connected();
        const got = new Promise((resolve) => t.client.subscribe(`/topic/version.${version}`, (m) => resolve(m.body)));
        t.client.publish({ destination: `/topic/version.${version}`, body: "hello" });
        return [t.client.connectedVersion, await got];
      },
      { version },
    );
    expect(got).toEqual([version, "hello"]);
  });

  it("carries any text and the headers that go with it", async () => {
    const body = "\ufeffgrüße 🚀 \u2028 a\0b\r\nc";
    const got = await run(
      async ({ url, headers, body }) => {
        const { client } = await window.make({ ...window.at(url), connectHeaders: headers }).connected();
        const got = new Promise((resolve) => client.subscribe("/topic/text", resolve));
        client.publish({ destination: "/topic/text", body, headers: { "x-a:b": "c:d\ne\\f", priority: 9 } });
        const message = await got;
        return { body: message.body, bytes: message.binaryBody.length, own: message.headers["x-a:b"], priority: message.headers.priority };
      },
      { body },
    );
    expect(got).toEqual({ body, bytes: new TextEncoder().encode(body).length, own: "c:d\ne\\f", priority: "9" });
  });

  it("carries bytes that are no text", async () => {
    const got = await run(async ({ binaryUrl, headers }) => {
      const { client } = await window.make({ ...window.at(binaryUrl), connectHeaders: headers }).connected();
      const got = new Promise((resolve) => client.subscribe("/topic/bytes", resolve));
      client.publish({ destination: "/topic/bytes", binaryBody: Uint8Array.from({ length: 256 }, (_, i) => i), headers: { "content-type": "application/octet-stream" } });
      return [...(await got).binaryBody];
    });
    // RabbitMQ in text mode would have to break bytes that are not UTF-8; the binary node does not.
    expect(got).toEqual(Array.from({ length: 256 }, (_, i) => i));
  });

  it("carries a large message, also in chunks", async () => {
    const got = await run(async ({ url, headers }) => {
      const t = window.make({ ...window.at(url), connectHeaders: headers, splitLargeFrames: true, maxWebSocketChunkSize: 4096 });
      const { client } = await t.connected();
      const got = new Promise((resolve) => client.subscribe("/topic/large", resolve));
      client.publish({ destination: "/topic/large", body: "0123456789é".repeat(20_000) });
      const { body } = await got;
      return [body.length, body === "0123456789é".repeat(20_000)];
    });
    expect(got).toEqual([220_000, true]);
  });

  it("tells of receipts, once each", async () => {
    const got = await run(async ({ url, headers }) => {
      const t = await window.make({ ...window.at(url), connectHeaders: headers }).connected();
      const receipts = [];
      await new Promise((resolve) => {
        t.client.watchForReceipt("r-1", (f) => receipts.push(f.headers["receipt-id"]));
        t.client.watchForReceipt("r-2", (f) => { receipts.push(f.headers["receipt-id"]); resolve(); });
        t.client.publish({ destination: "/topic/receipts", body: "1", headers: { receipt: "r-1" } });
        t.client.publish({ destination: "/topic/receipts", body: "2", headers: { receipt: "r-2" } });
      });
      t.client.publish({ destination: "/topic/receipts", body: "3", headers: { receipt: "r-1" } });
      const unhandled = await t.seen("onUnhandledReceipt");
      return [receipts, unhandled.headers["receipt-id"]];
    });
    expect(got).toEqual([["r-1", "r-2"], "r-1"]);
  });

  it("delivers what a committed transaction sent, and nothing of an aborted one", async () => {
    const got = await run(async ({ url, headers }) => {
      const { client } = await window.make({ ...window.at(url), connectHeaders: headers }).connected();
      const bodies = [];
      const end = new Promise((resolve) => client.subscribe("/topic/tx", (m) => { bodies.push(m.body); if (m.body === "end") resolve(); }));
      const bad = client.begin();
      client.publish({ destination: "/topic/tx", body: "aborted", headers: { transaction: bad.id } });
      bad.abort();
      const good = client.begin("mine");
      client.publish({ destination: "/topic/tx", body: "committed", headers: { transaction: good.id } });
      client.publish({ destination: "/topic/tx", body: "outside" });
      good.commit();
      client.publish({ destination: "/topic/tx", body: "end" });
      await end;
      return { bodies, id: good.id };
    });
    expect(got).toEqual({ bodies: ["outside", "committed", "end"], id: "mine" });
  });

  it("acknowledges and refuses; what is refused comes to somebody again or is dropped, what is unacknowledged comes again", async () => {
    const got = await run(async ({ url, headers }) => {
      const queue = `/queue/ack-${crypto.randomUUID()}`;
      const a = await window.make({ ...window.at(url), connectHeaders: headers }).connected();
      const first = [];
      await new Promise((resolve) => {
        a.client.subscribe(queue, (m) => {
          first.push(m.body);
          if (m.body === "1") m.ack();
          if (first.length === 2) resolve();
        }, { ack: "client-individual", "auto-delete": "false", durable: "true" });
        a.client.publish({ destination: queue, body: "1" });
        a.client.publish({ destination: queue, body: "2" });
      });
      await a.client.deactivate();
      const b = await window.make({ ...window.at(url), connectHeaders: headers }).connected();
      const again = await new Promise((resolve) => b.client.subscribe(queue, (m) => { m.nack({ requeue: "false" }); resolve(m.body); }, { ack: "client-individual", "auto-delete": "false", durable: "true" }));
      return { first, again };
    });
    expect(got).toEqual({ first: ["1", "2"], again: "2" });
  });

  it("throws where a message cannot be acknowledged, instead of losing it in silence", async () => {
    const got = await run(async ({ url, headers }) => {
      const t = await window.make({ ...window.at(url), connectHeaders: headers }).connected();
      const message = await new Promise((resolve) => {
        t.client.subscribe("/topic/stale", resolve, { ack: "client-individual" });
        t.client.publish({ destination: "/topic/stale", body: "x" });
      });
      await t.client.deactivate();
      const errors = [];
      for (const call of [() => message.ack(), () => message.nack(), () => t.client.publish({ destination: "/topic/x" }), () => t.client.subscribe("/topic/x", () => {}), () => t.client.begin(), () => t.client.watchForReceipt("r", () => {})]) {
        try { call(); errors.push("nothing"); } catch (e) { errors.push(`${e.name}: ${e.message}`); }
      }
      return errors;
    });
    expect(got).toEqual(Array(6).fill("TypeError: There is no underlying STOMP connection"));
  });

  it("sends messages without a subscription to onUnhandledMessage and keeps working after a callback threw", async () => {
    const got = await run(async ({ url, headers }) => {
      const { client } = await window.make({ ...window.at(url), connectHeaders: headers }).connected();
      const bodies = [];
      await new Promise((resolve) => {
        client.subscribe("/topic/throws", (m) => {
          bodies.push(m.body);
          if (m.body === "2") resolve();
          throw new Error("from the test");
        });
        client.publish({ destination: "/topic/throws", body: "1" });
        client.publish({ destination: "/topic/throws", body: "2" });
      });
      return bodies;
    });
    expect(got).toEqual(["1", "2"]);
    expect(it_.complaints.join("\n")).toContain("a callback of the application failed");
  });

  it("ends a subscription, and makes another of the same id", async () => {
    const got = await run(async ({ url, headers }) => {
      const { client } = await window.make({ ...window.at(url), connectHeaders: headers }).connected();
      const seen = [];
      const first = client.subscribe("/topic/again", () => seen.push("first"), { id: "mine" });
      first.unsubscribe();
      await new Promise((resolve) => {
        const second = client.subscribe("/topic/again", () => { seen.push("second"); resolve(); }, { id: "mine" });
        seen.push(second.id);
        client.publish({ destination: "/topic/again", body: "x" });
      });
      let duplicate = "nothing";
      try { client.subscribe("/topic/again", () => {}, { id: "mine" }); } catch (e) { duplicate = e.name; }
      return { seen, duplicate };
    });
    expect(got).toEqual({ seen: ["mine", "second"], duplicate: "Error" });
  });

  it("connects again after a loss, and onConnect subscribes anew", async () => {
    const got = await run(async ({ url, headers }) => {
      const bodies = [];
      const t = window.make({ ...window.at(url), connectHeaders: headers, reconnectDelay: 50 });
      let connections = 0;
      const done = new Promise((resolve) => {
        t.client.onConnect = () => {
          connections++;
          t.client.subscribe("/topic/heals", (m) => {
            bodies.push(m.body);
            connections === 1 ? t.client.forceDisconnect() : resolve();
          });
          t.client.publish({ destination: "/topic/heals", body: `${connections}` });
        };
      });
      t.client.activate();
      await done;
      return { bodies, closes: t.names().filter((n) => n === "onWebSocketClose").length, active: t.client.active };
    });
    expect(got).toEqual({ bodies: ["1", "2"], closes: 1, active: true });
  });

  it("activates again while it is deactivating, and forces its way out", async () => {
    const got = await run(async ({ url, headers }) => {
      const t = await window.make({ ...window.at(url), connectHeaders: headers }).connected();
      const gone = t.client.deactivate();
      const again = t.next("onConnect");
      t.client.activate();
      await gone;
      await again;
      const connected = t.client.connected;
      const close = t.next("onWebSocketClose");
      await t.client.deactivate({ force: true });
      return { connected, code: (await close).code, state: t.client.state, twice: await t.client.deactivate() };
    });
    expect(got).toEqual({ connected: true, code: 4001, state: 2, twice: undefined });
  });

  it("waits for beforeConnect and reads the headers after it", async () => {
    const got = await run(async ({ url, headers }) => {
      const t = window.make({
        beforeConnect: async (client) => {
          await fetch("/");
          Object.assign(client, window.at(url));
          client.connectHeaders = headers;
        },
      });
      await t.connected();
      return t.client.connected;
    });
    expect(got).toBe(true);
  });

  it("takes a promise of a socket", async () => {
    const got = await run(async ({ url, headers }) => {
      const t = window.make({
        ...window.at(url), brokerURL: undefined, connectHeaders: headers, webSocketFactory: async () => window.socket(url),
      });
      await t.connected();
      return t.client.webSocket.protocol;
    });
    expect(got).toBe(broker.has.noSubprotocols ? "" : "v12.stomp");
  });

  it("tells of a wrong password with what the broker says, and stays active to try again", async () => {
    const got = await run(async ({ url, headers }) => {
      const t = window.make({ ...window.at(url), connectHeaders: { ...headers, passcode: "wrong" }, reconnectDelay: 60_000 });
      t.client.activate();
      const error = await t.seen("onStompError");
      await t.seen("onWebSocketClose");
      const active = t.client.active;
      await t.client.deactivate();
      return { error, active, names: t.names(), state: t.client.state };
    });
    expect(got.error.command).toBe("ERROR");
    expect(got.error.headers.message).toMatch(/\w+/);
    expect(told(got.names)).toEqual(["onStompError", "onWebSocketClose"]);
    expect([got.active, got.state]).toEqual([true, 2]);
  });
});
