/** Frames to publish as bytes. */
import type { PlainFrame } from "./plain-frame.js";
import type { IStompSocket } from "./types.js";
import { encode } from "./utf8.js";

/** The most bytes that are kept to be used again. */
const KEPT = 1 << 20;
/** How many pieces of them are kept. */
const PIECES = 256;

/** Puts binary frames together, the next one over the last: most of the head stands there already. */
export class PlainBytes {
  private kept = new Uint8Array(1024);
  /** What stands in `kept`: a frame, its values, where they begin, and the length of the head, in bytes. */
  private frame: PlainFrame | undefined;
  private readonly values: string[] = [];
  private readonly starts: number[] = [];
  private length = 0;
  /** Pieces of `kept` from its start on, by their lengths: to make one anew takes as long as all the rest of a short frame. */
  private readonly pieces: Uint8Array<ArrayBuffer>[] = [];
  /** Whether `kept` may be handed to the socket. */
  private readonly shared: boolean;

  constructor(socket: IStompSocket) {
    this.shared = copiesAtOnce(socket);
  }

  /** The frame with the values that it has taken, and this body. It holds until the next one is made. */
  make(frame: PlainFrame, body: Uint8Array): Uint8Array<ArrayBuffer> {
    const head = this.writeHead(frame) ? undefined : encode(frame.head());
    const shared = head === undefined && this.shared;
    const headEnd = head?.length ?? this.length;
    const size = body.length;
    let digits = 1;
    for (let rest = size; rest > 9; rest = (rest / 10) | 0) digits++;
    const bodyStart = headEnd + digits + frame.afterLength.length;
    const total = bodyStart + size + frame.end.length;
    let out = this.kept;
    if (!shared || out.length < total) {
      const room = shared ? Math.min(2 * total, Math.max(KEPT, total)) : total;
      out = new Uint8Array(room);
      out.set(head ?? this.kept.subarray(0, headEnd));
      if (shared && room <= KEPT) {
        this.kept = out;
        this.pieces.length = 0;
      }
    }
    for (let rest = size, i = headEnd + digits; i > headEnd; rest = (rest / 10) | 0) out[--i] = 48 + (rest % 10);
    write(frame.afterLength, out, headEnd + digits);
    out.set(body, bodyStart);
    write(frame.end, out, bodyStart + size);
    return out.length === total ? out : this.piece(out, total);
  }

  private piece(out: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
    if (out !== this.kept) return out.subarray(0, length);
    const place = length % PIECES;
    const piece = this.pieces[place];
    return piece?.length === length ? piece : (this.pieces[place] = out.subarray(0, length));
  }

  /** Writes what differs from the last head. `false` if it does not fit, or is not ASCII; then nothing stands there. */
  private writeHead(frame: PlainFrame): boolean {
    const { kept, starts } = this;
    const known = this.frame === frame;
    this.frame = undefined;
    let place = 0;
    if (known) {
      for (; place < frame.values.length; place++) {
        const value = frame.values[place]!;
        if (this.values[place] === value) continue;
        // A longer or shorter one moves what is behind it.
        if (this.values[place]!.length !== value.length) break;
        if (write(value, kept, starts[place]!) < 0) return false;
        this.values[place] = value;
      }
    }
    let at = place === 0 ? write(frame.pieces[0]!, kept, 0) : starts[place]!;
    if (!known || place < frame.values.length) {
      for (; place < frame.values.length; place++) {
        starts[place] = at;
        const value = frame.values[place]!;
        this.values[place] = value;
        at = write(value, kept, at);
        if (at >= 0) at = write(frame.pieces[place + 1]!, kept, at);
        if (at < 0) return false;
      }
      this.length = at;
    }
    this.frame = frame;
    return true;
  }
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
