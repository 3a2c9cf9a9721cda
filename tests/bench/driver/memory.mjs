// What stays in memory after a million messages, ten thousand reconnects, and one message of 64 MiB.
import { OURS } from "../engine/cases.js";
import { bundle } from "./bundle.mjs";
import { serve } from "./server.mjs";

export const ID = "memory";
const MIB = 1 << 20;
const LARGE_MIB = 64;
const LARGE = ["text ASCII", "text CJK", "binary", "text in pieces"];
/**
 * Flat: between the second mark and the last, the wasm memory does not grow at all, and the JavaScript heap by no more than
 * this, for what the engine itself remembers (compiled code, feedback).
 */
const HEAP_MAY_GROW = 0.5 * MIB;
/**
 * Bounded: what a message of 64 MiB leaves behind in the wasm memory, which can never shrink. In the worst case the whole
 * frame goes through wasm: once as it comes in and once in the decoder, whose buffer grew by doubling.
 */
const LARGE_MAY_LEAVE = 4 * LARGE_MIB * MIB;
const MARKS = 10;

/** @param {any} run as `micro` takes it */
export async function memory({ browser, quick, package: folder, print, clients }) {
  if (!clients.includes("stomp-wasm")) return { id: ID, problems: [] };
  const files = new Map([["/memory.js", await bundle({ client: "stomp-wasm", page: "memory.js", package: folder })]]);
  const server = await serve(files);
  const problems = [];
  const results = {};
  try {
    const inPage = async (use) => {
      const context = await browser.newContext();
      try {
        return await use(await browser.newPage(`${server.url}/memory`, context));
      } finally {
        await browser.closeContext(context);
      }
    };

    const messages = quick ? 100_000 : 1_000_000;
    results.messages = await inPage(async (tab) => {
      await tab.evaluate(() => globalThis.bench.connect({}));
      return marks(tab, messages, (part, mark) =>
        // In small steps, so that no single call holds the page for long.
        steps(part / 10_000, (step) =>
          tab.evaluate((seed) => globalThis.bench.messages(10, seed), mark * 1000 + step),
        ),
      );
    });
    const reconnects = quick ? 1_000 : 10_000;
    results.reconnects = await inPage((tab) =>
      marks(tab, reconnects, (part) => tab.evaluate((count) => globalThis.bench.reconnects(count), part)),
    );
    for (const [what, count] of [["messages", messages], ["reconnects", reconnects]]) {
      const list = results[what];
      print(line(`${OURS} after ${count.toLocaleString("en")} ${what}`, list));
      const [second, last] = [list[1], list.at(-1)];
      const grown = last.heap - second.heap;
      if (grown > HEAP_MAY_GROW) problems.push(`the JavaScript heap grew by ${kib(grown)} over ${what}`);
      if (last.wasm > second.wasm) problems.push(`the wasm memory grew by ${kib(last.wasm - second.wasm)} over ${what}`);
    }

    results.large = {};
    for (const how of LARGE) {
      results.large[how] = await inPage(async (tab) => {
        // So large a body has to be allowed.
        const limits = { body: LARGE_MIB * MIB, frame: (LARGE_MIB + 1) * MIB };
        await tab.evaluate((limits) => globalThis.bench.connect({ limits }), limits);
        const before = await mark(tab);
        await tab.evaluate((how, mebibytes) => globalThis.bench.large(how, mebibytes), how, LARGE_MIB);
        const once = await mark(tab);
        await tab.evaluate((how, mebibytes) => globalThis.bench.large(how, mebibytes), how, LARGE_MIB);
        const twice = await mark(tab);
        return { before, once, twice };
      });
      const { before, once, twice } = results.large[how];
      print(`${OURS}, one message of ${LARGE_MIB} MiB, ${how}: wasm ${kib(before.wasm)}, then ${kib(once.wasm)}, after a second ${kib(twice.wasm)}; heap ${kib(before.heap)}, then ${kib(twice.heap)}`);
      if (twice.wasm > LARGE_MAY_LEAVE) problems.push(`a message of ${LARGE_MIB} MiB, ${how}, left ${kib(twice.wasm)} of wasm memory`);
      if (twice.wasm > once.wasm) problems.push(`a second message of ${LARGE_MIB} MiB, ${how}, grew the wasm memory again`);
    }
    print("");
  } finally {
    await server.close();
  }
  return { id: ID, results, problems };
}

async function steps(count, step) {
  for (let at = 0; at < count; at++) await step(at);
}

/** Does `count` things in equal parts and measures before and after each. */
async function marks(tab, count, part) {
  const list = [];
  for (let at = 0; at < MARKS; at++) {
    await part(count / MARKS, at);
    list.push({ done: ((at + 1) * count) / MARKS, ...(await mark(tab)) });
  }
  return list;
}

/** Bytes that are alive after a garbage collection. */
async function mark(tab) {
  for (let time = 0; time < 3; time++) await tab.send("HeapProfiler.collectGarbage");
  const { usedSize } = await tab.send("Runtime.getHeapUsage");
  return { heap: usedSize, wasm: await tab.evaluate(() => globalThis.bench.wasmBytes()) };
}

const kib = (bytes) => `${Math.round(bytes / 1024).toLocaleString("en")} KiB`;

function line(what, list) {
  const row = (name) => list.map((each) => `${Math.round(each[name] / 1024)}`).join(" ");
  return `${what}\n  JavaScript heap, KiB: ${row("heap")}\n  wasm memory, KiB: ${row("wasm")}\n`;
}
