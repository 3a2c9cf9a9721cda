/** The npm package `stomp-wasm`: what an application imports. */
export { load } from "./wasm.js";
