import { flatten } from "./headers.js";
import { call, Operation } from "./operation.js";
import type { Session } from "./session.js";
import type { StompHeaders } from "./stomp-headers.js";

/** Which headers name a message; Rust knows which of them counts. */
const NAMES = ["ack", "message-id", "subscription"] as const;

/**
 * Tells the broker that a message was consumed, or was not.
 *
 * @param own The headers that the message came with.
 * @param headers Headers of the answer.
 */
export function acknowledge(
  session: Session,
  nack: boolean,
  own: StompHeaders,
  headers: StompHeaders | undefined,
): void {
  const { raw, connection } = session.live();
  let there = 0;
  const texts = NAMES.map((name, place) => {
    const value = own[name];
    if (value !== undefined) there |= 1 << place;
    return value ?? "";
  });
  call(raw, Operation.AckMessage, [connection, +nack, there], [...texts, ...flatten(headers)]);
}
