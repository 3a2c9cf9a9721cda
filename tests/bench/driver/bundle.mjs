// One bundle for each client, so that no client's code shares what the just-in-time compiler learns with another's.
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The clients, by the file of their adapter. */
export const CLIENTS = ["stomp-wasm", "stompjs", "webstomp", "old-stompjs"];

/**
 * Makes our built package importable by its name, as if it were installed: its own `exports` decide what is taken.
 *
 * @param {string} folder the package's
 * @returns {string} the folder to look for packages in
 */
function installed(folder) {
  const modules = join(root, "..", "..", "target", "bench", "node_modules");
  const link = join(modules, "stomp-wasm");
  mkdirSync(modules, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(resolve(folder), link, "dir");
  return modules;
}

const options = (client, folder) => ({
  bundle: true,
  write: false,
  format: "esm",
  target: "esnext",
  logLevel: "warning",
  nodePaths: [join(root, "..", "node_modules"), installed(folder)],
  alias: { adapter: join(root, "clients", `${client}.js`) },
});

/**
 * Bundles an adapter with a page script.
 *
 * @param {object} what
 * @param {string} what.client a file in clients/
 * @param {string} what.page a file in pages/, which imports the adapter as `adapter`
 * @param {string} what.package folder of our built npm package
 * @returns {Promise<string>} the script, an ES module
 */
export async function bundle({ client, page, package: folder }) {
  const result = await build({ ...options(client, folder), entryPoints: [join(root, "pages", page)] });
  return result.outputFiles[0].text;
}

/** An adapter alone, minified as an application would be. */
export async function bundleAdapter({ client, package: folder }) {
  const entry = join(root, "clients", `${client}.js`);
  const result = await build({ ...options(client, folder), entryPoints: [entry], minify: true });
  return result.outputFiles[0].text;
}
