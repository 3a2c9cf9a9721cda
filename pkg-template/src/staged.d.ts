/** What `bundle.mjs` puts in. */
declare module "stomp-wasm-hex" {
  /** The bytes of the wasm module in hexadecimal. */
  const hex: string;
  export default hex;
}
declare module "stomp-wasm-source" {
  /** Where the wasm module comes from: `source-inline.ts` in the default entry, `source-slim.ts` in the slim one. */
  export function module(): import("./source-slim.js").WasmSource;
}
