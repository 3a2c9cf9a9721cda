/** What the messages of a subscription have in common, as Rust has told it: `src/frame/template.rs`. */
import { detach } from "./detach.js";
import { Slot } from "./memory.js";
import { type Marks, recall } from "./recall.js";
import type { StompHeaders } from "./stomp-headers.js";
import { unescapeValue } from "./unescape-value.js";
import { decodePiece } from "./utf8.js";

/** For blocks that are compared again, and not for Rust. */
const scratch = new Uint8Array(2048);
/** So much is looked at to tell one subscription's id from others, in code units. */
const LONGEST_LINE = 40;

/** A header block with holes. It never changes: when Rust widens a template, the face makes another one. */
export class Template {
  /** Rust's number of it. */
  readonly number: number;
  /** Where Rust has the subscription. */
  readonly place: number;
  /** The subscription's key. */
  readonly key: number;
  /** The value of the `subscription` header, */
  readonly id: string;
  /** a number for it, */
  readonly hash: number;
  /** and where it begins in the block, if no hole is before it. */
  readonly idStart: number = 0;
  /** What stands around the holes. */
  private readonly narrow: string[] = [];
  /** The same in texts of two bytes for each character: engines compare like with like. Made at the first need. */
  private wide: string[] | undefined;
  /** Never handed out: whoever gets headers may change them. */
  private readonly common: StompHeaders = {};
  /** The headers with holes, and what stands before the holes, as it is meant and as it came. */
  private readonly holes: string[] = [];
  private readonly fixed: string[] = [];
  private readonly fixedRaw: string[] = [];
  /** Whether what stands in the holes can have escapes. */
  private readonly escaped: boolean[] = [];

  /**
   * @param answer What Rust answered for the block.
   * @param text What holds the block.
   * @param start Where it begins there.
   */
  constructor(answer: Uint32Array, text: string, start: number) {
    this.number = answer[Slot.Template]!;
    this.place = answer[Slot.Place]!;
    this.key = answer[Slot.Key]!;
    // Each piece is a text of its own, which keeps no message alive.
    const piece = (from: number, to: number) => this.narrow.push(` ${text.substring(from, to)}`.substring(1));
    let slot = Slot.Marks + 2 * answer[Slot.Holes]!;
    let hole = slot + 2 * answer[Slot.Count]!;
    const end = hole + 3 * answer[Slot.Holes]!;
    let from = start;
    // Behind the command, whose line Rust has read.
    let at = text.indexOf("\n", start) + 1;
    for (let place = 0; place < answer[Slot.Count]!; place++) {
      const nameEnd = start + answer[slot++]!;
      const valueEnd = start + answer[slot++]!;
      const name = detach(text, at, nameEnd);
      if (name === "subscription") this.idStart = nameEnd + 1 - start;
      const meant = (value: string) => ((answer[Slot.Escaped]! >>> place) & 1 ? unescapeValue(value) : value);
      this.common[name] = meant(detach(text, nameEnd + 1, valueEnd));
      if (hole < end && answer[hole] === place) {
        const holeStart = nameEnd + 1 + answer[hole + 1]!;
        piece(from, holeStart);
        this.holes.push(name);
        const fixed = detach(text, nameEnd + 1, holeStart);
        this.fixed.push(meant(fixed));
        this.fixedRaw.push(fixed);
        this.escaped.push(answer[hole + 2] !== 0);
        from = valueEnd;
        hole += 3;
      }
      at = valueEnd + 1;
    }
    piece(from, start + answer[Slot.Length]!);
    this.id = this.common["subscription"]!;
    this.hash = lineHash(`${this.id}\n`, 0);
  }

  /** Compares a block: see {@link recall}. `wide` says whether the text probably has characters of two bytes. */
  fits(text: string, start: number, wide: boolean, out: Uint8Array, marks: Marks): number {
    const pieces = wide ? (this.wide ??= this.narrow.map(piece => `\u4e00${piece}`.substring(1))) : this.narrow;
    return recall(text, start, pieces, out, marks);
  }

  /** Takes over where the holes are that the answer tells of; `start` is where its block begins. */
  mark(answer: Uint32Array, start: number, marks: Marks): void {
    const end = 2 * this.holes.length;
    for (let i = 0; i < end; i++) marks[i] = start + answer[Slot.Marks + i]!;
  }

  /** The headers of a block whose holes are known, of a text or of bytes. */
  headers(block: string | Uint8Array, marks: Marks): StompHeaders {
    const headers = { ...this.common };
    for (let i = 0; i < this.holes.length; i++) {
      const value = filled(block, marks, i);
      headers[this.holes[i]!] = this.fixed[i]! + (this.escaped[i] ? unescapeValue(value) : value);
    }
    return headers;
  }

  /** The value of a header with a hole as it came, escapes and all. */
  raw(name: string, block: string | Uint8Array, marks: Marks): string | undefined {
    const i = this.holes.indexOf(name);
    return i < 0 ? undefined : this.fixedRaw[i]! + filled(block, marks, i);
  }

  /** Where the holes are in a block that fits. */
  marks(text: string, start: number): Marks {
    const marks: Marks = [];
    this.fits(text, start, false, scratch, marks);
    return marks;
  }
}

/** A number for the rest of a line, or for the beginning of what is longer. */
export function lineHash(text: string, at: number): number {
  let hash = 0;
  for (const end = at + LONGEST_LINE; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10) break;
    hash = (31 * hash + unit) | 0;
  }
  return hash;
}

/** What stands in a hole. */
function filled(block: string | Uint8Array, marks: Marks, i: number): string {
  const from = marks[2 * i]!;
  const to = marks[2 * i + 1]!;
  return typeof block === "string" ? detach(block, from, to) : decodePiece(block, from, to);
}
