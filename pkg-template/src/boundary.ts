/** What JavaScript asks of Rust, and how; `src/js/boundary.rs` has the other side, `told.ts` what Rust says. */
import * as wasm from "stomp-wasm-bindgen";
import { bind, imports } from "stomp-wasm-imports";
import { Operation } from "./operation.js";
import { type Face, faces, takeOutcome } from "./told.js";
import type { IStompSocket } from "./types.js";
import { encode } from "./utf8.js";
import { utf8Length } from "./utf8-length.js";

export { imports };

let all: WebAssembly.Memory;

/** Takes the module that these imports were given to. */
export function start(instance: WebAssembly.Instance): void {
  all = bind(instance.exports);
}

/** The memory of the module. */
export function memory(): WebAssembly.Memory {
  return all;
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
  let end = -1;
  const ends = texts.map(text => (end += utf8Length(text) + 1));
  const given = [...numbers, ...ends] as unknown as Float64Array;
  const number = wasm.call(id, operation, given, ends.length, bytes(texts.join("\n")), bytes(rest));
  const { answer, thrown } = takeOutcome();
  if (thrown) throw thrown;
  return answer ?? number;
}

const NOTHING = new Uint8Array();
const bytes = (given: string | Uint8Array): Uint8Array => (typeof given !== "string" ? given : given ? encode(given) : NOTHING);

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
    return wasm.recall(this.id, place, template);
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
