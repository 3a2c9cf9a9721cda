/** The module of the default entry, which is carried inside. */
import { single, text } from "stomp-wasm-text";

/** How many characters the text is written with: the printable ones of ASCII without `"` and `\\`. */
const CHARACTERS = 93;

/** The bytes. `module-text.mjs` says how they are written, and why. */
export function module(): Uint8Array<ArrayBuffer> {
  // The bytes by their codes: first those with one character, then those with two.
  const [one, two]: number[][] = [[], []];
  for (let byte = 0; byte < 256; byte++) {
    (parseInt(single[byte >> 2]!, 16) & (1 << (byte & 3)) ? one! : two!).push(byte);
  }
  const bytes = new Uint8Array(text.length);
  let at = 0;
  let length = 0;
  const next = () => {
    const code = text.charCodeAt(at++);
    return code - 32 - Number(code > 34) - Number(code > 92);
  };
  while (at < text.length) {
    const place = next();
    bytes[length++] = one![place] ?? two![(place - one!.length) * CHARACTERS + next()]!;
  }
  return bytes.slice(0, length);
}
