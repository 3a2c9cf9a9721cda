// The page for the tests of this folder, and the proxies that `cargo xtask test proxies` has started.
import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { afterAll, beforeAll } from "vitest";
import { launch } from "../lib/browser.mjs";
import { serve } from "../npm/support.mjs";

const { env } = process;
const at = (name, tls = "") => ({
  ws: `ws${tls}://127.0.0.1:${env[`PROXY_${name}`]}/ws`,
  sockjs: `http${tls}://127.0.0.1:${env[`PROXY_${name}`]}/sockjs`,
});

/** The addresses of the broker behind each proxy. */
export const proxies = {
  pass: at("PASS"),
  strip: at("STRIP"),
  idle: at("IDLE"),
  buffer: at("BUFFER"),
  bufferStrip: at("BUFFER_STRIP"),
  bufferWish: at("BUFFER_WISH"),
  bufferChunks: at("BUFFER_CHUNKS"),
  cut: at("CUT"),
  tls: at("TLS", "s"),
};

/** Lets the nginx of (e) cut all its connections: its workers are replaced. */
export const cutAll = () => process.kill(Number(env.PROXY_CUT_PID), "SIGHUP");

/** The flag that lets Chromium trust the proxy's certificate, and no other that is not in order. */
function trust() {
  const key = new X509Certificate(env.PROXY_CERTIFICATE).publicKey.export({ type: "spki", format: "der" });
  return `--ignore-certificate-errors-spki-list=${createHash("sha256").update(key).digest("base64")}`;
}

/** Starts a browser; gives a function that opens a page with the application in it. */
export function useBrowser({ trusts = true } = {}) {
  let browser, server;
  beforeAll(async () => {
    const script = await readFile(createRequire(import.meta.url).resolve("sockjs-client/dist/sockjs.js"), "utf8");
    const application = await readFile(new URL("application.js", import.meta.url), "utf8");
    server = await serve({
      "/": [
        "text/html; charset=utf-8",
        '<!doctype html><meta charset="utf-8"><title>proxies</title><link rel="icon" href="data:,">' +
          '<script src="/sockjs.js"></script><script type="module" src="/application.js"></script>',
      ],
      "/sockjs.js": ["text/javascript; charset=utf-8", script],
      "/application.js": ["text/javascript; charset=utf-8", application],
    });
    browser = await launch({ args: trusts ? [trust()] : [] });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  return async () => {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForFunction(() => window.ready === true);
    return page;
  };
}
