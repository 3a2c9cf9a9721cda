// Stock STOMP clients over WebSocket: @stomp/stompjs and webstomp-client, in Node and in Chromium.
import { createRequire } from "node:module";
import { Client, Versions } from "@stomp/stompjs";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { AWKWARD, broker, converse, file, usePage } from "./support.mjs";

const require = createRequire(import.meta.url);
const webstomp = require("webstomp-client");
const chromium = usePage({
  sameOrigin: false,
  scripts: [file("@stomp/stompjs/bundles/stomp.umd.js"), file("webstomp-client/dist/webstomp.js")],
});
const GOOD = (version) => ({ version, inOrder: true, awkward: true, large: true, errors: [], close: { code: 1000, wasClean: true } });
const VERSIONS = ["1.0", "1.1", "1.2"];
const task = { awkward: AWKWARD, messages: 300, size: 300_000 };

describe("@stomp/stompjs", { timeout: 30_000 }, () => {
  it.each(VERSIONS)("STOMP %s in Node", async (version) => {
    const client = new Client({
      webSocketFactory: () => new WebSocket(broker.ws, [`v${version.replace(".", "")}.stomp`]),
      stompVersions: new Versions([version]),
      reconnectDelay: 0,
    });
    expect(await converse({ client, ...task })).toEqual(GOOD(version));
  });

  it.each(VERSIONS)("STOMP %s in Chromium", async (version) => {
    const got = await chromium.page.evaluate(async ({ url, version, task }) => {
      const client = new StompJs.Client({ brokerURL: url, stompVersions: new StompJs.Versions([version]), reconnectDelay: 0 });
      return window.converse({ client, ...task });
    }, { url: broker.ws, version, task });
    expect(got).toEqual(GOOD(version));
  });

  it("binary bodies in Chromium", async () => {
    const got = await chromium.page.evaluate(async (url) => {
      const client = new StompJs.Client({ brokerURL: url, reconnectDelay: 0 });
      await new Promise((resolve) => { client.onConnect = resolve; client.activate(); });
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      const message = await new Promise((resolve) => {
        client.subscribe("/queue/interop.binary", resolve);
        client.publish({ destination: "/queue/interop.binary", binaryBody: bytes });
      });
      const back = Array.from(message.binaryBody);
      await client.deactivate();
      return back;
    }, broker.ws);
    expect(got).toEqual(Array.from({ length: 256 }, (_, i) => i));
  });

  it("heart-beats in Chromium, and a connection that stays", async () => {
    const got = await chromium.page.evaluate(async (url) => {
      const seen = [];
      let three;
      const beats = new Promise((resolve) => { three = resolve; });
      const client = new StompJs.Client({
        brokerURL: url, reconnectDelay: 0, heartbeatIncoming: 200, heartbeatOutgoing: 200,
        debug: (line) => { seen.push(line); if (seen.filter((l) => l === "<<< PONG").length === 3) three(); },
      });
      client.activate();
      await beats;
      const connected = client.connected;
      await client.deactivate();
      return { connected, pings: seen.filter((l) => l === ">>> PING").length };
    }, broker.ws);
    expect(got.connected).toBe(true);
    expect(got.pings).toBeGreaterThanOrEqual(2);
  });
});

/** webstomp-client with a transaction and acknowledgements. It escapes nothing in headers, so these are plain. */
async function webstompConverses({ client, awkward }) {
  const queue = `/queue/interop.${Math.random()}`;
  await new Promise((resolve, reject) => client.connect({ login: "guest", passcode: "guest" }, resolve, reject));
  const got = [];
  let next;
  const message = () => (got.length ? Promise.resolve(got.shift()) : new Promise((resolve) => { next = resolve; }));
  client.subscribe(queue, (m) => { if (next) { next(m); next = null; } else got.push(m); }, { ack: "client-individual" });
  client.send(queue, awkward, { "x-own": "value" });
  const first = await message();
  first.ack();
  const transaction = client.begin("tx");
  client.send(queue, "in a transaction", { transaction: transaction.id });
  client.send(queue, "outside");
  const second = await message();
  transaction.commit();
  const third = await message();
  second.ack();
  third.nack();
  const again = await message();
  again.ack();
  const closed = new Promise((resolve) => client.disconnect(resolve));
  await closed;
  return [first.body === awkward, first.headers["x-own"], second.body, third.body, again.body, again.headers.redelivered];
}

describe("webstomp-client", { timeout: 30_000 }, () => {
  const GOOD_TOO = [true, "value", "outside", "in a transaction", "in a transaction", "true"];
  const options = { debug: false, heartbeat: { incoming: 1000, outgoing: 1000 } };

  it("in Node", async () => {
    const client = webstomp.over(new WebSocket(broker.ws, ["v12.stomp"]), { ...options, binary: false });
    expect(await webstompConverses({ client, awkward: AWKWARD.replaceAll("\0", "") })).toEqual(GOOD_TOO);
  });

  it.each([false, true])("in Chromium, binary: %s", async (binary) => {
    await chromium.page.evaluate(`window.webstompConverses = ${webstompConverses}`);
    const got = await chromium.page.evaluate(
      ({ url, options, awkward }) => window.webstompConverses({ client: webstomp.client(url, options), awkward }),
      { url: broker.ws, options: { ...options, binary }, awkward: AWKWARD.replaceAll("\0", "") },
    );
    expect(got).toEqual(GOOD_TOO);
  });
});
