// Peers that misbehave: each time the right callback fires with words that a person understands, and the client keeps its
// promise to try again.
import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { usePage } from "./support.mjs";

const it_ = usePage();
const run = (fn, extra) => it_.page.evaluate(fn, extra);
afterEach(() => it_.page.evaluate(() => window.stopAll()));

/** A WebSocket server that does what the test says with each connection. */
let server;
/** Called with (socket, number of the connection). */
let behave;
let connections = 0;
beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => "v12.stomp" });
  server.on("connection", (socket) => behave(socket, ++connections));
  await new Promise((resolve) => server.once("listening", resolve));
});
afterAll(() => server.close());
const url = () => `ws://127.0.0.1:${server.address().port}/`;
const CONNECTED = "CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0";
/** Answers CONNECT, then does what is said. */
const afterConnect = (then) => (socket) => socket.once("message", () => (socket.send(CONNECTED), then(socket)));

/**
 * Activates a client whose first connection goes wrong, waits until it has connected for a second time (or tried to), and
 * tells what was called before that.
 */
const untilItTriesAgain = (conf = {}) =>
  run(
    async ({ url, conf }) => {
      let closes = 0;
      const t = window.make({ brokerURL: url, reconnectDelay: 20, ...conf });
      const close = new Promise((resolve) => {
        const own = t.client.onWebSocketClose;
        t.client.onWebSocketClose = (event) => { own(event); if (++closes === 1) resolve(); };
      });
      t.client.activate();
      await close;
      const log = t.log.filter(([name]) => name !== "onChangeState");
      const again = t.next("onConnect");
      await again;
      return { log, active: t.client.active };
    },
    { url: url(), conf },
  );

