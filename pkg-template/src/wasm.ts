/** The wasm module: instantiated at the first need, so that importing and constructing work everywhere. */
import init, * as bindings from "stomp-glue";
import { module } from "stomp-wasm-source";

let ready: bindings.InitOutput | undefined;
let starting: Promise<void> | undefined;

/** The wasm-bindgen exports. */
export function glue(): typeof bindings {
  if (!ready && load()) {
    throw new Error("stomp-wasm: the WebAssembly module is still being loaded; wait for the promise of setWasm()");
  }
  return bindings;
}

/** The memory of the module, which is ready. */
export function memory(): WebAssembly.Memory {
  glue();
  return ready!.memory;
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
      ready = bindings.initSync({ module: source });
      return undefined;
    }
  } catch (error) {
    // Chromium before 115 compiles no more than 4 KB synchronously in a page, and throws a RangeError.
    if (!(error instanceof RangeError)) throw readable(error);
  }
  starting = init({ module_or_path: source }).then(
    exports => {
      ready = exports;
      starting = undefined;
    },
    (error: unknown) => {
      starting = undefined;
      throw readable(error);
    },
  );
  return starting;
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
