/**
 * The headers of a frame: a plain object from names to values. Where a frame repeats a header, its first value is the
 * one that counts (STOMP 1.2, "Repeated Header Entries").
 *
 * ```js
 * client.publish({ destination: "/queue/orders", body: "…", headers: { "content-type": "application/json" } });
 * ```
 */
export class StompHeaders {
  /** The value of the header named `key`, already unescaped. */
  [key: string]: string;
}