describe("a client whose peer misbehaves", { timeout: 30_000 }, () => {
  it("nobody listens: an error event and a close each time, and it keeps trying", async () => {
    const free = createServer();
    await new Promise((resolve) => free.listen(0, "127.0.0.1", resolve));
    const { port } = free.address();
    await new Promise((resolve) => free.close(resolve));
    const got = await run(async (port) => {
      const t = window.make({ brokerURL: `ws://127.0.0.1:${port}/`, reconnectDelay: 20 });
      t.client.activate();
      for (let i = 0; i < 3; i++) await t.next("onWebSocketClose");
      return { names: t.names().filter((n) => n !== "onChangeState"), active: t.client.active, code: t.log.at(-1)[1].code };
    }, port);
    expect(got.names).toEqual(Array(3).fill(["onWebSocketError", "onWebSocketClose"]).flat());
    expect([got.active, got.code]).toEqual([true, 1006]);
  });

  it("the address is none: an error that says so", async () => {
    const got = await run(async () => {
      const t = window.make({ brokerURL: "ws://[no address", reconnectDelay: 20 });
      t.client.activate();
      const error = await t.seen("onWebSocketError");
      const none = window.make({});
      none.client.activate();
      return [error, await none.seen("onWebSocketError")];
    });
    expect(got[0].error).toBe(true);
    expect(got[0].message).toMatch(/URL/);
    expect(got[1].message).toBe("Either brokerURL or webSocketFactory must be provided");
  });

  it("CONNECT is never answered: connectionTimeout ends the attempt, and the next one succeeds", async () => {
    const first = connections + 1;
    behave = (socket, number) => number > first && afterConnect(() => {})(socket);
    // Chromium delays connections when several have failed: a much shorter time could end each of them, for ever.
    const got = await untilItTriesAgain({ connectionTimeout: 1_500 });
    expect(got.active).toBe(true);
    expect(got.log.at(-1)[0]).toBe("onWebSocketClose");
    expect(got.log.map(([name]) => name)).not.toContain("onConnect");
  });

  it("an ERROR frame: onStompError with its message, then the close, then another attempt", async () => {
    const first = connections + 1;
    behave = (socket, number) =>
      number > first
        ? afterConnect(() => {})(socket)
        : socket.once("message", () => {
            socket.send("ERROR\nmessage:Bad CONNECT\ncontent-length:14\n\nAccess refused\0");
            socket.close();
          });
    const got = await untilItTriesAgain();
    expect(got.log.map(([name]) => name)).toEqual(["onStompError", "onWebSocketClose"]);
    expect(got.log[0][1]).toMatchObject({ command: "ERROR", headers: { message: "Bad CONNECT" }, body: "Access refused" });
  });

  it("a frame cut in the middle by the close: the close is told, half a message is not", async () => {
    const first = connections + 1;
    behave = (socket, number) =>
      afterConnect(() => {
        if (number > first) return;
        socket.send("MESSAGE\nsubscription:s\nmessage-id:1\ndestination:/a\ncontent-length:100\n\nhalf of");
        socket.close(1001);
      })(socket);
    const got = await untilItTriesAgain();
    expect(got.log.map(([name]) => name)).toEqual(["onConnect", "onWebSocketClose"]);
    expect(got.log[1][1].code).toBe(1001);
  });

  it("a frame cut in the middle by the next one: what follows is told as the peer's fault if it is none", async () => {
    const first = connections + 1;
    behave = (socket, number) => afterConnect(() => number === first && socket.send("MESSAGE\nsubscription:s\nmess\0RECEIPT\n\n\0"))(socket);
    const got = await untilItTriesAgain();
    expect(got.log.map(([name]) => name)).toEqual(["onConnect", "onStompError", "onWebSocketClose"]);
    expect(got.log[1][1].headers.message).toMatch(/header/i);
  });

  it.each([
    ["text", "HTTP/1.1 400 Bad Request\r\n\r\n"],
    ["bytes", Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x01])],
  ])("garbage %s before CONNECTED: onStompError says what is wrong, then it tries again", async (_, garbage) => {
    const first = connections + 1;
    behave = (socket, number) => (number > first ? afterConnect(() => {})(socket) : socket.once("message", () => socket.send(garbage)));
    const got = await untilItTriesAgain();
    expect(got.log.map(([name]) => name)).toEqual(["onStompError", "onWebSocketClose"]);
    expect(got.log[0][1].headers.message.length).toBeGreaterThan(20);
    expect(got.log[0][1].headers.message).toMatch(/STOMP|frame|command/i);
  });

  it("garbage after CONNECTED, and an escape that STOMP does not define", async () => {
    for (const garbage of ["\u0001\u0002\u0003\n", "MESSAGE\nsubscription:s\nmessage-id:1\ndestination:a\\tb\n\n\0"]) {
      const first = connections + 1;
      behave = (socket, number) => afterConnect(() => number === first && socket.send(garbage))(socket);
      const got = await untilItTriesAgain();
      expect(got.log.map(([name]) => name)).toEqual(["onConnect", "onStompError", "onWebSocketClose"]);
    }
  });

  it("a silent broker: onHeartbeatLost, the close, another attempt", async () => {
    const first = connections + 1;
    behave = (socket, number) =>
      socket.once("message", () => socket.send(number > first ? CONNECTED : "CONNECTED\nversion:1.2\nheart-beat:50,0\n\n\0"));
    const got = await untilItTriesAgain({ heartbeatIncoming: 50, heartbeatOutgoing: 0 });
    expect(got.log.map(([name]) => name)).toEqual(["onConnect", "onHeartbeatLost", "onWebSocketClose"]);
  });

  it("a broker that never answers DISCONNECT does not keep deactivate() waiting for ever", async () => {
    behave = (socket) => socket.once("message", () => socket.send(CONNECTED));
    const got = await run(async (url) => {
      const t = await window.make({ brokerURL: url }).connected();
      await t.client.deactivate();
      return [t.client.state, t.names().includes("onWebSocketClose")];
    }, url());
    expect(got).toEqual([2, true]);
  });

  it("beforeConnect and webSocketFactory that fail: onWebSocketError with what they threw, then another attempt", async () => {
    behave = afterConnect(() => {});
    const got = await run(async (url) => {
      let tries = 0;
      const t = window.make({
        reconnectDelay: 20,
        beforeConnect: () => { if (++tries === 1) return Promise.reject(new Error("no token")); },
        webSocketFactory: () => { if (tries === 2) throw new Error("no socket"); return new WebSocket(url, ["v12.stomp"]); },
      });
      await t.connected();
      return t.log.filter(([n]) => n === "onWebSocketError").map(([, e]) => e.message);
    }, url());
    expect(got).toEqual(["no token", "no socket"]);
  });

  it("says nothing to the console that the application did not ask for", () => {
    expect(it_.complaints.filter((text) => !text.includes("WebSocket connection to"))).toEqual([]);
  });
});
