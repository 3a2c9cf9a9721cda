/** The module of the slim entry, which the application gives. */

/** Where the wasm module is: an address, a response, a compiled module, or its bytes. */
export type WasmSource =
  | string
  | URL
  | Request
  | Response
  | PromiseLike<Response>
  | WebAssembly.Module
  | ArrayBuffer
  | ArrayBufferView<ArrayBuffer>;

let given: WasmSource | undefined;

/** Keeps what `setWasm` was given. */
export function give(source: WasmSource): void {
  if (source instanceof ArrayBuffer) {
    given = new Uint8Array(source);
  } else if (ArrayBuffer.isView(source)) {
    given = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  } else {
    given = source;
  }
}

/** What was given: the module, its bytes, or a promise of one of them. */
export function module(): WebAssembly.Module | Uint8Array<ArrayBuffer> | Promise<WebAssembly.Module | ArrayBuffer> {
  if (given === undefined) {
    throw new Error(
      "stomp-wasm/slim: call setWasm() with the address, the response, the module or the bytes of stomp.wasm first",
    );
  }
  if (given instanceof WebAssembly.Module || given instanceof Uint8Array) return given;
  return compile(given);
}

async function compile(source: Exclude<WasmSource, ArrayBuffer | ArrayBufferView>): Promise<WebAssembly.Module | ArrayBuffer> {
  const got = await (source as PromiseLike<Response>);
  if (got instanceof WebAssembly.Module) return got
  const response = got instanceof Response ? got : await fetch(got);
  if (!response.ok) throw new Error(`${response.url} answered ${response.status} ${response.statusText}`);
  // Compiled while it loads, where the server says that it is WebAssembly.
  const isWasm = response.headers.get("Content-Type") === "application/wasm";
  return isWasm && "compileStreaming" in WebAssembly ? WebAssembly.compileStreaming(response) : response.arrayBuffer();
}
