// The automatic fallback from WebSocket to SockJS, against peers that let no WebSocket through.
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { say } from "../lib/summary.mjs";
import { server, usePage } from "./support.mjs";

const it_ = usePage();
const run = (fn, extra) => it_.page.evaluate(fn, extra);
afterEach(() => run(() => window.stopAll()));

/** What stands where the WebSocket should be; each counts how often it was tried. */
const peers = {};
const stop = [];
async function peer(name, listener) {
  await new Promise((resolve) => listener.listen(0, "127.0.0.1", resolve));
  peers[name] = { url: `ws://127.0.0.1:${listener.address().port}/ws`, tries: 0 };
  stop.push(() => (listener.closeAllConnections?.(), listener.close()));
}
beforeAll(async () => {
  const sockets = new Set();
  const silent = createServer((socket) => { peers.hangs.tries++; sockets.add(socket); socket.on("error", () => {}); });
  await peer("hangs", silent);
  stop.push(() => sockets.forEach((socket) => socket.destroy()));
  // A proxy that takes the header Upgrade away: to the broker it is an ordinary request.
  await peer("strips", createHttpServer((_, response) => { peers.strips.tries++; response.writeHead(400).end("Bad Request"); }));
  peers.strips.server = undefined;
  const http = createHttpServer();
  // An upgrade that succeeds, and nothing after it.
  new WebSocketServer({ server: http, handleProtocols: () => "v12.stomp" }).on("connection", () => peers.swallows.tries++);
  await peer("swallows", http);
});
afterAll(() => stop.forEach((done) => done()));

/** Activates a client with a fallback; gives the time until it was connected, how it went, and a message that came back. */
const connect = (conf) =>
  run(async ({ conf, headers }) => {
    const t = (window.last = window.make({ connectHeaders: headers, ...conf }));
    const began = performance.now();
    t.client.activate();
    await t.seen("onConnect");
    const ms = Math.round(performance.now() - began);
    const destination = `/topic/fallback.${Math.random()}`;
    const message = new Promise((resolve) => t.client.subscribe(destination, resolve));
    t.client.publish({ destination, body: "über \0 das Netz" });
    return { ms, transport: t.client.transport, body: (await message).body, names: t.names().filter((name) => name !== "onChangeState") };
  }, { conf, headers: server.headers });

describe("automatic fallback", { timeout: 30_000 }, () => {
  it.each(["strips", "hangs", "swallows"])("a network that %s: SockJS is live within 3 s of activate()", async (name) => {
    const got = await connect({ brokerURL: peers[name].url, fallbackURL: server.sockjs });
    expect(got).toMatchObject({ transport: "sockjs/xhr-streaming", body: "über \0 das Netz" });
    expect(got.ms).toBeLessThan(3_000);
    // The failed attempt is told as every failed attempt is.
    expect(got.names).toContain("onWebSocketError");
    expect(got.names.filter((each) => each === "onWebSocketClose")).toHaveLength(1);
    say(`sockjs: fallback where the network ${name}: live after ${got.ms} ms over ${got.transport}`);
  });

  it("a WebSocket that works is used, and nothing else asked", async () => {
    const got = await connect({ brokerURL: server.ws, fallbackURL: "http://127.0.0.1:9/nobody" });
    expect(got).toMatchObject({ transport: "websocket", names: ["onConnect"] });
  });

  it("what worked is remembered over reconnects and activations", async () => {
    const { url } = peers.strips;
    await connect({ brokerURL: url, fallbackURL: server.sockjs, reconnectDelay: 20 });
    const { tries } = peers.strips;
    const transports = await run(async () => {
      const { client, next } = window.last;
      const got = [];
      for (const again of [() => client.forceDisconnect(), () => client.deactivate().then(() => client.activate())]) {
        const connected = next("onConnect");
        await again();
        got.push(client.transport);
        await connected;
        got.push(client.transport);
      }
      await client.deactivate();
      return [...got, client.transport];
    });
    expect(transports.filter((each) => each !== undefined && each !== "sockjs/xhr-streaming")).toEqual([]);
    expect([transports[1], transports[3], transports[4]]).toEqual(["sockjs/xhr-streaming", "sockjs/xhr-streaming", undefined]);
    expect(peers.strips.tries, "the WebSocket is not tried again so soon").toBe(tries);
  });

  it("a fallback may be another WebSocket", async () => {
    const got = await connect({ brokerURL: peers.strips.url, fallbackURL: server.ws });
    expect(got.transport).toBe("websocket");
  });

  it("a broker that refuses the password is not asked again by SockJS", async () => {
    const got = await run(async ({ ws, sockjs }) => {
      const t = window.make({ brokerURL: ws, fallbackURL: sockjs, connectHeaders: { login: "guest", passcode: "wrong" } });
      t.client.activate();
      await t.seen("onWebSocketClose");
      return t.names().filter((name) => name !== "onChangeState");
    }, server);
    expect(got).toEqual(["onStompError", "onWebSocketClose"]);
  });

  it("where both fail, both are tried again after the delay", async () => {
    const before = peers.strips.tries;
    const got = await run(async (url) => {
      const t = window.make({ brokerURL: url, fallbackURL: "http://127.0.0.1:9/nobody", reconnectDelay: 20 });
      t.client.activate();
      for (let i = 0; i < 4; i++) await t.next("onWebSocketClose");
      return { transport: t.client.transport, active: t.client.active };
    }, peers.strips.url);
    expect(got).toEqual({ transport: undefined, active: true });
    expect(peers.strips.tries).toBeGreaterThanOrEqual(before + 2);
  });

  it("fallbackTimeout says how long the first attempt may take", async () => {
    const got = await connect({ brokerURL: peers.hangs.url, fallbackURL: server.sockjs, fallbackTimeout: 100 });
    expect(got.transport).toBe("sockjs/xhr-streaming");
    expect(got.ms).toBeLessThan(1_500);
  });
});
