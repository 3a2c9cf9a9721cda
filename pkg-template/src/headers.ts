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
 * Names and values as an object.
 *
 * "If a client or a server receives repeated frame header entries, only the first header entry SHOULD be used as the
 * value of header entry" (STOMP 1.2), so a later one does not overwrite.
 */
export function distinct(list: readonly (readonly [name: string, value: string])[]): StompHeaders {
  const headers: StompHeaders = {};
  for (const [name, value] of list) {
    if (Object.prototype.hasOwnProperty.call(headers, name)) continue;
    // An assignment to `__proto__` would go to the prototype. As an own property it is a header like any other.
    Object.defineProperty(headers, name, { value, writable: true, enumerable: true, configurable: true });
  }
  return headers;
}

/** The headers of a frame from Rust: all names and values in one text, each with one character behind it, and where each
 * of them ends. */
export function pairs(text: string, ends: ArrayLike<number>): [name: string, value: string][] {
  const list: [string, string][] = [];
  let start = 0;
  for (let i = 0; i + 1 < ends.length; i += 2) {
    list.push([text.slice(start, ends[i]), text.slice(ends[i]! + 1, ends[i + 1])]);
    start = ends[i + 1]! + 1;
  }
  return list;
}
