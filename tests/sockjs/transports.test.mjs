// The built package through sockjs-client, forced to each of its transports, in Chromium: against stomp-server, and against
// sockjs-node with a STOMP broker that shares no code with it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { say } from "../lib/summary.mjs";
import { startEcho } from "./echo.mjs";
import { server, usePage } from "./support.mjs";

const MESSAGES = 1_000;
const BEATS = 300;
const it_ = usePage();
const run = (fn, extra) => it_.page.evaluate(fn, extra);
afterEach(() => run(() => window.stopAll()));

let echo;
beforeAll(async () => {
  echo = await startEcho({ beats: BEATS });
});
afterAll(() => echo.stop());

const SERVERS = {
  "stomp-server": {
    url: () => server.sockjs,
    async close() {
      const response = await fetch(`${server.http}/chaos`, { method: "POST", headers: { "content-type": "application/json" }, body: '{"do":"drop","how":"close"}' });
      expect(response.status).toBe(200);
    },
  },
  "sockjs-node": {
    url: () => echo.url,
    close: async () => {
      expect(echo.sessions.size).toBe(1);
      for (const session of echo.sessions) session.close(4321, "the server goes");
    },
  },
};
const TRANSPORTS = ["websocket", "xhr-streaming", "eventsource", "xhr-polling"];

/** What the page does with a client that is to be connected; the same for every transport. */
async function talk({ url, transport, headers, messages, beats }) {
  const t = (window.last = window.make({
    brokerURL: url,
    sockjsOptions: { transports: [transport] },
    connectHeaders: headers,
    heartbeatIncoming: beats,
    heartbeatOutgoing: beats,
    reconnectDelay: 20,
    // Has no effect where only text passes.
    forceBinaryWSFrames: true,
  }));
  const { client } = t;
  const got = {};
  await t.connected();
  got.transport = client.transport;
  const destination = `/topic/transports.${Math.random()}`;
  const receipt = (id) => new Promise((resolve) => client.watchForReceipt(id, resolve));
  const wanted = Array.from({ length: messages }, (_, i) => `${i} ü\u0000漢字\u{1d11e} "\\\r\n\u2028\ufeff${"x".repeat(i % 97)}`);
  const received = [];
  let all;
  const complete = new Promise((resolve) => { all = resolve; });
  const subscribed = receipt("subscribed");
  client.subscribe(destination, (message) => {
    received.push([message.headers["x:name"], message.body]);
    if (received.length === messages) all();
  }, { receipt: "subscribed" });
  await subscribed;
  const began = performance.now();
  const sent = receipt("sent");
  wanted.forEach((body, i) => client.publish({ destination, body, headers: { "x:name": `${i}`, ...(i === messages - 1 && { receipt: "sent" }) } }));
  await sent;
  await complete;
  got.ms = Math.round(performance.now() - began);
  got.wrong = wanted.findIndex((body, i) => received[i][0] !== `${i}` || received[i][1] !== body);

  // Bytes are refused, and the connection goes on.
  try {
    client.publish({ destination, binaryBody: new Uint8Array([0xff, 0, 0xc3]) });
  } catch (error) {
    got.binary = error.message;
  }
  // Unless they are to be encoded; every byte, and more than fits a call with that many arguments.
  client.binaryEncoding = "base64";
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 31) % 256);
  const encoded = new Promise((resolve) => client.subscribe(`${destination}.bytes`, resolve));
  client.publish({ destination: `${destination}.bytes`, binaryBody: bytes, headers: { a: "b" } });
  const message = await encoded;
  got.encoded = message.headers["content-transfer-encoding"] === "base64" && message.headers.a === "b" && message.binaryBody.every((byte, i) => byte === bytes[i]) && message.binaryBody.length;

  // Silence on both sides but for heart-beats; the server would end it if none came from here.
  for (let i = 0; i < 5; i++) await new Promise((resolve) => { client.onHeartbeatReceived = resolve; });
  got.connected = client.connected;
  return got;
}

/** After the server has closed: another connection, and a message on it. Then an orderly end. */
async function comeBack() {
  const { client, seen, next, log } = window.last;
  const got = {};
  const { code } = await seen("onWebSocketClose");
  got.close = code;
  if (log.filter(([name]) => name === "onConnect").length < 2) await next("onConnect");
  got.transport = client.transport;
  const message = new Promise((resolve) => client.subscribe("/topic/back", resolve));
  client.publish({ destination: "/topic/back", body: "wieder da \0" });
  got.body = (await message).body;
  const disconnected = next("onDisconnect");
  await client.deactivate();
  await disconnected;
  got.after = client.transport;
  return got;
}

describe.each(Object.entries(SERVERS))("%s", { timeout: 60_000 }, (name, { url, close }) => {
  it.each(TRANSPORTS)("%s", async (transport) => {
    const got = await run(talk, { url: url(), transport, headers: server.headers, messages: MESSAGES, beats: BEATS });
    expect(got).toMatchObject({ transport: `sockjs/${transport}`, wrong: -1, connected: true, encoded: 100_000 });
    expect(got.binary).toMatch(/SockJS carries text only/);
    if (name === "sockjs-node") for (const session of echo.sessions) expect(session.beats).toBeGreaterThanOrEqual(3);
    await close();
    const back = await run(comeBack);
    expect(back).toMatchObject({ transport: `sockjs/${transport}`, body: "wieder da \0", after: undefined });
    say(`sockjs: ${name}, ${transport}: ${MESSAGES} messages each way in order in ${got.ms} ms, heart-beats, receipts, closed with ${back.close}, back again`);
  });
});
