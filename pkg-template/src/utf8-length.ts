/** How long texts are in UTF-8, which STOMP counts by. */
import { encodedLength } from "./utf8.js";

/** Whether a text is more than ASCII. Of the ways to ask, this is the one that engines make a vector loop of. */
const NOT_ASCII = /[\x80-\uffff]/;
/** What has three bytes, which much of the world's writing is made of. */
const THREE = "[\\u0800-\\ud7ff]";
/** A run of it: four times as fast as a loop over the text, */
const RUN = RegExp(`${THREE}*`, "y");
/** and ten times, eight at once. Not for any length: some engines remember each eight. */
const EIGHTS = RegExp(`(?:${THREE.repeat(8)})*${THREE}*`, "y");
/** The longest text to be asked so, in code units. */
const EIGHTS_LIMIT = 1 << 20;
/** Texts up to this length are counted one by one, in code units. */
const SHORT = 64;
/** To ask for a run takes as long as to count so many characters. */
const WORTHWHILE = 24;
/** So much is encoded at once where most is ASCII, which is twice as fast as a loop. */
const PIECE = 4096;

/** Whether every code unit is one byte in UTF-8. */
export function isAscii(text: string): boolean {
  return !NOT_ASCII.test(text);
}

/**
 * How many bytes a text, or a piece of it, has in UTF-8. Half a pair counts as the U+FFFD that a socket makes of it.
 *
 * @param end Where the piece ends; what follows there, if anything, is not of three bytes.
 */
export function utf8Length(text: string, start = 0, end = text.length): number {
  if (start === 0 && end > SHORT && isAscii(text)) return end;
  let bytes = 3 * (end - start);
  /** How many characters of three bytes are still to be counted one by one, and how many after the last short run. */
  let skip = 0;
  let pause = 0;
  /** Whether most of what was seen last is ASCII. */
  let ascii = 0;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) {
      bytes -= 2;
      if (++ascii > 40 && end - at > 4 * SHORT) {
        const stop = pieceEnd(text, at + 1, end);
        bytes += encodedLength(text, at + 1, stop) - 3 * (stop - at - 1);
        at = stop - 1;
        ascii = 30;
      }
    } else if (unit < 0x800) {
      bytes -= 1;
      ascii -= 6;
    } else if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      // Four bytes for two code units.
      bytes -= 2;
      at++;
      ascii -= 6;
    } else {
      ascii = 0;
      if (skip > 0) {
        skip--;
      } else if (end - at > WORTHWHILE) {
        const run = text.length > EIGHTS_LIMIT ? RUN : EIGHTS;
        run.lastIndex = at + 1;
        run.test(text);
        // Where a run is short, so is what it saves, and so are probably the next.
        skip = pause = run.lastIndex - at < WORTHWHILE ? Math.min(2 * pause + WORTHWHILE, 1024) : 0;
        at = run.lastIndex - 1;
      }
    }
  }
  return bytes;
}

/** Where a piece to encode ends: not between the halves of a pair. */
function pieceEnd(text: string, start: number, end: number): number {
  const stop = Math.min(end, start + PIECE);
  return (text.charCodeAt(stop - 1) & 0xfc00) === 0xd800 ? stop - 1 : stop;
}
