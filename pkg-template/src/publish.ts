import type { RawClient } from "./boundary.js";
import { flatten } from "./headers.js";
import { call, Operation } from "./operation.js";
import type { IPublishParams } from "./types.js";

/** Hands a message to Rust. */
export function publish(raw: RawClient, params: IPublishParams): void {
  const { destination, headers, body, binaryBody, skipContentLengthHeader } = params;
  call(
    raw,
    Operation.Publish,
    [+!!skipContentLengthHeader, +!!binaryBody],
    flatten({ destination, ...headers }),
    binaryBody || (body ? `${body}` : ""),
  );
}
