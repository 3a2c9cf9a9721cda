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

/** What was given. */
export function module(): WasmSource {
  if (given === undefined) {
    throw new Error(
      "stomp-wasm/slim: call setWasm() with the address, the response, the module or the bytes of stomp.wasm first",
    );
  }
  return given;
}
