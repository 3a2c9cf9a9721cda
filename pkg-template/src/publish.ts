import type { RawClient } from "stomp-glue";
import { flatten } from "./headers.js";
import { call, Operation, withEnds } from "./operation.js";
import type { IPublishParams } from "./types.js";

/** Hands a message to Rust. */
export function publish(raw: RawClient, params: IPublishParams): void {
  const { destination, headers, body, binaryBody, skipContentLengthHeader } = params;
  const texts = flatten({ destination, ...headers });
  if (binaryBody) raw.publishBinary(texts.join(""), withEnds([], texts), binaryBody);
  else call(raw, Operation.Publish, [+!!skipContentLengthHeader], [body ? `${body}` : "", ...texts]);
}
