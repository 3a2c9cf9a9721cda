// The package in the hands of the tools that people use: for each, an application of ten lines is built without any
// configuration for us, and run against stomp-server.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launch } from "../lib/browser.mjs";
import { say } from "../lib/summary.mjs";
import { APP, application, bring, broker, install, page, serve, SOCKJS_APP, TOOLS, WORK } from "./work.mjs";

const require = createRequire(join(TOOLS, "x.js"));
const tool = async (name) => {
  const module = await import(pathToFileURL(require.resolve(name)).href);
  return module.default && Object.keys(module).length === 1 ? module.default : module;
};
const version = (name) => JSON.parse(readFileSync(join(TOOLS, name, "package.json"), "utf8")).version;

let packed, browser;
beforeAll(async () => {
  packed = install();
  browser = await launch();
}, 120_000);
afterAll(() => browser?.close());

/** Opens a page with the broker's address, and waits for what the application puts into the title. */
async function title(address) {
  const tab = await browser.newPage();
  const complaints = [];
  tab.on("pageerror", (error) => complaints.push(String(error)));
  try {
    await tab.goto(`${address}?broker=${encodeURIComponent(broker.url)}`);
    await tab.waitForFunction(() => document.title !== "waiting", undefined, { timeout: 30_000 }).catch((error) => {
      throw new Error(`the page stays as it is; it says: ${complaints.join("; ") || "nothing"}`, { cause: error });
    });
    return await tab.title();
  } finally {
    await tab.close();
  }
}
const RECEIVED = "received 1.2";
/** Serves a folder and says what its page came to. */
async function run(root, headers) {
  const server = await serve(root, headers);
  try {
    return await title(server.url);
  } finally {
    await server.stop();
  }
}
/** Checks that an application received its message, and says so in one line. */
const works = (name, got) => {
  expect(got).toBe(RECEIVED);
  say(`package: ${name}: ${got.replace("1.2", "over STOMP 1.2")}`);
};
/** Runs a script in Node. */
const node = (root, file, ...args) =>
  spawnSync(process.execPath, [...args, join(root, file)], { encoding: "utf8", timeout: 30_000, env: { ...process.env, BROKER: broker.url } });

