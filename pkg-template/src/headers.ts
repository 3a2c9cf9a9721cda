/** Between header objects and the flat lists in which headers cross into wasm and back. */
import { StompHeaders } from "./stomp-headers.js";

/** `{a: "1", b: "2"}` as `["a", "1", "b", "2"]`. Whatever is no text is made one, as with numbers in JavaScript. */
export function flatten(headers: StompHeaders | undefined): string[] {
  const flat: string[] = [];
  if (headers) {
    for (const name of Object.keys(headers)) flat.push(name, `${headers[name]}`);
  }
  return flat;
}

/**
 * The headers of a frame from Rust: all names and values in one text, and where each of them ends.
 *
 * "If a client or a server receives repeated frame header entries, only the first header entry SHOULD be used as the
 * value of header entry" (STOMP 1.2), so a later one does not overwrite.
 */
export function unflatten(text: string, ends: ArrayLike<number>): StompHeaders {
  const headers: StompHeaders = {};
  let start = 0;
  for (let i = 0; i + 1 < ends.length; i += 2) {
    const name = text.slice(start, ends[i]);
    const value = text.slice(ends[i], (start = ends[i + 1]!));
    if (name === "__proto__") {
      // An assignment would go to the prototype. As an own property it is a header like any other.
      if (!Object.keys(headers).includes(name)) {
        Object.defineProperty(headers, name, { value, writable: true, enumerable: true, configurable: true });
      }
    } else if (!Object.prototype.hasOwnProperty.call(headers, name)) {
      headers[name] = value;
    }
  }
  return headers;
}
