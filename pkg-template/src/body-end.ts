/** Finding where the body of a text frame ends. STOMP counts bytes, JavaScript counts UTF-16 code units. */

import { isAscii } from "./utf8-length.js";

/**
 * The body of `bytes` bytes that begins at `start`, if it is there with a NUL behind it.
 *
 * Code units are as many as bytes exactly where all are ASCII; otherwise they are counted.
 */
export function sizedBody(text: string, start: number, bytes: number): string | undefined {
  const end = start + bytes;
  if (text.charCodeAt(end) === 0) {
    const body = text.substring(start, end);
    if (isAscii(body)) return body;
  }
  const counted = countedEnd(text, start, bytes);
  return text.charCodeAt(counted) === 0 ? text.substring(start, counted) : undefined;
}

/** Where so many bytes of UTF-8 end in the text; behind its end if it has not so many, or if that is inside a character. */
function countedEnd(text: string, start: number, bytes: number): number {
  const { length } = text;
  let left = bytes;
  let at = start;
  while (left > 0 && at < length) {
    const unit = text.charCodeAt(at++);
    if (unit < 0x80) left -= 1;
    else if (unit < 0x800) left -= 2;
    else if (unit < 0xd800 || unit > 0xdfff) left -= 3;
    // Each half of a pair counts for two of the four bytes.
    else left -= 2;
  }
  return left === 0 ? at : length;
}
