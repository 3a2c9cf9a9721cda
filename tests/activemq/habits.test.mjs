// What ActiveMQ does in a way of its own, as its users meet it: acknowledgement, temporary queues, durable subscriptions, text
// and bytes, errors that close nothing.
import { afterEach, describe, expect, it } from "vitest";
import { broker, told, usePage } from "../npm/support.mjs";

const it_ = usePage();
const run = (fn, extra = {}) => it_.page.evaluate(fn, { url: broker.url, headers: broker.headers, ...extra });
afterEach(() => it_.page.evaluate(() => window.stopAll()));

describe("ActiveMQ's ways of acknowledging", { timeout: 30_000 }, () => {
  it.each([
    // STOMP 1.0 knows no client-individual, and ActiveMQ no other meaning of it than later versions have.
    ["1.0", "client", ["3"]],
    ["1.1", "client", ["3"]],
    ["1.2", "client", ["3"]],
    ["1.0", "client-individual", ["1", "3"]],
    ["1.1", "client-individual", ["1", "3"]],
    ["1.2", "client-individual", ["1", "3"]],
  ])("STOMP %s, ack:%s: what the second of three acknowledges comes no more, the rest comes again", async (version, ack, left) => {
    const got = await run(
      async ({ url, headers, version, ack }) => {
        const queue = `/queue/ack-${crypto.randomUUID()}`;
        const conf = { ...window.at(url), connectHeaders: headers, stompVersions: new window.StompJs.Versions([version]) };
        const a = (await window.make(conf).connected()).client;
        const first = [];
        const three = new Promise((resolve) => a.subscribe(queue, (m) => first.push(m) === 3 && resolve(), { ack }));
        for (const body of ["1", "2", "3"]) a.publish({ destination: queue, body });
        await three;
        first[1].ack();
        await a.deactivate();
        const b = (await window.make(conf).connected()).client;
        const again = [];
        await new Promise((resolve) => {
          b.subscribe(queue, (m) => (m.body === "end" ? resolve() : again.push([m.body, m.headers.redelivered])));
          b.publish({ destination: queue, body: "end" });
        });
        const { "message-id": id, ack: token } = first[1].headers;
        return { bodies: first.map((m) => m.body), again, id, token };
      },
      { version, ack },
    );
    expect(got.bodies).toEqual(["1", "2", "3"]);
    expect(got.again).toEqual(left.map((body) => [body, "true"]));
    // Its identifiers hold colons, which travel escaped from 1.1 on.
    expect(got.id).toMatch(/^ID:.+:\d+:/);
    // The `ack` header of STOMP 1.2 is another than the `message-id` that older versions acknowledge by.
    if (version === "1.2") expect(got.token).toMatch(/^ID:.+:\d+$/);
    else expect(got.token).toBeUndefined();
    expect(got.token).not.toBe(got.id);
  });

  it("activemq.prefetchSize bounds what waits for an acknowledgement", async () => {
    const got = await run(async ({ url, headers }) => {
      const { client } = await window.make({ ...window.at(url), connectHeaders: headers }).connected();
      const queue = `/queue/prefetch-${crypto.randomUUID()}`;
      const seen = [];
      let arrived;
      const next = () => new Promise((resolve) => (arrived = resolve));
      let one = next();
      client.subscribe(queue, (m) => { seen.push(m); arrived(); }, { ack: "client-individual", "activemq.prefetchSize": "1" });
      for (const body of ["1", "2", "3"]) client.publish({ destination: queue, body });
      await one;
      // Whatever ActiveMQ had sent at once would be here before the answer to what came later.
      await new Promise((resolve) => {
        client.watchForReceipt("settled", resolve);
        client.publish({ destination: "/topic/settled", headers: { receipt: "settled" } });
      });
      const before = seen.map((m) => m.body);
      one = next();
      seen[0].ack();
      await one;
      return { before, after: seen.map((m) => m.body) };
    });
    expect(got).toEqual({ before: ["1"], after: ["1", "2"] });
  });

  it("a persistent message that is refused goes to the dead letters", async () => {
    const got = await run(async ({ url, headers }) => {
      const { client } = await window.make({ ...window.at(url), connectHeaders: headers }).connected();
      const body = crypto.randomUUID();
      return new Promise((resolve) => {
        client.subscribe("/queue/ActiveMQ.DLQ", (m) => m.body === body && resolve(m.headers["original-destination"]));
        client.subscribe(`/queue/refused`, (m) => m.nack(), { ack: "client-individual" });
        client.publish({ destination: `/queue/refused`, body, headers: { persistent: "true" } });
      });
    });
    expect(got).toBe("/queue/refused");
  });

  it("an acknowledgement in a transaction counts when that commits", async () => {
    const got = await run(async ({ url, headers }) => {
      const queue = `/queue/tx-ack-${crypto.randomUUID()}`;
      const conf = { ...window.at(url), connectHeaders: headers };
      const a = (await window.make(conf).connected()).client;
      const first = [];
      const two = new Promise((resolve) => a.subscribe(queue, (m) => first.push(m) === 2 && resolve(), { ack: "client-individual" }));
      for (const body of ["committed", "aborted"]) a.publish({ destination: queue, body });
      await two;
      for (const [message, end] of [[first[0], "commit"], [first[1], "abort"]]) {
        const transaction = a.begin();
        message.ack({ transaction: transaction.id });
        transaction[end]();
      }
      await a.deactivate();
      const b = (await window.make(conf).connected()).client;
      const again = [];
      await new Promise((resolve) => {
        b.subscribe(queue, (m) => (m.body === "end" ? resolve() : again.push(m.body)));
        b.publish({ destination: queue, body: "end" });
      });
      return again;
    });
    expect(got).toEqual(["aborted"]);
  });
});

