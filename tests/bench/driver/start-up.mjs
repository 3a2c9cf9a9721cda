// From importing the package to CONNECTED, on loopback: cold and warm, at full speed and on a slow processor.
import { summary } from "../engine/stats.js";
import { blaster } from "./blaster.mjs";
import { bundle, bundleAdapter } from "./bundle.mjs";
import { serve } from "./server.mjs";

export const ID = "start-up";
const ROUNDS = 15;
const QUICK_ROUNDS = 5;
const SLOWDOWNS = [1, 6];
/** Chromium keeps compiled code from the second load on and takes it from the third. */
const WARMING = 3;

/** @param {any} run as `endToEnd` takes it */
export async function startUp({ browser, quick, clients, package: folder, blaster: program, print }) {
  const files = new Map([["/start-up.js", await bundle({ client: "stompjs", page: "start-up.js", package: folder })]]);
  const sizes = {};
  const chosen = clients.filter((client) => ["stomp-wasm", "stompjs"].includes(client));
  for (const client of chosen) {
    const script = await bundleAdapter({ client, package: folder });
    files.set(`/${client}.js`, script);
    sizes[client] = script.length;
  }
  const server = await serve(files);
  const broker = await blaster(program);
  const samples = {};
  try {
    const once = async (client, slowdown, context) => {
      const tab = await browser.newPage(`${server.url}/start-up`, context);
      try {
        await tab.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
        return await tab.evaluate((script, url) => globalThis.bench.run(script, url), `/${client}.js`, broker.url);
      } finally {
        await tab.close();
      }
    };
    // Warm pages live in the browser's own profile, which keeps its caches on disk as a user's does.
    for (let load = 0; load < WARMING; load++) {
      for (const client of chosen) await once(client, 1);
    }
    for (let round = 0; round < (quick ? QUICK_ROUNDS : ROUNDS); round++) {
      for (const slowdown of SLOWDOWNS) {
        for (let turn = 0; turn < chosen.length; turn++) {
          const client = chosen[(turn + round) % chosen.length];
          const context = await browser.newContext();
          const cold = await once(client, slowdown, context);
          await browser.closeContext(context);
          const warm = await once(client, slowdown);
          ((samples[client] ??= {})[`cold, ${slowdown}x`] ??= []).push(cold);
          (samples[client][`warm, ${slowdown}x`] ??= []).push(warm);
        }
      }
    }
  } finally {
    await broker.close();
    await server.close();
  }
  const results = {};
  for (const [client, kinds] of Object.entries(samples)) {
    results[client] = { script: sizes[client], kinds: {} };
    for (const [kind, list] of Object.entries(kinds)) {
      const imported = summary(list.map(({ imported }) => imported));
      results[client].kinds[kind] = { imported, connected: summary(list.map(({ connected }) => connected)) };
    }
  }
  print(table(results));
  return { id: ID, results, problems: [] };
}

function table(results) {
  const kinds = Object.keys(Object.values(results)[0].kinds);
  const line = (first, cells) => `${first.padEnd(36)}${cells.map((cell) => cell.padStart(21)).join("")}`;
  const ms = ({ median, low, high }) => `${median.toFixed(1)} ms ±${`${Math.round((50 * (high - low)) / median)}`.padStart(2)}%`;
  const lines = [line("start-up on loopback", kinds.map((kind) => kind.replace("1x", "full speed").replace("6x", "CPU 6x slower")))];
  for (const [client, { script, kinds: each }] of Object.entries(results)) {
    lines.push(line(`  ${client}: imported`, kinds.map((kind) => ms(each[kind].imported))));
    lines.push(line(`  ${client}: CONNECTED`, kinds.map((kind) => ms(each[kind].connected))));
    lines.push(`  ${client}: ${(script / 1024).toFixed(0)} KB of JavaScript, minified`);
  }
  return [...lines, ""].join("\n");
}
