/** The short way of acknowledgements: Rust makes a frame for a subscription once, and only the message differs. */
import type { RawClient } from "./boundary.js";
import { type Area, Slot } from "./memory.js";
import { call, Operation } from "./operation.js";
import { MARK } from "./plain-frame.js";
import type { Session } from "./session.js";
import type { IStompSocket } from "./types.js";

/** What a value that came the short way may hold and does not go back as it came: see `Session::ack_frame`. */
const NOT_AS_IT_CAME = /[\0:]/;

export class PlainAcks {
  /** By subscription, of `ACK` and of `NACK`: the header that names a message, and what stands around its value. */
  private readonly frames = [new Map<string, string[]>(), new Map<string, string[]>()] as const;
  private connection = 0;
  private socket: IStompSocket | undefined;

  constructor(
    private readonly raw: RawClient,
    private readonly area: Area,
  ) {}

  /** Nothing of a subscription outlives it, nor of a connection. */
  forget(): void {
    for (const frames of this.frames) frames.clear();
  }

  /**
   * Whether the acknowledgement went out. If not, it is Rust's to send, or to say why not.
   *
   * @param subscription The value of the message's `subscription` header.
   * @param raw The value of another header of it as it came, if it is at hand.
   * @throws Error if the subscription needs none.
   */
  send(session: Session, nack: boolean, subscription: string, raw: (name: string) => string | undefined): boolean {
    this.area.check();
    const ready = this.area.answer[Slot.Ready]!;
    if (session.closed || ready === 0 || ready !== session.connection) return false;
    if (this.connection !== ready) {
      this.connection = ready;
      this.socket = this.raw.socket;
      this.forget();
    }
    const frames = this.frames[nack ? 1 : 0];
    let frame = frames.get(subscription);
    if (frame === undefined) {
      frame = call(this.raw, Operation.AckFrame, [+nack], [subscription])?.split(MARK) ?? [];
      frames.set(subscription, frame);
    }
    if (frame.length !== 3) return false;
    const id = raw(frame[0]!);
    if (id === undefined || NOT_AS_IT_CAME.test(id)) return false;
    try {
      this.socket!.send(frame[1]! + id + frame[2]!);
    } catch (error) {
      this.raw.sendFailed(error);
    }
    return true;
  }
}
