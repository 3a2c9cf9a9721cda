// A page in headless Chromium with the built package in it, for the tests of this folder.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { launch } from "../lib/browser.mjs";

const PACKAGE = fileURLToPath(new URL("../../pkg/", import.meta.url));
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };

/**
 * What a broker, or what stands before it, does otherwise than stomp-server. Each flag is read by a test that would notice if
 * it were no longer so; the sentence is printed.
 */
const DIFFERENCES = {
  noDisconnectReceipt: "sends no receipt for DISCONNECT, but closes the WebSocket",
  noSubprotocols: "its bridge refuses a WebSocket that offers STOMP's subprotocols: connected with a webSocketFactory that offers none",
  noTextMessages: "its bridge takes only binary WebSocket messages: connected with forceBinaryWSFrames",
  // Not always: it depends on whose farewell is faster.
  roughCloses: "its bridge drops the TCP connection of a WebSocket without waiting for the other side's farewell, so onWebSocketError may come before onWebSocketClose",
};
const BROKERS = { "stomp-server": [], rabbitmq: ["noDisconnectReceipt"], activemq: ["noSubprotocols", "noTextMessages", "roughCloses"] };
const name = process.env.STOMP_BROKER ?? "stomp-server";
if (!BROKERS[name]) throw new Error(`STOMP_BROKER is ${name}; known are ${Object.keys(BROKERS).join(", ")}`);

/** The broker to test against; all of them know this user. */
export const broker = {
  name,
  /** The names of what is different, each `true`. */
  has: Object.fromEntries(BROKERS[name].map((difference) => [difference, true])),
  /** The same, in words. */
  differences: BROKERS[name].map((difference) => DIFFERENCES[difference]),
  url: process.env.STOMP_URL,
  /** The same broker, or another node of it, with binary WebSocket messages; RabbitMQ needs a node of its own for that. */
  binaryUrl: process.env.STOMP_BINARY_URL ?? process.env.STOMP_URL,
  headers: { login: "guest", passcode: "guest", host: "/" },
};

/** What a client was told, by `names()`, without what comes with every broker or only sometimes with this one. */
export const told = (names) =>
  names.filter((name) => name !== "onChangeState" && !(broker.has.roughCloses && name === "onWebSocketError"));

/** Serves `pages` (path to [type, text]) and the package at `/pkg/`. Gives the address and a way to stop. */
export async function serve(pages, headers = {}) {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://x").pathname;
    const page = pages[path];
    if (page) {
      response.writeHead(200, { "content-type": page[0], ...headers });
      return response.end(page[1]);
    }
    const file = normalize(join(PACKAGE, path.replace(/^\/pkg\//, "")));
    try {
      if (!path.startsWith("/pkg/") || !file.startsWith(normalize(PACKAGE + sep).slice(0, -1))) throw new Error("no such path");
      const data = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain", ...headers });
      response.end(data);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>tests</title><link rel="icon" href="data:,"><script type="module">
import * as StompJs from "/pkg/esm/index.js";
const has = ${JSON.stringify(broker.has)};
/** A socket to the broker under test. */
window.socket = (url) => has.noSubprotocols ? new WebSocket(url) : new WebSocket(url, ["v12.stomp"]);
/** The settings with which a client reaches the broker under test. */
window.at = (url) => ({
  ...(has.noSubprotocols ? { webSocketFactory: () => window.socket(url) } : { brokerURL: url }),
  forceBinaryWSFrames: has.noTextMessages === true,
});
const clients = new Set();
window.StompJs = StompJs;
/** A client that writes down what happens to it; settle(name) waits for a callback, now or already called. */
window.make = (conf) => {
  const log = [];
  const waiting = [];
  const note = (name, value) => {
    log.push([name, value]);
    for (const w of waiting.splice(0)) w.name === name ? w.resolve(value) : waiting.push(w);
  };
  const client = new StompJs.Client({ reconnectDelay: 0, ...conf });
  const frame = (f) => ({ command: f.command, headers: { ...f.headers }, body: f.body });
  const hooks = {
    onConnect: frame, onDisconnect: frame, onStompError: frame, onUnhandledFrame: frame, onUnhandledMessage: frame,
    onUnhandledReceipt: frame, onWebSocketClose: (e) => ({ code: e?.code, reason: e?.reason, wasClean: e?.wasClean }),
    onWebSocketError: (e) => ({ error: e instanceof Error, message: e?.message, type: e?.type }),
    onHeartbeatLost: () => null, onChangeState: (s) => s,
  };
  for (const [name, describe] of Object.entries(hooks)) {
    const own = conf[name];
    client[name] = (value) => { note(name, describe(value)); own?.(value); };
  }
  clients.add(client);
  return {
    client, log, note,
    names: () => log.map(([name]) => name),
    next: (name) => new Promise((resolve) => waiting.push({ name, resolve })),
    seen: (name) => { const e = log.find(([n]) => n === name); return e ? Promise.resolve(e[1]) : new Promise((resolve) => waiting.push({ name, resolve })); },
    async connected() { client.activate(); await this.seen("onConnect"); return this; },
  };
};
window.stopAll = async () => { for (const c of clients) await c.deactivate({ force: true }); clients.clear(); };
window.ready = true;
</script>`;

/** Declares, for a test file, a page and what was written to its console as errors. */
export function usePage() {
  const it = { page: undefined, complaints: [], address: "" };
  let browser, server;
  beforeAll(async () => {
    server = await serve({ "/": ["text/html; charset=utf-8", PAGE] });
    it.address = server.url;
    browser = await launch();
    it.page = await browser.newPage();
    it.page.on("console", (message) => message.type() === "error" && it.complaints.push(message.text()));
    it.page.on("pageerror", (error) => it.complaints.push(String(error)));
    await it.page.goto(server.url);
    await it.page.waitForFunction(() => window.ready === true);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  return it;
}