describe("bundlers", { timeout: 180_000 }, () => {
  it("Vite, dev", async () => {
    const { createServer } = await tool("vite");
    const root = application("vite-dev", { "index.html": page('<script type="module" src="/app.js"></script>'), "app.js": APP });
    const server = await createServer({ root, logLevel: "error", configFile: false, server: { port: 0, host: "127.0.0.1" } });
    await server.listen();
    try {
      works(`Vite ${version("vite")} dev`, await title(`http://127.0.0.1:${server.httpServer.address().port}/`));
    } finally {
      await server.close();
    }
  });

  it("Vite, build", async () => {
    const { build } = await tool("vite");
    const root = application("vite-build", { "index.html": page('<script type="module" src="/app.js"></script>'), "app.js": APP });
    await build({ root, logLevel: "error", configFile: false });
    works(`Vite ${version("vite")} build`, await run(join(root, "dist")));
  });

  it("webpack", async () => {
    const webpack = await tool("webpack");
    const root = application("webpack", { "dist/index.html": page('<script src="main.js"></script>'), "src/index.js": APP });
    const stats = await new Promise((resolve, reject) => webpack({ mode: "production", context: root, output: { path: join(root, "dist") }, performance: false }, (error, stats) => (error ? reject(error) : resolve(stats))));
    expect(stats.toJson({ all: false, errors: true, warnings: true })).toMatchObject({ errors: [], warnings: [] });
    works(`webpack ${version("webpack")}`, await run(join(root, "dist")));
  });

  it("Rollup", async () => {
    const { rollup } = await tool("rollup");
    const { nodeResolve } = await tool("@rollup/plugin-node-resolve");
    const root = application("rollup", { "dist/index.html": page('<script src="main.js"></script>'), "app.js": APP });
    const warnings = [];
    const bundle = await rollup({ input: join(root, "app.js"), plugins: [nodeResolve()], onwarn: (warning) => warnings.push(warning.message) });
    await bundle.write({ file: join(root, "dist/main.js"), format: "iife" });
    await bundle.close();
    expect(warnings).toEqual([]);
    works(`Rollup ${version("rollup")}`, await run(join(root, "dist")));
  });

  it("esbuild", async () => {
    const { build, version } = await import("esbuild");
    const root = application("esbuild", { "dist/index.html": page('<script src="main.js"></script>'), "app.js": APP });
    const { warnings } = await build({ entryPoints: [join(root, "app.js")], bundle: true, minify: true, outfile: join(root, "dist/main.js"), logLevel: "silent" });
    expect(warnings).toEqual([]);
    works(`esbuild ${version}`, await run(join(root, "dist")));
  });

  it("Parcel", async () => {
    const root = application("parcel", { "index.html": page('<script type="module" src="./app.js"></script>'), "app.js": APP });
    const parcel = spawnSync(process.execPath, [join(TOOLS, "parcel/lib/bin.js"), "build", "index.html", "--dist-dir", "dist", "--no-cache", "--cache-dir", join(root, ".parcel-cache"), "--no-autoinstall"], { cwd: root, encoding: "utf8", timeout: 170_000, env: { ...process.env, PARCEL_WORKERS: "1" } });
    expect(parcel.stderr + (parcel.status === 0 ? "" : parcel.stdout)).toBe("");
    works(`Parcel ${version("parcel")}`, await run(join(root, "dist")));
  });

  it("sockjs-client, which nobody above has installed: Vite, webpack and esbuild, with client.sockjs", async () => {
    bring("sockjs-client", "debug", "ms", "inherits", "url-parse", "querystringify", "requires-port");
    const { build: viteBuild } = await tool("vite");
    const webpack = await tool("webpack");
    const { build: esbuild } = await import("esbuild");
    const files = { "index.html": page('<script type="module" src="/app.js"></script>'), "dist/index.html": page('<script src="main.js"></script>'), "app.js": SOCKJS_APP };
    const bundle = {
      // sockjs-client says `global`, and Vite leaves that to the application.
      Vite: (root) => viteBuild({ root, logLevel: "error", configFile: false, define: { global: "globalThis" } }),
      webpack: (root) => new Promise((resolve, reject) => webpack({ mode: "production", context: root, entry: "./app.js", output: { path: join(root, "dist"), filename: "main.js" }, performance: false }, (error, stats) => (error || stats.hasErrors() ? reject(error ?? new Error(stats.toString())) : resolve()))),
      esbuild: (root) => esbuild({ entryPoints: [join(root, "app.js")], bundle: true, outfile: join(root, "dist/main.js"), define: { global: "globalThis" }, logLevel: "silent" }),
    };
    for (const [name, make] of Object.entries(bundle)) {
      const root = application(`sockjs-${name.toLowerCase()}`, files);
      await make(root);
      const got = await run(join(root, "dist"));
      expect(got, name).toBe("received sockjs/xhr-streaming");
      say(`package: ${name} with sockjs-client: ${got.replace(" ", " over ")}`);
    }
  });

  it("what is not used is left out", async () => {
    const { build } = await import("esbuild");
    const root = application("unused", { "app.js": 'import { Client } from "stomp-wasm";\nconsole.log("nothing of it is used");\n' });
    const shake = async () => (await build({ entryPoints: [join(root, "app.js")], bundle: true, minify: true, write: false, format: "esm" })).outputFiles[0].contents.length;
    const size = await shake();
    expect(size).toBeLessThan(100);
    say(`package: an unused import costs ${size - 'console.log("nothing of it is used");\n'.length} bytes after tree-shaking (esbuild)`);
  });
});

