// Where the time goes in one case of one client: the functions by the time they themselves take.
//
//   node profile.mjs --package DIR [--client stomp-wasm] [--family receive-text-ascii] [--size 100] [--seconds 3]
//
// Only what runs in the client counts; preparing and checking are left out by their names.
import { parseArgs } from "node:util";
import { FAMILIES } from "../engine/cases.js";
import { bundle } from "./bundle.mjs";
import { launch } from "./chromium.mjs";
import { serve } from "./server.mjs";

const { values } = parseArgs({
  options: {
    package: { type: "string" },
    client: { type: "string", default: "stomp-wasm" },
    family: { type: "string", default: "receive-text-ascii" },
    size: { type: "string", default: "100" },
    seconds: { type: "string", default: "3" },
  },
});
const family = FAMILIES.find(({ id }) => id === values.family);
if (!values.package || !family) {
  console.error("usage: node profile.mjs --package DIR [--client NAME] [--family ID] [--size BYTES] [--seconds N]");
  process.exit(2);
}
const size = Number(values.size);
const script = await bundle({ client: values.client, page: "realm.js", package: values.package });
const server = await serve(new Map([["/profile.js", script]]));
const browser = await launch();
try {
  const tab = await browser.newPage(`${server.url}/profile`, await browser.newContext());
  await tab.evaluate((family) => globalThis.bench.open(family), family);
  const sample = (seed) =>
    tab.evaluate((what) => globalThis.bench.sample(what), { size, seed, budget: 30 });
  let seed = 1;
  for (; seed < 15; seed++) await sample(seed);
  await tab.send("Profiler.enable");
  await tab.send("Profiler.setSamplingInterval", { interval: 50 });
  await tab.send("Profiler.start");
  const end = Date.now() + 1000 * Number(values.seconds);
  const times = [];
  while (Date.now() < end) times.push(await sample(seed++));
  const { profile } = await tab.send("Profiler.stop");
  if (times[0].wrong) throw new Error(times[0].wrong);
  print(profile, Math.min(...times.map(({ ns }) => ns)));
} finally {
  await browser.close();
  await server.close();
}

/** The time below the timed loops, by function. */
function print({ nodes, samples, timeDeltas }, ns) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parent = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  const timed = /^(receiveBatch|publishBatch)$/;
  const untimed = /^(message|outgoing|check\w*|subscriptions|piece|writeBody|room|vary|encode|decode)$/;
  const counted = new Map();
  let total = 0;
  samples.forEach((id, index) => {
    const path = [];
    for (let at = id; at !== undefined; at = parent.get(at)) path.push(byId.get(at).callFrame);
    const root = path.findIndex(({ functionName }) => timed.test(functionName));
    // The function right under the loop says whether it is the client's turn.
    if (root < 1 || untimed.test(path[root - 1].functionName)) return;
    const { functionName, url, lineNumber } = path[0];
    const where = url ? `${url.split("/").pop()}:${lineNumber + 1}` : "";
    const name = `${functionName || "(anonymous)"} ${where}`;
    counted.set(name, (counted.get(name) ?? 0) + timeDeltas[index]);
    total += timeDeltas[index];
  });
  console.log(`${values.client}, ${family.title}, ${size} bytes: ${Math.round(ns)} ns per message (best sample)`);
  for (const [name, time] of [...counted].sort((a, b) => b[1] - a[1]).slice(0, 25)) {
    const share = time / total;
    console.log(`${(100 * share).toFixed(1).padStart(6)} %  ${Math.round(share * ns).toString().padStart(6)} ns  ${name}`);
  }
}
