import type { RawParser } from "stomp-glue";
import { guard } from "./guard.js";
import type { IRawFrameType, RawHeaderType } from "./types.js";
import { encode } from "./utf8.js";
import { glue } from "./wasm.js";

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
    this._raw ??= new (glue().RawParser)();
    this._raw.parseChunk(
      typeof segment === "string" ? encode(segment) : new Uint8Array(segment),
      appendMissingNULLonIncoming,
      (command: string, flat: string[], binaryBody: Uint8Array) => {
        const headers: RawHeaderType[] = [];
        for (let i = 0; i + 1 < flat.length; i += 2) headers.push([flat[i]!, flat[i + 1]!]);
        guard(() => this.onFrame({ command, headers, binaryBody }));
      },
      () => guard(() => this.onIncomingPing()),
    );
  }
}
