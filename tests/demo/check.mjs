// Opens the demo page in headless Chromium and checks what a visitor would see: prices flow, a chat message comes back,
// a connection that was cut heals, prices flow again. Prints one line with the counts.
//
//   node check.mjs URL [--screenshot FILE]
//
// What the page says about itself, `window.demo.status()`, is { state, version, prices, chat, reconnects, transport };
// the counts only ever grow.
import { parseArgs } from "node:util";
import { launch } from "../lib/browser.mjs";

/** How long each step may take. Installing and building are over by now, but the machine may be busy with other tests. */
const LIMIT_MS = 60_000;
const PRICES = 100;
const PRICES_AFTER_HEALING = 20;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { screenshot: { type: "string" } } });
const url = positionals[0];
if (positionals.length !== 1 || !url) {
  console.error("usage: node check.mjs URL [--screenshot FILE]");
  process.exit(2);
}

/** What the page and the browser complained about, for when a step fails. */
const complaints = [];
const browser = await launch();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  page.setDefaultTimeout(LIMIT_MS);
  let crashed = false;
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => {
    crashed = true;
    complaints.push(String(error.stack ?? error));
  });
  const status = () => page.evaluate(() => window.demo.status());
  /** Waits until each count of the page is at least what is given here. */
  const until = async (what, least) => {
    try {
      await page.waitForFunction(
        (least) => {
          const now = window.demo?.status();
          return now !== undefined && Object.entries(least).every(([name, count]) => now[name] >= count);
        },
        least,
        { polling: 50 },
      );
    } catch (error) {
      const now = await status().catch(() => "no status: window.demo is not there");
      throw new Error(`${what}: not within ${LIMIT_MS / 1000} s; the page says ${JSON.stringify(now)}`, { cause: error });
    }
    return status();
  };

  await page.goto(url);
  await until("the first price", { prices: 1 });
  const text = `checked at ${new Date().toISOString()}`;
  if (!(await page.inputValue("#chat-name"))) await page.fill("#chat-name", "check");
  await page.fill("#chat-text", text);
  await page.press("#chat-text", "Enter");
  const before = await until(`${PRICES} prices and one chat message`, { prices: PRICES, chat: 1 });
  // The count is the page's word; the message itself can be seen.
  await page.locator("#chat", { hasText: text }).waitFor();

  await page.click("#cut");
  const healed = await until("the connection heals", { reconnects: before.reconnects + 1 });
  const after = await until(`${PRICES_AFTER_HEALING} prices after healing`, { prices: healed.prices + PRICES_AFTER_HEALING });
  if (values.screenshot) await page.screenshot({ path: values.screenshot });
  if (crashed) throw new Error("a script of the page threw an error");
  console.log(
    `demo: ${after.prices} prices, ${after.chat} chat messages, ${after.reconnects} reconnects, ` +
      `STOMP ${after.version} over ${after.transport}, ${after.state}`,
  );
} catch (error) {
  console.error(`demo check failed: ${error.message}`);
  for (const complaint of complaints.slice(-20)) console.error(`  the page: ${complaint}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
