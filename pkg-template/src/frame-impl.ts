import { distinct, flatten } from "./headers.js";
import { ask } from "./boundary.js";
import { Operation } from "./operation.js";
import type { IFrame } from "./i-frame.js";
import type { StompHeaders } from "./stomp-headers.js";
import type { IRawFrameType } from "./types.js";
import { decode, encode } from "./utf8.js";
import { ensure } from "./wasm.js";

/**
 * A frame that can be turned into what goes over the wire. Applications seldom need it: {@link Client} makes and reads
 * frames by itself.
 */
export class FrameImpl implements IFrame {
  /** The command, for example `SEND`. */
  command: string;
  /** Whether the body was given as bytes. */
  isBinaryBody: boolean;
  /** @internal */
  protected _headers: StompHeaders | undefined;
  /** @internal */
  protected _body: string | undefined;
  /** @internal */
  protected _binaryBody: Uint8Array | undefined;
  /** @internal */
  declare protected _escape?: boolean;
  /** @internal */
  declare protected _skipContentLength?: boolean;

  /**
   * @param params The command, headers and body; `escapeHeaderValues`: whether to escape headers as in STOMP 1.2
   * (default `false`); `skipContentLengthHeader`: whether to leave the length of a text body out (default `false`).
   */
  constructor(params: {
    command: string;
    headers?: StompHeaders | undefined;
    body?: string | undefined;
    binaryBody?: Uint8Array | undefined;
    escapeHeaderValues?: boolean | undefined;
    skipContentLengthHeader?: boolean | undefined;
  }) {
    this.command = params.command;
    this._headers = params.headers && { ...params.headers };
    this._binaryBody = params.binaryBody || undefined;
    this.isBinaryBody = !!params.binaryBody;
    this._body = params.binaryBody ? undefined : params.body || "";
    if (params.escapeHeaderValues) this._escape = true;
    if (params.skipContentLengthHeader) this._skipContentLength = true;
  }

  /** The headers. */
  get headers(): StompHeaders {
    return (this._headers ??= {});
  }
  set headers(headers: StompHeaders) {
    this._headers = headers;
  }

  /** The body as text. */
  get body(): string {
    return (this._body ??= decode(this._binaryBody!));
  }

  /** The body as bytes. */
  get binaryBody(): Uint8Array {
    return (this._binaryBody ??= encode(this._body!));
  }

  /**
   * Makes a frame from one that {@link Parser} found.
   *
   * @param rawFrame The frame as it was on the wire.
   * @param escapeHeaderValues Whether its headers are escaped as in STOMP 1.2.
   * @throws Error when a header contains an escape that STOMP 1.2 does not know.
   */
  static fromRawFrame(rawFrame: IRawFrameType, escapeHeaderValues: boolean): FrameImpl {
    const command = rawFrame.command ?? "";
    ensure();
    const meant = (text: string) => ask(Operation.Unescape, [+escapeHeaderValues], [command, text]);
    const headers = distinct(rawFrame.headers.map(([name, value]) => [meant(name), meant(value)]));
    return new FrameImpl({ command, headers, binaryBody: rawFrame.binaryBody, escapeHeaderValues });
  }

  /** The frame without its body, for logs. */
  toString(): string {
    return this._head();
  }

  /**
   * The frame as it goes over the wire: text if the body is text, bytes if it is bytes.
   *
   * @throws Error when a header cannot be expressed, for example one with a line break that is not to be escaped.
   */
  serialize(): string | ArrayBuffer {
    const head = this._head();
    if (!this.isBinaryBody) return `${head}${this.body}\0`;
    const bytes = encode(head);
    const whole = new Uint8Array(bytes.length + this.binaryBody.length + 1);
    whole.set(bytes);
    whole.set(this.binaryBody, bytes.length);
    return whole.buffer;
  }

  /**
   * {@link FrameImpl.serialize} for a frame that is not kept.
   *
   * @param params As for the constructor.
   */
  static marshall(params: {
    command: string;
    headers?: StompHeaders | undefined;
    body?: string | undefined;
    binaryBody?: Uint8Array | undefined;
    escapeHeaderValues?: boolean | undefined;
    skipContentLengthHeader?: boolean | undefined;
  }): string | ArrayBuffer {
    return new FrameImpl(params).serialize();
  }

  /** @internal */
  private _head(): string {
    ensure();
    return ask(
      Operation.EncodeHead,
      [+this.isBinaryBody, +!!this._skipContentLength, +!!this._escape],
      [this.command, ...flatten(this._headers)],
      this.binaryBody,
    );
  }
}
