// What websockify makes of a connection: binary messages only, cut wherever its buffer ends, no subprotocols; and heart-beats,
// which have to pass it.
import { afterEach, describe, expect, it } from "vitest";
import { say } from "../lib/summary.mjs";
import { broker, told, usePage } from "../npm/support.mjs";

const it_ = usePage();
const run = (fn, extra = {}) => it_.page.evaluate(fn, { url: broker.url, headers: broker.headers, ...extra });
afterEach(() => it_.page.evaluate(() => window.stopAll()));

describe("websockify before ActiveMQ", { timeout: 60_000 }, () => {
  it("refuses a WebSocket that offers subprotocols, and one that sends text", async () => {
    const got = await run(async ({ url, headers }) => {
      const offers = window.make({ brokerURL: url, connectHeaders: headers, forceBinaryWSFrames: true });
      offers.client.activate();
      const refused = await offers.seen("onWebSocketClose");
      const text = window.make({ ...window.at(url), connectHeaders: headers, forceBinaryWSFrames: false });
      text.client.activate();
      const closed = await text.seen("onWebSocketClose");
      return { refused, closed, names: [offers.names(), text.names()] };
    });
    expect(got.refused.code).toBe(1006);
    expect(got.closed.code).toBe(1003);
    expect(got.names[0]).toContain("onWebSocketError");
    expect(got.names.map(told)).toEqual([["onWebSocketClose"], ["onWebSocketClose"]]);
  });

  it("cuts frames anywhere and sends many at once; 1,000 messages arrive whole and in order", async () => {
    const got = await run(async ({ url, headers }) => {
      const tap = { messages: 0, several: 0, withinFrame: 0, withinCharacter: 0 };
      let whole = true;
      const t = window.make({
        ...window.at(url),
        connectHeaders: headers,
        webSocketFactory: () => {
          const socket = window.socket(url);
          socket.addEventListener("message", ({ data }) => {
            const bytes = new Uint8Array(data);
            tap.messages++;
            let ends = 0;
            for (const byte of bytes) if (byte === 0) ends++;
            if (ends > 1) tap.several++;
            if (!whole) tap.withinFrame++;
            if ((bytes[0] & 0xc0) === 0x80) tap.withinCharacter++;
            // ActiveMQ ends every frame with NUL and a line feed.
            whole = bytes.at(-1) === 10 || bytes.at(-1) === 0;
          });
          return socket;
        },
      });
      const { client } = await t.connected();
      const body = (i) => `${i} ${"🚀é".repeat(i % 50 === 0 ? 20_000 : i % 97)}`;
      const seen = [];
      await new Promise((resolve) => {
        client.subscribe("/topic/burst", (m) => seen.push(m.body) === 1000 && resolve());
        for (let i = 0; i < 1000; i++) client.publish({ destination: "/topic/burst", body: body(i) });
      });
      return { tap, right: seen.filter((text, i) => text === body(i)).length, names: t.names() };
    });
    say(
      `activemq: 1,000 messages came in ${got.tap.messages} WebSocket messages: ${got.tap.several} held several frames, ` +
        `${got.tap.withinFrame} began within a frame, ${got.tap.withinCharacter} within a character`,
    );
    expect(got.right).toBe(1000);
    expect(told(got.names)).toEqual(["onConnect"]);
    // Else this would have tested nothing.
    expect(got.tap.several).toBeGreaterThan(0);
    expect(got.tap.withinFrame).toBeGreaterThan(0);
    expect(got.tap.withinCharacter).toBeGreaterThan(0);
  });

  it("lets heart-beats pass both ways, and with them a connection lives", async () => {
    const got = await run(async ({ url, headers }) => {
      const beats = { sent: 0, received: 0 };
      let enough;
      const some = new Promise((resolve) => (enough = resolve));
      const count = (name) => { beats[name]++; if (beats.sent >= 4 && beats.received >= 3) enough(); };
      const t = window.make({
        ...window.at(url),
        connectHeaders: headers,
        heartbeatOutgoing: 3000,
        heartbeatIncoming: 3000,
        webSocketFactory: () => {
          const socket = window.socket(url);
          const send = socket.send;
          const isBeat = (data) => new Uint8Array(data.buffer ?? data).length === 1;
          socket.send = (data) => { if (isBeat(data)) count("sent"); send.call(socket, data); };
          socket.addEventListener("message", ({ data }) => isBeat(data) && count("received"));
          return socket;
        },
      });
      await t.connected();
      await Promise.race([some, t.next("onWebSocketClose")]);
      return { names: t.names(), agreed: t.log.find(([n]) => n === "onConnect")[1].headers["heart-beat"] };
    });
    // As text, a heart-beat would end the connection; and after any frame ActiveMQ is silent for twice the interval.
    expect([told(got.names), got.agreed]).toEqual([["onConnect"], "3000,3000"]);
  });

  it("when the client falls silent ActiveMQ hangs up, which arrives as code 1000; the client comes back", async () => {
    const got = await run(async ({ url, headers }) => {
      let socket;
      const t = await window.make({
        ...window.at(url),
        connectHeaders: headers,
        heartbeatOutgoing: 1000,
        heartbeatIncoming: 0,
        reconnectDelay: 20,
        webSocketFactory: () => (socket = window.socket(url)),
      }).connected();
      const again = t.next("onConnect");
      socket.send = () => {};
      await again;
      return [t.names(), t.log.find(([n]) => n === "onWebSocketClose")[1]];
    });
    expect(told(got[0])).toEqual(["onConnect", "onWebSocketClose", "onConnect"]);
    expect(got[1].code).toBe(1000);
  });
});
