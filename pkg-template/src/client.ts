import { flatten } from "./headers.js";
import { encodeBinary } from "./binary-text.js";
import { ClientSettings } from "./client-settings.js";
import { guard, noOp } from "./guard.js";
import { Host } from "./host.js";
import type { ITransaction } from "./i-transaction.js";
import { call, Operation } from "./operation.js";
import { publish } from "./publish.js";
import { notConnected, type Session } from "./session.js";
import type { StompConfig } from "./stomp-config.js";
import type { StompHeaders } from "./stomp-headers.js";
import type { StompSubscription } from "./stomp-subscription.js";
import {
  ActivationState,
  type frameCallbackType,
  type IPublishParams,
  type IStompSocket,
  type messageCallbackType,
} from "./types.js";
import { factory, isHttp } from "./transport.js";
import { load } from "./wasm.js";

/**
 * A STOMP client, which keeps a connection to a broker over a WebSocket.
 *
 * ```js
 * const client = new Client({
 *   brokerURL: "wss://example.com/ws",
 *   onConnect: () => {
 *     client.subscribe("/topic/news", message => console.log(message.body));
 *     client.publish({ destination: "/topic/news", body: "hello" });
 *   },
 * });
 * client.activate();
 * ```
 *
 * Properties can be set at any time. Those that concern a connection are read when a connection is made; callbacks when
 * they are called. What a callback throws is written to the console and disturbs nothing.
 */
export class Client extends ClientSettings {
  /** Whether the client is active, deactivating or inactive. To be read only. */
  state: ActivationState = ActivationState.INACTIVE;

  /**
   * What the connection goes over: `"websocket"`, or `"sockjs/xhr-streaming"`, `"sockjs/eventsource"`,
   * `"sockjs/xhr-polling"` and so on; `undefined` without a connection. To be read only.
   */
  transport?: string | undefined;

  /** When this client last fell back to another transport, if that is what worked last; otherwise 0. @internal */
  _fellBack = 0;
  /** @internal */
  private _host: Host | undefined;
  /** Whether the client waits for the wasm module. @internal */
  private _loading = false;

  /**
   * @param conf The settings, which can be changed later. Default: none.
   */
  constructor(conf: StompConfig = {}) {
    super();
    this.configure(conf);
  }

  /** The socket in use, or `undefined`. To be looked at only. */
  get webSocket(): IStompSocket | undefined {
    return this._host?.raw.socket;
  }

  /** Whether there is a connection to the broker that can be used. */
  get connected(): boolean {
    return !!this._host?.raw.connected;
  }

  /** The STOMP version that the broker chose, for example `"1.2"`, or `undefined` without a connection. */
  get connectedVersion(): string | undefined {
    return this._host && call(this._host.raw, Operation.Version);
  }

  /** Whether the client is connected or tries to be. */
  get active(): boolean {
    return this.state === ActivationState.ACTIVE;
  }

  /**
   * Changes settings.
   *
   * @param conf The new settings; what is left out stays as it is. A `maxReconnectDelay` below `reconnectDelay` is raised
   * to it.
   */
  configure(conf: StompConfig): void {
    Object.assign(this, conf);
    if (this.maxReconnectDelay > 0 && this.maxReconnectDelay < this.reconnectDelay) {
      this.debug?.(
        `Warning: maxReconnectDelay (${this.maxReconnectDelay} ms) is less than reconnectDelay ` +
          `(${this.reconnectDelay} ms), which is used for both`,
      );
      this.maxReconnectDelay = this.reconnectDelay;
    }
  }

