import type { RawClient } from "./boundary.js";
import type { PlainWay } from "./plain-way.js";

/** What is installed as the `onmessage` of every socket: everyday messages go the short way, everything else to Rust. */
export function receiver(raw: RawClient, plain: PlainWay): (event: { data: unknown }) => void {
  return ({ data }) => {
    if (typeof data === "string") {
      const rest = plain.text(data);
      if (rest < data.length || rest === 0) raw.receiveText(rest === 0 ? data : data.substring(rest));
    } else {
      const bytes = ArrayBuffer.isView(data)
        ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
        : new Uint8Array(data as ArrayBuffer);
      const rest = plain.bytes(bytes);
      if (rest < bytes.length || rest === 0) raw.receiveBinary(rest === 0 ? bytes : bytes.subarray(rest));
    }
  };
}
