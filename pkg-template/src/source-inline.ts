/** The module of the default entry, which is carried inside. */
import hex from "stomp-wasm-hex";

/** The bytes. Hexadecimal compresses better than base64, since it keeps the bytes' alignment. */
export function module(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = parseInt(hex.substring(2 * i, 2 * i + 2), 16);
  }
  return bytes;
}
