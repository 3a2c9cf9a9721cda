/** The bytes of the wasm module in hexadecimal, put in by `bundle.mjs`. */
declare module "stomp-wasm-hex" {
  const hex: string;
  export default hex;
}
