/** Bytes as text, for transports that carry nothing else: see {@link Client.binaryEncoding}. */
import type { IMessage } from "./i-message.js";
import type { IPublishParams } from "./types.js";

/** The name that mail has for it (RFC 2045). */
const HEADER = "content-transfer-encoding";
const BASE64 = "base64";

/** The same message with its bytes as text. */
export function encodeBinary({ binaryBody, headers, ...rest }: IPublishParams): IPublishParams {
  let bytes = "";
  for (const byte of binaryBody!) bytes += String.fromCharCode(byte);
  return { ...rest, headers: { ...headers, [HEADER]: BASE64 }, body: btoa(bytes) };
}

/** Lets `binaryBody` of a message that was encoded give the bytes that were meant, when it is read. */
export function decodeBinary(message: IMessage): void {
  if (message.headers[HEADER] !== BASE64) return;
  let bytes: Uint8Array | undefined;
  Object.defineProperty(message, "binaryBody", {
    get: () => (bytes ??= Uint8Array.from(atob(message.body), char => char.charCodeAt(0))),
  });
}
