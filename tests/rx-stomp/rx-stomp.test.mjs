// @stomp/rx-stomp in Chromium on our package, put in the place of @stomp/stompjs by an alias, as an application would do it;
// and code written for stomp.js 2 and webstomp-client.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launch } from "../lib/browser.mjs";
import { broker, serve } from "../npm/support.mjs";

const ENTRY = `
import { RxStomp, RxStompRPC, RxStompState } from "@stomp/rx-stomp";
import { Client } from "@stomp/stompjs";
import { filter, firstValueFrom, take, toArray } from "rxjs";
window.lib = { RxStomp, RxStompRPC, RxStompState, Client, filter, firstValueFrom, take, toArray };
window.started = [];
window.rx = (conf) => {
  const rx = new RxStomp();
  rx.configure({ reconnectDelay: 20, heartbeatIncoming: 0, heartbeatOutgoing: 0, ...conf });
  rx.activate();
  window.started.push(rx);
  return rx;
};
`;

let browser, server, page;
beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
    alias: { "@stomp/stompjs": fileURLToPath(new URL("../../pkg", import.meta.url)) },
    bundle: true,
    format: "iife",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  // The alias must not be shadowed by the real thing.
  expect(outputFiles[0].text).not.toContain("StompHandler");
  server = await serve({
    "/": ["text/html", '<!doctype html><title>rx-stomp</title><link rel="icon" href="data:,"><script src="/app.js"></script>'],
    "/old.html": ["text/html", '<!doctype html><title>old</title><link rel="icon" href="data:,"><script src="/pkg/bundles/stomp.umd.js"></script>'],
    "/app.js": ["text/javascript", outputFiles[0].text],
  });
  browser = await launch();
  page = await browser.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => window.lib);
}, 60_000);
afterEach(() => page.evaluate(() => Promise.all((window.started ?? []).splice(0).map((rx) => rx.deactivate({ force: true })))));
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});
const run = (fn) => page.evaluate(fn, { brokerURL: broker.url, connectHeaders: broker.headers });

describe("rx-stomp on stomp-wasm", { timeout: 30_000 }, () => {
  it("runs on our client", async () => {
    expect(await run((conf) => window.rx(conf).stompClient instanceof window.lib.Client)).toBe(true);
  });

  it("connects and tells its states", async () => {
    const states = await run(async (conf) => {
      const { firstValueFrom, filter, RxStompState } = window.lib;
      const rx = window.rx(conf);
      const states = [];
      rx.connectionState$.subscribe((s) => states.push(RxStompState[s]));
      await firstValueFrom(rx.connected$);
      const headers = await firstValueFrom(rx.serverHeaders$);
      await rx.deactivate();
      return { states, version: headers.version };
    });
    // rx-stomp says CLOSED twice: when the socket closes, and at the end of deactivate().
    expect(states).toEqual({ states: ["CONNECTING", "OPEN", "CLOSING", "CLOSED", "CLOSED"], version: "1.2" });
  });

  it("watches and publishes, also what was published before the connection stood", async () => {
    const bodies = await run((conf) => {
      const { firstValueFrom, take, toArray } = window.lib;
      const rx = window.rx(conf);
      const got = firstValueFrom(rx.watch("/topic/rx").pipe(take(3), toArray()));
      for (const body of ["1", "2", "grüße"]) rx.publish({ destination: "/topic/rx", body, headers: { own: body } });
      return got.then((all) => all.map((m) => [m.body, m.headers.own]));
    });
    expect(bodies).toEqual([["1", "1"], ["2", "2"], ["grüße", "grüße"]]);
  });

  it("asks for receipts", async () => {
    const id = await run((conf) => {
      const rx = window.rx(conf);
      return new Promise((resolve) => {
        rx.connected$.subscribe(() => {
          rx.watchForReceipt("rx-1", (frame) => resolve(frame.headers["receipt-id"]));
          rx.asyncReceipt("rx-1").then(() => {}, () => {});
          rx.publish({ destination: "/topic/rx-receipt", headers: { receipt: "rx-1" } });
        });
      });
    });
    expect(id).toBe("rx-1");
  });

  it("subscribes again after the connection was lost", async () => {
    const got = await run(async (conf) => {
      const { firstValueFrom, filter, RxStompState, take } = window.lib;
      const rx = window.rx(conf);
      const bodies = [];
      let wanted;
      rx.watch("/topic/rx-again").subscribe((m) => { bodies.push(m.body); wanted?.(); });
      await firstValueFrom(rx.connected$);
      const first = new Promise((resolve) => (wanted = resolve));
      rx.publish({ destination: "/topic/rx-again", body: "before" });
      await first;
      const closed = firstValueFrom(rx.connectionState$.pipe(filter((s) => s === RxStompState.CLOSED)));
      rx.stompClient.forceDisconnect();
      await closed;
      await firstValueFrom(rx.connected$);
      const second = new Promise((resolve) => (wanted = resolve));
      rx.publish({ destination: "/topic/rx-again", body: "after" });
      await second;
      return bodies;
    });
    expect(got).toEqual(["before", "after"]);
  });

  it("stops watching", async () => {
    const got = await run(async (conf) => {
      const { firstValueFrom, take } = window.lib;
      const rx = window.rx(conf);
      const bodies = [];
      const watching = rx.watch("/topic/rx-stop").subscribe((m) => bodies.push(m.body));
      const all = rx.watch("/topic/rx-stop");
      await firstValueFrom(rx.connected$);
      const next = firstValueFrom(all.pipe(take(1)));
      rx.publish({ destination: "/topic/rx-stop", body: "1" });
      await next;
      watching.unsubscribe();
      const last = firstValueFrom(all.pipe(take(1)));
      rx.publish({ destination: "/topic/rx-stop", body: "2" });
      await last;
      return bodies;
    });
    expect(got).toEqual(["1"]);
  });

  it("calls a procedure (RPC) through a temporary queue", async () => {
    const reply = await run(async (conf) => {
      const { firstValueFrom, RxStompRPC } = window.lib;
      const service = window.rx(conf);
      service.watch("/queue/rx-rpc").subscribe((request) =>
        service.publish({
          destination: request.headers["reply-to"],
          body: request.body.toUpperCase(),
          headers: { "correlation-id": request.headers["correlation-id"] },
        }),
      );
      const caller = window.rx(conf);
      await firstValueFrom(service.connected$);
      await firstValueFrom(caller.connected$);
      const answers = await Promise.all(["one", "two"].map((body) => firstValueFrom(new RxStompRPC(caller).rpc({ destination: "/queue/rx-rpc", body }))));
      return answers.map((m) => m.body);
    });
    expect(reply).toEqual(["ONE", "TWO"]);
  });
});

