/** The properties of a client that an application sets. */
import type { Client } from "./client.js";
import { noOp } from "./guard.js";
import type { StompLimits } from "./stomp-config.js";
import type { StompHeaders } from "./stomp-headers.js";
import {
  type ActivationState,
  type closeEventCallbackType,
  type debugFnType,
  type emptyCallbackType,
  type frameCallbackType,
  type messageCallbackType,
  ReconnectionTimeMode,
  TickerStrategy,
  type wsErrorCallbackType,
} from "./types.js";
import { Versions } from "./versions.js";

/** The settings and callbacks of a {@link Client}. */
export abstract class ClientSettings {
  /**
   * The address of the broker, for example `wss://example.com/ws`. Either this or {@link Client.webSocketFactory} is
   * needed; the latter takes precedence. An address with `http:` or `https:` means SockJS, see {@link Client.sockjs}.
   */
  brokerURL: string | undefined;

  /** The STOMP versions offered to the broker, which chooses one. Default: 1.2, 1.1 and 1.0. */
  stompVersions: Versions = Versions.default;

  /**
   * Makes the socket for each connection, in place of `brokerURL`: for SockJS, for `ws` in Node, or for a WebSocket made
   * in a special way. May also return a promise of a socket.
   *
   * ```js
   * client.webSocketFactory = () => new SockJS("https://example.com/stomp");
   * ```
   *
   * A socket is whatever has `send`, `close` and the `on…` handlers of a WebSocket, or `addEventListener`; also a
   * SocketTask of a mini-program (`() => wx.connectSocket({ url })`).
   *
   * If it throws, or returns a socket that is closed already, {@link Client.onWebSocketError} is told and the client tries
   * again later.
   */
  webSocketFactory: (() => any) | undefined;

  /**
   * How long connecting may take, in ms, from the opening of the socket to the broker's CONNECTED. After that the socket
   * is closed and the client tries again. Default: 0, no limit.
   */
  connectionTimeout: number = 0;

  /** How long to wait before connecting again, in ms. 0: do not connect again. Default: 5000. */
  reconnectDelay: number = 5000;

  /**
   * The longest wait before connecting again, in ms, with `ReconnectionTimeMode.EXPONENTIAL`. 0: no limit. Default: 900000
   * (15 minutes).
   */
  maxReconnectDelay: number = 15 * 60 * 1000;

  /** Whether {@link Client.reconnectDelay} doubles with each failed attempt. Default: `ReconnectionTimeMode.LINEAR`. */
  reconnectTimeMode: ReconnectionTimeMode = ReconnectionTimeMode.LINEAR;

  /**
   * How often the broker is asked to send heart-beats, in ms. 0: never. Default: 10000. The broker may do it less often;
   * see {@link Client.heartbeatToleranceMultiplier} for what happens when it stays silent.
   */
  heartbeatIncoming: number = 10000;

  /**
   * After how many intervals of silence the connection is given up as lost: {@link Client.onHeartbeatLost} is called, the
   * socket closed, and the client connects again. A tenth of an interval, at most a second, is added for the network.
   * Default: 2.
   */
  heartbeatToleranceMultiplier: number = 2;

  /**
   * How often the client offers to send heart-beats, in ms. 0: never. Default: 10000. The broker may ask for fewer.
   */
  heartbeatOutgoing: number = 10000;

  /**
   * Which timer sends the heart-beats. Default: `TickerStrategy.Interval`. `TickerStrategy.Worker` also keeps time while
   * the page is in the background; where there are no Web Workers, the default is used.
   */
  heartbeatStrategy: TickerStrategy = TickerStrategy.Interval;

  /**
   * Whether text frames longer than {@link Client.maxWebSocketChunkSize} are sent in several WebSocket messages. Needed
   * for some brokers with small limits (Spring); others refuse it. Default: `false`.
   */
  splitLargeFrames: boolean = false;

  /** How long such a part may be, in characters. Default: 8192. */
  maxWebSocketChunkSize: number = 8 * 1024;

  /** Whether text, too, is sent in binary WebSocket messages. Default: `false`. */
  forceBinaryWSFrames: boolean = false;

  /**
   * Whether a frame that ends with its WebSocket message counts as complete without its final NUL, which React Native cuts
   * off. Not to be used with brokers that send a frame in several messages. Default: `false`.
   */
  appendMissingNULLonIncoming: boolean = false;

  /**
   * Headers of the CONNECT frame, for example `{ login: "me", passcode: "secret", host: "/" }`. Default: none; the
   * client adds `host: "/"` unless there is a `host`.
   */
  connectHeaders: StompHeaders = {};

  /**
   * Headers of the DISCONNECT frame that {@link Client.deactivate} sends. Default: none; the client adds a `receipt`.
   */
  disconnectHeaders: StompHeaders = {};

  /** Called for a message whose subscription has ended or was never made here. */
  onUnhandledMessage: messageCallbackType = noOp;

  /** Called for a receipt that nobody waits for with {@link Client.watchForReceipt}. */
  onUnhandledReceipt: frameCallbackType = noOp;

