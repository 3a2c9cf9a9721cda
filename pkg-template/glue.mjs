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
