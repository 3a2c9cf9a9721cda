/**
 * The same as `stomp-wasm`, with the wasm module given by the application: see {@link setWasm}.
 *
 * @packageDocumentation
 */
import { give, type WasmSource } from "./source-slim.js";
import { load } from "./wasm.js";

export * from "./index.js";
export type { WasmSource } from "./source-slim.js";

/**
 * Says where the wasm module is. To be called once, before the first `activate()`; that need not wait for the promise.
 *
 * ```js
 * import { Client, setWasm } from "stomp-wasm/slim";
 * import url from "stomp-wasm/stomp.wasm?url"; // with Vite
 * setWasm(url);
 * ```
 *
 * @param source The address of `stomp.wasm` (which must be served as `application/wasm` to be compiled while it loads), a
 * response to a request for it, the compiled module, or its bytes. A compiled module and bytes are started at once.
 * @returns A promise that is kept when the module runs. If it cannot be loaded, that is told here and to the
 * `onWebSocketError` of every client that was activated.
 */
export function setWasm(source: WasmSource): Promise<void> {
  give(source);
  let loading: Promise<void>;
  try {
    loading = load() ?? Promise.resolve();
  } catch (error) {
    loading = Promise.reject(error as Error);
  }
  // Whoever ignores the promise hears of a failure from the client.
  loading.catch(() => {});
  return loading;
}
