// The browser benchmark: our npm package beside its peers, in headless Chromium.
//
//   node main.mjs --package DIR [--only NAME[,NAME]] [--quick] [--peers-only] [--json FILE]
//
// Exits 0 if every bar is met, 1 if not, 2 on a wrong call.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { launch } from "../../lib/browser.mjs";
import { chosen, FAMILIES } from "../engine/cases.js";
import { CLIENTS } from "./bundle.mjs";
import { micro } from "./micro.mjs";

const { values } = parseArgs({
  options: {
    package: { type: "string" },
    only: { type: "string", multiple: true, default: [] },
    quick: { type: "boolean", default: false },
    "peers-only": { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const only = values.only.flatMap((names) => names.split(",")).filter(Boolean);
const known = FAMILIES.map(({ id }) => id);
for (const name of only) {
  if (!chosen(known, [name]).length) {
    console.error(`there is no benchmark ${name}; there are: ${known.join(", ")}`);
    process.exit(2);
  }
}
const ids = chosen(known, only);
if (!values.package) {
  console.error("usage: node main.mjs --package DIR [--only NAME[,NAME]] [--quick] [--peers-only] [--json FILE]");
  process.exit(2);
}

const print = (text) => console.log(text);
const clients = values["peers-only"] ? CLIENTS.slice(1) : CLIENTS;
const browser = await launch();
let met = true;
try {
  const chromium = browser.version();
  print(`Chromium ${chromium}, Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? "?"}\n`);
  const run = { browser, ids, quick: values.quick, clients, package: values.package, print };
  const families = await micro(run);
  for (const { family, rows, problems } of families) {
    for (const problem of problems) print(`LOW ${family.id}: ${problem}`);
    for (const { cells } of rows) {
      for (const cell of cells) {
        if (cell && !cell.met) print(`LOW ${family.id}: ${cell.ratio.toFixed(2)} times ${cell.name}, bar ${cell.bar}`);
      }
    }
  }
  met = families.every((each) => each.met);
  if (values.json) {
    mkdirSync(dirname(values.json), { recursive: true });
    const machine = { chromium, node: process.version, cpus: cpus().map(({ model }) => model) };
    writeFileSync(values.json, `${JSON.stringify({ made: new Date(), quick: values.quick, machine, met, families })}\n`);
  }
} finally {
  await browser.close();
}
print(met ? "browser benchmark: all bars met" : "browser benchmark: below a bar");
process.exitCode = met ? 0 : 1;
