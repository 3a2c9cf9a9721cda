// The browser for tests and checks: Chromium, which xtask found or installed and names in CHROMIUM.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

/**
 * Starts headless Chromium with the flags of webdriver.json, in a fresh profile. Close it when done.
 *
 * @param {import("playwright-core").LaunchOptions} [options] what playwright-core takes, beside these
 */
export function launch(options = {}) {
  const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
  const capabilities = JSON.parse(readFileSync(new URL("../../webdriver.json", import.meta.url), "utf8"));
  const args = [...capabilities["goog:chromeOptions"].args, ...(options.args ?? [])];
  return chromium.launch({ executablePath, ...options, args });
}
