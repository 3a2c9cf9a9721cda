// The folder in which the applications of these tests are built, with the packed package installed in it.
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const PACKAGE = fileURLToPath(new URL("../../pkg/", import.meta.url));
export const WORK = fileURLToPath(new URL("../../target/package-tests/", import.meta.url));
export const TOOLS = fileURLToPath(new URL("./node_modules/", import.meta.url));
export const broker = { url: process.env.STOMP_URL, user: "guest", passcode: "guest" };

/** Packs the package as for a release and unpacks it where the applications find it. Gives the archive and its files. */
export function install() {
  rmSync(WORK, { recursive: true, force: true });
  mkdirSync(join(WORK, "node_modules/stomp-wasm"), { recursive: true });
  const [packed] = JSON.parse(execFileSync("npm", ["pack", "--json", "--pack-destination", WORK], { cwd: PACKAGE, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  const archive = join(WORK, packed.filename);
  execFileSync("tar", ["xzf", archive, "--strip-components=1", "-C", join(WORK, "node_modules/stomp-wasm")]);
  bring("ws");
  return { archive, files: packed.files.map((file) => file.path).sort(), size: packed.size };
}

/** Installs packages that the tests have, for the applications. */
export function bring(...names) {
  for (const name of names) cpSync(fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url)), join(WORK, "node_modules", name), { recursive: true });
}

/** Writes an application's files into a folder of its own, and gives that. */
export function application(name, files) {
  const root = join(WORK, name);
  for (const [path, text] of Object.entries({ "package.json": `{ "name": "${name}", "private": true, "type": "module" }`, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** The ten lines that every tool has to build. They put what came of it into the title. */
export const APP = `
import { Client } from "stomp-wasm";
const broker = new URLSearchParams(location.search).get("broker");
const client = new Client({ brokerURL: broker, connectHeaders: { login: "guest", passcode: "guest" } });
client.onConnect = () => {
  client.subscribe("/topic/package", (message) => (document.title = \`\${message.body} \${client.connectedVersion}\`));
  client.publish({ destination: "/topic/package", body: "received" });
};
client.onWebSocketError = (error) => (document.title = \`failed: \${error.message ?? error.type}\`);
try { client.activate(); } catch (error) { document.title = \`failed: \${error.message}\`; }
`;
/** The same over SockJS, which the application brings. */
export const SOCKJS_APP = APP.replace("import", 'import SockJS from "sockjs-client";\nimport')
  .replace("brokerURL: broker", 'brokerURL: broker.replace("/ws", "/nowhere"), fallbackURL: broker.replace("ws", "http").replace("/ws", "/sockjs"), sockjs: SockJS')
  .replace("client.connectedVersion", "client.transport")
  .replace(/^client.onWebSocketError.*$/m, "");
export const page = (script) =>
  `<!doctype html><html><head><meta charset="utf-8"><title>waiting</title><link rel="icon" href="data:,"></head><body>${script}</body></html>`;

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };

/** Serves a folder. */
export async function serve(root, headers = {}) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const file = normalize(join(root, path.endsWith("/") ? `${path}index.html` : path));
    try {
      if (!file.startsWith(normalize(root + sep))) throw new Error("outside");
      const data = readFileSync(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream", ...headers });
      response.end(data);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))) };
}
