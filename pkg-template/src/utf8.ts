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

/** Writes a text, as much of it as there is room for. Answers how many bytes it made. */
export function encodeInto(text: string, out: Uint8Array): number {
  encoder ??= new TextEncoder();
  return encoder.encodeInto(text, out).written;
}

let scratch: Uint8Array | undefined;

/** How many bytes a piece of at most 4,096 code units makes. */
export function encodedLength(text: string, start: number, end: number): number {
  return encodeInto(text.substring(start, end), (scratch ??= new Uint8Array(3 * 4096)));
}

/** From how long a piece of bytes on the engine's decoder is faster, in bytes. */
const SHORT = 512;

/** The text of a piece of bytes. To call the engine's decoder takes as long as to make a short text piece by piece. */
export function decodePiece(bytes: Uint8Array, start: number, end: number): string {
  return (end - start <= SHORT ? ascii(bytes, start, end) : undefined) ?? decode(bytes.subarray(start, end));
}

/** The text of bytes that are ASCII. Sixteen at a time: each addition costs as much as a few characters. */
function ascii(bytes: Uint8Array, start: number, end: number): string | undefined {
  const { fromCharCode } = String;
  let text = "";
  let all = 0;
  let at = start;
  // prettier-ignore
  for (; at + 16 <= end; at += 16) {
    const a = bytes[at]!, b = bytes[at + 1]!, c = bytes[at + 2]!, d = bytes[at + 3]!;
    const e = bytes[at + 4]!, f = bytes[at + 5]!, g = bytes[at + 6]!, h = bytes[at + 7]!;
    const i = bytes[at + 8]!, j = bytes[at + 9]!, k = bytes[at + 10]!, l = bytes[at + 11]!;
    const m = bytes[at + 12]!, n = bytes[at + 13]!, o = bytes[at + 14]!, p = bytes[at + 15]!;
    all |= a | b | c | d | e | f | g | h | i | j | k | l | m | n | o | p;
    text += fromCharCode(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
  }
  for (; at < end; at++) {
    all |= bytes[at]!;
    text += fromCharCode(bytes[at]!);
  }
  return all < 128 ? text : undefined;
}
