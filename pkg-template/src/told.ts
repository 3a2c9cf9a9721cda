/** What Rust says to JavaScript, and what it asks; `src/js/boundary.rs` has the other side. wasm-bindgen calls these. */
import { guard, report } from "./guard.js";
import { decodePiece } from "./utf8.js";

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

/** Everybody, by the number that Rust has for them. */
export const faces = new Map<number, Face>();

/** What the call that is going on is to answer and to throw. */
interface Outcome {
  answer?: string;
  thrown?: Error;
}

let outcome: Outcome = {};

/** What the call that has ended is to answer and to throw. */
export function takeOutcome(): Outcome {
  const taken = outcome;
  outcome = {};
  return taken;
}

const textOf = (bytes: Uint8Array): string => decodePiece(bytes, 0, bytes.length);

export const now = (): number => performance.now();

export function tell(id: number, what: Tell, number: number, bytes: Uint8Array<ArrayBuffer>): number {
  const text = what === Tell.SendBinary ? "" : textOf(bytes);
  try {
    if (what === Tell.Answer) outcome.answer = text;
    else if (what === Tell.Throw) outcome.thrown = new (number ? TypeError : Error)(text);
    else return +!!faces.get(id)!.tell(what, number, text, bytes);
  } catch (error) {
    report(error);
  }
  return 0;
}

/** All pieces are of the module's memory, as are the ends. */
export function frame(
  id: number,
  kind: FrameKind,
  key: number,
  command: Uint8Array,
  headers: Uint8Array,
  ends: number,
  count: number,
  body: Uint8Array,
): void {
  const names = textOf(headers);
  let [bytes, units] = [0, 0];
  const handed = {
    command: textOf(command),
    names,
    // Rust counts bytes.
    ends: new Uint32Array(headers.buffer, ends, count).map(end => {
      if (names.length === headers.length) return end;
      while (bytes < end) {
        const unit = names.charCodeAt(units++);
        // Half a pair stands for two of its four bytes.
        bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
      }
      return units;
    }),
    body: body.slice(),
  };
  guard(() => faces.get(id)!.frame(kind, key, handed));
}
