import type { RawClient } from "stomp-glue";
import { flatten } from "./headers.js";
import type { IPublishParams } from "./types.js";

/** Hands a message to Rust. */
export function publish(raw: RawClient, params: IPublishParams): void {
  const { destination, headers, body, binaryBody, skipContentLengthHeader } = params;
  raw.publish(
    flatten({ destination, ...headers }),
    binaryBody || !body ? undefined : `${body}`,
    binaryBody || undefined,
    !!skipContentLengthHeader,
  );
}
