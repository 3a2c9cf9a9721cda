import type { RawClient } from "stomp-glue";

/** What is installed as the `onmessage` of every socket. */
export function receiver(raw: RawClient): (event: { data: unknown }) => void {
  return ({ data }) => {
    if (typeof data === "string") {
      raw.receiveText(data);
    } else if (ArrayBuffer.isView(data)) {
      raw.receiveBinary(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    } else {
      raw.receiveBinary(new Uint8Array(data as ArrayBuffer));
    }
  };
}