describe("pages without a bundler", { timeout: 60_000 }, () => {
  const native = APP.replace('"stomp-wasm"', '"/node_modules/stomp-wasm/esm/index.js"');
  /** Serves the work folder, so that the page may import the installed package. */
  const open = async (name, files, headers) => {
    application(name, files);
    const server = await serve(WORK, headers);
    try {
      return await title(`${server.url}${name}/index.html`);
    } finally {
      await server.stop();
    }
  };

  it("a Content Security Policy with 'wasm-unsafe-eval'", async () => {
    works("page with the policy script-src 'self' 'wasm-unsafe-eval'", await open("csp", { "index.html": page('<script type="module" src="app.js"></script>'), "app.js": native }, { "content-security-policy": "script-src 'self' 'wasm-unsafe-eval'" }));
  });

  it("a Content Security Policy that forbids wasm: activate() says so", async () => {
    const got = await open("csp-strict", { "index.html": page('<script type="module" src="app.js"></script>'), "app.js": native }, { "content-security-policy": "script-src 'self'" });
    expect(got).toMatch(/^failed: stomp-wasm: .*wasm-unsafe-eval/);
    say(`package: page with the policy script-src 'self': ${got}`);
  });

  it("a module Web Worker", async () => {
    const worker = native.replace("location.search", '"?broker=" + encodeURIComponent(new URL(location.href).hash.slice(1))').replaceAll("document.title = ", "self.postMessage(").replaceAll("`)", "`))").replaceAll("`; }", "`); }");
    const main = "const w = new Worker(`worker.js#${new URLSearchParams(location.search).get('broker')}`, { type: 'module' });\nw.onmessage = (e) => (document.title = e.data);\nw.onerror = (e) => (document.title = `failed: ${e.message}`);\n";
    works("module Web Worker", await open("worker", { "index.html": page('<script type="module" src="app.js"></script>'), "app.js": main, "worker.js": worker }));
  });

  it("a classic script with the global StompJs", async () => {
    const classic = APP.replace(/^import.*$/m, "const { Client } = StompJs;");
    works("classic script", await open("classic", { "index.html": page(`<script src="/node_modules/stomp-wasm/bundles/stomp.umd.js"></script><script>${classic}</script>`) }));
  });

  it("the slim entry with the address of the module", async () => {
    const slim = native.replace("{ Client }", "{ Client, setWasm }").replace("esm/index.js", "esm/slim.js").replace("const broker", 'setWasm("/node_modules/stomp-wasm/stomp.wasm");\nconst broker');
    works("slim entry, module by address", await open("slim", { "index.html": page('<script type="module" src="app.js"></script>'), "app.js": slim }));
  });

  it("the slim entry with a wrong address: onWebSocketError says so, and the client is inactive", async () => {
    const slim = native.replace("{ Client }", "{ Client, setWasm }").replace("esm/index.js", "esm/slim.js").replace("const broker", 'setWasm("/nothing/here.wasm");\nconst broker').replace("error.message ?? error.type", "error.message + client.state");
    const got = await open("slim-wrong", { "index.html": page('<script type="module" src="app.js"></script>'), "app.js": slim });
    expect(got).toMatch(/^failed: stomp-wasm: the WebAssembly module could not be started \(.*404.*2$/);
  });

  it("where the browser refuses to compile synchronously, asynchronously", async () => {
    const refuse = "const Module = WebAssembly.Module;\nWebAssembly.Module = class { constructor() { throw new RangeError('WebAssembly.Compile is disallowed on the main thread, if the buffer size is larger than 4KB.'); } };\nWebAssembly.Module.prototype = Module.prototype;\n";
    works("asynchronous start", await open("refuse", { "index.html": page(`<script>${refuse}</script><script type="module" src="app.js"></script>`), "app.js": native }));
  });
});

describe("Node", { timeout: 60_000 }, () => {
  const script = (how) => `
${how}
const client = new Client({ brokerURL: process.env.BROKER, connectHeaders: { login: "guest", passcode: "guest" } });
client.onConnect = () => {
  client.subscribe("/topic/node", (message) => { console.log(message.body, client.connectedVersion); client.deactivate(); });
  client.publish({ destination: "/topic/node", body: "received" });
};
client.onWebSocketError = (error) => console.log("failed:", error.message);
client.activate();
`;

  it("ESM, with ws as the global WebSocket", () => {
    const root = application("node-esm", { "app.mjs": script('import { Client } from "stomp-wasm";\nimport { WebSocket } from "ws";\nglobalThis.WebSocket = WebSocket;') });
    const { stdout, stderr } = node(root, "app.mjs");
    expect(stderr).toBe("");
    works(`Node ${process.version} ESM, ws as global WebSocket`, stdout.trim());
  });

  it("CommonJS, with ws by webSocketFactory", () => {
    const root = application("node-cjs", { "app.cjs": script('const { Client } = require("stomp-wasm");\nconst { WebSocket } = require("ws");').replace("client.activate()", "client.webSocketFactory = () => new WebSocket(process.env.BROKER, ['v12.stomp']);\nclient.activate()") });
    const { stdout, stderr } = node(root, "app.cjs");
    expect(stderr).toBe("");
    works(`Node ${process.version} CommonJS, webSocketFactory`, stdout.trim());
  });

  it("the global WebSocket of Node", () => {
    const root = application("node-global", { "app.mjs": script('import { Client } from "stomp-wasm";') });
    const flag = Number(process.versions.node.split(".")[0]) < 22 ? ["--experimental-websocket", "--no-warnings"] : [];
    const { stdout, stderr } = node(root, "app.mjs", ...flag);
    expect(stderr).toBe("");
    works(`Node ${process.version} global WebSocket`, stdout.trim());
  });

  it("the slim entry with the module's bytes", () => {
    const root = application("node-slim", { "app.cjs": script('const { Client, setWasm } = require("stomp-wasm/slim");\nsetWasm(require("node:fs").readFileSync(require.resolve("stomp-wasm/stomp.wasm")));\nglobalThis.WebSocket = require("ws").WebSocket;') });
    const { stdout, stderr } = node(root, "app.cjs");
    expect(stderr).toBe("");
    works("slim entry, module's bytes", stdout.trim());
  });

  it("the slim entry without the module says what to do", () => {
    const root = application("node-slim-none", { "app.mjs": 'import { Client } from "stomp-wasm/slim";\nglobalThis.WebSocket = class {};\ntry { new Client({ brokerURL: "ws://x/" }).activate(); } catch (error) { console.log(error.message); }\n' });
    expect(node(root, "app.mjs").stdout).toMatch(/call setWasm\(\)/);
  });

  it("server-side rendering: import and construct work, activate() says what is missing", () => {
    const root = application("ssr", { "app.mjs": 'delete globalThis.WebSocket;\nconst { Client, Stomp } = await import("stomp-wasm");\nconst client = new Client({ brokerURL: "wss://example.com/" });\nStomp.over(() => {});\nconsole.log(client.connected, client.state);\ntry { client.activate(); } catch (error) { console.log(error.message); }\ndelete globalThis.WebAssembly;\nclient.webSocketFactory = () => {};\ntry { client.activate(); } catch (error) { console.log(error.message); }\n' });
    const { stdout, stderr } = node(root, "app.mjs");
    expect(stderr).toBe("");
    const [state, socket, wasm] = stdout.trim().split("\n");
    expect(state).toBe("false 2");
    expect(socket).toMatch(/no global WebSocket.*webSocketFactory/);
    expect(wasm).toMatch(/no WebAssembly/);
    say(`package: server-side rendering: import and construct work; activate(): ${socket}`);
  });

  it("jsdom: import and construct work; with a TextDecoder, so does everything", async () => {
    const { JSDOM } = await tool("jsdom");
    const dom = new JSDOM("", { url: "http://localhost/", runScripts: "outside-only" });
    const { window } = dom;
    delete window.TextDecoder;
    window.eval(readFileSync(join(WORK, "node_modules/stomp-wasm/bundles/stomp.umd.js"), "utf8"));
    const client = new window.StompJs.Client({ brokerURL: broker.url, connectHeaders: { login: "guest", passcode: "guest" } });
    expect(() => client.activate()).toThrow(/no global TextDecoder/);
    Object.assign(window, { TextDecoder, TextEncoder });
    const got = await new Promise((resolve, reject) => {
      client.onConnect = () => {
        client.subscribe("/topic/jsdom", (message) => resolve(`${message.body} ${client.connectedVersion}`));
        client.publish({ destination: "/topic/jsdom", body: "received" });
      };
      client.onWebSocketError = (error) => reject(new Error(String(error.message ?? error.type)));
      client.activate();
    });
    await client.deactivate();
    window.close();
    works(`jsdom ${version("jsdom")}`, got);
  });
});

describe("the package itself", { timeout: 120_000 }, () => {
  it("holds exactly the files it should", () => {
    const declarations = ["client", "client-settings", "compatibility/compat-client", "compatibility/stomp", "frame-impl", "i-frame", "i-message", "i-transaction", "index", "parser", "slim", "source-slim", "stomp-config", "stomp-headers", "stomp-subscription", "types", "versions"].map((name) => `${name}.d.ts`);
    expect(packed.files).toEqual(
      [
        ...["esm", "cjs"].flatMap((folder) => ["index.js", "slim.js", ...declarations].map((file) => `${folder}/${file}`)),
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "bundles/package.json",
        "bundles/stomp.umd.js",
        "cjs/package.json",
        "package.json",
        "slim/package.json",
        "stomp.wasm",
      ].sort(),
    );
    say(`package: npm pack holds the ${packed.files.length} files expected, ${packed.size} bytes`);
  });

  it("nothing in it asks for its own address", () => {
    for (const file of packed.files.filter((name) => name.endsWith(".js"))) {
      expect(readFileSync(join(WORK, "node_modules/stomp-wasm", file), "utf8"), file).not.toContain("import.meta");
    }
  });

  it("publint finds nothing", async () => {
    const { publint } = await tool("publint");
    const { messages } = await publint({ pkgDir: join(WORK, "node_modules/stomp-wasm"), strict: true, pack: false });
    expect(messages).toEqual([]);
    say(`package: publint ${version("publint")}: no message, also strictly`);
  });

  it("Are the types wrong? finds nothing", () => {
    const cli = join(TOOLS, "@arethetypeswrong/cli/dist/index.js");
    const text = execFileSync(process.execPath, [cli, packed.archive, "--format", "json", "--exclude-entrypoints", "./stomp.wasm"], { encoding: "utf8" });
    const { analysis, problems } = JSON.parse(text);
    expect(analysis.problems ?? problems).toEqual([]);
    expect(Object.keys(analysis.entrypoints)).toEqual(expect.arrayContaining([".", "./slim"]));
    say(`package: @arethetypeswrong/cli ${version("@arethetypeswrong/cli")}: no problem`);
  });
});