describe("ActiveMQ's destinations", { timeout: 30_000 }, () => {
  it("a temporary queue takes the answers: the one who asks keeps its own name for it, the others see a remote one", async () => {
    const got = await run(async ({ url, headers }) => {
      const conf = { ...window.at(url), connectHeaders: headers };
      const asks = (await window.make(conf).connected()).client;
      const answers = (await window.make(conf).connected()).client;
      const queue = `/queue/questions-${crypto.randomUUID()}`;
      let replyTo;
      answers.subscribe(queue, (m) => {
        replyTo = m.headers["reply-to"];
        answers.publish({ destination: replyTo, body: `${m.body}!`, headers: { "correlation-id": m.headers["correlation-id"] } });
      });
      const answer = await new Promise((resolve) => {
        asks.subscribe("/temp-queue/mine", resolve);
        asks.publish({ destination: queue, body: "why", headers: { "reply-to": "/temp-queue/mine", "correlation-id": "q:1" } });
      });
      return { replyTo, body: answer.body, id: answer.headers["correlation-id"], destination: answer.headers.destination };
    });
    expect(got.replyTo).toMatch(/^\/remote-temp-queue\/ID:/);
    expect(got).toMatchObject({ body: "why!", id: "q:1", destination: "/temp-queue/mine" });
  });

  it("wildcards and selectors", async () => {
    const got = await run(async ({ url, headers }) => {
      const { client } = await window.make({ ...window.at(url), connectHeaders: headers }).connected();
      const root = `/topic/w-${crypto.randomUUID()}`;
      const seen = { one: [], all: [], some: [] };
      const note = (list) => (m) => seen[list].push(`${m.headers.destination.slice(root.length)} ${m.body}`);
      client.subscribe(`${root}.*`, note("one"));
      client.subscribe(`${root}.>`, note("all"));
      client.subscribe(`${root}.a`, note("some"), { selector: "kind = 'b' AND size > 2" });
      client.publish({ destination: `${root}.a`, body: "1", headers: { kind: "b", size: "1" } });
      client.publish({ destination: `${root}.a`, body: "2", headers: { kind: "b", size: "3" } });
      client.publish({ destination: `${root}.a.b`, body: "3" });
      await new Promise((resolve) => {
        client.subscribe(`${root}.end`, resolve);
        client.publish({ destination: `${root}.end`, body: "end" });
      });
      return seen;
    });
    // Selectors compare the strings that STOMP headers are, and `size > 2` compares numbers: ActiveMQ converts.
    expect(got.one.sort()).toEqual([".a 1", ".a 2", ".end end"]);
    expect(got.all.sort()).toEqual([".a 1", ".a 2", ".a.b 3", ".end end"]);
    expect(got.some).toEqual([".a 2"]);
  });

  it("a durable subscription gets what came while nobody listened", async () => {
    const got = await run(async ({ url, headers }) => {
      const topic = `/topic/durable-${crypto.randomUUID()}`;
      const conf = { ...window.at(url), connectHeaders: { ...headers, "client-id": crypto.randomUUID() } };
      const listen = async () => {
        const { client } = await window.make(conf).connected();
        const seen = [];
        let end;
        const ended = new Promise((resolve) => (end = resolve));
        const subscription = client.subscribe(topic, (m) => (m.body === "end" ? end() : seen.push(m.body)), { id: "d", "activemq.subscriptionName": "d" });
        return { client, seen, ended, subscription };
      };
      const before = await listen();
      before.client.publish({ destination: topic, body: "before" });
      before.client.publish({ destination: topic, body: "end" });
      await before.ended;
      await before.client.deactivate();
      const other = (await window.make({ ...window.at(url), connectHeaders: headers }).connected()).client;
      await new Promise((resolve) => {
        other.watchForReceipt("there", resolve);
        other.publish({ destination: topic, body: "meanwhile", headers: { persistent: "true", receipt: "there" } });
      });
      const after = await listen();
      after.client.publish({ destination: topic, body: "end" });
      await after.ended;
      after.subscription.unsubscribe({ "activemq.subscriptionName": "d" });
      return [before.seen, after.seen];
    });
    expect(got).toEqual([["before"], ["meanwhile"]]);
  });
});

