import { FrameImpl } from "./frame-impl.js";
import { acknowledge } from "./acknowledge.js";
import { distinct, pairs } from "./headers.js";
import type { IMessage } from "./i-message.js";
import type { Session } from "./session.js";
import type { StompHeaders } from "./stomp-headers.js";
import type { Handed } from "./told.js";

/** A frame from the broker whose headers and body become objects and text when somebody reads them. */
export class ReceivedFrame extends FrameImpl {
  constructor(
    private readonly _handed: Handed,
  ) {
    super({ command: _handed.command, binaryBody: _handed.body });
  }

  override get headers(): StompHeaders {
    return (this._headers ??= this._own());
  }
  override set headers(headers: StompHeaders) {
    this._headers = headers;
  }

  /** The headers that it came with. */
  protected _own(): StompHeaders {
    return distinct(pairs(this._handed.names, this._handed.ends));
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
    handed: Handed,
  ) {
    super(handed);
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
    acknowledge(this._session, nack, this._own(), headers);
  }
}
