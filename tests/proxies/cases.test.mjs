// Each way of nginx (nginx.conf, cut.conf) with WebSocket alone, with automatic fallback, and with SockJS alone; all of them
// side by side, since one waits a minute for an idle connection to live. What happened is printed, line by line.
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { say } from "../lib/summary.mjs";
import { cutAll, proxies, useBrowser } from "./support.mjs";

/** Long enough for a minute's run on a slow machine. */
const LIMIT = 170_000;
const BEATS = { heartbeatIncoming: 2000, heartbeatOutgoing: 2000 };
const NO_BEATS = { heartbeatIncoming: 0, heartbeatOutgoing: 0 };
const alone = (proxy) => ({ conf: { brokerURL: proxy.ws, ...BEATS } });
const fallback = (proxy) => ({ conf: { brokerURL: proxy.ws, fallbackURL: proxy.sockjs, ...BEATS } });
const WITHOUT_WEB_SOCKET = ["xhr-streaming", "eventsource", "xhr-polling"];
/** With a time for each transport that is enough on a busy machine: by itself sockjs-client allows one some 300 ms. */
const sockjs = (proxy, transports = WITHOUT_WEB_SOCKET) => ({ sockjs: { url: proxy.sockjs, transports, timeout: 2500 }, conf: BEATS });
const silent = (how) => ({ ...how, conf: { ...how.conf, ...NO_BEATS } });

/** What runs, by the case and what is tried in it. A message each 50 ms, unless a case is about silence. */
const busy = { seconds: 10, every: 50 };
const idle = { seconds: 60, every: 12_000, burst: 10 };
const cut = { seconds: 35, every: 50 };
const CUT = "(e) cuts every connection after 10 s";
const RUNS = {
  "(a) passes Upgrade": {
    "WebSocket alone": { ...alone(proxies.pass), ...busy },
    "automatic fallback": { ...fallback(proxies.pass), ...busy },
    "SockJS alone": { ...sockjs(proxies.pass), ...busy },
  },
  "(b) strips Upgrade": {
    "automatic fallback": { ...fallback(proxies.strip), ...busy },
    "SockJS alone": { ...sockjs(proxies.strip), ...busy },
  },
  "(c) closes what is idle for 5 s": {
    "WebSocket alone, heart-beats": { ...alone(proxies.idle), ...idle },
    "WebSocket alone, no heart-beats": { ...silent(alone(proxies.idle)), ...idle },
    "automatic fallback, heart-beats": { ...fallback(proxies.idle), ...idle },
    "automatic fallback, no heart-beats": { ...silent(fallback(proxies.idle)), ...idle },
    "SockJS alone, heart-beats": { ...sockjs(proxies.idle), ...idle },
    "SockJS alone, no heart-beats": { ...silent(sockjs(proxies.idle)), ...idle },
  },
  "(d) buffers responses": {
    "WebSocket alone": { ...alone(proxies.buffer), ...busy },
    "automatic fallback": { ...fallback(proxies.buffer), ...busy },
    "SockJS alone": { ...sockjs(proxies.buffer), ...busy },
  },
  "(d) buffers responses and strips Upgrade": {
    "automatic fallback": { ...fallback(proxies.bufferStrip), ...busy },
  },
  "(d) buffers responses, but heeds X-Accel-Buffering: no": {},
  "(d) buffers responses, but takes them in HTTP/1.1": {},
  [CUT]: {
    "WebSocket alone": { ...alone(proxies.cut), ...cut },
    "automatic fallback": { ...fallback(proxies.cut), ...cut },
    "SockJS alone": { ...sockjs(proxies.cut), ...cut },
  },
  "(f) requires TLS": {
    "WebSocket alone": { ...alone(proxies.tls), ...busy },
    "automatic fallback": { ...fallback(proxies.tls), ...busy },
    "SockJS alone": { ...sockjs(proxies.tls), ...busy },
  },
};
/** Which single transports get through is tried after that, one after another. */
const TRANSPORTS = ["websocket", "xhr-streaming", "eventsource", "xhr-polling"];
const MATRIX = {
  "(a) passes Upgrade": proxies.pass,
  "(b) strips Upgrade": proxies.strip,
  "(c) closes what is idle for 5 s": proxies.idle,
  "(d) buffers responses": proxies.buffer,
  "(d) buffers responses and strips Upgrade": proxies.bufferStrip,
  "(d) buffers responses, but heeds X-Accel-Buffering: no": proxies.bufferWish,
  "(d) buffers responses, but takes them in HTTP/1.1": proxies.bufferChunks,
  [CUT]: proxies.cut,
  "(f) requires TLS": proxies.tls,
};

const open = useBrowser();
/** Promises of what came out, by case and run; `transports` beside the runs. */
const results = {};
let cutting;

