/** What crosses between JavaScript and Rust, and how; `src/js/boundary.rs` has the other side. */
import { Operation } from "./operation.js";
import type { IStompSocket } from "./types.js";
import { guard, report } from "./guard.js";
import { decodePiece, encode, encodeInto } from "./utf8.js";
import { isAscii } from "./utf8-length.js";

/** What Rust tells or asks; the names are those of `src/js/boundary.rs`. */
export const enum Tell {
  Answer,
  Throw,
  Configure,
  Prepare,
  Open,
  SendText,
  SendBinary,
  Close,
  Discard,
  Arm,
  Disarm,
  State,
  HeartbeatReceived,
  HeartbeatLost,
  SocketClosed,
  Violation,
  AttemptFailed,
  Debug,
  Deactivated,
}

/** The kinds of frames that Rust hands over. */
export const enum FrameKind {
  Connected,
  Message,
  Receipt,
  Error,
  Unhandled,
  Disconnected,
  Raw,
  RawHeartBeat,
}

/** A frame from Rust. */
export interface Handed {
  command: string;
  /** Names and values of the headers, in turns, each with one character behind it. */
  names: string;
  /** Where in `names` each of them ends. */
  ends: Uint32Array;
  body: Uint8Array;
}

/** Who is told. What is thrown here goes to the console: it must not go through Rust, which cannot clean up behind it. */
export interface Face {
  /** Answers the question, if it is one. */
  tell(what: Tell, number: number, text: string, bytes: Uint8Array<ArrayBuffer>): unknown;
  /** A frame arrived. */
  frame(kind: FrameKind, key: number, frame: Handed): void;
  /** The socket reported an error, or threw one. */
  socketFailed(error: unknown): void;
}

/** What the module exports. */
export interface Exports {
  memory: WebAssembly.Memory;
  create(): number;
  release(id: number): void;
  room(bytes: number): number;
  call(id: number, operation: number, numbers: number, ends: number, bytes: number): number;
  plain(id: number, length: number): number;
  recall(id: number, place: number, template: number): number;
}

let wasm: Exports;
const faces = new Map<number, Face>();
let answer: string | undefined;
let thrown: Error | undefined;

/** A piece of the module's memory, until it grows. */
const piece = (address: number, length: number) => new Uint8Array(wasm.memory.buffer, address, length);

/** From how long a text on the engine writes it faster than a loop, in code units. */
const LONG = 256;

/** The same as text. */
const textAt = (address: number, length: number) => decodePiece(piece(address, length), 0, length);

/** What the module imports. */
export const imports = {
  stomp: {
    now: () => performance.now(),
    tell: (id: number, what: Tell, number: number, address: number, length: number): number => {
      const text = what === Tell.SendBinary ? "" : textAt(address, length);
      try {
        if (what === Tell.Answer) answer = text;
        else if (what === Tell.Throw) thrown = new (number ? TypeError : Error)(text);
        else return +!!faces.get(id)!.tell(what, number, text, piece(address, length));
      } catch (error) {
        report(error);
      }
      return 0;
    },
    frame: (
      id: number,
      kind: FrameKind,
      key: number,
      command: number,
      commandLength: number,
      headers: number,
      headersLength: number,
      ends: number,
      count: number,
      body: number,
      bodyLength: number,
    ): void => {
      const names = textAt(headers, headersLength);
      let [bytes, units] = [0, 0];
      const handed = {
        command: textAt(command, commandLength),
        names,
        // Rust counts bytes.
        ends: new Uint32Array(wasm.memory.buffer, ends, count).map(end => {
          if (names.length === headersLength) return end;
          while (bytes < end) {
            const unit = names.charCodeAt(units++);
            // Half a pair stands for two of its four bytes.
            bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
          }
          return units;
        }),
        body: piece(body, bodyLength).slice(),
      };
      guard(() => faces.get(id)!.frame(kind, key, handed));
    },
  },
};

/** Takes the exports of the module that these imports were given to. */
export function bind(instance: WebAssembly.Instance): void {
  wasm = instance.exports as unknown as Exports;
}

/** The memory of the module. */
export function memory(): WebAssembly.Memory {
  return wasm.memory;
}

/**
 * Asks Rust to do something.
 *
 * @param numbers The numbers of the operation.
 * @param texts Its texts.
 * @param rest What it takes besides.
 * @returns A text, or the number that Rust returns if there is none.
 */
