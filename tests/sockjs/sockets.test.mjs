// Where sockets come from: the constructor SockJS, functions that make sockets and what is mistaken for them, and sockets that
// are not quite WebSockets.
import { readFileSync } from "node:fs";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SOCKJS, server, usePage } from "./support.mjs";

const it_ = usePage({ sockjs: false });
const run = (fn, extra = server) => it_.page.evaluate(fn, extra);
beforeAll(async () => {
  // sockjs-client as a module, which does not define the global.
  const module = `const module = { exports: {} }, exports = module.exports;\n${readFileSync(SOCKJS, "utf8")}\nexport default module.exports;`;
  await it_.page.route("**/sockjs-client.mjs", (route) => route.fulfill({ contentType: "text/javascript", body: module }));
  await it_.page.addScriptTag({ type: "module", content: 'import SockJS from "/sockjs-client.mjs"; window.SOCKJS = SockJS;' });
  await it_.page.waitForFunction(() => window.SOCKJS);
  await run(() => {
    /** Sends a text and bytes, and gives what comes back. */
    window.roundTrip = async ({ client, connected }, bytes) => {
      await connected;
      const destination = `/topic/sockets.${Math.random()}`;
      const got = [];
      const all = new Promise((resolve) => client.subscribe(destination, (message) => got.push(bytes && got.length ? [...message.binaryBody] : message.body) === (bytes ? 2 : 1) && resolve()));
      client.publish({ destination, body: "ü\0" });
      if (bytes) client.publish({ destination, binaryBody: Uint8Array.from(bytes) });
      await all;
      return got;
    };
    /** A client that is told to connect. */
    window.go = (conf) => {
      const t = window.make(conf);
      t.connected = t.seen("onConnect");
      t.client.activate();
      return t;
    };
  });
});
beforeEach(() => { it_.complaints.length = 0; });
afterEach(() => run(() => (delete window.SockJS, window.stopAll())));

describe("the constructor SockJS", { timeout: 30_000 }, () => {
  it("is missing: the error says what to do, and the next attempt finds it", async () => {
    const got = await run(async ({ sockjs, headers }) => {
      const t = window.go({ brokerURL: sockjs, connectHeaders: headers, reconnectDelay: 20 });
      const error = await t.seen("onWebSocketError");
      window.SockJS = window.SOCKJS;
      await t.connected;
      return [error, t.client.transport];
    });
    expect(got[0]).toMatchObject({ error: true, message: expect.stringMatching(/means SockJS, which is not here: set client\.sockjs/) });
    expect(got[1]).toBe("sockjs/websocket");
  });

  it("is client.sockjs, before the global one", async () => {
    const got = await run(async ({ sockjs, headers }) => {
      const given = [];
      window.SockJS = class { constructor() { throw new Error("not this one"); } };
      const own = class extends window.SOCKJS { constructor(...args) { super(...args); given.push(args); } };
      const t = window.go({ brokerURL: sockjs, sockjs: own, sockjsOptions: { transports: "xhr-polling" }, connectHeaders: headers });
      return [await window.roundTrip(t), given, t.client.transport, t.client.webSocket instanceof own];
    });
    expect(got).toEqual([["ü\0"], [[server.sockjs, undefined, { transports: "xhr-polling" }]], "sockjs/xhr-polling", true]);
  });

  it("is imported where an import map knows it", async () => {
    const got = await run(async ({ sockjs, headers }) => {
      document.head.append(Object.assign(document.createElement("script"), { type: "importmap", textContent: '{ "imports": { "sockjs-client": "/sockjs-client.mjs" } }' }));
      const t = window.go({ brokerURL: sockjs, connectHeaders: headers });
      return [await window.roundTrip(t), typeof window.SockJS];
    });
    expect(got).toEqual([["ü\0"], "undefined"]);
  });

  it("works in a browser that has no WebSocket", async () => {
    const got = await run(async ({ ws, sockjs, headers }) => {
      const { WebSocket } = window;
      delete window.WebSocket;
      try {
        const alone = window.go({ brokerURL: sockjs, sockjs: window.SOCKJS, sockjsOptions: { transports: "xhr-streaming" }, connectHeaders: headers });
        const fallback = window.go({ brokerURL: ws, fallbackURL: sockjs, sockjs: window.SOCKJS, connectHeaders: headers });
        return [await window.roundTrip(alone), await window.roundTrip(fallback), fallback.client.transport];
      } finally {
        window.WebSocket = WebSocket;
      }
    });
    expect(got).toEqual([["ü\0"], ["ü\0"], "sockjs/xhr-streaming"]);
  });
});

