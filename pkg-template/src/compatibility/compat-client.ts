import { Client } from "../client.js";
import type { StompHeaders } from "../stomp-headers.js";
import type { frameCallbackType, messageCallbackType } from "../types.js";
import { HeartbeatInfo } from "./heartbeat-info.js";

/**
 * A client with the methods of stomp.js 2, from {@link Stomp.client} and {@link Stomp.over}.
 *
 * @deprecated For new code there is {@link Client}.
 */
export class CompatClient extends Client {
  /** Has no effect, as in stomp.js 7; see {@link Client.maxWebSocketChunkSize}. Default: 16384. */
  maxWebSocketFrameSize: number = 16 * 1024;

  /** @internal */
  private readonly _heartbeatInfo = new HeartbeatInfo(this);

  /**
   * @param webSocketFactory Makes the socket for each connection, see {@link Client.webSocketFactory}.
   */
  constructor(webSocketFactory: () => any) {
    super();
    this.reconnect_delay = 0;
    this.webSocketFactory = webSocketFactory;
    this.debug = (...message: string[]) => {
      console.log(...message);
    };
  }

  /**
   * Connects. The forms are:
   *
   * - `connect(headers, connectCallback, errorCallback?, closeEventCallback?)`
   * - `connect(login, passcode, connectCallback, errorCallback?, closeEventCallback?, host?)`
   *
   * @param args The headers or the login and passcode for CONNECT; then what becomes {@link Client.onConnect},
   * {@link Client.onStompError} and {@link Client.onWebSocketClose}.
   * @throws Error with fewer than two arguments, and as {@link Client.activate} does.
   */
  connect(...args: any[]): void {
    if (args.length < 2) throw new Error("Connect requires at least 2 arguments");
    let headers: StompHeaders;
    let callbacks: any[];
    if (typeof args[1] === "function") {
      [headers, ...callbacks] = args;
    } else {
      const [login, passcode, ...rest] = args;
      headers = { login, passcode };
      if (args.length === 6) headers["host"] = args[5];
      callbacks = rest;
    }
    const [onConnect, onError, onClose] = callbacks;
    if (headers) this.connectHeaders = headers;
    if (onConnect) this.onConnect = onConnect;
    if (onError) this.onStompError = onError;
    if (onClose) this.onWebSocketClose = onClose;
    super.activate();
  }

  /**
   * Takes leave of the broker, see {@link Client.deactivate}.
   *
   * @param disconnectCallback What becomes {@link Client.onDisconnect}. Default: that stays as it is.
   * @param headers Headers of the DISCONNECT frame. Default: none.
   */
  disconnect(disconnectCallback?: any, headers: StompHeaders = {}): void {
    if (disconnectCallback) this.onDisconnect = disconnectCallback;
    this.disconnectHeaders = headers;
    void super.deactivate();
  }

  /**
   * Sends a message, see {@link Client.publish}.
   *
   * @param destination Where it goes.
   * @param headers Headers that go along; `"content-length": false` leaves the length out. Default: none.
   * @param body The message. Default: empty. `headers` and `body` may change places, as in webstomp-client.
   * @throws As {@link Client.publish} does.
   */
  send(destination: string, headers: { [key: string]: any } = {}, body: string = ""): void {
    // webstomp-client has these two the other way round.
    if (typeof headers === "string") [headers, body] = [(body || {}) as { [key: string]: any }, headers];
    headers = { ...headers };
    const skipContentLengthHeader = headers["content-length"] === false;
    if (skipContentLengthHeader) delete headers["content-length"];
    this.publish({ destination, headers, body, skipContentLengthHeader });
  }

  /** {@link Client.reconnectDelay} by its old name. Default: 0. */
  set reconnect_delay(value: number) {
    this.reconnectDelay = value;
  }

  /** {@link Client.webSocket} by its old name. */
  get ws(): any {
    return this.webSocket;
  }

  /** {@link Client.connectedVersion} by its old name. */
  get version(): string | undefined {
    return this.connectedVersion;
  }

  /** {@link Client.onUnhandledMessage} by its old name. */
  get onreceive(): messageCallbackType {
    return this.onUnhandledMessage;
  }
  set onreceive(value: messageCallbackType) {
    this.onUnhandledMessage = value;
  }

  /** {@link Client.onUnhandledReceipt} by its old name. */
  get onreceipt(): frameCallbackType {
    return this.onUnhandledReceipt;
  }
  set onreceipt(value: frameCallbackType) {
    this.onUnhandledReceipt = value;
  }

  /** {@link Client.heartbeatIncoming} and {@link Client.heartbeatOutgoing} by their old names. In ms. */
  get heartbeat(): { incoming: number; outgoing: number } {
    return this._heartbeatInfo;
  }
  set heartbeat(value: { incoming: number; outgoing: number }) {
    this.heartbeatIncoming = value.incoming;
    this.heartbeatOutgoing = value.outgoing;
  }
}
