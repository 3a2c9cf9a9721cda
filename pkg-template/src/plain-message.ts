/** Messages that went the short way: nothing is made of them before somebody reads it. */
import { FrameImpl } from "./frame-impl.js";
import { acknowledge } from "./acknowledge.js";
import type { IMessage } from "./i-message.js";
import { Slot } from "./memory.js";
import type { PlainWay } from "./plain-way.js";
import type { Session } from "./session.js";
import type { StompHeaders } from "./stomp-headers.js";
import { decode, encode } from "./utf8.js";
import { glue } from "./wasm.js";

/** What `ack` and `nack` are. */
type Acknowledge = IMessage["ack"];

/**
 * What a message is, whether it came as text or as bytes. It is a `FrameImpl` to `instanceof` without being made by its
 * constructor, whose parameters would cost as much as the rest.
 */
abstract class PlainMessage {
  private declare _headers?: StompHeaders;
  private declare _ack?: Acknowledge;
  private declare _nack?: Acknowledge;
  /** Which answer the ends of names and values stand in. */
  private readonly _number: number;

  constructor(
    private readonly _way: PlainWay,
    private readonly _session: Session,
  ) {
    this._number = _way.area.answer[Slot.Number]!;
  }

  get command(): string {
    return "MESSAGE";
  }

  get isBinaryBody(): boolean {
    return true;
  }

  get headers(): StompHeaders {
    return (this._headers ??= this._read());
  }
  set headers(headers: StompHeaders) {
    this._headers = headers;
  }

  get ack(): Acknowledge {
    return (this._ack ??= headers => this._acknowledge(false, headers));
  }
  set ack(ack: Acknowledge) {
    this._ack = ack;
  }

  get nack(): Acknowledge {
    return (this._nack ??= headers => this._acknowledge(true, headers));
  }
  set nack(nack: Acknowledge) {
    this._nack = nack;
  }

  /** What holds the header block, and where it begins and ends there. */
  protected abstract _block(): [text: string, start: number, end: number];

  /** The headers as they came. */
  private _read(): StompHeaders {
    const { area, headers } = this._way;
    const [text, start, end] = this._block();
    if (!this._session.closed) {
      area.check();
      if (area.answer[Slot.Number] === this._number) return headers.read(text, start);
    }
    // Another message came since, or the connection is gone: Rust reads the block again.
    const flat = glue().plainHeaders(text.substring(start, end));
    const own: StompHeaders = {};
    for (let i = 0; i + 1 < flat.length; i += 2) own[flat[i]!] = flat[i + 1]!;
    return own;
  }

  private _acknowledge(nack: boolean, headers: StompHeaders | undefined): void {
    acknowledge(this._session, nack, this._read(), headers);
  }
}
Object.setPrototypeOf(PlainMessage.prototype, FrameImpl.prototype);

/** A message that came as text. */
export class PlainTextMessage extends PlainMessage {
  private declare _binary?: Uint8Array;

  constructor(
    way: PlainWay,
    session: Session,
    private readonly _text: string,
    private readonly _start: number,
    private readonly _bodyStart: number,
    private readonly _body: string,
  ) {
    super(way, session);
  }

  get body(): string {
    return this._body;
  }

  get binaryBody(): Uint8Array {
    return (this._binary ??= encode(this._body));
  }

  protected _block(): [string, number, number] {
    return [this._text, this._start, this._bodyStart];
  }
}

/** A message that came as bytes. */
export class PlainBinaryMessage extends PlainMessage {
  private declare _body?: string;
  private declare _binary?: Uint8Array;

  constructor(
    way: PlainWay,
    session: Session,
    private readonly _bytes: Uint8Array,
    private readonly _start: number,
    private readonly _bodyStart: number,
    private readonly _bodyEnd: number,
  ) {
    super(way, session);
  }

  get body(): string {
    return (this._body ??= decode(this._bytes.subarray(this._bodyStart, this._bodyEnd)));
  }

  /** A copy, whose `buffer` holds nothing else. */
  get binaryBody(): Uint8Array {
    return (this._binary ??= this._bytes.slice(this._bodyStart, this._bodyEnd));
  }

  protected _block(): [string, number, number] {
    const text = decode(this._bytes.subarray(this._start, this._bodyStart));
    return [text, 0, text.length];
  }
}
