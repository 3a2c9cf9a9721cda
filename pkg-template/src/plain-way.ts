/**
 * The short way of everyday messages: only the header block crosses into wasm, only offsets come back, and the body is
 * a piece of the text that the browser holds. What Rust does not take for everyday goes to it whole.
 */
import type { RawClient } from "./boundary.js";
import { sizedBody } from "./body-end.js";
import { Area, MAX_BLOCK, Slot } from "./memory.js";
import { PlainHeaders } from "./plain-headers.js";
import { PlainBinaryMessage, PlainTextMessage } from "./plain-message.js";
import type { Session } from "./session.js";
import type { IMessage } from "./i-message.js";

/** A body without a length that is longer than this is left to Rust, which has limits, in code units or bytes. */
const LONG = 1 << 20;

/** Who takes the messages. */
export interface Receiver {
  /** The connection, while there is one. */
  readonly session: Session | undefined;
  /** Hands a message to the callback of its subscription. */
  message(key: number, message: IMessage): void;
}

/** Finds everyday messages at the front of what arrives. */
export class PlainWay {
  readonly area: Area;
  readonly headers: PlainHeaders;

  constructor(
    private readonly raw: RawClient,
    private readonly receiver: Receiver,
  ) {
    this.area = new Area(raw);
    this.headers = new PlainHeaders(this.area);
  }

  /** Hands on the everyday messages of a text. Answers where the rest begins, which is for Rust. */
  text(text: string): number {
    let start = 0;
    while (start < text.length) {
      const next = this.oneText(text, start);
      if (next === start) break;
      start = next;
    }
    return start;
  }

  private oneText(text: string, start: number): number {
    const { session } = this.receiver;
    // A header block of everyday's kind ends at the first blank line; what does, is Rust's to say.
    const size = text.indexOf("\n\n", start) + 2 - start;
    if (size < 2 || size > MAX_BLOCK || session === undefined) return start;
    this.area.check();
    const { block } = this.area;
    for (let i = 0; i < size; i++) {
      const unit = text.charCodeAt(start + i);
      if (unit > 127) return start;
      block[i] = unit;
    }
    if (!this.raw.plain(size)) return start;
    this.area.check();
    const { answer } = this.area;
    const bodyStart = start + answer[Slot.Length]!;
    const bytes = answer[Slot.BodyPlusOne]! - 1;
    const body = bytes < 0 ? openBody(text, bodyStart) : sizedBody(text, bodyStart, bytes);
    if (body === undefined) return start;
    const message = new PlainTextMessage(this, session, text, start, bodyStart, body);
    this.receiver.message(answer[Slot.Key]!, message as unknown as IMessage);
    return bodyStart + body.length + 1;
  }

  /** Hands on the everyday messages of bytes. Answers where the rest begins, which is for Rust. */
  bytes(bytes: Uint8Array): number {
    let start = 0;
    while (start < bytes.length) {
      const next = this.oneOfBytes(bytes, start);
      if (next === start) break;
      start = next;
    }
    return start;
  }

  private oneOfBytes(bytes: Uint8Array, start: number): number {
    const { session } = this.receiver;
    if (session === undefined) return start;
    const size = Math.min(bytes.length - start, MAX_BLOCK);
    this.area.check();
    this.area.block.set(start === 0 && size === bytes.length ? bytes : bytes.subarray(start, start + size));
    if (!this.raw.plain(size)) return start;
    this.area.check();
    const { answer } = this.area;
    const bodyStart = start + answer[Slot.Length]!;
    const length = answer[Slot.BodyPlusOne]! - 1;
    const end = length < 0 ? bytes.indexOf(0, bodyStart) : bodyStart + length;
    if (bytes[end] !== 0 || (length < 0 && end - bodyStart > LONG)) return start;
    const message = new PlainBinaryMessage(this, session, bytes, start, bodyStart, end);
    this.receiver.message(answer[Slot.Key]!, message as unknown as IMessage);
    return end + 1;
  }
}

/** The body that ends at the first NUL. */
function openBody(text: string, start: number): string | undefined {
  const end = text.indexOf("\0", start);
  return end < 0 || end - start > LONG ? undefined : text.substring(start, end);
}
