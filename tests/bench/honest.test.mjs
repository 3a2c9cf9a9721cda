// Whether the benchmark notices what is wrong: clients with one fault each, and figures below a bar.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundle } from "./driver/bundle.mjs";
import { launch } from "./driver/chromium.mjs";
import { serve } from "./driver/server.mjs";
import { BARS, chosen, FAMILIES, OURS, REFERENCE, SIZES } from "./engine/cases.js";
import { judge } from "./engine/judge.js";
import { quantile, summary } from "./engine/stats.js";

const RECEIVE = "receive-text-ascii";
/** Enough messages for a fault that shows in each fortieth, however slow the machine is. */
const ENOUGH = 200;

describe("a client with a fault", () => {
  let browser;
  let server;
  beforeAll(async () => {
    const script = await bundle({ client: "faulty", page: "realm.js", package: "." });
    server = await serve(new Map([["/faulty.js", script]]));
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const sample = async (fault, id) => {
    const context = await browser.newContext();
    try {
      const tab = await browser.newPage(`${server.url}/faulty?fault=${encodeURIComponent(fault)}`, context);
      await tab.evaluate((family) => globalThis.bench.open(family), FAMILIES.find((family) => family.id === id));
      for (let count = 0, seed = 1; ; seed++) {
        const sample = await tab.evaluate((what) => globalThis.bench.sample(what), { size: 100, seed, budget: 10 });
        count += sample.count ?? 0;
        if (sample.wrong || sample.absent || count >= ENOUGH) return { ...sample, count };
      }
    } finally {
      await browser.closeContext(context);
    }
  };

  test.each([
    ["a lost message", RECEIVE, /callbacks for/],
    ["a message twice", RECEIVE, /callbacks for/],
    ["a short body", RECEIVE, /body differs/],
    ["a short body", "receive-binary-cjk", /body differs/],
    ["a changed body", "receive-text-ascii-20", /body differs/],
    ["a changed body", "receive-text-mixed", /body differs/],
    ["the message before", RECEIVE, /body differs/],
    ["a wrong id", RECEIVE, /message-id is/],
    ["a header too few", RECEIVE, /header timestamp/],
    ["no acknowledgement", "ack-text-ascii", /frames sent for/],
    ["a short body sent", "publish-text-ascii", /content-length|sent changed/],
    ["a header not sent", "publish-text-ascii", /no header line correlation-id/],
    ["bytes changed", "publish-binary-ascii", /sent changed/],
  ])("%s in %s is noticed", async (fault, id, wrong) => {
    expect((await sample(fault, id)).wrong).toMatch(wrong);
  }, 60_000);

  test.each([RECEIVE, "receive-binary-cjk", "ack-text-ascii", "publish-text-mixed", "publish-binary-ascii"])(
    "no fault in %s is none",
    async (id) => {
      const { wrong, ns, count } = await sample("none", id);
      expect(wrong).toBeUndefined();
      expect(ns).toBeGreaterThan(0);
      expect(count).toBeGreaterThanOrEqual(ENOUGH);
    },
    60_000,
  );
});

describe("the verdict", () => {
  const results = (ours, theirs, other) => {
    const list = (all) => all.map((ns) => ({ samples: [ns * 1.1, ns, ns * 3], ns: summary([ns * 1.1, ns, ns * 3]) }));
    return { [OURS]: list(ours), [REFERENCE]: list(theirs), other: list(other) };
  };
  const { reference, fastest } = BARS[RECEIVE];
  const ours = [1000, 1000, 1000, 1000];
  const at = (bars, factor) => bars.map((bar) => 1000 * bar * factor);

  test("no problem at the bars", () => {
    const { problems, rows } = judge(RECEIVE, results(ours, at(reference, 1.01), at(fastest, 1.01)));
    expect(problems).toEqual([]);
    expect(rows[0].cells[0].ratio).toBeCloseTo(reference[0] * 1.01);
    expect(rows[1].cells[0].name).toBe("other");
  });

  test("a problem for each size below a bar", () => {
    expect(judge(RECEIVE, results(ours, at(reference, 0.99), at(fastest, 1.01))).problems).toHaveLength(SIZES.length);
    expect(judge(RECEIVE, results(ours, at(reference, 1.01), at(fastest, 0.99))).problems).toHaveLength(SIZES.length);
  });

  test("a problem if our client is wrong, or there is nothing to compare with", () => {
    const wrong = results(ours, at(reference, 2), at(fastest, 2));
    wrong[OURS][2] = { samples: [], ns: undefined, wrong: "the body differs" };
    expect(judge(RECEIVE, wrong).problems).toContainEqual(expect.stringContaining("the body differs"));
    const alone = results(ours, at(reference, 2), at(fastest, 2));
    alone[REFERENCE][0] = { samples: [], ns: undefined };
    expect(judge(RECEIVE, alone).problems).toContainEqual(expect.stringContaining(`compare with ${REFERENCE}`));
  });

  test("a peer that is wrong is not the fastest", () => {
    const all = results(ours, at(reference, 2), at(fastest, 0.5));
    all.other = all.other.map(() => ({ samples: [], ns: undefined, wrong: "the body differs" }));
    expect(judge(RECEIVE, all).problems).toEqual([]);
  });
});

test("names choose by their whole or their beginning", () => {
  const ids = FAMILIES.map(({ id }) => id);
  expect(chosen(ids, [])).toEqual(ids);
  expect(chosen(ids, [RECEIVE])).toEqual([RECEIVE]);
  expect(chosen(ids, ["ack"])).toEqual(["ack-text-ascii"]);
  expect(chosen(ids, ["receive"]).every((id) => id.startsWith("receive-"))).toBe(true);
  expect(chosen(ids, ["rec"])).toEqual([]);
  expect(Object.keys(BARS).filter((id) => !ids.includes(id))).toEqual([]);
});

test("quantiles", () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([5], 0.25)).toBe(5);
  expect(summary([3, 1, 2])).toEqual({ median: 2, low: 1.5, high: 2.5, least: 1, count: 3 });
  expect(summary([])).toBeUndefined();
});
