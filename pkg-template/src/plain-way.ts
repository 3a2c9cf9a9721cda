/**
 * The short way of everyday messages: what differs from the message before crosses into wasm, or the header block, and
 * the body is a piece of the text that the browser holds. What Rust does not take for everyday goes to it whole.
 */
import type { RawClient } from "./boundary.js";
import { sizedBody } from "./body-end.js";
import { Area, MAX_BLOCK, Slot } from "./memory.js";
import { PlainAcks } from "./plain-ack.js";
import { PlainBinaryMessage, PlainTextMessage } from "./plain-message.js";
import { lineHash, Template } from "./plain-template.js";
import type { Marks } from "./recall.js";
import type { Session } from "./session.js";
import type { IMessage } from "./i-message.js";
import { decode } from "./utf8.js";

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
  readonly acks: PlainAcks;
  /** The message whose holes `marks` tells of. */
  current: unknown;
  readonly marks: Marks = [];
  /** The templates, by the ids of the subscriptions and by their keys. */
  private readonly templates = new Map<string | number, Template>();
  /** Those of which there are others beside, by {@link lineHash}: which of two with the same it is does not matter. */
  private readonly hashed = new Map<number, Template>();
  private last: Template | undefined;
  /** Whether the last text probably had characters of two bytes. */
  private wide = false;

  constructor(
    private readonly raw: RawClient,
    private readonly receiver: Receiver,
  ) {
    this.area = new Area(raw);
    this.acks = new PlainAcks(raw, this.area);
  }

  /** Nothing of a subscription outlives it, nor of a connection. */
  forget(key?: number): void {
    this.last = undefined;
    this.hashed.clear();
    this.acks.forget();
    if (key === undefined) return this.templates.clear();
    const id = this.templates.get(key)?.id;
    this.templates.delete(key);
    this.templates.delete(id!);
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
    if (session === undefined) return start;
    this.current = undefined;
    this.area.check();
    let template = this.probable(text, start);
    let bodyStart = template === undefined ? -1 : this.compare(template, text, start);
    if (bodyStart < 0 && (template = this.guess(text, start)) !== undefined) {
      bodyStart = this.compare(template, text, start);
      this.hashed.set(template.hash, template);
    }
    // One more than the length of the body; 0 for one that ends at the first NUL.
    let length = bodyStart < 0 ? -1 : this.raw.recall(template!.place, template!.number) - 1;
    if (length < 0) {
      template = this.learn(text, start);
      if (template === undefined) return start;
      const { answer } = this.area;
      bodyStart = start + answer[Slot.Length]!;
      length = answer[Slot.BodyPlusOne]!;
    }
    this.last = template;
    const body = length === 0 ? openBody(text, bodyStart) : sizedBody(text, bodyStart, length - 1);
    if (body === undefined) return start;
    if (length !== 0) this.wide = body.length !== length - 1;
    const message = new PlainTextMessage(this, session, template!, text, start, body);
    this.current = message;
    this.receiver.message(template!.key, message as unknown as IMessage);
    return bodyStart + body.length + 1;
  }

  private compare(template: Template, text: string, start: number): number {
    return template.fits(text, start, this.wide, this.area.block, this.marks);
  }

  /** Which template to try first: that of the last subscription if there are no others. */
  private probable(text: string, start: number): Template | undefined {
    const { last, hashed } = this;
    if (last === undefined || hashed.size === 0) return last;
    // The others' ids probably stand at the same place.
    return hashed.get(lineHash(text, start + last.idStart)) ?? last;
  }

  /** Which template to try: that of what is probably the subscription. */
  private guess(text: string, start: number): Template | undefined {
    const name = "\nsubscription:";
    const at = text.indexOf(name, start) + name.length;
    return at < name.length ? undefined : this.templates.get(text.substring(at, text.indexOf("\n", at)));
  }

  /** Hands a header block to Rust. */
  private learn(text: string, start: number): Template | undefined {
    // A header block of everyday's kind ends at the first blank line; what does, is Rust's to say.
    const size = text.indexOf("\n\n", start) + 2 - start;
    if (size < 2 || size > MAX_BLOCK) return undefined;
    const { block } = this.area;
    for (let i = 0; i < size; i++) {
      const unit = text.charCodeAt(start + i);
      if (unit > 127) return undefined;
      block[i] = unit;
    }
    if (!this.raw.plain(size)) return undefined;
    this.area.check();
    return this.template(text, start);
  }

  /** The template that Rust's answer for the block tells of. */
  private template(block: string | Uint8Array, start: number): Template {
    const { answer } = this.area;
    const key = answer[Slot.Key]!;
    const number = answer[Slot.Template]!;
    let template = this.last?.number === number ? this.last : this.templates.get(key);
    if (template?.number !== number) {
      template =
        typeof block === "string"
          ? new Template(answer, block, start)
          : new Template(answer, decode(block.subarray(start, start + answer[Slot.Length]!)), 0);
      this.templates.set(key, template).set(template.id, template);
    }
    template.mark(answer, start, this.marks);
    return (this.last = template);
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
    this.current = undefined;
    const size = Math.min(bytes.length - start, MAX_BLOCK);
    this.area.check();
    this.area.block.set(start === 0 && size === bytes.length ? bytes : bytes.subarray(start, start + size));
    if (!this.raw.plain(size)) return start;
    this.area.check();
    const template = this.template(bytes, start);
    const { answer } = this.area;
    const bodyStart = start + answer[Slot.Length]!;
    const length = answer[Slot.BodyPlusOne]! - 1;
    const end = length < 0 ? bytes.indexOf(0, bodyStart) : bodyStart + length;
    if (bytes[end] !== 0 || (length < 0 && end - bodyStart > LONG)) return start;
    const message = new PlainBinaryMessage(this, session, template, bytes, start, bodyStart, end);
    this.current = message;
    this.receiver.message(template.key, message as unknown as IMessage);
    return end + 1;
  }
}

/** The body that ends at the first NUL. */
function openBody(text: string, start: number): string | undefined {
  const end = text.indexOf("\0", start);
  return end < 0 || end - start > LONG ? undefined : text.substring(start, end);
}
