// The short names that wasm-opt gave the module's imports and exports, in the face's source.

/**
 * `boundary.ts` with the short names. Each must be found, so that a name that is changed on one side only fails the build.
 *
 * @param {string} source
 * @param {{ imports: [module: string, old: string, by: string][], exports: [old: string, by: string][] }} names What
 *   wasm-opt printed.
 */
export function shortNames(source, { imports, exports }) {
  const replace = (what, old, by) => {
    const changed = source.replace(old, by);
    if (changed === source) throw new Error(`pkg-template/src/boundary.ts has no ${what}`);
    source = changed;
  };
  for (const [, old, by] of imports) replace(`import ${old}`, new RegExp(`^(    )${old}: `, "m"), `$1${by}: `);
  replace("module of the imports", /^  stomp: \{$/m, "  a: {");
  // All at once: a new name may be the old one of another.
  const short = new Map(exports);
  replace("use of an export", /\bwasm\.(\w+)/g, (_, name) => {
    const by = short.get(name);
    if (by === undefined) throw new Error(`boundary.ts uses ${name}, which the module does not export`);
    return `wasm.${by}`;
  });
  return source;
}
