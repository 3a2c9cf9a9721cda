// The demo page in Chromium when things go wrong, and what it makes of messages that nobody should send.
//
// DEMO_URL: the page, served by a stomp-server with a feed; DEMO_LOCKED_URL: a second stomp-server (ws://…), without a
// feed, that lets only the user `tester` with the passcode `right-one` in.
import { once } from "node:events";
import net from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import WebSocket from "ws";
import { launch } from "../lib/browser.mjs";

const PAGE = need("DEMO_URL");
const LOCKED = need("DEMO_LOCKED_URL");
/** How long a test may take, and one step of it: the machine may be busy with other tests. */
const LIMIT_MS = 60_000;
const STEP_MS = 25_000;

let browser;
let context;
/** What the pages of a test threw or wrote to the console as an error. */
let complaints;
beforeAll(async () => {
  browser = await launch();
}, LIMIT_MS);
afterAll(() => browser?.close());
beforeEach(async () => {
  complaints = [];
  context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  context.setDefaultTimeout(STEP_MS);
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") {
    for (const page of context.pages()) {
      const says = await page.evaluate(() => JSON.stringify([window.demo.status(), window.demo.log()])).catch(String);
      console.error(`the page says: ${says}`);
    }
    console.error(`its console: ${JSON.stringify(complaints)}`);
  }
  await context.close();
});

function need(name) {
  const value = process.env[name];
  if (!value) throw new Error(`set ${name}, or run the tests by \`cargo xtask test demo\``);
  return value;
}

async function open(query = {}, prepare = async () => {}) {
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await prepare(page);
  await page.goto(`${PAGE}?${new URLSearchParams(query)}`);
  await page.waitForFunction(() => window.demo);
  return page;
}

const status = (page) => page.evaluate(() => window.demo.status());
const state = (page, wanted) => page.waitForFunction((wanted) => window.demo.status().state === wanted, wanted);
const more = async (page, prices = 20) => {
  const before = (await status(page)).prices;
  await page.waitForFunction((least) => window.demo.status().prices >= least, before + prices);
};
/** Waits for a line of the log that holds `words`, at least `times` times. */
const logged = (page, words, times = 1) =>
  page.waitForFunction(
    ([words, times]) => window.demo.log().some(({ text, count }) => text.includes(words) && count >= times),
    [words, times],
  );

/** A second client, without a library between it and the wire: it may send what ours never would. */
async function stranger() {
  const socket = new WebSocket(`${PAGE.replace(/^http/, "ws").replace(/\/?$/, "/")}ws`, ["v12.stomp"]);
  await once(socket, "open");
  socket.send("CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:0,0\n\n\0");
  await once(socket, "message");
  return {
    send: (destination, body) => socket.send(`SEND\ndestination:${destination}\n\n${body}\0`),
    close: () => socket.close(),
  };
}

