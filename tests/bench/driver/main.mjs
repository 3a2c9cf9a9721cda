// The browser benchmark: our npm package beside its peers, in headless Chromium.
//
//   node main.mjs --package DIR --blaster PROGRAM [--only NAME[,NAME]] [--quick] [--peers-only] [--json FILE]
//
// Exits 0 if every bar is met, 1 if not, 2 if it could not measure.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { chosen, FAMILIES } from "../engine/cases.js";
import { CLIENTS } from "./bundle.mjs";
import { launch } from "./chromium.mjs";
import * as endToEnd from "./end-to-end.mjs";
import * as memory from "./memory.mjs";
import { micro } from "./micro.mjs";
import * as startUp from "./start-up.mjs";

/** The benchmarks beside the families of `../engine/cases.js`. */
const WHOLE = { [endToEnd.ID]: endToEnd.endToEnd, [startUp.ID]: startUp.startUp, [memory.ID]: memory.memory };
const KNOWN = [...FAMILIES.map(({ id }) => id), ...Object.keys(WHOLE)];
const USAGE = "usage: node main.mjs --package DIR --blaster PROGRAM [--only NAME[,NAME]] [--quick] [--peers-only] [--json FILE]";

function options() {
  const { values } = parseArgs({
    options: {
      package: { type: "string" },
      blaster: { type: "string" },
      only: { type: "string", multiple: true, default: [] },
      quick: { type: "boolean", default: false },
      "peers-only": { type: "boolean", default: false },
      json: { type: "string" },
    },
  });
  if (!values.package) throw new Error(USAGE);
  const only = values.only.flatMap((names) => names.split(",")).filter(Boolean);
  for (const name of only) {
    if (!chosen(KNOWN, [name]).length) throw new Error(`there is no benchmark ${name}; there are: ${KNOWN.join(", ")}`);
  }
  const ids = chosen(KNOWN, only);
  if (!values.blaster && ids.some((id) => [endToEnd.ID, startUp.ID].includes(id))) throw new Error(USAGE);
  return { ...values, ids, clients: values["peers-only"] ? CLIENTS.slice(1) : CLIENTS };
}

async function main() {
  const { ids, json, quick, ...rest } = options();
  const print = (text) => console.log(text);
  const browser = await launch();
  try {
    const machine = { browser: browser.version, node: process.version, cpus: cpus().map(({ model }) => model) };
    print(`${machine.browser}, Node ${machine.node}, ${machine.cpus.length} x ${machine.cpus[0]}${quick ? ", quick" : ""}`);
    const run = { ...rest, browser, ids, quick, print };
    print("times: median over the rounds, ± half the quartiles' distance; ratios: best round over best round (bar)\n");
    const families = await micro(run);
    const whole = [];
    for (const id of ids) if (WHOLE[id]) whole.push(await WHOLE[id](run));
    const problems = [...families, ...whole].flatMap(({ id, problems }) => problems.map((text) => `${id}: ${text}`));
    for (const problem of problems) print(`LOW ${problem}`);
    if (json) {
      mkdirSync(dirname(json), { recursive: true });
      const report = { made: new Date().toISOString(), quick, machine, met: problems.length === 0, problems, families, whole };
      writeFileSync(json, `${JSON.stringify(report, null, 1)}\n`);
      print(`written: ${json}`);
    }
    print(problems.length ? `browser benchmark: ${problems.length} below the bar` : "browser benchmark: all bars met");
    return problems.length === 0;
  } finally {
    await browser.close();
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(error);
  process.exitCode = 2;
}
