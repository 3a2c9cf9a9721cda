/** What Rust calls, and the tables of callbacks. Which callback is due, and when, is decided in Rust. */
import { RawClient } from "./boundary.js";
import { decodeBinary } from "./binary-text.js";
import type { Client } from "./client.js";
import { guard, report, noOp } from "./guard.js";
import type { IMessage } from "./i-message.js";
import { ReceivedFrame, ReceivedMessage } from "./message.js";
import { flatten } from "./headers.js";
import { Link, type Owner } from "./link.js";
import { call, Operation } from "./operation.js";
import { PlainPublisher } from "./plain-publish.js";
import { PlainWay } from "./plain-way.js";
import { receiver } from "./receive.js";
import { type Face, FrameKind, type Handed, Tell } from "./told.js";
import { openSocket, transportOf } from "./transport.js";
import { notConnected, Session } from "./session.js";
import {
  ActivationState,
  type frameCallbackType,
  type messageCallbackType,
  ReconnectionTimeMode,
  TickerStrategy,
} from "./types.js";
import { encode } from "./utf8.js";
import { Versions } from "./versions.js";
import { ensure } from "./wasm.js";

/** A bit for each, the first the lowest. */
function flags(...on: boolean[]): number {
  return on.reduce((bits, flag, place) => bits | (+!!flag << place), 0);
}

/** The counterpart of one `RawClient`, from its making to its end. */
export class Host implements Face, Owner {
  readonly raw: RawClient;
  readonly onmessage: (event: { data: unknown }) => void;
  /** Who waits for the end of a deactivation. */
  readonly deactivated: (() => void)[] = [];
  /** The connection, while there is one. */
  session: Session | undefined;
  /** The short ways of everyday messages. */
  readonly publisher: PlainPublisher;
  private readonly plain: PlainWay;
  /** When the client last fell back to another transport, in ms as the page counts them; 0 while it uses the first. */
  private fellBack: number;
  private readonly link: Link;
  private nextKey = 1;
  private readonly subscriptions = new Map<number, messageCallbackType>();
  private readonly subscriptionKeys = new Map<string, number>();
  private readonly receipts = new Map<number, frameCallbackType>();

  constructor(private readonly client: Client) {
    ensure();
    this.raw = new RawClient(this);
    this.link = new Link(this.raw, this);
    this.fellBack = client._fellBack;
    this.plain = new PlainWay(this.raw, this);
    this.publisher = new PlainPublisher(this.raw, this.plain.area);
    this.onmessage = receiver(this.raw, this.plain);
  }

  /** The connection, which there must be. */
  live(): Session {
    if (!this.session) throw notConnected();
    return this.session;
  }

  // Rust calls from here on. A property may be undefined or null whatever its type says: JavaScript has
  // `new Client({ debug: verbose ? log : undefined })`.

  configure(): void {
    const c = this.client;
    const secrets = (c.secretHeaders ?? []).map(String);
    const connectHeaders = flatten(c.connectHeaders);
    call(
      this.raw,
      Operation.Configure,
      [
        c.connectionTimeout,
        c.fallbackTimeout ?? 2000,
        c.reconnectDelay,
        c.maxReconnectDelay,
        c.heartbeatOutgoing,
        c.heartbeatIncoming,
        c.heartbeatToleranceMultiplier,
        c.splitLargeFrames ? c.maxWebSocketChunkSize : 0,
        secrets.length,
        connectHeaders.length,
        c.limits?.headers ?? 0,
        c.limits?.headerLine ?? 0,
        c.limits?.body ?? 0,
        c.limits?.frame ?? 0,
        flags(
          c.reconnectTimeMode === ReconnectionTimeMode.EXPONENTIAL,
          c.forceBinaryWSFrames,
          c.appendMissingNULLonIncoming,
          c.discardWebsocketOnCommFailure,
          !!c.debug && c.debug !== noOp,
          c.logRawCommunication,
          !!c.fallbackURL,
        ),
      ],
      [
        (c.stompVersions ?? Versions.default).supportedVersions(),
        ...secrets,
        ...connectHeaders,
        ...flatten(c.disconnectHeaders),
      ],
    );
  }

  openSocket(transport: number): unknown {
    this.fellBack = transport && (this.fellBack || performance.now());
    return openSocket(this.client, transport);
  }

  ticksInWorker(): boolean {
    return this.client.heartbeatStrategy === TickerStrategy.Worker;
  }

  socketFailed(error: unknown): void {
    guard(() => this.client.onWebSocketError?.(error));
  }