/** A road to the broker that can be torn up: to the page it is the network. */
async function road(target) {
  const { hostname, port: brokerPort, pathname } = new URL(target);
  const sockets = new Set();
  const server = net.createServer((near) => {
    const far = net.connect(Number(brokerPort), hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  const listen = (port) => new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  await listen(0);
  const { port } = server.address();
  return {
    url: `ws://127.0.0.1:${port}${pathname}`,
    block: () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.resetAndDestroy();
      return closed;
    },
    clear: () => listen(port),
  };
}

test("two tabs share the chat; what people write is text, never HTML; the name is remembered", async () => {
  const [one, two] = [await open(), await open()];
  await Promise.all([state(one, "connected"), state(two, "connected")]);
  const text = '<img src=x onerror="document.title=1"> & <b>bold</b>';
  await one.fill("#chat-name", "Ann <i>");
  await one.fill("#chat-text", text);
  await one.press("#chat-text", "Enter");
  await two.locator("#chat li", { hasText: text }).waitFor();
  await one.locator("#chat li.own", { hasText: text }).waitFor();
  expect(await two.locator("#chat img, #chat b, #chat i").count()).toBe(0);
  expect(await two.locator("#chat li.own").count()).toBe(0);
  expect(await one.inputValue("#chat-text")).toBe("");
  await one.reload();
  expect(await one.inputValue("#chat-name")).toBe("Ann <i>");
  expect(complaints).toEqual([]);
}, LIMIT_MS);

test("disconnecting stays so until one connects again, and what was typed meanwhile is not lost", async () => {
  const page = await open();
  await state(page, "connected");
  await page.click("#toggle");
  await state(page, "offline");
  await page.fill("#chat-text", "kept");
  await page.press("#chat-text", "Enter");
  await page.locator("#chat-note", { hasText: "Not sent" }).waitFor();
  expect(await page.inputValue("#chat-text")).toBe("kept");
  expect(await page.evaluate(() => window.demo.cut())).toBe(false);
  await page.click("#toggle");
  await state(page, "connected");
  await page.press("#chat-text", "Enter");
  await page.locator("#chat li.own", { hasText: "kept" }).waitFor();
  // What the user asked for is not a healed connection.
  expect((await status(page)).reconnects).toBe(0);
  expect(complaints).toEqual([]);
}, LIMIT_MS);

test("each transport can be chosen, and carries prices and chat; automatic takes the WebSocket", async () => {
  const page = await open();
  await state(page, "connected");
  expect(await status(page)).toMatchObject({ choice: "auto", transport: "websocket" });
  for (const choice of ["sockjs/websocket", "sockjs/xhr-streaming", "sockjs/eventsource", "sockjs/xhr-polling", "websocket", "auto"]) {
    await page.selectOption("#choice", choice);
    const wanted = choice === "auto" ? "websocket" : choice;
    await page.waitForFunction(([choice, wanted]) => {
      const now = window.demo.status();
      return now.choice === choice && now.state === "connected" && now.transport === wanted;
    }, [choice, wanted]);
    expect(await page.textContent("#transport")).toBe(wanted);
    await more(page);
    await page.evaluate((text) => window.demo.say(text), `over ${choice}`);
    await page.locator("#chat li.own", { hasText: `over ${choice}` }).waitFor();
  }
  // What the user asked for is not a healed connection.
  expect((await status(page)).reconnects).toBe(0);
  expect(complaints).toEqual([]);
}, LIMIT_MS);

test("automatic falls back to SockJS where no WebSocket comes through; the address may force a transport", async () => {
  const nowhere = new URL("/nothing-here", PAGE.replace(/^http/, "ws")).href;
  const page = await open({ broker: nowhere, sockjs: new URL("/sockjs", PAGE).href });
  await state(page, "connected");
  expect(await status(page)).toMatchObject({ choice: "auto", transport: "sockjs/xhr-streaming" });
  await more(page);
  expect(complaints.filter((text) => !text.includes("WebSocket connection to"))).toEqual([]);
  const forced = await open({ transport: "sockjs/xhr-polling" });
  await state(forced, "connected");
  expect((await status(forced)).transport).toBe("sockjs/xhr-polling");
}, LIMIT_MS);

test("messages that make no sense are named in the log, and the rest goes on", async () => {
  const page = await open();
  await more(page);
  const other = await stranger();
  for (const body of ["{bad", "[1]", "null", '{"symbol":"<b>","price":1}', '{"symbol":"ACME","price":"9"}']) other.send("/topic/prices.X", body);
  other.send("/topic/chat", '{"text":5}');
  await logged(page, "A price message was not understood: its body is not JSON (it begins “{bad”)");
  await logged(page, "A price message was not understood: “symbol” is missing or odd");
  await logged(page, "A price message was not understood: “price” of ACME is not a number");
  await logged(page, "A chat message was not understood: “text” is not a text");
  expect((await status(page)).errors).toBe(6);
  await more(page);
  other.close();
  expect(complaints).toEqual([]);
}, LIMIT_MS);

test("5,000 chat messages and 100 symbols: the page shows the newest, and stays bounded", async () => {
  const page = await open();
  await state(page, "connected");
  const other = await stranger();
  for (let i = 0; i < 100; i += 1) other.send(`/topic/prices.Z${i}`, JSON.stringify({ symbol: `Z${i}`, price: i, change: 0 }));
  for (let i = 0; i < 5000; i += 1) other.send("/topic/chat", JSON.stringify({ from: `bot${i % 7}`, text: `message ${i}`, time: Date.now() }));
  await page.waitForFunction(() => window.demo.status().chat >= 5000);
  await page.locator("#chat li", { hasText: "message 4999" }).waitFor();
  expect(await page.locator("#chat li").count()).toBe(200);
  expect(await page.locator("#prices tr").count()).toBeLessThanOrEqual(40);
  await logged(page, "More than 40 symbols");
  // Who scrolled up to read is not pulled down by the next message, but told of it.
  await page.evaluate(() => { document.getElementById("chat").scrollTop = 0; });
  other.send("/topic/chat", '{"from":"late","text":"one more"}');
  await page.click("#chat-new");
  await page.locator("#chat-new").waitFor({ state: "hidden" });
  other.close();
  expect(complaints).toEqual([]);
}, LIMIT_MS);

test("a wrong passcode is explained, shown to nobody, and tried again", async () => {
  const page = await open({ broker: LOCKED, login: "tester", passcode: "wrong-one" });
  await logged(page, "The broker did not let us in", 2);
  const shown = await page.locator("body").innerText();
  expect(shown).not.toMatch(/wrong-one|tester/);
  expect(JSON.stringify(await page.evaluate(() => [window.demo.log(), window.demo.status()]))).not.toMatch(/wrong-one|tester/);
  expect((await status(page)).version).toBeNull();
  expect(complaints).toEqual([]);
}, LIMIT_MS);

test("the page publishes the feed itself where it is asked to, one tab at a time", async () => {
  const query = { broker: LOCKED, login: "tester", passcode: "right-one", feed: "1", hello: "1" };
  const one = await open(query);
  await one.waitForFunction(() => window.demo.status().chat === 1);
  await more(one, 50);
  const two = await open(query);
  await more(two, 50);
  const symbols = two.locator("#prices tr");
  expect(await symbols.count()).toBe(8);
  // The first tab published; now the second has to.
  await one.close();
  await more(two, 50);
  expect(complaints).toEqual([]);
}, LIMIT_MS);

test("a broker's address that cannot be used is explained, and nothing else is connected to", async () => {
  const page = await open({ broker: "javascript:alert(1)" });
  await logged(page, "The broker address in ?broker= cannot be used: it must begin with ws:// or wss://.");
  expect(await status(page)).toMatchObject({ state: "offline", prices: 0, broker: "none" });
  expect(await page.locator("#toggle").isDisabled()).toBe(true);
  expect(complaints).toEqual([]);
}, LIMIT_MS);

test("a broker that is not there yet, and a network that breaks: the page says so, waits, and heals", async () => {
  const way = await road(new URL("ws", PAGE.replace(/^http/, "ws").replace(/\/?$/, "/")).href);
  await way.block();
  const page = await open({ broker: way.url });
  await logged(page, "Is a broker listening there?");
  await state(page, "reconnecting");
  expect(await page.textContent("#countdown")).toMatch(/^in \d s$/);
  await way.clear();
  await state(page, "connected");
  await more(page);
  expect((await status(page)).reconnects).toBe(0);
  await way.block();
  await logged(page, "Connection lost (code 1006");
  await way.clear();
  await page.waitForFunction(() => window.demo.status().reconnects === 1);
  await more(page);
  // The browser writes a refused connection to the console by itself; nothing else may stand there.
  expect(complaints.filter((text) => !text.includes("WebSocket connection to"))).toEqual([]);
}, LIMIT_MS);

test("a client that was not built is a sentence on the page", async () => {
  const page = await open({}, (page) => page.route("**/pkg/**", (route) => route.fulfill({ status: 404 })));
  await logged(page, "Build it with “cargo xtask build”");
  expect((await status(page)).state).toBe("offline");
}, LIMIT_MS);

test.each([[1280, 860, "light"], [820, 1180, "dark"], [390, 844, "light"], [320, 640, "dark"]])(
  "on a screen %i wide and %i high, %s, nothing sticks out and the keyboard reaches everything",
  async (width, height, colorScheme) => {
    const page = await open({}, async (page) => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
    });
    await more(page);
    await page.evaluate(() => window.demo.say(`wide${"e".repeat(300)}`));
    await page.locator("#chat li.own").waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    const rows = page.locator("#prices button");
    await rows.first().focus();
    await page.keyboard.press("ArrowDown");
    expect(await rows.nth(1).getAttribute("aria-pressed")).toBe("true");
    await page.locator("#chart-symbol", { hasText: await rows.nth(1).innerText() }).waitFor();
    await page.focus("#cut");
    await page.keyboard.press("Enter");
    await state(page, "reconnecting");
    // The button can do nothing now, but the keyboard's focus stays where it was.
    expect(await page.getAttribute("#cut", "aria-disabled")).toBe("true");
    expect(await page.evaluate(() => document.activeElement.id)).toBe("cut");
    expect(complaints).toEqual([]);
  },
  LIMIT_MS,
);