  /**
   * Connects to the broker, and again whenever the connection is lost. Does nothing if the client is active; while it is
   * deactivating, it connects when that is done.
   *
   * @throws Error where there is no WebAssembly, or where the page's Content Security Policy forbids it, or where there is
   * neither a global `WebSocket` nor a `webSocketFactory` nor an address for SockJS.
   * @throws TypeError when `webSocketFactory` is a socket and not a function that makes one.
   */
  activate(): void {
    if (this._loading) {
      this.debug?.("Already ACTIVE, ignoring request to activate");
      return;
    }
    const needsWebSocket = !factory(this) && !this.fallbackURL && !isHttp(this.brokerURL);
    if (needsWebSocket && (!this.beforeConnect || this.beforeConnect === noOp) && typeof WebSocket === "undefined") {
      throw new Error(
        "stomp-wasm: there is no global WebSocket here; set webSocketFactory, for example to a function that returns a " +
          "socket of the package 'ws'",
      );
    }
    const loading = load();
    if (!loading) return this._start();
    // What stomp.js's users see at once: the client is active.
    this._loading = true;
    this._setState(ActivationState.ACTIVE);
    loading.then(
      () => {
        if (!this._loading) return;
        this._loading = false;
        this._start();
      },
      (error: unknown) => {
        if (!this._loading) return;
        this._loading = false;
        console.error(error);
        this._setState(ActivationState.INACTIVE);
        guard(() => this.onWebSocketError?.(error));
      },
    );
  }

  /**
   * Takes leave of the broker in good order (DISCONNECT, its receipt, the closing of the WebSocket) and does not connect
   * again until {@link Client.activate} is called.
   *
   * @param options With `force: true` the WebSocket is left at once. Default: in good order.
   * @returns A promise that is kept when that is done; at once if the client is inactive.
   */
  async deactivate(options: { force?: boolean } = {}): Promise<void> {
    if (this._loading) {
      this._loading = false;
      this._setState(ActivationState.DEACTIVATING);
      this._setState(ActivationState.INACTIVE);
      return;
    }
    const host = this._host;
    if (!host || this.state === ActivationState.INACTIVE) {
      this.debug?.("Already INACTIVE, nothing more to do");
      return;
    }
    const done = new Promise<void>(resolve => host.deactivated.push(resolve));
    // As in stomp.js, this is told before anything is done about it.
    host.changeState(ActivationState.DEACTIVATING);
    call(host.raw, Operation.Deactivate, [+!!options.force]);
    await done;
    this._release(host);
  }

  /**
   * Closes the WebSocket without taking leave of the broker; the client then connects again. Does nothing without a
   * connection.
   */
  forceDisconnect(): void {
    if (this._host) call(this._host.raw, Operation.ForceDisconnect);
  }

  /**
   * Sends a message.
   *
   * ```js
   * client.publish({ destination: "/queue/orders", body: JSON.stringify(order), headers: { receipt: "r-1" } });
   * ```
   *
   * @param params The message and where it goes.
   * @throws TypeError without a connection.
   * @throws Error when the version of STOMP in use cannot express a header; when the connection goes over SockJS, which
   * carries text only, and there is a `binaryBody` but no {@link Client.binaryEncoding}.
   */
  publish(params: IPublishParams): void {
    if (params.binaryBody && this.transport !== "websocket") {
      // SockJS would make text of the bytes by itself; Rust says why not.
      publish(this._live().raw, this.binaryEncoding ? encodeBinary(params) : params);
    } else if (!this._host?.publisher.publish(params)) publish(this._live().raw, params);
  }

  /**
   * Waits for the broker's receipt for something that is sent with the header `receipt`. To be called before that is sent.
   *
   * ```js
   * client.watchForReceipt("r-1", () => console.log("the broker has it"));
   * client.publish({ destination: "/queue/orders", body: "…", headers: { receipt: "r-1" } });
   * ```
   *
   * @param receiptId The value of the header.
   * @param callback Called with the receipt, once. Not called if the connection is lost before.
   * @throws TypeError without a connection.
   */
  watchForReceipt(receiptId: string, callback: frameCallbackType): void {
    this._live();
    this._host!.watchForReceipt(`${receiptId}`, callback);
  }

  /**
   * Asks the broker for the messages of a destination. The subscription ends with the connection: subscribe in
   * {@link Client.onConnect}.
   *
   * @param destination The destination, for example `/topic/news`.
   * @param callback Called with each message.
   * @param headers Headers that go along, for example `{ ack: "client-individual" }`; `id` names the subscription, otherwise
   * the client does. Default: none.
   * @returns The subscription.
   * @throws TypeError without a connection.
   * @throws Error when there is a subscription with this `id`.
   */
  subscribe(destination: string, callback: messageCallbackType, headers: StompHeaders = {}): StompSubscription {
    this._live();
    const host = this._host!;
    const [session, id] = host.subscribe(flatten({ ...headers, destination }), callback);
    return {
      id,
      unsubscribe(headers) {
        if (!session.closed) host.unsubscribe(session, id, flatten(headers));
      },
    };
  }

