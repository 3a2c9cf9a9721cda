import type { Client } from "./client.js";
import type { StompHeaders } from "./stomp-headers.js";
import type {
  ActivationState,
  closeEventCallbackType,
  debugFnType,
  emptyCallbackType,
  frameCallbackType,
  messageCallbackType,
  ReconnectionTimeMode,
  TickerStrategy,
  wsErrorCallbackType,
} from "./types.js";
import type { Versions } from "./versions.js";

/**
 * Settings of a {@link Client}, for its constructor and for {@link Client.configure}. Each is described at the property
 * of {@link Client} that has its name; what is left out stays as it is.
 */
export class StompConfig {
  /** The address of the broker, see {@link Client.brokerURL}. */
  brokerURL?: string;
  /** The STOMP versions offered, see {@link Client.stompVersions}. Default: all. */
  stompVersions?: Versions;
  /** Makes the socket in place of `brokerURL`, see {@link Client.webSocketFactory}. */
  webSocketFactory?: () => any;
  /** In ms, see {@link Client.connectionTimeout}. Default: 0, no limit. */
  connectionTimeout?: number;
  /** In ms, see {@link Client.reconnectDelay}. Default: 5000. */
  reconnectDelay?: number;
  /** In ms, see {@link Client.maxReconnectDelay}. Default: 900000 (15 minutes). */
  maxReconnectDelay?: number;
  /** See {@link Client.reconnectTimeMode}. Default: `ReconnectionTimeMode.LINEAR`. */
  reconnectTimeMode?: ReconnectionTimeMode;
  /** In ms, see {@link Client.heartbeatIncoming}. Default: 10000. */
  heartbeatIncoming?: number;
  /** See {@link Client.heartbeatToleranceMultiplier}. Default: 2. */
  heartbeatToleranceMultiplier?: number;
  /** In ms, see {@link Client.heartbeatOutgoing}. Default: 10000. */
  heartbeatOutgoing?: number;
  /** See {@link Client.heartbeatStrategy}. Default: `TickerStrategy.Interval`. */
  heartbeatStrategy?: TickerStrategy;
  /** See {@link Client.splitLargeFrames}. Default: `false`. */
  splitLargeFrames?: boolean;
  /** See {@link Client.forceBinaryWSFrames}. Default: `false`. */
  forceBinaryWSFrames?: boolean;
  /** See {@link Client.appendMissingNULLonIncoming}. Default: `false`. */
  appendMissingNULLonIncoming?: boolean;
  /** In characters, see {@link Client.maxWebSocketChunkSize}. Default: 8192. */
  maxWebSocketChunkSize?: number;
  /** See {@link Client.connectHeaders}. Default: none. */
  connectHeaders?: StompHeaders;
  /** See {@link Client.disconnectHeaders}. Default: none. */
  disconnectHeaders?: StompHeaders;
  /** See {@link Client.onUnhandledMessage}. */
  onUnhandledMessage?: messageCallbackType;
  /** See {@link Client.onUnhandledReceipt}. */
  onUnhandledReceipt?: frameCallbackType;
  /** See {@link Client.onUnhandledFrame}. */
  onUnhandledFrame?: frameCallbackType;
  /** See {@link Client.beforeConnect}. */
  beforeConnect?: (client: Client) => void | Promise<void>;
  /** See {@link Client.onConnect}. */
  onConnect?: frameCallbackType;
  /** See {@link Client.onDisconnect}. */
  onDisconnect?: frameCallbackType;
  /** See {@link Client.onStompError}. */
  onStompError?: frameCallbackType;
  /** See {@link Client.onWebSocketClose}. */
  onWebSocketClose?: closeEventCallbackType;
  /** See {@link Client.onWebSocketError}. */
  onWebSocketError?: wsErrorCallbackType;
  /** See {@link Client.onHeartbeatReceived}. */
  onHeartbeatReceived?: emptyCallbackType;
  /** See {@link Client.onHeartbeatLost}. */
  onHeartbeatLost?: emptyCallbackType;
  /** See {@link Client.logRawCommunication}. Default: `false`. */
  logRawCommunication?: boolean;
  /** See {@link Client.debug}. */
  debug?: debugFnType;
  /** The address to fall back on, see {@link Client.fallbackURL}. Default: none. */
  fallbackURL?: string | undefined;
  /** In ms, see {@link Client.fallbackTimeout}. Default: 2000. */
  fallbackTimeout?: number;
  /** See {@link Client.sockjs}. Default: the global `SockJS`. */
  sockjs?: (new (url: string, _reserved?: any, options?: any) => any) | undefined;
  /** See {@link Client.binaryEncoding}. Default: none. */
  binaryEncoding?: "base64" | undefined;
  /** See {@link Client.sockjsOptions}. Default: none. */
  sockjsOptions?: object | undefined;
  /** See {@link Client.secretHeaders}. Default: none. */
  secretHeaders?: string[];
  /** See {@link Client.limits}. */
  limits?: StompLimits;
  /** See {@link Client.discardWebsocketOnCommFailure}. Default: `false`. */
  discardWebsocketOnCommFailure?: boolean;
  /** See {@link Client.onChangeState}. */
  onChangeState?: (state: ActivationState) => void;
}

/** Limits on the frames of a broker: see {@link Client.limits}. */
export interface StompLimits {
  /** The number of headers of one frame. Default: 1,000. */
  headers?: number;
  /** The length of one header line in bytes. Default: 65,536. */
  headerLine?: number;
  /** The length of a body in bytes. Default: 33,554,432 (32 MiB). */
  body?: number;
  /** The length of a whole frame in bytes. Default: 34,603,008 (33 MiB). */
  frame?: number;
}
