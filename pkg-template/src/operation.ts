/** What Rust may be asked for: `src/js/operation.rs` and `src/js/settings.rs` have the other side. */
import type { RawClient } from "stomp-glue";

export const enum Operation {
  Configure,
  Activate,
  Deactivate,
  ForceDisconnect,
  Publish,
  SendHead,
  Subscribe,
  Unsubscribe,
  Ack,
  AckMessage,
  Begin,
  End,
  WatchReceipt,
}

/** Where the texts end when they are one, behind the numbers that go before. */
export function withEnds(numbers: number[], texts: readonly string[]): Float64Array {
  let end = 0;
  for (const text of texts) numbers.push((end += text.length));
  // The glue copies numbers out of whatever has a length.
  return numbers as unknown as Float64Array;
}

/**
 * Asks Rust to do something.
 *
 * @param numbers The numbers of the operation.
 * @param texts Its texts.
 */
export function call(
  raw: RawClient,
  operation: Operation,
  numbers: number[] = [],
  texts: readonly string[] = [],
): string | undefined {
  return raw.call(operation, texts.join(""), withEnds(numbers, texts));
}
