/** The piece of wasm memory that everyday messages cross by; `src/js/plain.rs` has the other side. */
import type { RawClient } from "./boundary.js";
import { memory } from "./wasm.js";

/** The longest header block that goes the short way, in bytes. */
export const MAX_BLOCK = 2048;

/** Where in the answer what stands; the names are those of `src/js/plain.rs`. */
export const enum Slot {
  Length,
  Key,
  BodyPlusOne,
  Template,
  Place,
  Count,
  Holes,
  Ready,
  TextOnly,
  Escaped,
  Marks,
}

/** The most headers that a block has which goes the short way. */
const MAX_HEADERS = 32;

/** Views of both pieces. wasm memory that grows leaves old views empty, so they are made anew when that happens. */
export class Area {
  /** Where a header block is written. */
  block!: Uint8Array;
  /** Where the answer stands. */
  answer!: Uint32Array;
  private readonly blockAddress: number;
  private readonly answerAddress: number;

  constructor(readonly raw: RawClient) {
    this.blockAddress = raw.blockAddress;
    this.answerAddress = raw.answerAddress;
    this.renew();
  }

  /** Makes the views good if the memory has grown. */
  check(): void {
    if (this.answer.length === 0) this.renew();
  }

  private renew(): void {
    const { buffer } = memory();
    this.block = new Uint8Array(buffer, this.blockAddress, MAX_BLOCK);
    this.answer = new Uint32Array(buffer, this.answerAddress, Slot.Marks + 7 * MAX_HEADERS);
  }
}
