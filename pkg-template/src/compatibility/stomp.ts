import { Versions } from "../versions.js";
import { CompatClient } from "./compat-client.js";

/**
 * The way in of stomp.js 2 and webstomp-client.
 *
 * ```js
 * const client = Stomp.over(() => new SockJS("https://example.com/stomp"));
 * client.connect({}, () => client.subscribe("/topic/news", message => console.log(message.body)));
 * ```
 *
 * @deprecated For new code there is {@link Client}.
 */
export class Stomp {
  /** The class of which {@link Stomp.client} makes sockets. Default: `null`, the global `WebSocket`. */
  static WebSocketClass: any = null;

  /**
   * A client that connects to an address.
   *
   * @param url The address, for example `wss://example.com/ws`.
   * @param protocols The WebSocket subprotocols. Default: those of STOMP 1.2, 1.1 and 1.0.
   */
  static client(url: string, protocols?: string[]): CompatClient {
    // webstomp-client has an object of options here.
    const given = Array.isArray(protocols) || typeof protocols !== "object" ? protocols : (protocols as { protocols?: string[] } | null)?.protocols;
    const subprotocols = given ?? Versions.default.protocolVersions();
    return new CompatClient(() => new (Stomp.WebSocketClass || WebSocket)(url, subprotocols));
  }

  /**
   * A client over any kind of socket.
   *
   * @param ws A function that makes a socket for each connection. Or a socket; then the client cannot connect again.
   */
  static over(ws: any): CompatClient {
    if (typeof ws === "function") return new CompatClient(ws);
    console.warn(
      "Stomp.over was given a socket and not a function that makes one, so the client will not be able to reconnect",
    );
    return new CompatClient(() => ws);
  }
}
