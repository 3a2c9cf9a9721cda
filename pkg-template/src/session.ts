import type { RawClient } from "./boundary.js";

/** The error of every call that needs a connection when there is none; text and type are stomp.js's. */
export function notConnected(): TypeError {
  return new TypeError("There is no underlying STOMP connection");
}

/**
 * Names the connection that a subscription, a transaction or a message belongs to, so that none of them reaches into a
 * later connection, nor into wasm memory that has been given back.
 */
export class Session {
  /** @internal */
  closed = false;

  constructor(
    readonly raw: RawClient,
    readonly connection: number,
  ) {}

  /** This, if the connection is still there. */
  live(): this {
    if (this.closed) throw notConnected();
    return this;
  }
}
