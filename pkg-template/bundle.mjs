// Makes the npm package: bundles the TypeScript face with the wasm module inside.
//
//   node bundle.mjs --module DIR --types DIR --out DIR --modules DIR
//
// --module: stomp_bg.js as wasm-bindgen made it, stomp_bg.wasm, ascii-text.wasm and names.json as binaryen left them; --types: the declarations that tsc made; --out: the package's
// folder, which is empty; --modules: node_modules with esbuild and terser.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, normalize, resolve } from "node:path";
import { parseArgs } from "node:util";
import { encode } from "./module-text.mjs";
import { importsModule, shortNames, TOLD } from "./names.mjs";

const string = { type: "string" };
const { values } = parseArgs({ options: { module: string, types: string, out: string, modules: string } });
const { module, types, out, modules } = values;
if (!module || !types || !out || !modules) {
  throw new Error("usage: node bundle.mjs --module DIR --types DIR --out DIR --modules DIR");
}
const installed = createRequire(join(resolve(modules), "x.js"));
const { build } = installed("esbuild");
const { minify } = installed("terser");
const here = import.meta.dirname;
const wasm = join(module, "stomp_bg.wasm");

/**
 * Lets the face import the place where the module comes from, the module's bytes, what wasm-bindgen generated for it, and what
 * it imports, each by a name.
 */
const staged = source => ({
  name: "staged",
  setup(build) {
    const names = JSON.parse(readFileSync(join(module, "names.json"), "utf8"));
    const contents = {
      "stomp-wasm-text": () =>
        Object.entries(encode(readFileSync(wasm)))
          .map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};`)
          .join("\n"),
      "stomp-wasm-ascii-text": () =>
        `export const module = ${JSON.stringify(readFileSync(join(module, "ascii-text.wasm")).toString("base64"))};`,
      "stomp-wasm-bindgen": () => shortNames(readFileSync(join(module, "stomp_bg.js"), "utf8"), names),
      "stomp-wasm-imports": () => importsModule(names),
    };
    build.onResolve({ filter: /^stomp-wasm-source$/ }, () => ({ path: join(here, "src", source) }));
    build.onResolve({ filter: /^stomp-wasm-/ }, ({ path }) => ({ path, namespace: "staged" }));
    build.onResolve({ filter: /./, namespace: "staged" }, ({ path }) =>
      path === TOLD ? { path: join(here, "src/told.ts") } : undefined,
    );
    build.onLoad({ filter: /./, namespace: "staged" }, ({ path }) => ({ contents: contents[path]() }));
  },
});

/** What stands for the module's text. */
const TEXT = "stompWasmText";
/** What must stay in front. */
const STRICT = '"use strict";';

/** The module's text, if a script has it, and the script with its name in its place. */
function takeOut(script) {
  const literal = script.match(/"[^"]{20000,}"/)?.[0];
  if (script.includes(TEXT)) throw new Error(`the name ${TEXT} is taken`);
  return [literal, literal ? script.replace(literal, TEXT) : script];
}

/**
 * Puts the module's text in front of everything else: gzip makes tables for pieces of a file, and one for half a piece of
 * text and half a piece of script suits neither. This is 570 B.
 */
function putInFront(literal, script) {
  if (!literal) return script;
  const start = script.includes(STRICT) ? script.indexOf(STRICT) + STRICT.length : 0;
  return `${script.slice(0, start)}var ${TEXT}=${literal};${script.slice(start)}`;
}

/** Bundles an entry. */
async function bundle(entry, source, options) {
  await build({
    entryPoints: [join(here, "src", entry)],
    bundle: true,
    target: "es2020",
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    plugins: [staged(source)],
    // Nothing in the package may ask for its own address: bundlers and CommonJS stumble over it.
    supported: { "import-meta": false },
    ...options,
  });
  // Without the module's text, whose letters would be taken for the most frequent ones.
  let [module, text] = takeOut(readFileSync(options.outfile, "utf8"));
  // A second minifier takes 300 B more, by gzip. Not of CommonJS: it would take the names away that Node reads off there.
  if (options.format !== "cjs") {
    // Texts stay where they are: bundlers must not see what is imported, nor of what a worker is made.
    const compress = { passes: 3, inline: 0, reduce_vars: false };
    const esm = options.format === "esm";
    text = (await minify(text, { ecma: 2020, module: esm, compress, format: { preserve_annotations: true } })).code;
  }
  // The import of what only the page knows, if anybody: these comments, which do not survive the minifiers, tell bundlers to
  // leave it as it is.
  const [found, ...more] = text.matchAll(/\bimport\((\w+)\)/g);
  if (!found || more.length) throw new Error(`${options.outfile}: there should be one import() of a name`);
  const [all, name] = found;
  text = text.replace(all, () => `import(/*webpackIgnore:true*//*@vite-ignore*/${name})`);
  writeFileSync(options.outfile, putInFront(module, text));
}

for (const [name, source] of [
  ["index", "source-inline.ts"],
  ["slim", "source-slim.ts"],
]) {
  await bundle(`${name}.ts`, source, { format: "esm", outfile: join(out, `esm/${name}.js`) });
  await bundle(`${name}.ts`, source, { format: "cjs", outfile: join(out, `cjs/${name}.js`) });
}
await bundle("index.ts", "source-inline.ts", {
  format: "iife",
  globalName: "StompJs",
  outfile: join(out, "bundles/stomp.umd.js"),
  banner: {
    js:
      '(function(r,f){typeof exports=="object"&&typeof module<"u"?module.exports=f():' +
      'typeof define=="function"&&define.amd?define([],f):(typeof globalThis<"u"?globalThis:r).StompJs=f()})' +
      "(this,function(){",
  },
  footer: { js: "return StompJs});" },
});

/** Copies a declaration and those that it imports; the inner ones, which no user can reach, stay behind. */
const copied = new Set();
function declare(file) {
  if (copied.has(file)) return;
  copied.add(file);
  const text = readFileSync(join(types, file), "utf8");
  for (const folder of ["esm", "cjs"]) {
    const target = join(out, folder, file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  for (const [, name] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)\.js"/g)) {
    declare(normalize(join(dirname(file), `${name}.d.ts`)));
  }
}
declare("index.d.ts");
declare("slim.d.ts");

// The package is of type "module"; these folders are not.
for (const folder of ["cjs", "bundles"]) {
  writeFileSync(join(out, folder, "package.json"), '{ "type": "commonjs" }\n');
}
// For tools that do not read `exports`.
mkdirSync(join(out, "slim"), { recursive: true });
writeFileSync(
  join(out, "slim/package.json"),
  '{ "main": "../cjs/slim.js", "module": "../esm/slim.js", "types": "../cjs/slim.d.ts", "sideEffects": false }\n',
);
copyFileSync(wasm, join(out, "stomp.wasm"));
for (const file of ["package.json", "README.md"]) copyFileSync(join(here, file), join(out, file));
for (const file of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(join(here, "..", file), join(out, file));
