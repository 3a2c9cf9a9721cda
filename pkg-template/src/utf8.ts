/** UTF-8, with the browser's coder made at the first need: where there is none (jsdom), import must still work. */

let decoder: TextDecoder | undefined;
let encoder: TextEncoder | undefined;

/** Text from bytes. A leading U+FEFF is part of the text: a message body is no file that begins with a byte order mark. */
export function decode(bytes: Uint8Array): string {
  decoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(bytes);
}

/** Bytes from text. */
export function encode(text: string): Uint8Array {
  encoder ??= new TextEncoder();
  return encoder.encode(text);
}
