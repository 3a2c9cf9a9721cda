// Makes the npm package: bundles the TypeScript face with the glue and the wasm module inside.
//
//   node bundle.mjs --glue DIR --out DIR --modules DIR
//
// --glue: stomp.js and stomp_bg.wasm as wasm-bindgen and wasm-opt left them; --out: the package's folder, in which the
// declarations lie already (types/); --modules: node_modules with esbuild.
import { copyFileSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { glue: { type: "string" }, out: { type: "string" }, modules: { type: "string" } },
});
const { glue, out, modules } = values;
if (!glue || !out || !modules) throw new Error("usage: node bundle.mjs --glue DIR --out DIR --modules DIR");

const { build } = createRequire(join(resolve(modules), "x.js"))("esbuild");
const here = import.meta.dirname;
const wasm = join(glue, "stomp_bg.wasm");

/** Lets the face import the glue and the module's bytes by name. */
const staged = {
  name: "staged",
  setup(build) {
    build.onResolve({ filter: /^stomp-glue$/ }, () => ({ path: join(glue, "stomp.js"), sideEffects: false }));
    build.onResolve({ filter: /^stomp-wasm-hex$/ }, () => ({ path: "hex", namespace: "staged" }));
    build.onLoad({ filter: /.*/, namespace: "staged" }, () => ({
      contents: `export default ${JSON.stringify(readFileSync(wasm).toString("hex"))};`,
    }));
  },
};

const common = {
  entryPoints: [join(here, "src/index.ts")],
  bundle: true,
  target: "es2020",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  plugins: [staged],
};
await build({ ...common, format: "esm", outfile: join(out, "stomp.js") });
await build({ ...common, format: "cjs", outfile: join(out, "stomp.cjs") });
await build({
  ...common,
  format: "iife",
  globalName: "StompJs",
  outfile: join(out, "bundles/stomp.umd.js"),
});
copyFileSync(wasm, join(out, "stomp.wasm"));
copyFileSync(join(here, "package.json"), join(out, "package.json"));