  frame(kind: FrameKind, key: number, handed: Handed): void {
    const c = this.client;
    if (kind === FrameKind.Message) return this.message(key, new ReceivedMessage(this.session!, handed));
    const frame = new ReceivedFrame(handed);
    switch (kind) {
      case FrameKind.Connected:
        this.session = new Session(this.raw, key);
        c.transport = transportOf(this.raw.socket);
        c._fellBack = this.fellBack;
        return guard(() => c.onConnect?.(frame));
      case FrameKind.Receipt: {
        const callback = this.receipts.get(key);
        this.receipts.delete(key);
        return guard(() => (callback ? callback(frame) : c.onUnhandledReceipt?.(frame)));
      }
      case FrameKind.Error:
        return guard(() => c.onStompError?.(frame));
      case FrameKind.Unhandled:
        return guard(() => c.onUnhandledFrame?.(frame));
      case FrameKind.Disconnected:
        return guard(() => c.onDisconnect?.(frame));
    }
  }

  /** Hands a message to the callback of its subscription. */
  message(key: number, message: IMessage): void {
    // Not by way of guard(): a function made for each message would cost more than the call.
    try {
      if (this.client.binaryEncoding) decodeBinary(message);
      const callback = this.subscriptions.get(key);
      if (callback) callback(message);
      else this.client.onUnhandledMessage?.(message);
    } catch (error) {
      report(error);
    }
  }

  tell(what: Tell, number: number, text: string, bytes: Uint8Array<ArrayBuffer>): unknown {
    const { client: c, link } = this;
    switch (what) {
      case Tell.Configure:
        return this.configure();
      case Tell.Prepare:
        return link.prepare(() => c.beforeConnect?.(c));
      case Tell.Open:
        return link.open(number);
      case Tell.SendText:
        return link.send(text);
      case Tell.SendBinary:
        // A copy: some sockets keep what they were given.
        return link.send(bytes.slice());
      case Tell.Close:
        return link.close(number, text);
      case Tell.Discard:
        return link.discard();
      case Tell.Arm:
        return link.arm(number);
      case Tell.Disarm:
        return link.disarm();
      case Tell.State:
        return this.changeState(number);
      case Tell.HeartbeatReceived:
        return guard(() => c.onHeartbeatReceived?.());
      case Tell.HeartbeatLost:
        return guard(() => c.onHeartbeatLost?.());
      case Tell.SocketClosed: {
        this.forget();
        const event = number
          ? { code: 4001, reason: "the connection was given up without waiting for it to close", wasClean: false }
          : link.takePayload();
        return guard(() => c.onWebSocketClose?.(event));
      }
      case Tell.Violation: {
        const names = `message:${text}`;
        const frame = new ReceivedFrame({ command: "ERROR", names, ends: Uint32Array.of(7, names.length), body: encode(text) });
        return guard(() => c.onStompError?.(frame));
      }
      case Tell.AttemptFailed: {
        const payload = link.takePayload();
        const error = payload instanceof Error ? payload : new Error(text);
        // A browser tells the console of a WebSocket that failed, but not of this.
        if ((c.onWebSocketError ?? noOp) === noOp) console.error(error);
        return guard(() => c.onWebSocketError?.(error));
      }
      case Tell.Debug:
        return guard(() => c.debug?.(text));
      case Tell.Deactivated:
        for (const resolve of this.deactivated.splice(0)) resolve();
    }
    return undefined;
  }

  // The client's calls from here on.

  /** Takes over a state that Rust came into, if the client does not know it yet. */
  changeState(state: ActivationState): void {
    if (this.client.state === state) return;
    this.client.state = state;
    guard(() => this.client.onChangeState?.(state));
  }

  subscribe(headers: string[], callback: messageCallbackType): [Session, string] {
    const session = this.live();
    const key = this.nextKey++;
    this.subscriptions.set(key, callback);
    try {
      const id = call(this.raw, Operation.Subscribe, [key], headers)!;
      this.subscriptionKeys.set(id, key);
      // The id may have been another one's, in another mode.
      this.plain.acks.forget();
      return [session, id];
    } catch (error) {
      this.subscriptions.delete(key);
      throw error;
    }
  }

  unsubscribe(session: Session, id: string, headers: string[]): void {
    call(this.raw, Operation.Unsubscribe, [session.connection], [id, ...headers]);
    const key = this.subscriptionKeys.get(id);
    if (key !== undefined) {
      this.subscriptions.delete(key);
      this.plain.forget(key);
    }
    this.subscriptionKeys.delete(id);
  }

  watchForReceipt(id: string, callback: frameCallbackType): void {
    this.live();
    const key = this.nextKey++;
    this.receipts.set(key, callback);
    call(this.raw, Operation.WatchReceipt, [key], [id]);
  }

  /** Nothing of a connection outlives it. */
  private forget(): void {
    if (this.session) this.session.closed = true;
    this.session = this.client.transport = undefined;
    this.subscriptions.clear();
    this.subscriptionKeys.clear();
    this.receipts.clear();
    this.plain.forget();
  }
}
