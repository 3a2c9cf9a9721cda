import { FrameImpl } from "./frame-impl.js";
import { acknowledge } from "./acknowledge.js";
import { unflatten } from "./headers.js";
import type { IMessage } from "./i-message.js";
import type { Session } from "./session.js";
import type { StompHeaders } from "./stomp-headers.js";

/** A frame from the broker whose headers and body become objects and text when somebody reads them. */
export class ReceivedFrame extends FrameImpl {
  constructor(
    command: string,
    protected readonly _names: string,
    protected readonly _ends: Uint32Array,
    body: Uint8Array,
  ) {
    super({ command, binaryBody: body });
  }

  override get headers(): StompHeaders {
    return (this._headers ??= unflatten(this._names, this._ends));
  }
  override set headers(headers: StompHeaders) {
    this._headers = headers;
  }
}

/** What `ack` and `nack` are. */
type Acknowledge = IMessage["ack"];

/** A `MESSAGE`. `ack` and `nack` are functions that know their message, so that they can be passed on by themselves. */
export class ReceivedMessage extends ReceivedFrame implements IMessage {
  private declare _ack?: Acknowledge;
  private declare _nack?: Acknowledge;

  constructor(
    private readonly _session: Session,
    names: string,
    ends: Uint32Array,
    body: Uint8Array,
  ) {
    super("MESSAGE", names, ends, body);
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

  private _acknowledge(nack: boolean, headers: StompHeaders | undefined): void {
    const own = unflatten(this._names, this._ends);
    acknowledge(this._session, nack, own, headers);
  }
}
