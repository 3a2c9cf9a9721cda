// Chromium over its DevTools protocol, without Playwright: Playwright turns on the network domain in every page, which
// alone halves what a WebSocket carries.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";

const START_LIMIT_MS = 30_000;
const READY_LIMIT_MS = 30_000;

/** Headless Chromium in a fresh profile; `close` it when done. */
export async function launch() {
  const executable = process.env.CHROMIUM || "/usr/bin/chromium";
  const capabilities = JSON.parse(readFileSync(new URL("../../../webdriver.json", import.meta.url), "utf8"));
  const profile = mkdtempSync(join(tmpdir(), "stomp-wasm-bench-"));
  const args = [
    ...capabilities["goog:chromeOptions"].args,
    // Several pages take turns; none may be slowed because another is in front.
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    `--user-data-dir=${profile}`,
    "--remote-debugging-port=0",
    "about:blank",
  ];
  // A group of its own, so that all of Chromium's processes can be ended together.
  const child = spawn(executable, args, { stdio: ["ignore", "ignore", "pipe"], detached: true });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const end = async () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It is gone already.
    }
    await gone;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  // Should this process be ended, Chromium must not stay behind.
  const interrupted = () => void end().then(() => process.exit(130));
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  try {
    const connection = await Connection.open(await address(child));
    const version = await connection.send("Browser.getVersion");
    return {
      version: version.product,
      newPage: (url, context) => newPage(connection, url, context),
      /** A profile of its own: its pages share no process, cache or heap with those of others. */
      newContext: async () => (await connection.send("Target.createBrowserContext")).browserContextId,
      closeContext: (browserContextId) => connection.send("Target.disposeBrowserContext", { browserContextId }),
      close: async () => {
        process.off("SIGINT", interrupted);
        process.off("SIGTERM", interrupted);
        connection.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** The address of the DevTools protocol, which Chromium prints. */
function address(child) {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error(`Chromium did not start:\n${text}`)), START_LIMIT_MS);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`Chromium ended with ${code}:\n${text}`)));
    child.stderr.on("data", (data) => {
      text = (text + data).slice(-10_000);
      const found = /DevTools listening on (ws:\S+)/.exec(text);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[1]);
    });
  });
}

/** One connection to the browser; pages are sessions in it. */
class Connection {
  static open(url) {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { maxPayload: 1 << 28 });
      socket.once("open", () => resolve(new Connection(socket)));
      socket.once("error", reject);
    });
  }

  #next = 1;
  #waiting = new Map();
  #listeners = new Map();

  constructor(socket) {
    this.socket = socket;
    socket.on("message", (data) => {
      const message = JSON.parse(data);
      const waiting = this.#waiting.get(message.id);
      if (waiting) {
        this.#waiting.delete(message.id);
        if (message.error) waiting.reject(new Error(`${waiting.method}: ${message.error.message}`));
        else waiting.resolve(message.result);
      } else {
        this.#listeners.get(message.sessionId)?.(message);
      }
    });
    socket.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("Chromium is gone"));
      this.#waiting.clear();
    });
  }

  send(method, params = {}, sessionId) {
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject, method });
      this.socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  listen(sessionId, listener) {
    this.#listeners.set(sessionId, listener);
  }

  close() {
    this.socket.close();
  }
}

/**
 * Opens a page.
 *
 * @param {string} url
 * @param {string} [browserContextId] without one, the profile that all such pages share
 */
async function newPage(connection, url, browserContextId) {
  const { targetId } = await connection.send("Target.createTarget", { url, browserContextId });
  const { sessionId } = await connection.send("Target.attachToTarget", { targetId, flatten: true });
  const crashed = new Promise((_, reject) => {
    connection.listen(sessionId, ({ method }) => {
      if (method === "Inspector.targetCrashed") reject(new Error(`the page ${url} crashed`));
    });
  });
  crashed.catch(() => {});
  const send = (method, params) => Promise.race([connection.send(method, params, sessionId), crashed]);
  await send("Inspector.enable");
  const page = {
    send,
    /** Calls a function in the page with these arguments; both it and what it gives must survive JSON. */
    async evaluate(call, ...args) {
      const { result, exceptionDetails } = await send("Runtime.evaluate", {
        expression: `(${call})(...${JSON.stringify(args)})`,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails) {
        throw new Error(`in ${url}: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
      }
      return result.value;
    },
    /** Numbers that Chromium keeps about the page, by name. `Performance.enable` must have been sent. */
    async metrics() {
      const { metrics } = await send("Performance.getMetrics");
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    },
    close: () => connection.send("Target.closeTarget", { targetId }),
  };
  // A page says by `bench` that it is ready, and by `benchError` that it cannot be.
  const state = "location.href === 'about:blank' ? '' : globalThis.benchError ?? (globalThis.bench ? 'ready' : '')";
  for (const start = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 5))) {
    let said;
    try {
      said = (await send("Runtime.evaluate", { expression: state, returnByValue: true })).result.value;
    } catch (error) {
      // Between the first, empty document and the page's own there may be nothing to ask.
      said = "";
      if (!/context|navigated/i.test(error.message)) throw error;
    }
    if (said === "ready") return page;
    if (said) throw new Error(`${url}: ${said}`);
    if (Date.now() - start > READY_LIMIT_MS) throw new Error(`${url} was not ready within ${READY_LIMIT_MS / 1000} s`);
  }
}
