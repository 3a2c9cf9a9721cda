// The short names that wasm-opt gave the module's imports and exports, in the JavaScript that wasm-bindgen generated.

/** The module of ours that wasm-bindgen's imports name; see `src/js/boundary.rs`. */
export const TOLD = "./told.js";

/**
 * What wasm-bindgen generated, with the short names.
 *
 * @param {string} source `stomp_bg.js`.
 * @param {{ exports: [old: string, by: string][] }} names What wasm-opt printed.
 */
export function shortNames(source, { exports }) {
  const short = new Map(exports);
  return source.replace(/\bwasm\.(\w+)/g, (_, name) => {
    const by = short.get(name);
    if (by === undefined) throw new Error(`stomp_bg.js uses ${name}, which the module does not export`);
    return `wasm.${by}`;
  });
}

/**
 * A module with `imports`, what the wasm module imports, and `bind`, which takes what it exports and returns its memory. What
 * wasm-bindgen has nothing to convert for is imported from {@link TOLD} directly.
 *
 * @param {{ imports: [module: string, old: string, by: string][], exports: [old: string, by: string][] }} names What
 *   wasm-opt printed.
 */
export function importsModule({ imports, exports }) {
  const memory = exports.find(([name]) => name === "memory");
  if (!memory) throw new Error("the module does not export its memory");
  const lines = imports.map(([module, old, by]) => {
    const from = module === TOLD ? TOLD : "stomp-wasm-bindgen";
    return `import { ${old} as ${by} } from "${from}";`;
  });
  return `${lines.join("\n")}
import { __wbg_set_wasm } from "stomp-wasm-bindgen";
export const imports = { a: { ${imports.map(([, , by]) => by).join(", ")} } };
export const bind = exports => (__wbg_set_wasm(exports), exports.${memory[1]});`;
}