describe("code for stomp.js 2 and webstomp-client, with the classic-script bundle", { timeout: 30_000 }, () => {
  beforeAll(async () => {
    await page.goto(`${server.url}old.html`);
    await page.waitForFunction(() => window.StompJs);
    await page.evaluate(() => {
      window.Stomp = window.StompJs.Stomp;
      /** Behaves as SockJS does: no subprotocol, no binaryType, text only, close() without arguments, events as plain objects. */
      window.SockLike = class {
        constructor(url) {
          this.url = url;
          this.readyState = 0;
          this.protocol = "";
          const ws = new WebSocket(url, ["v12.stomp"]);
          this.ws = ws;
          const tell = (name, event) => { this.readyState = ws.readyState; this[`on${name}`]?.({ type: name, ...event }); };
          ws.onopen = () => tell("open", {});
          ws.onmessage = (e) => tell("message", { data: e.data });
          ws.onclose = (e) => tell("close", { code: e.code, reason: e.reason, wasClean: e.wasClean });
        }
        send(data) {
          if (typeof data !== "string") throw new TypeError("SockJS sends text only");
          this.ws.send(data);
          return true;
        }
        close(code, reason) {
          if (code && !(code === 1000 || (code >= 3000 && code <= 4999))) throw new Error("InvalidAccessError: Invalid code");
          this.ws.close(code ?? 1000, reason ?? "Normal closure");
        }
      };
    });
  });

  it("Stomp.over(new SockJS(url)), connect, subscribe, send, disconnect", async () => {
    const got = await run(
      ({ brokerURL }) =>
        new Promise((resolve, reject) => {
          const client = window.Stomp.over(new window.SockLike(brokerURL));
          client.debug = null;
          client.debug = () => {};
          client.heartbeat.outgoing = 20000;
          client.heartbeat.incoming = 0;
          client.connect("guest", "guest", (frame) => {
            const subscription = client.subscribe("/queue/old", (message) => {
              message.ack();
              subscription.unsubscribe();
              const seen = [frame.command, message.body, JSON.parse(message.body).a, client.version, client.connected, typeof client.ws];
              client.disconnect(() => resolve(seen));
            }, { ack: "client" });
            client.send("/queue/old", { priority: 9 }, JSON.stringify({ a: 1 }));
          }, reject);
        }),
    );
    expect(got).toEqual(["CONNECTED", '{"a":1}', 1, "1.2", true, "object"]);
  });

  it("Stomp.client(url) with headers, transactions, and an error callback", async () => {
    const got = await run(
      ({ brokerURL, connectHeaders }) =>
        new Promise((resolve) => {
          const client = window.Stomp.client(brokerURL);
          client.debug = () => {};
          client.connect(connectHeaders, () => {
            const seen = [];
            client.subscribe("/topic/old", (message) => {
              seen.push(message.body);
              if (message.body !== "end") return;
              client.disconnect(() => {
                const other = window.Stomp.client(brokerURL);
                other.debug = () => {};
                other.connect("guest", "wrong", () => resolve("connected"), (error) => resolve([seen, error.command, typeof error.headers.message]));
              });
            });
            const tx = client.begin();
            client.send("/topic/old", { transaction: tx.id }, "in a transaction");
            tx.commit();
            client.send("/topic/old", {}, "end");
          });
        }),
    );
    expect(got).toEqual([["in a transaction", "end"], "ERROR", "string"]);
  });
});