  /** Called for a frame with a command that STOMP does not know. */
  onUnhandledFrame: frameCallbackType = noOp;

  /** Called for each heart-beat of the broker. */
  onHeartbeatReceived: emptyCallbackType = noOp;

  /** Called when the broker was silent for too long, before the socket is closed. */
  onHeartbeatLost: emptyCallbackType = noOp;

  /**
   * Called before each attempt to connect, and waited for if it returns a promise: the place to fetch a fresh token and to
   * set {@link Client.connectHeaders}. If it fails, {@link Client.onWebSocketError} is told and the client tries again
   * later.
   */
  beforeConnect: (client: Client) => void | Promise<void> = noOp;

  /**
   * Called with the CONNECTED frame whenever a connection is made, also after a loss. Subscriptions belong here: they end
   * with their connection.
   */
  onConnect: frameCallbackType = noOp;

  /**
   * Called with the broker's receipt for DISCONNECT, at the end of {@link Client.deactivate}. Not called when the
   * connection is lost: see {@link Client.onWebSocketClose}.
   */
  onDisconnect: frameCallbackType = noOp;

  /**
   * Called with an ERROR frame of the broker, for example for a wrong password; the broker then closes the connection. Also
   * called, with the reason in `headers.message`, when the broker breaks the protocol.
   */
  onStompError: frameCallbackType = noOp;

  /** Called when the WebSocket has closed, whoever closed it, with its close event. */
  onWebSocketClose: closeEventCallbackType = noOp;

  /** Called with the error event of the WebSocket, or with the `Error` that kept it from being opened. */
  onWebSocketError: wsErrorCallbackType = noOp;

  /** Whether {@link Client.debug} gets all that goes over the wire as it is. Default: `false`, frames without bodies. */
  logRawCommunication: boolean = false;

  /**
   * Takes the lines of a log for people. Default: nothing; no lines are then made.
   *
   * ```js
   * client.debug = line => console.debug(line);
   * ```
   */
  debug: debugFnType = noOp;

  // What stomp.js does not have is optional, so that its types and these stay assignable to each other.

  /**
   * Where to connect if `brokerURL` (or `webSocketFactory`) does not lead to a connection: an `https:` address of SockJS, or
   * another WebSocket's.
   *
   * ```js
   * const client = new Client({ brokerURL: "wss://example.com/ws", fallbackURL: "https://example.com/sockjs", sockjs: SockJS });
   * ```
   *
   * It is tried at once when the first address cannot be opened, or the broker's CONNECTED does not come within
   * {@link Client.fallbackTimeout}. The client stays with what worked; 10 minutes after the first address has failed it
   * is tried again, the next time that the client connects. Default: none.
   */
  fallbackURL?: string | undefined;

  /**
   * How long connecting may take, in ms, before {@link Client.fallbackURL} is tried. 0: as long as
   * {@link Client.connectionTimeout} allows. Default: 2000.
   */
  fallbackTimeout?: number = 2000;

  /**
   * The constructor `SockJS` of the package `sockjs-client`, for addresses with `http:` or `https:`. Default: the global
   * `SockJS`; if there is none, `import("sockjs-client")`, which pages without a bundler can have an import map for. With a
   * bundler, set this.
   *
   * ```js
   * import SockJS from "sockjs-client";
   * client.sockjs = SockJS;
   * ```
   *
   * SockJS carries text only: {@link Client.publish} throws for a `binaryBody`, unless there is a
   * {@link Client.binaryEncoding}.
   */
  sockjs?: (new (url: string, _reserved?: any, options?: any) => any) | undefined;

  /**
   * How a `binaryBody` goes over SockJS: as the text that `"base64"` makes of it, with the header
   * `content-transfer-encoding: base64`. Over a WebSocket it goes as it is. `binaryBody` of a received message with this
   * header gives the bytes that were meant, over any transport, and throws when it is read if the text is not base64; `body`
   * is the text as it came. Default: none; such a message is refused.
   */
  binaryEncoding?: "base64" | undefined;

  /**
   * Options for SockJS, for example `{ transports: ["xhr-polling"] }`. Default: SockJS's own; for
   * {@link Client.fallbackURL}, all of its transports that need no WebSocket.
   */
  sockjsOptions?: object | undefined;

  /**
   * Names of headers whose values are secrets, besides those that call themselves passcode, authorization, cookie, token,
   * password, secret, key or credential: {@link Client.debug} is not told them. Case does not matter. Default: none.
   */
  secretHeaders?: string[] = [];

  /**
   * How much of a broker's data is taken before the connection is given up as broken, and made anew. Default: the limits
   * that {@link StompLimits} names. Takes effect with the next connection.
   */
  limits?: StompLimits = {};

  /**
   * Whether a connection that is given up as lost is left at once, without waiting for the WebSocket to close, which takes
   * browsers long when the network is gone. Default: `false`.
   */
  discardWebsocketOnCommFailure: boolean = false;

  /** Called when {@link Client.state} changes. */
  onChangeState: (state: ActivationState) => void = noOp;
}
