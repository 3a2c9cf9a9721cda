/** The wasm module, instantiated at the first need and not on import. */
import { initSync, type InitOutput } from "stomp-glue";
import hex from "stomp-wasm-hex";

let loaded: InitOutput | undefined;

/**
 * Instantiates the wasm module, once.
 *
 * @throws WebAssembly.CompileError or RangeError where the browser refuses to do this synchronously.
 */
export function load(): InitOutput {
  loaded ??= initSync({ module: bytesOf(hex) });
  return loaded;
}

/** Hexadecimal, because it compresses better than base64: it keeps the bytes' alignment. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = parseInt(text.substring(2 * i, 2 * i + 2), 16);
  }
  return bytes;
}
