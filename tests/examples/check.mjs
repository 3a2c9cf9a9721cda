// Opens the example applications beside the JavaScript demo, two pages of each, on one stomp-server, and checks that they
// talk to each other as three people at three desks would.
//
//   node check.mjs URL SCREENSHOTS
//
// Prints `ok WHAT` or `not ok WHAT` for each check.
import { join } from "node:path";
import { launch } from "../lib/browser.mjs";

const LIMIT_MS = 60_000;
const [url, screenshots] = process.argv.slice(2);
if (!url || !screenshots) {
  console.error("usage: node check.mjs URL SCREENSHOTS");
  process.exit(2);
}

const complaints = [];
const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1180, height: 760 } });
context.setDefaultTimeout(LIMIT_MS);

async function open(path) {
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(`${path}: ${error.stack ?? error}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${path}: ${message.text()}`);
  });
  await page.goto(new URL(path, url).href);
  return page;
}

let failed = false;
async function check(what, steps) {
  const before = complaints.length;
  try {
    await steps();
    if (complaints.length > before) throw new Error(complaints.slice(before).join("\n"));
    console.log(`ok ${what}`);
  } catch (error) {
    failed = true;
    console.log(`not ok ${what}: ${error.message.split("\n").slice(0, 6).join(" | ")}`);
  }
}

const prices = (page) => page.locator("#prices").getAttribute("data-count").then(Number);
const untilPrices = (page, least) =>
  page.waitForFunction((least) => Number(document.querySelector("#prices")?.dataset.count) >= least, least, { polling: 100 });

async function write(page, name, text) {
  await page.fill("#name", name);
  await page.fill("#text", text);
  await page.click("#send");
}
const shows = (page, text) => page.locator("#board li", { hasText: text }).first().waitFor();

try {
  const demo = await open("/");
  await demo.waitForFunction(() => window.demo?.status().prices > 0);
  const pages = {};
  for (const app of ["yew", "leptos"]) pages[app] = [await open(`/${app}/`), await open(`/${app}/`)];

  for (const [app, [one, other]] of Object.entries(pages)) {
    const note = (what) => `${app}: ${what}`;
    await check(note("both pages are connected"), async () => {
      for (const page of [one, other]) await page.locator("#state.on", { hasText: "STOMP 1.2" }).waitFor();
    });
    await check(note("the table and the chart are live"), async () => {
      await untilPrices(one, 100);
      await one.waitForFunction(() => document.querySelector("#chart polyline")?.getAttribute("points")?.split(" ").length > 10);
      const rows = await one.locator("#prices tbody tr").count();
      if (rows < 3) throw new Error(`${rows} rows`);
    });
    await check(note("another symbol can be chosen for the chart"), async () => {
      const row = one.locator("#prices tbody tr").nth(1);
      await row.locator("td").first().click();
      await one.locator("#prices tbody tr:nth-child(2).chosen").waitFor();
    });
    await check(note("a note reaches the other page and the JavaScript demo"), async () => {
      await write(one, `${app} one`, `hello from ${app}, ünïcode 😀 <b>`);
      await shows(other, `hello from ${app}, ünïcode 😀 <b>`);
      await demo.locator("#chat", { hasText: `hello from ${app}` }).waitFor();
    });
    await check(note("a note of the JavaScript demo reaches both pages"), async () => {
      await demo.fill("#chat-name", "demo");
      await demo.fill("#chat-text", `the demo greets ${app}`);
      await demo.press("#chat-text", "Enter");
      for (const page of [one, other]) await shows(page, `the demo greets ${app}`);
    });
    await check(note("everybody is seen, under the name they chose"), async () => {
      await other.locator("#people li", { hasText: `${app} one` }).waitFor();
      for (const page of [one, other]) {
        await page.waitForFunction(() => document.querySelectorAll("#people li").length >= 4, undefined, { polling: 100 });
        for (const kind of ["Yew", "Leptos"]) await page.locator("#people small", { hasText: kind }).first().waitFor();
      }
    });
    await check(note("a cut connection shows, and heals"), async () => {
      // Seen by an observer: it is there for half a second.
      await one.evaluate(() => {
        window.offlineSeen = new Promise((resolve) => {
          new MutationObserver(() => document.querySelector("#offline") && resolve(true)).observe(document.body, {
            childList: true,
            subtree: true,
          });
        });
      });
      const before = await prices(one);
      await one.click("#cut");
      await one.evaluate(() => window.offlineSeen);
      await one.locator("#state.on").waitFor();
      await untilPrices(one, before + 50);
      await write(other, `${app} two`, `welcome back, ${app}`);
      await shows(one, `welcome back, ${app}`);
      if (await one.locator("#offline").count()) throw new Error("it still says that it is offline");
    });
    await one.screenshot({ path: join(screenshots, `${app}.png`) });
  }
  await check("yew and leptos talk to each other", async () => {
    await write(pages.yew[0], "yew one", "from yew to leptos");
    await shows(pages.leptos[1], "from yew to leptos");
    await write(pages.leptos[0], "leptos one", "from leptos to yew");
    await shows(pages.yew[1], "from leptos to yew");
  });
  await check("who closes the page is gone from the list", async () => {
    await pages.leptos[1].close();
    await pages.yew[0].waitForFunction(() => document.querySelectorAll("#people li").length === 3, undefined, { polling: 200 });
  });
} catch (error) {
  failed = true;
  console.log(`not ok the pages open: ${error.message.split("\n").slice(0, 6).join(" | ")}`);
} finally {
  for (const complaint of complaints.slice(-20)) console.error(`  ${complaint}`);
  await browser.close();
}
process.exitCode = failed ? 1 : 0;
