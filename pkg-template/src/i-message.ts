import type { IFrame } from "./i-frame.js";
import type { StompHeaders } from "./stomp-headers.js";

/** A message from the broker: a frame with the command `MESSAGE`. */
export interface IMessage extends IFrame {
  /**
   * Tells the broker that this message has been dealt with. For subscriptions with the header `ack: "client"` or
   * `ack: "client-individual"`.
   *
   * ```js
   * client.subscribe("/queue/orders", message => { handle(message); message.ack(); }, { ack: "client-individual" });
   * ```
   *
   * @param headers Headers that go along, for example `{ transaction: tx.id }` or `{ receipt: "r-1" }`. Default: none.
   * @throws TypeError when the connection that the message came by is gone: the broker will deliver it again.
   * @throws Error when the subscription acknowledges by itself (`ack: "auto"`, the default).
   */
  ack: (headers?: StompHeaders) => void;
  /**
   * Tells the broker that this message could not be dealt with. What the broker then does (deliver it again, or to
   * somebody else, or drop it) is in its documentation. STOMP 1.0 has no NACK.
   *
   * @param headers Headers that go along. Default: none.
   * @throws As {@link IMessage.ack} does, and with STOMP 1.0.
   */
  nack: (headers?: StompHeaders) => void;
}

/** Another name of {@link IMessage}. */
export type Message = IMessage;
