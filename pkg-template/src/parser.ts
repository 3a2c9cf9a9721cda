import { RawParser } from "./boundary.js";
import { FrameKind } from "./told.js";
import { guard } from "./guard.js";
import { pairs } from "./headers.js";
import type { IRawFrameType } from "./types.js";
import { ensure } from "./wasm.js";

/**
 * Finds frames in what comes over the wire, in pieces of any size. Applications seldom need it: {@link Client} reads
 * frames by itself.
 *
 * ```js
 * const parser = new Parser(frame => console.log(frame.command), () => console.log("heart-beat"));
 * parser.parseChunk("MESSAGE\ndestination:/a\n\nhello\0");
 * ```
 */
export class Parser {
  /** @internal */
  private _raw: RawParser | undefined;

  /**
   * @param onFrame Called for each frame.
   * @param onIncomingPing Called for each heart-beat: a run of line ends between frames.
   */
  constructor(
    public onFrame: (rawFrame: IRawFrameType) => void,
    public onIncomingPing: () => void,
  ) {}

  /**
   * Reads on.
   *
   * @param segment The next piece of what was received.
   * @param appendMissingNULLonIncoming Whether to end a frame that has begun at the end of this piece. Default: `false`.
   * @throws Error when the piece is no STOMP, or goes over a limit (32 MiB for a body). The parser is of no use then. What
   * the callbacks throw goes to the console.
   */
  parseChunk(segment: string | ArrayBuffer, appendMissingNULLonIncoming: boolean = false): void {
    ensure();
    this._raw ??= new RawParser();
    this._raw.parse(
      typeof segment === "string" ? segment : new Uint8Array(segment),
      appendMissingNULLonIncoming,
      (kind, _, { command, names, ends, body: binaryBody }) =>
        guard(() => {
          if (kind === FrameKind.RawHeartBeat) this.onIncomingPing();
          else this.onFrame({ command, headers: pairs(names, ends), binaryBody });
        }),
    );
  }
}