function cross(
  id: number,
  operation: Operation,
  numbers: readonly number[] = [],
  texts: readonly string[] = [],
  rest: string | Uint8Array = "",
): unknown {
  const pieces = [...texts, rest];
  const all = typeof rest === "string" ? pieces.join("") : texts.join("");
  const ascii = isAscii(all);
  let length = 0;
  const bytes = pieces.map(piece => (ascii || typeof piece !== "string" ? piece : encode(piece)));
  const given = [...numbers, ...bytes.map(piece => (length += piece.length))];
  const count = given.length - 1;
  const address = wasm.room(8 * count + length);
  new Float64Array(wasm.memory.buffer, address, count).set(given.slice(0, -1));
  const room = piece(address + 8 * count, length);
  let at = 0;
  if (ascii && all.length > LONG) at = encodeInto(all, room);
  else if (ascii) for (; at < all.length; at++) room[at] = all.charCodeAt(at);
  for (const piece of bytes) {
    if (typeof piece === "string") continue;
    room.set(piece, at);
    at += piece.length;
  }
  const number = wasm.call(id, operation, numbers.length, texts.length, length);
  const [result, error] = [answer ?? number, thrown];
  answer = thrown = undefined;
  if (error) throw error;
  return result;
}

/** {@link cross} for what is of no client. */
export function ask(operation: Operation, numbers: readonly number[], texts: readonly string[], rest?: Uint8Array): string {
  return cross(0, operation, numbers, texts, rest) as string;
}

/** A client of Rust's. */
export class RawClient {
  /** The socket of the current connection. */
  socket: IStompSocket | undefined;
  readonly blockAddress: number;
  readonly answerAddress: number;
  private id = wasm.create();

  constructor(private readonly face: Face) {
    faces.set(this.id, face);
    this.blockAddress = this.call(Operation.Block) as number;
    this.answerAddress = this.call(Operation.Answer) as number;
  }

  /** Gives its memory back. Every call after this does nothing. */
  free(): void {
    faces.delete(this.id);
    wasm.release(this.id);
    this.id = 0;
  }

  /** See {@link cross}. */
  call(operation: Operation, numbers?: readonly number[], texts?: readonly string[], rest?: string | Uint8Array): unknown {
    return this.id ? cross(this.id, operation, numbers, texts, rest) : undefined;
  }

  /** Whether frames may be sent. */
  get connected(): boolean {
    return !!this.call(Operation.IsConnected);
  }

  /** Reads the first `length` bytes of the block; see `src/js/boundary.rs`. */
  plain(length: number): boolean {
    return !!wasm.plain(this.id, length);
  }

  /** Looks at what stands in the holes of a template, at the front of the block; see `src/js/boundary.rs`. */
  recall(place: number, template: number): number {
    return wasm.recall(this.id, place, template) >>> 0;
  }

  receiveText(text: string): void {
    this.call(Operation.ReceiveText, [], [], text);
  }

  receiveBinary(bytes: Uint8Array): void {
    this.call(Operation.ReceiveBinary, [], [], bytes);
  }

  /** The socket threw when a frame was sent that was put together here. */
  sendFailed(error: unknown): void {
    this.face.socketFailed(error);
    this.call(Operation.ForceDisconnect);
  }
}

/** Gives the memory of parsers back. Engines without it keep it. */
const forgotten =
  typeof FinalizationRegistry === "undefined" ? undefined : new FinalizationRegistry<number>(id => wasm.release(id));

/** A decoder of Rust's. */
export class RawParser {
  private readonly id = wasm.create();

  constructor() {
    forgotten?.register(this, this.id);
  }

  /** Hands the frames in a piece to `frame`. */
  parse(piece: string | Uint8Array, isLast: boolean, frame: Face["frame"]): void {
    if (faces.has(this.id)) throw new Error("the parser is in the middle of another piece");
    const nobody = () => {};
    // Rust says nothing but when it is called; to whom, would keep a forgotten parser from being collected.
    faces.set(this.id, { frame, tell: nobody, socketFailed: nobody });
    try {
      cross(this.id, Operation.Parse, [+isLast], [], piece);
    } finally {
      faces.delete(this.id);
    }
  }
}
