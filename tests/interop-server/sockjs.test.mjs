// sockjs-client forced through each of its transports, in Chromium and in Node: on its own against the protocol's test
// endpoints, and with STOMP on top.
import { createRequire } from "node:module";
import { Client } from "@stomp/stompjs";
import { describe, expect, it } from "vitest";
import { AWKWARD, broker, converse, file, usePage } from "./support.mjs";

const require = createRequire(import.meta.url);
const SockJS = require("sockjs-client");
const scripts = [file("sockjs-client/dist/sockjs.js"), file("@stomp/stompjs/bundles/stomp.umd.js")];
const same = usePage({ sameOrigin: true, scripts });
const cross = usePage({ sameOrigin: false, scripts });

/** Echoes all characters of the basic plane, and more, in many messages; then lets the server close. In Node and in pages. */
async function echo({ SockJS, http, transport, awkward, options }) {
  const open = (url) => new Promise((resolve, reject) => {
    const socket = new SockJS(url, null, { transports: transport, ...options });
    socket.onopen = () => resolve(socket);
    socket.onclose = (event) => reject(new Error(`closed: ${event.code} ${event.reason}`));
  });
  const socket = await open(`${http}/echo`);
  const name = socket.transport;
  const sent = [awkward];
  for (let at = 0; at < 0x10000; at += 0x400) {
    if (at < 0xd800 || at > 0xdfff) sent.push(String.fromCharCode(...Array.from({ length: 0x400 }, (_, i) => at + i)));
  }
  for (let i = 0; i < 200; i++) sent.push(`${i}`);
  const received = [];
  await new Promise((resolve, reject) => {
    socket.onmessage = ({ data }) => { received.push(data); if (received.length === sent.length) resolve(); };
    socket.onclose = (event) => reject(new Error(`closed: ${event.code} ${event.reason} after ${received.length}`));
    for (const text of sent) socket.send(text);
  });
  const wrong = sent.findIndex((text, i) => text !== received[i]);
  const beat = await new Promise((resolve) => { socket.onheartbeat = () => resolve(true); });
  socket.close();
  const away = await new Promise((resolve) => {
    const socket = new SockJS(`${http}/close`, null, { transports: transport, ...options });
    socket.onclose = ({ code, reason, wasClean }) => resolve({ code, reason, wasClean });
  });
  return { transport: name, wrong, beat, away };
}
const ECHOED = (transport) => ({ transport, wrong: -1, beat: true, away: { code: 3000, reason: "Go away!", wasClean: true } });
const GOOD = { version: "1.2", inOrder: true, awkward: true, large: true, errors: [], close: { code: 1000, wasClean: true } };

/** Where each transport is there: `xdr-*` is Internet Explorer's alone, `htmlfile` itself wants a page of the same origin. */
const IN_CHROMIUM = [
  ["websocket", cross],
  ["xhr-streaming", cross],
  ["eventsource", cross],
  ["iframe-eventsource", cross],
  ["htmlfile", same],
  ["iframe-htmlfile", cross],
  ["xhr-polling", cross],
  ["iframe-xhr-polling", cross],
  ["jsonp-polling", cross],
  ["xhr-streaming", same],
];

describe.each(IN_CHROMIUM)("sockjs-client in Chromium, %s", { timeout: 30_000 }, (transport, place) => {
  const where = place === same ? "from the same origin" : "from another origin";

  it(`echoes every character, beats, and is told to go away, ${where}`, async () => {
    await place.page.evaluate(`window.echo = ${echo}`);
    const got = await place.page.evaluate((task) => window.echo({ SockJS: window.SockJS, ...task }), { http: broker.http, transport, awkward: AWKWARD });
    expect(got).toEqual(ECHOED(transport));
  });

  it(`carries STOMP, ${where}`, async () => {
    const task = { awkward: AWKWARD, messages: 200, size: 300_000 };
    const got = await place.page.evaluate(async ({ url, transport, task }) => {
      const client = new StompJs.Client({ webSocketFactory: () => new SockJS(url, null, { transports: transport }), reconnectDelay: 0 });
      return window.converse({ client, ...task });
    }, { url: broker.sockjs, transport, task });
    expect(got).toEqual({ ...GOOD, transport });
  });
});

/** `eventsource` in Node is a polyfill that sockjs-client brings. */
describe.each(["websocket", "xhr-streaming", "eventsource", "xhr-polling"])("sockjs-client in Node, %s", { timeout: 30_000 }, (transport) => {
  it("echoes every character, beats, and is told to go away", async () => {
    expect(await echo({ SockJS, http: broker.http, transport, awkward: AWKWARD })).toEqual(ECHOED(transport));
  });

  it("carries STOMP", async () => {
    const client = new Client({ webSocketFactory: () => new SockJS(broker.sockjs, null, { transports: transport }), reconnectDelay: 0 });
    expect(await converse({ client, awkward: AWKWARD, messages: 200, size: 300_000 })).toEqual({ ...GOOD, transport });
  });
});

describe("sockjs-client in Chromium, left to choose", { timeout: 30_000 }, () => {
  const choose = (path) => cross.page.evaluate((url) => new Promise((resolve, reject) => {
    const socket = new SockJS(url);
    socket.onopen = () => { resolve(socket.transport); socket.close(); };
    socket.onclose = (event) => reject(new Error(`closed: ${event.code} ${event.reason}`));
  }), `${broker.http}${path}`);

  it("takes the WebSocket", async () => expect(await choose("/echo")).toBe("websocket"));
  it("takes the best of the others where there is none", async () => expect(await choose("/disabled_websocket_echo")).toBe("xhr-streaming"));
  it("sends the cookie where it is needed", async () => expect(await choose("/cookie_needed_echo")).toBe("websocket"));

  it("gets an ERROR for a body that is not text, and nothing corrupted", async () => {
    const got = await cross.page.evaluate(async ({ ws, sockjs }) => {
      const connect = (conf) => new Promise((resolve) => {
        const client = new StompJs.Client({ reconnectDelay: 0, ...conf });
        client.onConnect = () => resolve(client);
        client.activate();
      });
      const reader = await connect({ webSocketFactory: () => new SockJS(sockjs, null, { transports: "xhr-streaming" }) });
      const bodies = [];
      const error = new Promise((resolve) => { reader.onStompError = (frame) => resolve(frame.headers.message); });
      const closed = new Promise((resolve) => { reader.onWebSocketClose = ({ code }) => resolve(code); });
      const ready = new Promise((resolve) => reader.watchForReceipt("r", resolve));
      reader.subscribe("/topic/interop.bytes", (message) => bodies.push(message.body), { receipt: "r" });
      await ready;
      const writer = await connect({ brokerURL: ws });
      writer.publish({ destination: "/topic/interop.bytes", body: "text" });
      writer.publish({ destination: "/topic/interop.bytes", binaryBody: new Uint8Array([0xff, 0xfe]) });
      const got = [await error, await closed, bodies];
      await writer.deactivate();
      return got;
    }, broker);
    expect(got).toEqual(["a message that is not UTF-8 cannot pass SockJS", 1003, ["text"]]);
  });
});
