// How the wasm module is written into the JavaScript: as ASCII text that gzip makes nearly as small as the bytes.
//
// gzip finds the same repetitions in any text that has one character for each byte. ASCII has too few, so the 91 bytes
// that are most frequent in the module have a character each, and the others have two, as in UTF-8. Measured on a module
// of 38,982 B gzip: 39,044 B; in hexadecimal 43,551. `src/source-inline.ts` has the other half.

/** The characters: printable, but not the two that are written with a backslash. */
const ALPHABET = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).filter(c => !'"\\'.includes(c));

/** How many bytes have one character; the alphabet's last two begin those of the others. */
const SINGLE = ALPHABET.length - 2;

/**
 * The text of the bytes.
 *
 * @param {Uint8Array} bytes
 * @returns {{ single: string, text: string }} `single` has a bit for each byte, from 0 on, that has one character, in
 *   hexadecimal.
 */
export function encode(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const all = counts.map((_, byte) => byte);
  const frequent = new Set(all.toSorted((a, b) => counts[b] - counts[a] || a - b).slice(0, SINGLE));
  const codes = [];
  let single = "";
  let [one, two] = [0, 0];
  for (const byte of all) {
    codes[byte] = frequent.has(byte)
      ? ALPHABET[one++]
      : ALPHABET[SINGLE + Math.floor(two / ALPHABET.length)] + ALPHABET[two++ % ALPHABET.length];
    if (byte % 4 === 3) {
      single += [3, 2, 1, 0].reduce((sum, i) => 2 * sum + Number(frequent.has(byte - 3 + i)), 0).toString(16);
    }
  }
  return { single, text: Array.from(bytes, byte => codes[byte]).join("") };
}
