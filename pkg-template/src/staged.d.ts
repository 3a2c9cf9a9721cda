/** What `bundle.mjs` puts in. */
declare module "stomp-wasm-text" {
  /** Which bytes have one character, a bit for each, in hexadecimal. */
  export const single: string;
  /** The bytes of the wasm module. */
  export const text: string;
}
declare module "stomp-wasm-ascii-text" {
  /** `ascii-text.wat` as a module, in Base64. */
  export const module: string;
}
declare module "stomp-wasm-source" {
  /** Where the wasm module comes from: `source-inline.ts` in the default entry, `source-slim.ts` in the slim one. */
  export function module(): ReturnType<typeof import("./source-slim.js").module>;
}
declare module "stomp-wasm-imports" {
  /** What the module imports. */
  export const imports: WebAssembly.Imports;
  /** Gives the module's exports to what wasm-bindgen generated. Returns its memory. */
  export function bind(exports: WebAssembly.Exports): WebAssembly.Memory;
}
