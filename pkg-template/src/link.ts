/** The browser's side of a connection: its socket and its timer. What is done with them, and when, is decided in Rust. */
import type { RawClient } from "./boundary.js";
import { Operation } from "./operation.js";
import { isSockJS } from "./transport.js";
import type { IStompSocket } from "./types.js";

/** What a link needs of its owner. */
export interface Owner {
  /** A new socket or a promise of one: over the preferred transport (0), or the one to fall back on (1). */
  openSocket(transport: number): unknown;
  /** Takes the socket's messages. */
  readonly onmessage: (event: { data: unknown }) => void;
  /** The socket reported an error. */
  socketFailed(error: unknown): void;
  /** Whether the timer is to run in a worker. */
  ticksInWorker(): boolean;
}

/** A page in the background has its timers slowed down to one a second, later to one a minute; a worker has not. */
const WORKER = "data:text/javascript,let%20t;onmessage=e=>{clearTimeout(t);t=setTimeout(()=>postMessage(0),e.data)}";

export class Link {
  /** What JavaScript gave with the event that comes next. */
  private payload: unknown;
  /** Grows with everything that is waited for, so that what comes too late is told from what is expected. */
  private ticket = 0;
  private timeout: ReturnType<typeof setTimeout> | undefined;
  /** `null` if there is none to be. */
  private worker: Worker | null | undefined;

  constructor(
    private readonly raw: RawClient,
    private readonly owner: Owner,
  ) {}

  takePayload(): unknown {
    const { payload } = this;
    this.payload = undefined;
    return payload;
  }

  /** Waits for `beforeConnect`; what it throws is told as late as what its promise is rejected with. */
  prepare(value: () => unknown): void {
    let result: unknown;
    try {
      result = value();
    } catch (error) {
      result = Promise.reject(error as Error);
    }
    this.wait(
      result,
      () => this.raw.call(Operation.Prepared),
      error => this.fail(Operation.PrepareFailed, error),
    );
  }

  open(transport: number): void {
    try {
      const made = this.owner.openSocket(transport);
      if (isObject(made) && typeof made["then"] === "function") {
        this.wait(
          made,
          socket => this.attach(socket),
          error => this.fail(Operation.OpenFailed, error),
          closeUnwanted,
        );
      } else this.attach(made);
    } catch (error) {
      this.fail(Operation.OpenFailed, error);
    }
  }

  /** Whether it threw. A socket that is gone has said so. */
  send(data: string | Uint8Array<ArrayBuffer>): boolean {
    try {
      this.raw.socket?.send(data);
      return false;
    } catch (error) {
      this.owner.socketFailed(error);
      return true;
    }
  }

  /** Closes the socket with code and reason, or plainly where it refuses them. Answers whether there is one. */
  close(code: number, reason: string): boolean {
    const { socket } = this.raw;
    if (!socket) {
      this.ticket++;
      return false;
    }
    try {
      if (!code) throw code;
      (socket as unknown as WebSocket).close(code, reason);
    } catch {
      closeUnwanted(socket);
    }
    return true;
  }

  /** Hears no more of the socket, and closes it as fast as it can: `terminate` where there is one, as in Node's `ws`. */
  discard(): void {
    this.ticket++;
    const { socket } = this.raw;
    if (!socket) return;
    this.detach();
    try {
      socket.terminate!();
    } catch {
      closeUnwanted(socket);
    }
  }

  /** Ticks after so many ms. */
  arm(ms: number): void {
    if (this.worker === undefined) this.worker = this.owner.ticksInWorker() ? this.makeWorker() : null;
    clearTimeout(this.timeout);
    if (this.worker) this.worker.postMessage(ms);
    else this.timeout = setTimeout(this.tick, ms);
  }

  disarm(): void {
    clearTimeout(this.timeout);
    this.endWorker(undefined);
  }

  private readonly tick = (): void => {
    this.raw.call(Operation.Tick);
  };

  private makeWorker(): Worker | null {
    try {
      const worker = new Worker(WORKER);
      worker.onmessage = this.tick;
      // The browser let it be made, but not run: the Content Security Policy forbids it.
      worker.onerror = () => {
        this.endWorker(null);
        this.tick();
      };
      return worker;
    } catch {
      return null;
    }
  }

  private endWorker(next: null | undefined): void {
    const { worker } = this;
    this.worker = next;
    if (worker) {
      worker.onmessage = worker.onerror = null;
      worker.terminate();
    }
  }

  private wait(
    value: unknown,
    done: (value: unknown) => void,
    failed: (error: unknown) => void,
    unwanted?: (value: unknown) => void,
  ): void {
    const ticket = ++this.ticket;
    Promise.resolve(value).then(
      value => (ticket === this.ticket ? done(value) : unwanted?.(value)),
      error => ticket === this.ticket && failed(error),
    );
  }

  /** Remembers what was thrown for the event that tells of it; Rust gets it in words. */
  private fail(operation: Operation, error: any): void {
    this.payload = error;
    const text = [error?.message, error].find(text => typeof text === "string") ?? "it gave no reason";
    this.raw.call(operation, [], [text]);
  }

  private attach(made: unknown): void {
    if (!isObject(made)) return this.fail(Operation.OpenFailed, new Error("webSocketFactory did not return a socket"));
    if (+(made["readyState"] as number) >= 2) {
      // It would never say anything. Most often it is the one of the connection before.
      const text =
        "the socket is closed already: webSocketFactory must make a new one for each connection, as () => new SockJS(url) does";
      return this.fail(Operation.OpenFailed, new Error(text));
    }
    const socket = (this.raw.socket = made as unknown as IStompSocket);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.opened();
    socket.onmessage = this.owner.onmessage;
    socket.onerror = error => this.owner.socketFailed(error);
    socket.onclose = event => {
      this.detach();
      this.payload = event;
      this.raw.call(Operation.Closed);
    };
    // A factory may hand over a socket that is open already.
    if (socket.readyState === 1) this.opened();
  }

  private opened(): void {
    this.raw.call(Operation.Opened, [+isSockJS(this.raw.socket)]);
  }

  private detach(): void {
    const { socket } = this.raw;
    this.raw.socket = undefined;
    if (socket) socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Closes a socket plainly; also one that came when nobody wanted it any more. */
function closeUnwanted(socket: any): void {
  try {
    socket.close();
  } catch {
    // It is of no use in any case.
  }
}