describe("binaryEncoding", { timeout: 30_000 }, () => {
  it("is undone over a WebSocket, too; what is not encoded, or not base64, is told from it", async () => {
    const got = await run(async ({ ws, headers }) => {
      const t = window.go({ brokerURL: ws, connectHeaders: headers, binaryEncoding: "base64" });
      await t.connected;
      const destination = "/topic/encoded";
      const messages = [];
      const all = new Promise((resolve) => t.client.subscribe(destination, (message) => messages.push(message) === 4 && resolve()));
      const send = (conf) => t.client.publish({ destination, ...conf });
      send({ body: "/wA=", headers: { "content-transfer-encoding": "base64" } });
      send({ body: "/wA=" });
      send({ body: "no base64!", headers: { "content-transfer-encoding": "base64" } });
      send({ binaryBody: Uint8Array.of(0xff, 0) });
      await all;
      return messages.map((message) => {
        try { return [message.body, [...message.binaryBody]]; } catch (error) { return [message.body, error.name]; }
      });
    });
    const asText = [..."/wA="].map((char) => char.charCodeAt(0));
    expect(got).toEqual([["/wA=", [0xff, 0]], ["/wA=", asText], ["no base64!", "InvalidCharacterError"], ["\ufffd\0", [0xff, 0]]]);
  });
});

describe("webSocketFactory", { timeout: 30_000 }, () => {
  it("() => new SockJS(url): a new one for each connection", async () => {
    const got = await run(async ({ sockjs, headers }) => {
      const made = [];
      const t = window.go({ webSocketFactory: () => (made.push(new window.SOCKJS(sockjs)), made.at(-1)), connectHeaders: headers, reconnectDelay: 20 });
      await t.connected;
      const again = t.next("onConnect");
      t.client.forceDisconnect();
      await again;
      let refused;
      try { t.client.publish({ destination: "/topic/a", binaryBody: new Uint8Array(3) }); } catch (error) { refused = error.message; }
      return { made: made.length, same: t.client.webSocket === made[1], transport: t.client.transport, refused };
    });
    expect(got).toMatchObject({ made: 2, same: true, transport: "sockjs/websocket", refused: expect.stringMatching(/text only/) });
  });

  it("a socket in place of a function: activate() throws, and says how to do it", async () => {
    const got = await run(({ sockjs }) => {
      const socket = new window.SOCKJS(sockjs);
      const t = window.make({ webSocketFactory: socket });
      try { t.client.activate(); } catch (error) { return [error instanceof TypeError, error.message, t.client.active]; } finally { socket.close(); }
    });
    expect(got).toEqual([true, expect.stringMatching(/must be a function that makes a new socket.*\(\) => new SockJS\(url\)/), false]);
  });

  it("a socket that beforeConnect puts there: onWebSocketError is told", async () => {
    const got = await run(async () => {
      const t = window.go({ brokerURL: "ws://x/", beforeConnect: (client) => { client.webSocketFactory = {}; } });
      return t.seen("onWebSocketError");
    });
    expect(got.message).toMatch(/must be a function/);
  });

  it("the same socket again: explained, by the console too where nobody listens", async () => {
    const got = await run(async ({ ws, headers }) => {
      const socket = new WebSocket(ws, "v12.stomp");
      const t = window.go({ webSocketFactory: () => socket, connectHeaders: headers, reconnectDelay: 20 });
      await t.connected;
      t.client.forceDisconnect();
      const error = await t.seen("onWebSocketError");
      const states = [t.client.active, t.client.connected];
      const attempt = new Promise((resolve) => { t.client.beforeConnect = () => resolve(); });
      t.client.onWebSocketError = undefined;
      await attempt;
      return [error, ...states];
    });
    expect(got).toEqual([{ error: true, message: expect.stringMatching(/closed already: webSocketFactory must make a new one for each connection/) }, true, false]);
    await expect.poll(() => it_.complaints.join()).toMatch(/closed already/);
  });

  it("Stomp.over(socket) connects once, as ever", async () => {
    const got = await run(async ({ ws, headers }) => {
      const warn = console.warn;
      const warnings = [];
      console.warn = (text) => warnings.push(text);
      const client = window.StompJs.Stomp.over(new WebSocket(ws, "v12.stomp"));
      console.warn = warn;
      client.debug = () => {};
      await new Promise((resolve, reject) => client.connect(headers, resolve, reject, reject));
      const { connected } = client;
      await client.deactivate();
      return [connected, warnings.length, client.connected];
    });
    expect(got).toEqual([true, 1, false]);
  });
});

