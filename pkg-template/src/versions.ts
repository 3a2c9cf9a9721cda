/**
 * The STOMP versions that a client offers to the broker.
 *
 * ```js
 * client.stompVersions = new Versions([Versions.V1_2, Versions.V1_1]);
 * ```
 */
export class Versions {
  /** STOMP 1.0 */
  static V1_0 = "1.0";
  /** STOMP 1.1 */
  static V1_1 = "1.1";
  /** STOMP 1.2 */
  static V1_2 = "1.2";
  /** All three versions, which is what a client offers unless told otherwise. */
  static default: Versions = new Versions([Versions.V1_2, Versions.V1_1, Versions.V1_0]);

  /**
   * @param versions Any of `"1.0"`, `"1.1"` and `"1.2"`.
   */
  constructor(public versions: string[]) {}

  /** The versions separated by commas, as in the `accept-version` header. */
  supportedVersions(): string {
    return this.versions.join(",");
  }

  /** The names of the WebSocket subprotocols of these versions, for example `["v12.stomp", "v11.stomp"]`. */
  protocolVersions(): string[] {
    return this.versions.map(version => `v${version.replace(".", "")}.stomp`);
  }
}
