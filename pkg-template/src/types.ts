/** The enumerations, callbacks and small interfaces of the package. */
import type { IFrame } from "./i-frame.js";
import type { IMessage } from "./i-message.js";
import type { StompHeaders } from "./stomp-headers.js";
import type { Versions } from "./versions.js";

/** Takes a line of the log, see {@link Client.debug}. */
export type debugFnType = (msg: string) => void;

/** Takes a message, see {@link Client.subscribe}. */
export type messageCallbackType = (message: IMessage) => void;

/** Takes a frame other than a message, see for example {@link Client.onConnect}. */
export type frameCallbackType = ((frame: IFrame) => void) | (() => void);

/** Takes nothing. */
export type emptyCallbackType = () => void;

/**
 * Takes the event of a WebSocket that has closed: a `CloseEvent` from a browser's WebSocket, otherwise what the socket
 * in use gives.
 */
export type closeEventCallbackType<T = any> = (evt: T) => void;

/** Takes the error event of a WebSocket, or the `Error` that kept it from being opened. */
export type wsErrorCallbackType<T = any> = (evt: T) => void;

/** What {@link Client.publish} sends. */
export interface IPublishParams {
  /** Where the message goes; brokers give the text its meaning, for example `/topic/news`. */
  destination: string;
  /** Headers that go along; `receipt` and `transaction` mean something to STOMP, others are passed on by the broker. */
  headers?: StompHeaders;
  /** The message as text. Default: empty. */
  body?: string;
  /** The message as bytes; takes precedence over `body`, and is sent in a binary WebSocket message. */
  binaryBody?: Uint8Array;
  /**
   * Leaves the `content-length` header out of a text message, which some brokers (ActiveMQ) take as the sign of a text
   * message. Such a text must not contain NUL. No effect with `binaryBody`. Default: `false`.
   */
  skipContentLengthHeader?: boolean;
}

/** Another name of {@link IPublishParams}. */
export type publishParams = IPublishParams;

/** A header as it is on the wire: name and value, still escaped. */
export type RawHeaderType = [string, string];

/** A frame as it is on the wire, from {@link Parser}: headers in their order, still escaped, repeated ones included. */
export interface IRawFrameType {
  /** The command, for example `MESSAGE`. */
  command: string | undefined;
  /** The headers. */
  headers: RawHeaderType[];
  /** The body. */
  binaryBody: Uint8Array | undefined;
}

/** The part of a WebSocket's message event that is used. */
export interface IStompSocketMessageEvent {
  /** What was received. */
  data?: string | ArrayBuffer;
}

/** What is needed of a WebSocket, so that others can stand in for it: SockJS, or `ws` in Node. */
export interface IStompSocket {
  /** The address it is connected to. */
  url: string;
  /** Called when it has closed. Set by the client. */
  onclose: ((ev?: any) => any) | undefined | null;
  /** Called when it failed. Set by the client. */
  onerror: ((ev: any) => any) | undefined | null;
  /** Called for each message. Set by the client. */
  onmessage: ((ev: any) => any) | undefined | null;
  /** Called when it has opened. Set by the client. */
  onopen: ((ev?: any) => any) | undefined | null;
  /** Ends it at once, if it can do that. */
  terminate?: (() => any) | undefined | null;
  /** How it gives binary messages; the client sets it to `"arraybuffer"`. */
  binaryType?: string;
  /** Where it stands, see {@link StompSocketState}. */
  readonly readyState: number;
  /** Closes it. */
  close(): void;
  /** Sends a message. */
  send(data: string | ArrayBufferLike | Blob | ArrayBufferView): void;
}

/** The values of {@link IStompSocket.readyState}. */
export enum StompSocketState {
  /** It is being opened. */
  CONNECTING = 0,
  /** It is open. */
  OPEN = 1,
  /** It is being closed. */
  CLOSING = 2,
  /** It is closed. */
  CLOSED = 3,
}

/** The values of {@link Client.state}. */
export enum ActivationState {
  /** The client is connected, or tries to be. */
  ACTIVE = 0,
  /** The client takes its leave of the broker. */
  DEACTIVATING = 1,
  /** The client does nothing. */
  INACTIVE = 2,
}

/** The values of {@link Client.reconnectTimeMode}. */
export enum ReconnectionTimeMode {
  /** The same delay before every attempt. */
  LINEAR = 0,
  /** The delay doubles with every failed attempt. */
  EXPONENTIAL = 1,
}

/** The values of {@link Client.heartbeatStrategy}. */
export enum TickerStrategy {
  /** The timer of the page, which browsers slow down while the page is in the background. */
  Interval = "interval",
  /** A timer in a Web Worker, which browsers do not slow down. */
  Worker = "worker",
}

/**
 * Settings of stomp.js's inner connection handler, here only so that code which names this type compiles.
 *
 * @deprecated There is no such handler in this package.
 */
export interface IStomptHandlerConfig {
  /** See {@link Client.debug}. */
  debug: debugFnType;
  /** See {@link Client.stompVersions}. */
  stompVersions: Versions;
  /** See {@link Client.connectHeaders}. */
  connectHeaders: StompHeaders;
  /** See {@link Client.disconnectHeaders}. */
  disconnectHeaders: StompHeaders;
  /** See {@link Client.heartbeatIncoming}. */
  heartbeatIncoming: number;
  /** See {@link Client.heartbeatToleranceMultiplier}. */
  heartbeatGracePeriods: number;
  /** See {@link Client.heartbeatOutgoing}. */
  heartbeatOutgoing: number;
  /** See {@link Client.heartbeatStrategy}. */
  heartbeatStrategy: TickerStrategy;
  /** See {@link Client.splitLargeFrames}. */
  splitLargeFrames: boolean;
  /** See {@link Client.maxWebSocketChunkSize}. */
  maxWebSocketChunkSize: number;
  /** See {@link Client.forceBinaryWSFrames}. */
  forceBinaryWSFrames: boolean;
  /** See {@link Client.logRawCommunication}. */
  logRawCommunication: boolean;
  /** See {@link Client.appendMissingNULLonIncoming}. */
  appendMissingNULLonIncoming: boolean;
  /** See {@link Client.discardWebsocketOnCommFailure}. */
  discardWebsocketOnCommFailure: boolean;
  /** See {@link Client.onConnect}. */
  onConnect: frameCallbackType;
  /** See {@link Client.onDisconnect}. */
  onDisconnect: frameCallbackType;
  /** See {@link Client.onStompError}. */
  onStompError: frameCallbackType;
  /** See {@link Client.onWebSocketClose}. */
  onWebSocketClose: closeEventCallbackType;
  /** See {@link Client.onWebSocketError}. */
  onWebSocketError: wsErrorCallbackType;
  /** See {@link Client.onUnhandledMessage}. */
  onUnhandledMessage: messageCallbackType;
  /** See {@link Client.onUnhandledReceipt}. */
  onUnhandledReceipt: frameCallbackType;
  /** See {@link Client.onUnhandledFrame}. */
  onUnhandledFrame: frameCallbackType;
  /** See {@link Client.onHeartbeatReceived}. */
  onHeartbeatReceived: emptyCallbackType;
  /** See {@link Client.onHeartbeatLost}. */
  onHeartbeatLost: emptyCallbackType;
}
