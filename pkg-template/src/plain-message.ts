/** Messages that went the short way: nothing is made of them before somebody reads it. */
import { FrameImpl } from "./frame-impl.js";
import { acknowledge } from "./acknowledge.js";
import { textOf } from "./ascii-text.js";
import type { IMessage } from "./i-message.js";
import type { Template } from "./plain-template.js";
import type { PlainWay } from "./plain-way.js";
import type { Marks } from "./recall.js";
import type { Session } from "./session.js";
import type { StompHeaders } from "./stomp-headers.js";
import { decode, encode } from "./utf8.js";

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

  constructor(
    private readonly _way: PlainWay,
    private readonly _session: Session,
    protected readonly _template: Template,
  ) {}

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

  /** What holds the header block. */
  protected abstract _block(): string | Uint8Array;

  /** Compares the header block again. */
  protected abstract _again(): Marks;

  /** Where the holes are. If another message came since, the block is compared again. */
  private _marks(): Marks {
    const { current, marks } = this._way;
    return current === this ? marks : this._again();
  }

  /** The headers as they came. */
  private _read(): StompHeaders {
    return this._template.headers(this._block(), this._marks());
  }

  private _acknowledge(nack: boolean, headers: StompHeaders | undefined): void {
    const raw = (name: string) => this._template.raw(name, this._block(), this._marks());
    if (headers || !this._way.acks.send(this._session, nack, this._template.id, raw)) {
      acknowledge(this._session, nack, this._read(), headers);
    }
  }
}
Object.setPrototypeOf(PlainMessage.prototype, FrameImpl.prototype);

/** A message that came as text. */
export class PlainTextMessage extends PlainMessage {
  private declare _binary?: Uint8Array;

  constructor(
    way: PlainWay,
    session: Session,
    template: Template,
    private readonly _text: string,
    private readonly _start: number,
    private readonly _body: string,
  ) {
    super(way, session, template);
  }

  get body(): string {
    return this._body;
  }

  get binaryBody(): Uint8Array {
    return (this._binary ??= encode(this._body));
  }

  protected _block(): string {
    return this._text;
  }

  protected _again(): Marks {
    return this._template.marks(this._text, this._start);
  }
}

/** A message that came as bytes. */
export class PlainBinaryMessage extends PlainMessage {
  private declare _body?: string;
  private declare _binary?: Uint8Array;

  constructor(
    way: PlainWay,
    session: Session,
    template: Template,
    private readonly _bytes: Uint8Array,
    private readonly _start: number,
    private readonly _bodyStart: number,
    private readonly _bodyEnd: number,
  ) {
    super(way, session, template);
  }

  get body(): string {
    return (this._body ??= textOf(this._bytes, this._bodyStart, this._bodyEnd));
  }

  /** A copy, whose `buffer` holds nothing else. */
  get binaryBody(): Uint8Array {
    return (this._binary ??= this._bytes.slice(this._bodyStart, this._bodyEnd));
  }

  protected _block(): Uint8Array {
    return this._bytes;
  }

  protected _again(): Marks {
    const { _start: start } = this;
    const block = decode(this._bytes.subarray(start, this._bodyStart));
    return this._template.marks(block, 0).map(mark => start + mark);
  }
}
