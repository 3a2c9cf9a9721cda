/** Frames to publish as bytes. */
import type { PlainFrame } from "./plain-frame.js";
import type { IStompSocket } from "./types.js";
import { encode } from "./utf8.js";

/** The most bytes that are kept to be used again. */
const KEPT = 1 << 20;
/** How many pieces of them are kept. */
const PIECES = 256;
/** From so many bytes on it matters where a body is copied to. */
const LARGE = 4096;
/**
 * Processors take a read for one of what was just written if the lower twelve bits of both addresses are alike, and wait.
 * Copied to where they differ by this, in a memory that begins anywhere at twice this, 16 KB take half the time.
 */
const APART = 256;

/** Puts binary frames together, the next one over the last: most of the head stands there already. */
export class PlainBytes {
  private kept = new Uint8Array(1024);
  /** Where in `kept` the frame begins. */
  private at = 0;
  /** What stands there: a frame, where its values begin in it, how long they are, and the length of the head, in bytes. */
  private frame: PlainFrame | undefined;
  private readonly starts: number[] = [];
  private readonly lengths: number[] = [];
  private length = 0;
  /** Pieces of `kept` from `at` on, by their lengths: to make one anew takes as long as all the rest of a short frame. */
  private readonly pieces: Uint8Array<ArrayBuffer>[] = [];
  /** Whether `kept` may be handed to the socket. */
  private readonly shared: boolean;

  constructor(socket: IStompSocket) {
    this.shared = copiesAtOnce(socket);
  }

  /** The frame with the values that it has taken, and this body. It holds until the next one is made. */
  make(frame: PlainFrame, body: Uint8Array): Uint8Array<ArrayBuffer> {
    if (!this.writeHead(frame)) return put(encode(frame.head()), frame, body);
    if (!this.shared) return put(this.kept.subarray(0, this.length), frame, body);
    const { length } = this;
    const bodyStart = length + digits(body.length) + frame.afterLength.length;
    const total = bodyStart + body.length + frame.end.length;
    const at = body.length < LARGE ? this.at : (APART + body.byteOffset - bodyStart) & (2 * APART - 1);
    if (this.kept.length < at + total) {
      const room = 2 * APART + total;
      if (room > KEPT) return put(this.kept.subarray(this.at, this.at + length), frame, body);
      this.move(new Uint8Array(Math.min(2 * room, KEPT)), at);
    } else if (at !== this.at) {
      this.move(this.kept, at);
    }
    fill(this.kept, at + length, frame, body);
    const piece = this.pieces[total % PIECES];
    return piece?.length === total ? piece : (this.pieces[total % PIECES] = this.kept.subarray(at, at + total));
  }

  /** Moves what was written. */
  private move(to: Uint8Array<ArrayBuffer>, at: number): void {
    to.set(this.kept.subarray(this.at, this.at + this.length), at);
    this.kept = to;
    this.at = at;
    this.pieces.length = 0;
  }

  /** Writes what differs from the last head. `false` if it does not fit, or is not ASCII; then nothing stands there. */
  private writeHead(frame: PlainFrame): boolean {
    const { kept, starts, lengths, at: base } = this;
    const { values, pieces } = frame;
    const known = this.frame === frame;
    this.frame = undefined;
    let place = 0;
    if (known) {
      for (; place < values.length; place++) {
        if (!frame.isNew(place)) continue;
        const value = values[place]!;
        // A longer or shorter one moves what is behind it.
        if (lengths[place] !== value.length) break;
        if (write(value, kept, base + starts[place]!) < 0) return false;
      }
    }
    frame.written();
    if (place < values.length) {
      let at = place === 0 ? write(pieces[0]!, kept, base) : base + starts[place]!;
      for (; place < values.length; place++) {
        const value = values[place]!;
        starts[place] = at - base;
        lengths[place] = value.length;
        at = write(value, kept, at);
        if (at >= 0) at = write(pieces[place + 1]!, kept, at);
        if (at < 0) return false;
      }
      this.length = at - base;
    }
    this.frame = frame;
    return true;
  }
}

/** A frame in memory of its own. */
function put(head: Uint8Array, frame: PlainFrame, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const rest = digits(body.length) + frame.afterLength.length + body.length + frame.end.length;
  const out = new Uint8Array(head.length + rest);
  out.set(head);
  fill(out, head.length, frame, body);
  return out;
}

/** Writes what follows the head. */
function fill(out: Uint8Array, start: number, frame: PlainFrame, body: Uint8Array): void {
  const { length } = body;
  const end = start + digits(length);
  for (let rest = length, i = end; i > start; rest = (rest / 10) | 0) out[--i] = 48 + (rest % 10);
  const bodyStart = write(frame.afterLength, out, end);
  out.set(body, bodyStart);
  write(frame.end, out, bodyStart + length);
}

/** How many digits a number has. */
function digits(number: number): number {
  let count = 1;
  for (let rest = number; rest > 9; rest = (rest / 10) | 0) count++;
  return count;
}

/** Writes ASCII. Answers where it ends, or -1 if it is something else or has no room. */
function write(text: string, out: Uint8Array, start: number): number {
  if (start < 0 || start + text.length > out.length) return -1;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return -1;
    out[start + i] = unit;
  }
  return start + text.length;
}

/**
 * Whether the socket is done with the bytes when `send` returns. The browser's own copies them; one that only looks like
 * it, or whose `send` somebody has replaced, may keep them for later.
 */
export function copiesAtOnce(socket: IStompSocket): boolean {
  if (typeof WebSocket !== "function") return false;
  const isNative = Function.prototype.toString.call(WebSocket).includes("[native code]");
  return isNative && socket instanceof WebSocket && socket.send === WebSocket.prototype.send;
}
