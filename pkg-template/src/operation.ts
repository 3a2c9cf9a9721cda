/** What Rust may be asked for: `src/js/operation.rs` and `src/js/settings.rs` have the other side. */
import type { RawClient } from "./boundary.js";

export const enum Operation {
  Configure,
  Activate,
  Deactivate,
  ForceDisconnect,
  Publish,
  SendFrame,
  Subscribe,
  Unsubscribe,
  Ack,
  AckMessage,
  Begin,
  End,
  WatchReceipt,
  Prepared,
  PrepareFailed,
  Opened,
  OpenFailed,
  Closed,
  Tick,
  ReceiveText,
  ReceiveBinary,
  IsConnected,
  Version,
  Block,
  Answer,
  Parse,
  EncodeHead,
  Unescape,
  AckFrame,
}

/**
 * Asks Rust to do something.
 *
 * @param numbers The numbers of the operation.
 * @param texts Its texts.
 * @returns What it answers, if it answers a text.
 */
export function call(
  raw: RawClient,
  operation: Operation,
  numbers?: readonly number[],
  texts?: readonly string[],
  rest?: string | Uint8Array,
): string | undefined {
  const answer = raw.call(operation, numbers, texts, rest);
  return typeof answer === "string" ? answer : undefined;
}
