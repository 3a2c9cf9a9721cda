/**
 * The short way of messages to publish: Rust makes the head for a destination once, and the frames that differ only in
 * their length and their body are put together here and handed to the socket.
 */
import type { RawClient } from "./boundary.js";
import { flatten } from "./headers.js";
import { Slot } from "./memory.js";
import { call, Operation } from "./operation.js";
import type { Area } from "./memory.js";
import type { StompHeaders } from "./stomp-headers.js";
import type { IPublishParams, IStompSocket } from "./types.js";
import { encode } from "./utf8.js";
import { utf8Length } from "./utf8-length.js";

/** How many destinations have their head remembered; an application that has more is likely making them up. */
const MOST = 256;
/** Frames up to this length share a piece of memory, in bytes. */
const SMALL = 16 * 1024;
/** The length of such a piece, in bytes. */
const PIECE = 64 * 1024;

/** What a frame to a destination is made of. */
interface Head {
  /** The connection that it holds for. */
  connection: number;
  names: string[];
  values: unknown[];
  beforeLength: string;
  afterLength: string;
  end: string;
  /** The same for binary frames. */
  bytes: [before: Uint8Array, after: Uint8Array, end: Uint8Array] | undefined;
}

/** Publishes what is everyday's by itself. */
export class PlainPublisher {
  private readonly heads = new Map<string, Head>();
  private socket: IStompSocket | undefined;
  private connection = 0;
  private piece = new Uint8Array(0);
  private used = 0;
  /** For large frames to a browser's own socket, which copies at once. */
  private large = new Uint8Array(0);

  constructor(
    private readonly raw: RawClient,
    private readonly area: Area,
  ) {}

  /** Whether the message went out. If not, it is Rust's to send, or to say why not. */
  publish(params: IPublishParams): boolean {
    const { destination, headers, body, binaryBody } = params;
    this.area.check();
    const ready = this.area.answer[Slot.Ready]!;
    if (ready === 0 || params.skipContentLengthHeader || !(binaryBody ? binaryBody.length : typeof body === "string" && body)) {
      return false;
    }
    let head = this.heads.get(destination);
    if (head === undefined || head.connection !== ready || !isSame(headers, head)) {
      // Also where the headers differ each time: a head crosses faster than a whole frame. As bytes only a large one does,
      // since this side would have to encode the head.
      if (head?.connection === ready && binaryBody && binaryBody.length <= SMALL) return false;
      head = this.learn(destination, headers, ready);
      if (head === undefined) return false;
    }
    if (this.connection !== ready) {
      this.connection = ready;
      this.socket = this.raw.socket as IStompSocket;
    }
    try {
      this.socket!.send(
        binaryBody
          ? this.bytes(head, binaryBody)
          : head.beforeLength + utf8Length(body!) + head.afterLength + body! + head.end,
      );
    } catch (error) {
      this.raw.sendFailed(error);
    }
    return true;
  }

  private learn(
    destination: string,
    headers: StompHeaders | undefined,
    connection: number,
  ): Head | undefined {
    const names = headers ? Object.keys(headers) : [];
    const values = names.map(name => headers![name]);
    // What is no text may become another one the next time.
    if (typeof destination !== "string" || !values.every(value => typeof value === "string")) return undefined;
    const frame = call(this.raw, Operation.SendHead, [], flatten({ destination, ...headers }));
    // Each such frame is Rust's to make.
    if (frame === undefined) return undefined;
    const length = frame.indexOf("\0");
    const beforeLength = frame.substring(0, length);
    const afterLength = frame.slice(length + 1, -1);
    const end = frame.slice(-1);
    const head: Head = { connection, names, values, beforeLength, afterLength, end, bytes: undefined };
    if (this.heads.size >= MOST) this.heads.clear();
    this.heads.set(destination, head);
    return head;
  }

  private bytes(head: Head, body: Uint8Array): Uint8Array<ArrayBuffer> {
    const [before, after, end] = (head.bytes ??= [
      encode(head.beforeLength),
      encode(head.afterLength),
      encode(head.end),
    ]);
    let digits = 1;
    for (let rest = body.length; rest > 9; rest = Math.trunc(rest / 10)) digits++;
    const out = this.room(before.length + digits + after.length + body.length + end.length);
    out.set(before);
    let at = before.length + digits;
    for (let rest = body.length, i = at; i > before.length; rest = Math.trunc(rest / 10)) out[--i] = 48 + (rest % 10);
    out.set(after, at);
    out.set(body, (at += after.length));
    out.set(end, at + body.length);
    return out;
  }

  /** Memory for a frame. Only a browser's own socket is known not to look at it any more after `send`. */
  private room(length: number): Uint8Array<ArrayBuffer> {
    if (length <= SMALL) {
      if (this.used + length > this.piece.length) {
        this.piece = new Uint8Array(PIECE);
        this.used = 0;
      }
      return this.piece.subarray(this.used, (this.used += length));
    }
    if (typeof WebSocket !== "function" || !(this.socket instanceof WebSocket)) return new Uint8Array(length);
    if (this.large.length < length) this.large = new Uint8Array(length);
    return this.large.subarray(0, length);
  }
}

/** Whether the head was made for headers like these. */
function isSame(headers: StompHeaders | undefined, head: Head): boolean {
  const { names, values } = head;
  let place = 0;
  for (const name in headers) {
    if (names[place] !== name || values[place] !== headers[name]) return false;
    place++;
  }
  return place === names.length;
}
