// Code written for stomp.js 2 and for webstomp-client, over WebSocket and over SockJS: the same script on the old library and
// on the classic-script bundle, with the same outcome.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch } from "../lib/browser.mjs";
import { broker, serve } from "../npm/support.mjs";

const require = createRequire(import.meta.url);
const script = (name) => ["text/javascript", readFileSync(require.resolve(name), "utf8")];
const PAGE = `<!doctype html><title>old</title><link rel="icon" href="data:,">
<script src="/sockjs.js"></script><script src="/stompjs2.js"></script><script>window.Stomp2 = window.Stomp</script>
<script src="/webstomp.js"></script><script src="/pkg/bundles/stomp.umd.js"></script>`;
/** Where stomp-server speaks SockJS. */
const sockjs = broker.url?.replace(/^ws/, "http").replace(/\/ws$/, "/sockjs");

let browser, server, page;
beforeAll(async () => {
  server = await serve({
    "/": ["text/html", PAGE],
    "/sockjs.js": script("sockjs-client/dist/sockjs.js"),
    "/stompjs2.js": script("stompjs/lib/stomp.js"),
    "/webstomp.js": script("webstomp-client/dist/webstomp.js"),
  });
  browser = await launch();
  page = await browser.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => window.StompJs && window.SockJS && window.Stomp2?.over && window.webstomp?.over);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const run = (fn, arg) => page.evaluate(fn, { url: broker.url, sockjs, ...arg });

describe("code for stomp.js 2", { timeout: 60_000 }, () => {
  const app = (arg) =>
    run(
      ({ library, over, url, sockjs }) =>
        new Promise((resolve, reject) => {
          const Stomp = library === "ours" ? window.StompJs.Stomp : window.Stomp2;
          const client = over === "client" ? Stomp.client(url) : Stomp.over(over === "SockJS" ? new window.SockJS(sockjs) : new WebSocket(url, ["v12.stomp", "v11.stomp"]));
          client.debug = null;
          client.heartbeat.outgoing = 20000;
          client.heartbeat.incoming = 0;
          const seen = [];
          const connected = (frame) => {
            seen.push(frame.command, client.connected, typeof client.ws);
            const queue = `/queue/old-${Math.random()}`;
            const subscription = client.subscribe(queue, (message) => {
              seen.push(message.command, message.body, message.headers.priority, message.headers.destination === queue);
              message.ack({ transaction: tx.id });
              tx.commit();
              subscription.unsubscribe();
              client.disconnect(() => resolve(seen));
            }, { ack: "client" });
            seen.push(subscription.id, typeof subscription.unsubscribe);
            const tx = client.begin("tx-old");
            client.send(queue, { priority: 9 }, "grüße");
          };
          client.connect("guest", "guest", connected, (error) => reject(new Error(String(error))));
        }),
      arg,
    );

  it.each(["client", "WebSocket", "SockJS"])("over %s does the same", async (over) => {
    const [old, ours] = [await app({ library: "old", over }), await app({ library: "ours", over })];
    expect(old).toContain("grüße");
    expect(ours).toEqual(old);
  });
});

describe("code for webstomp-client", { timeout: 60_000 }, () => {
  const app = (arg) =>
    run(
      ({ library, over, url, sockjs }) =>
        new Promise((resolve, reject) => {
          const webstomp = library === "ours" ? window.StompJs.Stomp : window.webstomp;
          const options = { debug: false, heartbeat: { incoming: 0, outgoing: 0 } };
          const client = over === "client" ? webstomp.client(url, options) : webstomp.over(new window.SockJS(sockjs), options);
          if (library === "ours") client.debug = () => {};
          const seen = [];
          client.connect({ login: "guest", passcode: "guest" }, (frame) => {
            seen.push(frame.command, client.connected);
            client.subscribe("/topic/webstomp", (message) => {
              seen.push(message.body, message.headers.own ?? "none");
              if (message.body === "end") client.disconnect(() => resolve(seen));
            });
            client.send("/topic/webstomp", "first", { own: "x" });
            client.send("/topic/webstomp", JSON.stringify({ a: 1 }));
            client.send("/topic/webstomp", "end", {});
          }, reject);
        }),
      arg,
    );

  it.each(["client", "SockJS"])("over %s does the same", async (over) => {
    const [old, ours] = [await app({ library: "old", over }), await app({ library: "ours", over })];
    expect(old).toEqual(["CONNECTED", true, "first", "x", '{"a":1}', "none", "end", "none"]);
    expect(ours).toEqual(old);
  });
});

describe("SockJS under the client itself", { timeout: 60_000 }, () => {
  it.each(["websocket", "xhr-streaming", "xhr-polling", "eventsource"])("over %s: connects, sends, receives, connects again", async (transport) => {
    const got = await run(
      async ({ sockjs, transport }) => {
        const bodies = [];
        let connections = 0;
        const used = [];
        const client = new window.StompJs.Client({
          webSocketFactory: () => new window.SockJS(sockjs, null, { transports: [transport] }),
          connectHeaders: { login: "guest", passcode: "guest" },
          reconnectDelay: 20,
          debug: undefined,
        });
        await new Promise((resolve) => {
          client.onConnect = () => {
            connections++;
            used.push(client.webSocket.transport);
            client.subscribe("/topic/sockjs", (message) => {
              bodies.push(message.body);
              connections === 1 ? client.forceDisconnect() : resolve();
            });
            client.publish({ destination: "/topic/sockjs", body: `grüße ${connections}` });
          };
          client.activate();
        });
        await client.deactivate();
        return { bodies, used, state: client.state };
      },
      { transport },
    );
    expect(got).toEqual({ bodies: ["grüße 1", "grüße 2"], used: [transport, transport], state: 2 });
  });
});
