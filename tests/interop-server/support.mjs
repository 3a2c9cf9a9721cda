// What the tests with stock clients share: the broker's addresses, and the steps every client goes through.
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { launch } from "../lib/browser.mjs";

/** Set by `cargo xtask test interop-server`. */
export const broker = {
  http: process.env.STOMP_HTTP,
  ws: process.env.STOMP_URL,
  sockjs: `${process.env.STOMP_HTTP}/sockjs`,
};

/** Text with what transports tend to break: line ends, quotes, NUL, the replacement character, beyond the basic plane. */
export const AWKWARD = "\u0000 \r\n\t\"\\' </script> &amp; %41+ \u0085 \u00ad \u200c\u2028\u2029\u2060 \ufeff \ufffd \ufff0\uffff ü 漢字 \u{1d11e} 😀 \u{10ffff}";

/**
 * What a test does with a stock client; the same function in Node and in the browser, so it takes all it needs as arguments.
 * `client` is a @stomp/stompjs Client that is not active yet.
 */
export async function converse({ client, awkward, messages, size }) {
  const got = { close: null, errors: [] };
  const connected = new Promise((resolve, reject) => {
    client.onConnect = resolve;
    client.onStompError = (frame) => { got.errors.push(frame.headers.message); reject(new Error(frame.headers.message)); };
    client.onWebSocketClose = (event) => reject(new Error(`closed: ${event.code} ${event.reason}`));
  });
  client.activate();
  const frame = await connected;
  got.version = frame.headers.version;
  got.transport = client.webSocket.transport; // Of SockJS, which forgets it when it is closed.
  const receipt = (id) => new Promise((resolve) => client.watchForReceipt(id, resolve));
  const destination = `/topic/interop.${Math.random()}`;
  const received = [];
  let all;
  const complete = new Promise((resolve) => { all = resolve; });
  const ready = receipt("ready");
  client.subscribe(destination, (message) => {
    received.push(message.body);
    if (received.length === messages + 2) all();
  }, { receipt: "ready" });
  await ready;
  for (let i = 0; i < messages; i++) client.publish({ destination, body: String(i) });
  const large = "0123456789ü".repeat(size / 12);
  const sent = receipt("sent");
  client.publish({ destination, body: awkward });
  client.publish({ destination, body: large, headers: { receipt: "sent" } });
  await sent;
  await complete;
  got.inOrder = received.slice(0, messages).every((body, i) => body === String(i));
  got.awkward = received[messages] === awkward;
  got.large = received[messages + 1] === large;
  // A client that goes gets the receipt of its DISCONNECT, and the close.
  const closed = new Promise((resolve) => { client.onWebSocketClose = resolve; });
  const disconnected = new Promise((resolve) => { client.onDisconnect = resolve; });
  client.deactivate();
  await disconnected;
  const { code, wasClean } = await closed;
  got.close = { code, wasClean };
  return got;
}

/** A file of an installed package, whatever the package says of it to `import`. */
export const file = (path) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));

/** Declares a page in Chromium for a test file: of the broker's own origin, or of another one. */
export function usePage({ sameOrigin, scripts }) {
  const it = { page: undefined };
  let browser, server;
  beforeAll(async () => {
    const html = "<!doctype html><meta charset=utf-8><title>interop</title><link rel=icon href=data:,><body></body>";
    server = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end(html));
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    browser = await launch();
    it.page = await browser.newPage();
    const page = `${broker.http}/interop.html`;
    await it.page.route(page, (route) => route.fulfill({ contentType: "text/html", body: html }));
    await it.page.goto(sameOrigin ? page : `http://127.0.0.1:${server.address().port}/`);
    for (const path of scripts) await it.page.addScriptTag({ path });
    await it.page.evaluate(`window.converse = ${converse}`);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve()));
  });
  return it;
}