/** The longest time without a connection between two, in ms. */
const longestGap = ({ connections }) => Math.max(0, ...connections.slice(1).map(({ from }, i) => from - connections[i].to));

function line(where, how, got) {
  const live = got.live === undefined ? "never live" : `live after ${(got.live / 1000).toFixed(2)} s`;
  const over = [...new Set(got.transports)].join(", then ");
  const reconnects = Math.max(got.connections.length - 1, 0);
  const healed = reconnects ? ` (the longest took ${longestGap(got)} ms)` : "";
  say(
    `proxies: ${where}, ${how}: ${live}${over && ` over ${over}`}, ${reconnects} reconnects${healed}, ${got.sent} sent, ` +
      `${got.again} sent again, ${got.received} received, ${got.duplicates} twice, ${got.lost} lost`,
  );
  return got;
}

beforeAll(async () => {
  for (const [where, runs] of Object.entries(RUNS)) {
    const page = await open();
    const started = Object.entries(runs).map(([how, task]) => [how, page.evaluate((task) => window.run(task), task).then((got) => line(where, how, got))]);
    const transports = Promise.allSettled(started.map(([, run]) => run)).then(async () => {
      const through = {};
      for (const transport of TRANSPORTS) {
        const task = { ...sockjs(MATRIX[where], [transport]), limit: 8000 };
        through[transport] = await page.evaluate((task) => window.attempt(task), task);
      }
      const words = TRANSPORTS.map((t) => `${t} ${through[t].through ? `after ${through[t].ms} ms` : `not (${through[t].why})`}`);
      say(`proxies: ${where}, SockJS through: ${words.join(", ")}`);
      return through;
    });
    results[where] = Object.fromEntries([...started, ["transports", transports]]);
    // Each is awaited by its own test; that one fails, and not the process.
    for (const result of Object.values(results[where])) result.catch(() => {});
    if (where === CUT) cutting = setInterval(cutAll, 10_000);
  }
}, 120_000);
afterAll(() => clearInterval(cutting));

/** What holds however a connection was treated: nothing is lost, broken, or left without a receipt. */
function nothingLost(got) {
  expect({ lost: got.lost, unconfirmed: got.unconfirmed, errors: got.errors }).toEqual({ lost: 0, unconfirmed: 0, errors: [] });
  expect(got.sent).toBeGreaterThan(20);
  expect(got.received).toBe(got.sent);
}
/** One connection, over one of these transports, on which every message came once. */
function calm(got, ...transports) {
  nothingLost(got);
  expect(got.transports).toHaveLength(1);
  expect(transports).toContain(got.transports[0]);
  expect([got.again, got.duplicates]).toEqual([0, 0]);
}
/** Automatic fallback leaves the choice and its times to sockjs-client; the first is what it takes unless the machine is busy. */
const ANY_BUT_WEB_SOCKET = WITHOUT_WEB_SOCKET.map((name) => `sockjs/${name}`);
const through = async (where) => Object.entries(await results[where].transports).filter(([, t]) => t.through).map(([name]) => name);

