/** Finding where the body of a text frame ends. STOMP counts bytes, JavaScript counts UTF-16 code units. */

import { isAscii, utf8Length } from "./utf8-length.js";

/** From so many bytes on a body is in memory that is slow to reach: what is not looked at counts. */
const LARGE = 4096;

/**
 * The body of `bytes` bytes that begins at `start`, if it is there with a NUL behind it.
 *
 * Code units are as many as bytes exactly where all are ASCII; otherwise they are counted.
 */
export function sizedBody(text: string, start: number, bytes: number): string | undefined {
  const end = start + bytes;
  const last = text.length - 1;
  if (end <= last && text.charCodeAt(end) === 0) {
    const body = text.substring(start, end);
    if (bytes < LARGE ? isAscii(body) : isOnlyEnd(text, start, bytes)) return body;
  }
  // Most messages hold one frame, and to count all of them is faster than to look for where so many are.
  if (end > last && text.charCodeAt(last) === 0) {
    if (utf8Length(text, start, last) === bytes) return text.substring(start, last);
  }
  const counted = countedEnd(text, start, bytes);
  return text.charCodeAt(counted) === 0 ? text.substring(start, counted) : undefined;
}

/**
 * Whether a body of so many bytes can end nowhere but at the NUL that is as many code units behind its start.
 *
 * A code unit has one to three bytes. So the body ends at this NUL or before, but not in its first third; and where it ends
 * is a NUL: "The frame still needs to be terminated with a NULL octet." With no other NUL in between it ends here, without
 * a look at the first third. A peer that counts characters, not bytes, is not told from one that is right.
 */
function isOnlyEnd(text: string, start: number, bytes: number): boolean {
  return text.indexOf("\0", start + Math.ceil(bytes / 3)) === start + bytes;
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
    else if (unit < 0xd800 || unit > 0xdbff || (text.charCodeAt(at) & 0xfc00) !== 0xdc00) left -= 3;
    else {
      // Four bytes for two code units.
      left -= 4;
      at++;
    }
  }
  return left === 0 ? at : length;
}
