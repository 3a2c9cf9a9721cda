import type { StompHeaders } from "./stomp-headers.js";

/** A subscription, from {@link Client.subscribe}. It does not outlive its connection. */
export interface StompSubscription {
  /** Its id, the header `subscription` of its messages. */
  id: string;
  /**
   * Ends it. Messages that are already on their way go to {@link Client.onUnhandledMessage}.
   *
   * @param headers Headers that go along, for example `{ receipt: "r-1" }`. Default: none.
   */
  unsubscribe: (headers?: StompHeaders) => void;
}
