/** Comparing a header block with what is remembered of the last ones. */

/** Where the holes of the last block that was compared begin and end, in turns, in its text. */
export type Marks = number[];

/**
 * Whether a text goes on with the pieces, with anything up to a line end between them. What stands between them goes to
 * `out`, each with its line end. Answers where the last piece ends, or -1.
 *
 * A piece is compared as a whole, which costs as much as looking at a few characters.
 *
 * @param out Where what is between the pieces goes; it must be ASCII and have room there.
 * @param marks Where it stands in the text.
 */
export function recall(text: string, start: number, pieces: readonly string[], out: Uint8Array, marks: Marks): number {
  const last = pieces.length - 1;
  let at = start;
  let used = 0;
  for (let i = 0; ; i++) {
    const piece = pieces[i]!;
    const end = at + piece.length;
    if (text.slice(at, end) !== piece) return -1;
    at = end;
    if (i === last) return at;
    marks[2 * i] = at;
    for (;;) {
      const unit = text.charCodeAt(at);
      // At the end of the text it is not a number.
      if (!(unit <= 127) || used === out.length) return -1;
      out[used++] = unit;
      if (unit === 10) break;
      at++;
    }
    marks[2 * i + 1] = at;
  }
}
