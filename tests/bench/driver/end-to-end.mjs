// The native blaster sends as fast as one page takes: messages a second, and what they cost the page's main thread.
import { OURS, REFERENCE } from "../engine/cases.js";
import { summary } from "../engine/stats.js";
import { blaster } from "./blaster.mjs";
import { bundle } from "./bundle.mjs";
import { serve } from "./server.mjs";

export const ID = "end-to-end";
const BARE = "bare WebSocket";
/** The shorter a run is, the more of them it takes. */
const CASES = [
  { name: "100 B", size: 100, count: 200_000, rounds: 3 },
  { name: "1 KB", size: 1024, count: 20_000, rounds: 9 },
  { name: "64 KB", size: 64 * 1024, count: 2_000, rounds: 9 },
];
/** The bars. */
const OF_BARE = 0.9;
const SCRIPT_OF_REFERENCE_AT_100_B = 1 / 5;
const RATE_OVER_REFERENCE_AT_64_KB = 3;
const QUICK_ROUNDS = 3;
const TAKE_LIMIT_MS = 180_000;

/** @param {any} run as `micro` takes it, and `blaster`, the program */
export async function endToEnd({ browser, quick, clients, package: folder, blaster: program, print }) {
  const files = new Map([["/bare.js", await bundle({ client: "stompjs", page: "bare.js", package: folder })]]);
  for (const client of clients) {
    files.set(`/${client}.js`, await bundle({ client, page: "end-to-end.js", package: folder }));
  }
  const server = await serve(files);
  const blasting = await blaster(program);
  const cases = [];
  try {
    const names = [...clients, "bare"];
    for (const each of CASES) {
      // A quick run takes fewer of the many; of the others there are few enough already that starting up shows in the rate.
      const count = quick ? Math.min(each.count, 50_000) : each.count;
      const runs = {};
      for (let round = 0; round < (quick ? QUICK_ROUNDS : each.rounds); round++) {
        for (let turn = 0; turn < names.length; turn++) {
          const file = names[(turn + round) % names.length];
          const url = `${blasting.url}/?count=${count}&size=${each.size}`;
          const { name, ...run } = await take(browser, `${server.url}/${file}`, url, count);
          (runs[name] ??= []).push(run);
        }
      }
      const results = {};
      for (const [name, list] of Object.entries(runs)) {
        results[name] = {
          runs: list,
          rate: summary(list.map(({ rate }) => rate)),
          script: summary(list.map(({ script }) => script)),
          busy: summary(list.map(({ busy }) => busy)),
        };
      }
      const bars = judge(each.name, results);
      print(table({ ...each, count }, results, bars));
      cases.push({ name: each.name, size: each.size, count, results, bars });
    }
  } finally {
    await blasting.close();
    await server.close();
  }
  const problems = cases.flatMap(({ name, bars }) => bars.filter(({ met }) => !met).map(({ text }) => `${name}: ${text}`));
  return { id: ID, cases, problems };
}

/** One client, one blast, in a fresh process. */
async function take(browser, page, url, count) {
  const context = await browser.newContext();
  try {
    const tab = await browser.newPage(page, context);
    // Thread time: what the main thread worked, whoever else used the processor meanwhile.
    await tab.send("Performance.enable", { timeDomain: "threadTicks" });
    const name = await tab.evaluate(() => globalThis.bench.name);
    await tab.evaluate((url) => globalThis.bench.connect(url), url);
    const before = await tab.metrics();
    let timer;
    const limit = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${name}: not all messages within ${TAKE_LIMIT_MS} ms`)), TAKE_LIMIT_MS);
    });
    const taken = tab.evaluate((count) => globalThis.bench.take(count), count);
    const ms = await Promise.race([taken, limit]).finally(() => clearTimeout(timer));
    const after = await tab.metrics();
    const per = (metric) => ((after[metric] - before[metric]) * 1e6) / count;
    return { name, rate: (count * 1000) / ms, script: per("ScriptDuration"), busy: per("TaskDuration") };
  } finally {
    await browser.closeContext(context);
  }
}

/**
 * The bars of the issue. A rate is what two processes, the browser's and the page's, come to with the processors that there
 * are, and luck makes it higher as often as lower: clients are compared within each round, and the median of the rounds
 * counts. Processor time is only ever made longer, so of that the best run counts, as in the other benchmarks.
 */
function judge(name, results) {
  const ours = results[OURS];
  if (!ours) return [];
  const bars = [];
  const bar = (text, value, met) => bars.push({ text, value, met });
  const rateOver = (client) => summary(ours.runs.map(({ rate }, round) => rate / results[client].runs[round].rate)).median;
  const ofBare = rateOver(BARE);
  bar(`${(100 * ofBare).toFixed(0)} % of the bare WebSocket's rate (bar ${100 * OF_BARE} %)`, ofBare, ofBare >= OF_BARE);
  if (name === "100 B") {
    const script = ours.script.least / results[REFERENCE].script.least;
    const met = script <= SCRIPT_OF_REFERENCE_AT_100_B;
    bar(`script time 1/${(1 / script).toFixed(1)} of ${REFERENCE}'s (bar 1/5)`, script, met);
  }
  if (name === "64 KB") {
    const rate = rateOver(REFERENCE);
    const met = rate >= RATE_OVER_REFERENCE_AT_64_KB;
    bar(`${rate.toFixed(2)} times ${REFERENCE}'s rate (bar ${RATE_OVER_REFERENCE_AT_64_KB})`, rate, met);
  }
  return bars;
}

function table({ name, count }, results, bars) {
  const line = (first, cells) => `${first.padEnd(36)}${cells.map((cell) => cell.padStart(21)).join("")}`;
  const spread = ({ median, low, high }) => `±${`${Math.round((50 * (high - low)) / median)}`.padStart(2)}%`;
  const us = (all) => `${all.median.toFixed(1)} µs ${spread(all)}`;
  const lines = [line(`end to end, ${count.toLocaleString("en")} x ${name}`, ["messages/s", "script per message", "main thread busy"])];
  for (const [client, { rate, script, busy }] of Object.entries(results)) {
    lines.push(line(`  ${client}`, [`${Math.round(rate.median).toLocaleString("en")} ${spread(rate)}`, us(script), us(busy)]));
  }
  for (const { text, met } of bars) lines.push(`  ${met ? "ok " : "LOW"} ${text}`);
  return [...lines, ""].join("\n");
}