describe("through a proxy that", { timeout: LIMIT }, () => {
  describe("passes Upgrade", () => {
    const where = "(a) passes Upgrade";
    it("WebSocket alone", async () => calm(await results[where]["WebSocket alone"], "websocket"));
    it("automatic fallback stays with WebSocket", async () => calm(await results[where]["automatic fallback"], "websocket"));
    it("SockJS", async () => calm(await results[where]["SockJS alone"], "sockjs/xhr-streaming"));
    it("every transport of SockJS", async () => expect(await through(where)).toEqual(TRANSPORTS));
  });

  describe("strips Upgrade", () => {
    const where = "(b) strips Upgrade";
    it.each([
      [where, proxies.strip],
      ["(d) buffers responses and strips Upgrade", proxies.bufferStrip],
    ])("WebSocket alone never gets through: %s", async (where, proxy) => {
      const page = await open();
      const got = await page.evaluate((task) => window.attempt(task), { ...alone(proxy), limit: 10_000 });
      say(`proxies: ${where}, WebSocket alone: never live, ${got.why}`);
      expect(got).toEqual({ through: false, why: "closed with 1006" });
    });
    it("where Upgrade is swallowed, and nobody answers, the fallback is live soon after fallbackTimeout", async () => {
      const page = await open();
      const nobody = createServer((socket) => socket.on("error", () => {}));
      await new Promise((resolve) => nobody.listen(0, "127.0.0.1", resolve));
      const conf = { brokerURL: `ws://127.0.0.1:${nobody.address().port}/ws`, fallbackURL: proxies.strip.sockjs };
      const got = line("(b) swallows Upgrade", "automatic fallback", await page.evaluate((task) => window.run(task), { conf, seconds: 5, every: 50 }));
      nobody.close();
      calm(got, ...ANY_BUT_WEB_SOCKET);
      // Its default is 2 seconds.
      expect(got.live).toBeGreaterThan(2000);
      expect(got.live).toBeLessThan(4000);
    });
    it("the fallback is live within 3 seconds", async () => {
      const got = await results[where]["automatic fallback"];
      calm(got, ...ANY_BUT_WEB_SOCKET);
      expect(got.live).toBeLessThan(3000);
    });
    it("SockJS", async () => calm(await results[where]["SockJS alone"], "sockjs/xhr-streaming"));
    it("every transport of SockJS but WebSocket", async () => expect(await through(where)).toEqual(TRANSPORTS.slice(1)));
  });

  describe("closes what is idle for 5 seconds", () => {
    const where = "(c) closes what is idle for 5 s";
    it("heart-beats keep a WebSocket for a minute", async () => calm(await results[where]["WebSocket alone, heart-beats"], "websocket"));
    it("heart-beats keep what automatic fallback chose", async () => calm(await results[where]["automatic fallback, heart-beats"], "websocket"));
    it("heart-beats keep SockJS", async () => calm(await results[where]["SockJS alone, heart-beats"], "sockjs/xhr-streaming"));
    it.each(["WebSocket alone", "automatic fallback"])("without heart-beats it is cut, and heals: %s", async (how) => {
      const got = await results[where][`${how}, no heart-beats`];
      nothingLost(got);
      // A minute holds eleven times the 5 seconds, and messages every 12 seconds that keep it longer.
      expect(got.connections.length).toBeGreaterThanOrEqual(6);
      for (const { from, to } of got.connections.slice(0, -1)) expect(to - from).toBeGreaterThan(4500);
    });
    it("SockJS without heart-beats", async () => nothingLost(await results[where]["SockJS alone, no heart-beats"]));
  });

  describe("buffers responses", () => {
    const where = "(d) buffers responses";
    it("WebSocket alone is not touched by it", async () => calm(await results[where]["WebSocket alone"], "websocket"));
    it("automatic fallback stays with WebSocket", async () => calm(await results[where]["automatic fallback"], "websocket"));
    it("SockJS finds what is not held back", async () => calm(await results[where]["SockJS alone"], "sockjs/xhr-polling"));
    it("streams are held back, polling is not", async () => expect(await through(where)).toEqual(["xhr-polling"]));
    it("without Upgrade automatic fallback finds what is not held back", async () =>
      calm(await results["(d) buffers responses and strips Upgrade"]["automatic fallback"], "sockjs/xhr-polling"));
    it("without Upgrade there is only polling", async () =>
      expect(await through("(d) buffers responses and strips Upgrade")).toEqual(["xhr-polling"]));
    it.each(["heeds X-Accel-Buffering: no", "takes them in HTTP/1.1"])("streams are not held back where nginx %s", async (but) =>
      expect(await through(`(d) buffers responses, but ${but}`)).toEqual(TRANSPORTS.slice(1)));
  });

  describe("cuts every connection after 10 seconds", () => {
    const where = CUT;
    it.each(["WebSocket alone", "automatic fallback"])("each loss is healed, and the subscription with it: %s", async (how) => {
      const got = await results[where][how];
      nothingLost(got);
      expect(new Set(got.transports)).toEqual(new Set(["websocket"]));
      expect(got.connections.length).toBeGreaterThanOrEqual(4);
      expect(longestGap(got)).toBeLessThan(3000);
      for (const connection of got.connections) {
        expect(connection.received).toBeGreaterThan(0);
        if (connection.to !== undefined) expect(connection.to - connection.from).toBeLessThan(13_000);
      }
    });
    it("SockJS", async () => nothingLost(await results[where]["SockJS alone"]));
  });

  describe("requires TLS", () => {
    const where = "(f) requires TLS";
    it("WebSocket alone", async () => calm(await results[where]["WebSocket alone"], "websocket"));
    it("automatic fallback stays with WebSocket", async () => calm(await results[where]["automatic fallback"], "websocket"));
    it("SockJS", async () => calm(await results[where]["SockJS alone"], "sockjs/xhr-streaming"));
    it("every transport of SockJS", async () => expect(await through(where)).toEqual(TRANSPORTS));
  });
});

describe("through TLS with a certificate that the browser does not trust", { timeout: 60_000 }, () => {
  const openStrictly = useBrowser({ trusts: false });
  it("neither WebSocket nor SockJS gets through", async () => {
    const page = await openStrictly();
    for (const task of [alone(proxies.tls), sockjs(proxies.tls)]) {
      const got = await page.evaluate((task) => window.attempt(task), { ...task, limit: 10_000 });
      expect(got.through).toBe(false);
      expect(got.why).toMatch(/^closed with/);
    }
  });
});
