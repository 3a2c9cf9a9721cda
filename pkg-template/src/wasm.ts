/** The wasm module: instantiated at the first need, so that importing and constructing work everywhere. */
import { imports, start } from "./boundary.js";
import { module } from "stomp-wasm-source";

export { memory } from "./boundary.js";

let ready = false;
let starting: Promise<void> | undefined;

/** Makes sure that the module is ready. */
export function ensure(): void {
  if (load()) {
    throw new Error("stomp-wasm: the WebAssembly module is still being loaded; wait for the promise of setWasm()");
  }
}

/**
 * Makes the module ready, at once where that is possible.
 *
 * @returns Nothing if it is ready, otherwise the promise to wait for.
 * @throws Error when this environment cannot run it.
 */
export function load(): Promise<void> | undefined {
  if (ready) return undefined;
  if (typeof WebAssembly === "undefined") {
    throw new Error("stomp-wasm: there is no WebAssembly here, which this STOMP client is made of");
  }
  if (typeof TextDecoder === "undefined" || typeof TextEncoder === "undefined") {
    throw new Error(
      "stomp-wasm: there is no global TextDecoder or TextEncoder here; in jsdom, set both from Node's module 'util'",
    );
  }
  if (starting) return starting;
  const source = module();
  try {
    if (source instanceof WebAssembly.Module || source instanceof Uint8Array) {
      started(new WebAssembly.Instance(source instanceof Uint8Array ? new WebAssembly.Module(source) : source, imports));
      return undefined;
    }
  } catch (error) {
    // Chromium before 115 compiles no more than 4 KB synchronously in a page, and throws a RangeError.
    if (!(error instanceof RangeError)) throw readable(error);
  }
  starting = Promise.resolve(source)
    .then(source => WebAssembly.instantiate(source as WebAssembly.Module, imports))
    .then(started, (error: unknown) => {
      throw readable(error);
    })
    .finally(() => {
      starting = undefined;
    });
  return starting;
}

function started(result: WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource): void {
  start("instance" in result ? result.instance : result);
  ready = true;
}

function readable(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const error: Error & { cause?: unknown } = new Error(
    `stomp-wasm: the WebAssembly module could not be started (${reason}). Where the page has a Content Security Policy, ` +
      "its script-src must allow 'wasm-unsafe-eval'.",
  );
  error.cause = cause;
  return error;
}