describe("ActiveMQ's messages", { timeout: 30_000 }, () => {
  it("with content-length they are bytes, without they are text to others; either way the body arrives as it was", async () => {
    const got = await run(async ({ url, headers }) => {
      const { client } = await window.make({ ...window.at(url), connectHeaders: headers }).connected();
      const queue = `/queue/kinds-${crypto.randomUUID()}`;
      const seen = [];
      const send = [
        { body: "bytes, grüße" },
        { body: "text, grüße", skipContentLengthHeader: true },
        { body: "a\0b", headers: { "amq-msg-type": "text" } },
        { binaryBody: Uint8Array.from([0, 255, 254, 0]) },
        { body: "" },
      ];
      await new Promise((resolve) => {
        client.subscribe(queue, (m) => seen.push([m.headers["content-length"], [...m.binaryBody]]) === send.length && resolve());
        for (const message of send) client.publish({ destination: queue, ...message });
      });
      return seen;
    });
    const bytes = (text) => [...new TextEncoder().encode(text)];
    expect(got).toEqual([
      ["14", bytes("bytes, grüße")],
      // ActiveMQ ends a text message with NUL and says no length: what STOMP 1.0 clients had to live with.
      [undefined, bytes("text, grüße")],
      ["3", bytes("a\0b")],
      ["4", [0, 255, 254, 0]],
      [undefined, []],
    ]);
  });

  it("headers come back unchanged, whatever is in them", async () => {
    const sent = { "a:b": "c:d", lf: "a\nb", cr: "a\rb", crlf: "a\r\nb", backslash: "a\\nb", empty: "", spaces: "  x  ", ü: "🚀" };
    const got = await run(
      async ({ url, headers, sent }) => {
        const { client } = await window.make({ ...window.at(url), connectHeaders: headers }).connected();
        const message = await new Promise((resolve) => {
          client.subscribe("/topic/headers", resolve);
          client.publish({ destination: "/topic/headers", headers: sent });
        });
        return Object.fromEntries(Object.keys(sent).map((name) => [name, message.headers[name]]));
      },
      { sent },
    );
    expect(got).toEqual(sent);
  });
});

describe("ActiveMQ's errors", { timeout: 30_000 }, () => {
  it("it goes on after ERROR, against the specification; the client does not: it closes, and comes back", async () => {
    const got = await run(async ({ url, headers }) => {
      const t = await window.make({ ...window.at(url), connectHeaders: headers, reconnectDelay: 20 }).connected();
      const again = t.next("onConnect");
      t.client.ack("nonsense", "none", { receipt: "r:1" });
      const error = await t.seen("onStompError");
      await again;
      return { error, names: t.names(), close: t.log.find(([n]) => n === "onWebSocketClose")[1] };
    });
    expect(got.error.headers).toMatchObject({ message: "Unexpected ACK received for message-id [null]", "receipt-id": "r:1" });
    // The body is the stack trace of its Java.
    expect(got.error.body).toMatch(/^org\.apache\.activemq\S+ProtocolException: Unexpected ACK/);
    expect(told(got.names)).toEqual(["onConnect", "onStompError", "onWebSocketClose", "onConnect"]);
    expect(got.close.code).toBe(4002);
  });

  it("a version that it does not speak, and a name that is taken: it says so, and the client tries again", async () => {
    const got = await run(async ({ url, headers }) => {
      const conf = { ...window.at(url), reconnectDelay: 20, connectHeaders: { ...headers, "client-id": crypto.randomUUID() } };
      const first = await window.make(conf).connected();
      const second = window.make(conf);
      second.client.activate();
      const taken = await second.seen("onStompError");
      const connected = second.seen("onConnect");
      await first.client.deactivate();
      await connected;
      return taken.headers.message;
    });
    expect(got).toMatch(/already connected/);
  });
});
