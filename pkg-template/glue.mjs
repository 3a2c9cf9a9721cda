// Changes the JavaScript that wasm-bindgen generates where it does not suit a package. Each change must find what it is
// made for, so that another version of wasm-bindgen fails the build instead of slipping through.

/** The glue, such that importing it does nothing: no TextDecoder and no TextEncoder is made before the first need. */
export function lazyGlue(source) {
  const replace = (what, old, by) => {
    const changed = source.replace(old, by);
    if (changed === source) throw new Error(`this wasm-bindgen's glue has no ${what}: adapt pkg-template/glue.mjs`);
    source = changed;
  };
  const decoder = "new TextDecoder('utf-8', { ignoreBOM: true })";
  replace("decoder", `let cachedTextDecoder = ${decoder};\ncachedTextDecoder.decode();\n`, "let cachedTextDecoder;\n");
  replace(
    "use of the decoder",
    "return cachedTextDecoder.decode(bytes);",
    `return (cachedTextDecoder ??= ${decoder}).decode(bytes);`,
  );
  // What has WebAssembly with reference types has encodeInto too, so the stand-in for it goes.
  replace(
    "encoder",
    /^const cachedTextEncoder = new TextEncoder\(\);\n\nif \(!\('encodeInto' in cachedTextEncoder\)\) \{\n[^]*?^\}\n/m,
    "let cachedTextEncoder;\n",
  );
  replace(
    "use of the encoder",
    /^function passStringToWasm0\(.*\{$/m,
    "$&\n    cachedTextEncoder ??= new TextEncoder();",
  );
  // Nobody disposes of these classes but the face, by free().
  replace("Symbol.dispose", /^if \(Symbol\.dispose\) .*$/gm, "");
  return source;
}

/**
 * The glue with the short names that wasm-opt gave the module's imports and exports. `names` is what wasm-opt printed:
 * the imports as `[module, old, new]`, the exports as `[old, new]`.
 */
export function shortNames(source, { imports, exports }) {
  const replace = (what, old, by) => {
    const changed = source.replace(old, by);
    if (changed === source) throw new Error(`this wasm-bindgen's glue has no ${what}: adapt pkg-template/glue.mjs`);
    source = changed;
  };
  const quoted = name => name.replace(/[$.*+?^(){}|[\]\\]/g, "\\$&");
  // The face still asks for the memory by its name; nothing else of the exports is its business.
  replace("answer of the initialisation", /return wasm;/g, "return { memory: wasm.memory };");
  for (const [, old, by] of imports) replace(`import ${old}`, new RegExp(`^(\\s+)${quoted(old)}: `, "m"), `$1${by}: `);
  // All at once: a new name may be the old one of another.
  const short = new Map(exports);
  replace("exports", /\bwasm\.(\w+)/g, (_, name) => {
    const by = short.get(name);
    if (by === undefined) throw new Error(`the glue uses ${name}, which the module does not export`);
    return `wasm.${by}`;
  });
  replace("module", '"./stomp_bg.js"', '"a"');
  return source;
}
