/** Text of bytes, by WebAssembly's own string functions where the engine has them. */
import { module } from "stomp-wasm-ascii-text";
import { decodePiece } from "./utf8.js";

/** What `ascii-text.wat` is, and a view of its memory. */
interface AsciiText {
  /** The text of so many bytes from a place on, or `null` if not all are ASCII. */
  readonly text: (at: number, length: number) => string | null;
  readonly memory: Uint8Array;
}

/** The shortest text that is faster so, in bytes; */
const LEAST = 64;
/** and the longest, which `ascii-text.wat` has room for. */
const MOST = 8192;
/** So many bytes are copied rather than cut to size: to make a view takes as long. */
const WHOLE = 2 * MOST;

/** `null` where the engine has no such functions: Chromium has them since 130, Firefox since 134. Asked once. */
let engine: AsciiText | null | undefined;

/** The text of a piece of bytes. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length >= LEAST && length <= MOST) {
    if (engine === undefined) engine = load();
    if (engine !== null) {
      const whole = bytes.length <= WHOLE;
      engine.memory.set(whole ? bytes : bytes.subarray(start, end));
      const text = engine.text(whole ? start : 0, length);
      if (text !== null) return text;
    }
  }
  return decodePiece(bytes, start, end);
}

function load(): AsciiText | null {
  try {
    const bytes = Uint8Array.from(atob(module), character => character.charCodeAt(0));
    const options = { builtins: ["js-string"] };
    // An engine that knows no options takes none, and then there is nobody to import from.
    const compiled = new (WebAssembly.Module as new (bytes: Uint8Array<ArrayBuffer>, options: unknown) => WebAssembly.Module)(bytes, options);
    const { text, memory } = new WebAssembly.Instance(compiled).exports;
    return { text: text as AsciiText["text"], memory: new Uint8Array((memory as WebAssembly.Memory).buffer) };
  } catch {
    return null;
  }
}