/** A socket as mini-programs have it: callbacks by functions, arguments by name, text or ArrayBuffers. */
const socketTask = () => {
  window.FakeSocketTask = class {
    #socket;
    constructor(url, protocols) {
      this.#socket = new WebSocket(url, protocols);
      this.#socket.binaryType = "arraybuffer";
    }
    onOpen(callback) { this.#socket.addEventListener("open", () => callback({ header: {} })); }
    onMessage(callback) { this.#socket.addEventListener("message", ({ data }) => callback({ data })); }
    onError(callback) { this.#socket.addEventListener("error", () => callback({ errMsg: "connectSocket:fail" })); }
    onClose(callback) { this.#socket.addEventListener("close", ({ code, reason }) => callback({ code, reason })); }
    send({ data, fail }) {
      if (typeof data !== "string" && !(data instanceof ArrayBuffer)) return fail?.({ errMsg: "sendSocketMessage:fail" });
      this.#socket.send(data);
    }
    close({ code = 1000, reason = "" }) { this.#socket.close(code, reason); }
  };
};
/** A socket that has nothing but addEventListener. */
const listeners = () => {
  window.OnlyListeners = class {
    #socket;
    constructor(url, protocols) {
      this.#socket = new WebSocket(url, protocols);
      this.#socket.binaryType = "arraybuffer";
    }
    addEventListener(type, callback) { this.#socket.addEventListener(type, callback); }
    get readyState() { return this.#socket.readyState; }
    send(data) { this.#socket.send(data); }
    close(...args) { this.#socket.close(...args); }
  };
};

describe.each([["FakeSocketTask", socketTask], ["OnlyListeners", listeners]])("a socket that is not quite a WebSocket: %s", { timeout: 30_000 }, (name, define) => {
  beforeAll(() => it_.page.evaluate(`(${define})()`));

  it.each(["as it is", "by a promise"])("carries text and bytes, is closed, and made anew, %s", async (how) => {
    const got = await run(async ({ ws, headers, name, how }) => {
      const make = () => new window[name](ws, ["v12.stomp"]);
      const t = window.go({ webSocketFactory: how === "as it is" ? make : async () => make(), connectHeaders: headers, reconnectDelay: 20 });
      // More than shares a piece of memory, too.
      const bytes = Array.from({ length: 20_000 }, (_, i) => (i * 7) % 256);
      const small = await window.roundTrip(t, [0, 0xff, 0xc3, 10]);
      const [, large] = await window.roundTrip(t, bytes);
      const again = t.next("onConnect");
      t.client.forceDisconnect();
      const { code } = await t.seen("onWebSocketClose");
      await again;
      const after = await window.roundTrip(t);
      await t.client.deactivate();
      return { small, large: String(large) === String(bytes), code, after, names: t.names().filter((each) => each !== "onChangeState") };
    }, { ...server, name, how });
    expect(got).toMatchObject({ small: ["ü\0", [0, 0xff, 0xc3, 10]], large: true, after: ["ü\0"] });
    expect([1000, 1005]).toContain(got.code);
    expect(got.names).toEqual(["onConnect", "onWebSocketClose", "onConnect", "onDisconnect", "onWebSocketClose"]);
  });

  it("tells of errors", async () => {
    const got = await run(async ({ name }) => {
      const t = window.go({ webSocketFactory: () => new window[name]("ws://127.0.0.1:9/", []) });
      await t.seen("onWebSocketClose");
      return t.names().filter((each) => each !== "onChangeState");
    }, { name });
    expect(got).toEqual(["onWebSocketError", "onWebSocketClose"]);
  });
});
