import type { StompHeaders } from "./stomp-headers.js";

/** A frame from the broker. */
export interface IFrame {
  /** The command, for example `CONNECTED`. */
  command: string;
  /** The headers. They become an object when this is first read. */
  headers: StompHeaders;
  /** Whether the body is kept as bytes, which is so for every frame received. */
  isBinaryBody: boolean;
  /** The body as text. It is decoded from UTF-8 when this is first read. */
  readonly body: string;
  /** The body as bytes. */
  readonly binaryBody: Uint8Array;
}

/** Another name of {@link IFrame}. */
export type Frame = IFrame;