  /**
   * Ends a subscription.
   *
   * @param id The id of the subscription.
   * @param headers Headers that go along. Default: none.
   * @throws TypeError without a connection.
   */
  unsubscribe(id: string, headers: StompHeaders = {}): void {
    const session = this._live();
    this._host!.unsubscribe(session, `${id}`, flatten(headers));
  }

  /**
   * Begins a transaction: what is sent with the header `transaction` counts only when it is committed.
   *
   * ```js
   * const tx = client.begin();
   * client.publish({ destination: "/queue/orders", body: "…", headers: { transaction: tx.id } });
   * tx.commit();
   * ```
   *
   * @param transactionId Its id. Default: one that the client makes.
   * @throws TypeError without a connection.
   */
  begin(transactionId?: string): ITransaction {
    const session = this._live();
    const id = call(session.raw, Operation.Begin, [], [transactionId ? `${transactionId}` : ""])!;
    return {
      id,
      commit() {
        call(session.live().raw, Operation.End, [session.connection, 1], [id]);
      },
      abort() {
        call(session.live().raw, Operation.End, [session.connection, 0], [id]);
      },
    };
  }

  /**
   * Commits a transaction.
   *
   * @param transactionId Its id.
   * @throws TypeError without a connection.
   */
  commit(transactionId: string): void {
    const { raw, connection } = this._live();
    call(raw, Operation.End, [connection, 1], [`${transactionId}`]);
  }

  /**
   * Aborts a transaction.
   *
   * @param transactionId Its id.
   * @throws TypeError without a connection.
   */
  abort(transactionId: string): void {
    const { raw, connection } = this._live();
    call(raw, Operation.End, [connection, 0], [`${transactionId}`]);
  }

  /**
   * Acknowledges a message. `message.ack()` is simpler: it knows which header to take.
   *
   * @param messageId With STOMP 1.2 the message's header `ack`, before that its `message-id`.
   * @param subscriptionId The id of its subscription.
   * @param headers Headers that go along. Default: none.
   * @throws TypeError without a connection.
   */
  ack(messageId: string, subscriptionId: string, headers: StompHeaders = {}): void {
    call(this._live().raw, Operation.Ack, [0], [`${messageId}`, `${subscriptionId}`, ...flatten(headers)]);
  }

  /**
   * Says that a message could not be dealt with. `message.nack()` is simpler: it knows which header to take.
   *
   * @param messageId With STOMP 1.2 the message's header `ack`, before that its `message-id`.
   * @param subscriptionId The id of its subscription.
   * @param headers Headers that go along. Default: none.
   * @throws TypeError without a connection.
   */
  nack(messageId: string, subscriptionId: string, headers: StompHeaders = {}): void {
    call(this._live().raw, Operation.Ack, [1], [`${messageId}`, `${subscriptionId}`, ...flatten(headers)]);
  }

  /** The connection in use. @internal */
  private _live(): Session {
    if (!this._host?.raw.connected) throw notConnected();
    return this._host.live();
  }

  /** @internal */
  private _start(): void {
    const host = (this._host ??= new Host(this));
    if (this.state !== ActivationState.DEACTIVATING) host.configure();
    call(host.raw, Operation.Activate, [this._fellBack]);
  }

  /** @internal */
  private _setState(state: ActivationState): void {
    if (this.state === state) return;
    this.state = state;
    guard(() => this.onChangeState?.(state));
  }

  /** Gives the wasm memory back, which is the only thing that keeps an unused client from being collected. @internal */
  private _release(host: Host): void {
    if (this._host !== host || this.state !== ActivationState.INACTIVE) return;
    this._host = undefined;
    host.raw.free();
  }
}
