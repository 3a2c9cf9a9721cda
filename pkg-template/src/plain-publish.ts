/**
 * The short way of messages to publish: Rust makes a frame for a list of header names once, and the frames that differ
 * only in what stands in it are put together here and handed to the socket.
 */
import type { RawClient } from "./boundary.js";
import { flatten } from "./headers.js";
import { Slot } from "./memory.js";
import { call, Operation } from "./operation.js";
import { PlainBytes } from "./plain-bytes.js";
import { isPlainObject, isPlainValue, PlainFrame } from "./plain-frame.js";
import type { Area } from "./memory.js";
import type { StompHeaders } from "./stomp-headers.js";
import type { IPublishParams, IStompSocket } from "./types.js";
import { utf8Length } from "./utf8-length.js";

/** How many lists of header names are remembered; an application that has more is likely making them up. */
const MOST = 16;

/** Publishes what is everyday's by itself. */
export class PlainPublisher {
  /** The last that was used comes first. */
  private frames: PlainFrame[] = [];
  private socket: IStompSocket | undefined;
  private connection = 0;
  private bytes: PlainBytes | undefined;

  constructor(
    private readonly raw: RawClient,
    private readonly area: Area,
  ) {}

  /** Whether the message went out. If not, it is Rust's to send, or to say why not. */
  publish(params: IPublishParams): boolean {
    const { destination, headers, body, binaryBody } = params;
    this.area.check();
    const { answer } = this.area;
    const ready = answer[Slot.Ready]!;
    if (
      ready === 0 ||
      params.skipContentLengthHeader ||
      !(binaryBody ? binaryBody.length && !answer[Slot.TextOnly] : typeof body === "string" && body)
    ) {
      return false;
    }
    if (this.connection !== ready) {
      this.connection = ready;
      this.socket = this.raw.socket as IStompSocket;
      this.frames = [];
      this.bytes = undefined;
    }
    let frame = this.frames[0];
    if (!frame?.take(destination, headers)) {
      frame = this.frame(destination, headers);
      if (!frame?.take(destination, headers)) return false;
    }
    try {
      this.socket!.send(
        binaryBody
          ? (this.bytes ??= new PlainBytes(this.socket!)).make(frame, binaryBody)
          : frame.head() + utf8Length(body!) + frame.afterLength + body! + frame.end,
      );
    } catch (error) {
      this.raw.sendFailed(error);
    }
    return true;
  }

  /** The frame for headers with these names. */
  private frame(destination: string, headers: StompHeaders | undefined): PlainFrame | undefined {
    const { frames } = this;
    for (let i = 0; i < frames.length; i++) {
      const frame = frames[i]!;
      if (!frame.has(headers)) continue;
      if (i > 0) {
        frames.splice(i, 1);
        frames.unshift(frame);
      }
      return frame;
    }
    // What is inherited is not sent.
    if (!isPlainObject(headers) || ![destination, ...Object.values(headers ?? {})].every(isPlainValue)) return undefined;
    const marked = call(this.raw, Operation.SendFrame, [], flatten({ destination, ...headers }));
    const frame = new PlainFrame(Object.keys(headers ?? {}), marked);
    frames.unshift(frame);
    if (frames.length > MOST) frames.pop();
    return frame;
  }
}
