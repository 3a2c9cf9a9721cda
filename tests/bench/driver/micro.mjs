// Receiving and publishing with a mock socket: every client in a page, and a process, of its own.
import { FAMILIES } from "../engine/cases.js";
import { judge } from "../engine/judge.js";
import { measure, QUICK, USUAL } from "../engine/measure.js";
import { table } from "../engine/table.js";
import { bundle } from "./bundle.mjs";
import { serve } from "./server.mjs";

/**
 * @param {object} run
 * @param {Awaited<ReturnType<typeof import("./chromium.mjs").launch>>} run.browser
 * @param {string[]} run.ids of the families
 * @param {boolean} run.quick
 * @param {string[]} run.clients
 * @param {string} run.package
 * @param {(text: string) => void} run.print
 */
export async function micro({ browser, ids, quick, clients, package: folder, print }) {
  const files = new Map();
  for (const client of clients) files.set(`/${client}.js`, await bundle({ client, page: "realm.js", package: folder }));
  const server = await serve(files);
  const families = [];
  try {
    for (const family of FAMILIES.filter(({ id }) => ids.includes(id))) {
      const realms = [];
      for (const client of clients) realms.push(await openRealm(browser, `${server.url}/${client}`));
      const results = await measure(family, realms, quick ? QUICK : USUAL);
      for (const realm of realms) await realm.close();
      const judged = judge(family.id, results);
      print(table(family, results, judged));
      families.push({ id: family.id, family, results, ...judged });
    }
  } finally {
    await server.close();
  }
  return families;
}

/** A realm in a page. A context of its own makes it a process of its own: no heap and no compiler is shared. */
async function openRealm(browser, url) {
  const context = await browser.newContext();
  const page = await browser.newPage(url, context);
  if (!(await page.evaluate(() => crossOriginIsolated))) throw new Error("the page's clock is coarse: not isolated");
  return {
    name: await page.evaluate(() => globalThis.bench.name),
    open: (family) => page.evaluate((family) => globalThis.bench.open(family), family),
    sample: (what) => page.evaluate((what) => globalThis.bench.sample(what), what),
    close: () => browser.closeContext(context),
  };
}
