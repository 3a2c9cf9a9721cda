/** A frame to publish, with places for what differs from message to message. */
import type { StompHeaders } from "./stomp-headers.js";

/** What stands for a place: `src/session/marked.rs`. */
export const MARK = "\x01";
/** What some version of STOMP escapes or forbids in a value. */
const NOT_PLAIN = /[\0\n\r:\\]/;
/** Values up to this length are looked at one code unit after the other, which is faster than to call the engine for it. */
const SHORT = 32;

/** Whether a value stands in a frame as it is, in every version of STOMP. */
export function isPlainValue(value: unknown): value is string {
  if (typeof value !== "string") return false;
  if (value.length > SHORT) return !NOT_PLAIN.test(value);
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit === 58 || unit === 92 || unit === 10 || unit === 13 || unit === 0) return false;
  }
  return true;
}

/** Whether headers inherit nothing that could be taken for one of theirs. */
export function isPlainObject(headers: object | undefined): boolean {
  if (headers === undefined || headers === null) return true;
  const prototype: unknown = Object.getPrototypeOf(headers);
  return prototype === Object.prototype || prototype === null;
}

/** The frames of messages with the same header names, in the same order. */
export class PlainFrame {
  /** What stands between the number of the body's bytes and the body. */
  readonly afterLength: string = "";
  /** What stands behind the body. */
  readonly end: string = "";
  /** What stands before each value, and before the number. */
  readonly pieces: readonly string[];
  /** The values of the last message that was taken, the destination first. */
  readonly values: string[];
  /** The first value that is another than it was when the head was last made. */
  private changed = 0;
  private lastHead = "";
  /** The values that are other ones than were {@link written}, a bit for each; of those beyond 31 nobody knows. */
  private fresh = -1;

  /**
   * @param names The names of the headers beside the destination.
   * @param marked What Rust made of them; nothing if each such frame is Rust's to make.
   */
  constructor(
    private readonly names: readonly string[],
    marked: string | undefined,
  ) {
    this.values = ["", ...names.map(() => "")];
    const pieces = marked === undefined ? [] : marked.split(MARK);
    this.pieces = pieces;
    if (marked === undefined) return;
    this.end = pieces.pop()!;
    this.afterLength = pieces.pop()!;
  }

  /** Whether it is for headers with these names, in this order. */
  has(headers: StompHeaders | undefined): boolean {
    const { names } = this;
    let place = 0;
    for (const name in headers) if (names[place++] !== name) return false;
    return place === names.length && isPlainObject(headers);
  }

  /** Takes the values of a message. `false` if it {@link has} other headers, or the frame is Rust's to make. */
  take(destination: string, headers: StompHeaders | undefined): boolean {
    const { names, pieces } = this;
    if (pieces.length === 0 || !this.set(0, destination)) return false;
    let place = 0;
    for (const name in headers) if (names[place] !== name || !this.set(++place, headers[name])) return false;
    return place === names.length && isPlainObject(headers);
  }

  private set(place: number, value: unknown): boolean {
    if (this.values[place] === value) return true;
    if (!isPlainValue(value)) return false;
    this.values[place] = value;
    if (place < this.changed) this.changed = place;
    this.fresh |= place < 31 ? 1 << place : -1;
    return true;
  }

  /** Whether a value is perhaps another than it was when the values were last {@link written}. */
  isNew(place: number): boolean {
    return (this.fresh & (1 << Math.min(place, 31))) !== 0;
  }

  /** All values were written where they belong. */
  written(): void {
    this.fresh = 0;
  }

  /** Everything before the number of the body's bytes. */
  head(): string {
    const { pieces, values } = this;
    const last = pieces.length - 1;
    if (this.changed < last) {
      let head = pieces[0]!;
      for (let i = 0; i < last; i++) head += values[i]! + pieces[i + 1]!;
      this.lastHead = head;
      this.changed = last;
    }
    return this.lastHead;
  }
}
